// Pictures of pages, for README and for whoever looks at a run.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { sized } from './watch';

/** A phone and a desk, in CSS pixels. */
export const WIDTHS = [360, 1440] as const;

function folder(): string {
  const path = process.env.SHIRUBE_SCREENSHOTS ?? 'screenshots';
  mkdirSync(path, { recursive: true });
  return path;
}

/** Takes `NAME-360.png` and `NAME-1440.png` of the whole page; the window is as before afterwards. */
export async function shot(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await sized(page, width);
    await page.screenshot({ path: join(folder(), `${name}-${width}.png`), fullPage: true, animations: 'disabled' });
  }
  if (before) await page.setViewportSize(before);
}
