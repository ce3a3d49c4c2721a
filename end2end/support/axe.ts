// Accessibility: WCAG 2.2 AA, as far as a machine can tell.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { routeOf } from './routes';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What this worker has looked at: route, language and state of the page. */
const audited = new Set<string>();
const routes = new Set<string>();

/** True once any page of this route went through axe. */
export function wasAudited(route: string): boolean {
  return routes.has(route);
}

/** Puts the page through axe, once for each route, language and `state`; no violation is accepted. */
export async function audit(page: Page, state = ''): Promise<void> {
  const route = routeOf(new URL(page.url()).pathname);
  const lang = await page.locator('html').getAttribute('lang');
  const key = `${route} ${lang} ${state}`;
  if (audited.has(key)) return;
  await clean(builder(page).withTags(TAGS), key);
  audited.add(key);
  routes.add(route);
}

/** Looks at the colours alone, as they are now; for the dark scheme. */
export async function auditColours(page: Page, what: string): Promise<void> {
  // Colours that are on their way from the other scheme are nobody's.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await clean(builder(page).withRules(['color-contrast', 'link-in-text-block']), what);
}

/** There is no frame on any page, so nothing is gained from the mode that opens a page of its own for each look. */
function builder(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).setLegacyMode(true);
}

async function clean(look: AxeBuilder, what: string): Promise<void> {
  const { violations } = await look.analyze();
  expect(violations.map(inWords), `axe on ${what}`).toEqual([]);
}

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown; failureSummary?: string; html: string }[];
}

function inWords({ id, help, nodes }: Violation): string {
  const places = nodes.slice(0, 5).map((node) => `  ${String(node.target)}: ${node.failureSummary ?? node.html}`);
  return [`${id}: ${help} (${nodes.length})`, ...places].join('\n');
}
