// What is watched on every page of every test: errors, the content security policy, who is talked to, what the
// collector is sent, and whether the page went through axe.

import type { BrowserContext, Page, Request, Response } from '@playwright/test';
import { wasAudited } from './axe';
import { routeOf } from './routes';

/** The one address that all sheets of a campaign are sent to. */
const SHEETS = /^\/collector\/v1\/campaigns\/[0-9a-f]{32}\/sheets$/;

/** Collects what must not be, over all browsers of a test. */
export class Watch {
  private readonly problems: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly hosts = new Set<string>();
  private readonly visited = new Set<string>();
  private readonly pending: Promise<void>[] = [];
  /** Sheets that were sent to the collector, as seen on the wire. */
  readonly sheets: Sheet[] = [];

  /** An error in the console that this test brings about on purpose. */
  allow(message: RegExp): void {
    this.allowed.push(message);
  }

  /** Watches every page of a browser context that belongs to the server at `url`; axe itself needs scripts. */
  async follow(context: BrowserContext, url: string, scripts: boolean): Promise<void> {
    this.hosts.add(new URL(url).host);
    // The event says what the console message does not: which directive, and what was blocked.
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) =>
        console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI}`),
      );
    });
    context.on('console', (message) => {
      if (message.type() === 'error') this.note('console', `${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.note('page error', String(error.error())));
    context.on('request', (request) => this.request(request));
    context.on('response', (response) => this.response(response, scripts));
  }

  /** Something that must not be. */
  note(kind: string, text: string): void {
    if (!this.allowed.some((pattern) => pattern.test(text))) this.problems.push(`${kind}: ${text}`);
  }

  private request(request: Request): void {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && !this.hosts.has(url.host)) {
      this.note('third party', request.url());
    }
    if (request.method() === 'PUT' && url.pathname.startsWith('/collector/')) {
      this.pending.push(this.sheet(request, url));
    }
  }

  private async sheet(request: Request, url: URL): Promise<void> {
    const headers = await request.allHeaders();
    for (const name of ['cookie', 'authorization']) {
      if (name in headers) this.problems.push(`a sheet was sent with the header ${name}`);
    }
    // Whatever notes addresses and lengths on the way must not be able to tell two ballots, or two sheets, apart.
    const body = request.postDataBuffer() ?? Buffer.alloc(0);
    if (!SHEETS.test(url.pathname) || url.search) this.problems.push(`a sheet was sent to ${url.href}`);
    const other = this.sheets.find((sheet) => sheet.path === url.pathname && sheet.body.length !== body.length);
    if (other) this.problems.push(`sheets of ${other.body.length} and ${body.length} bytes in one campaign`);
    this.sheets.push({ path: url.pathname, body });
  }

  private response(response: Response, scripts: boolean): void {
    const request = response.request();
    const headers = response.headers();
    const html = headers['content-type']?.startsWith('text/html') ?? false;
    if (!request.isNavigationRequest() || !html || response.status() >= 300) return;
    const policy = headers['content-security-policy'] ?? '';
    const strict = policy.includes("default-src 'none'") && /script-src 'self' 'nonce-[\w+/=-]{16,}'/.test(policy);
    if (!strict || policy.includes('unsafe-inline') || policy.includes("'unsafe-eval'")) {
      this.problems.push(`content security policy of ${response.url()}: ${policy || 'none'}`);
    }
    if (scripts) this.visited.add(routeOf(new URL(response.url()).pathname));
  }

  /** Everything that was wrong; with `audits`, pages that were visited but never went through axe as well. */
  async findings(audits: boolean): Promise<string[]> {
    await Promise.all(this.pending);
    const unaudited = audits ? [...this.visited].filter((route) => !wasAudited(route)) : [];
    return [...this.problems, ...unaudited.map((route) => `visited, but not checked with axe: ${route}`)];
  }
}

/** A sheet on its way to the collector. */
export interface Sheet {
  path: string;
  body: Buffer;
}

/** The size of a window, in CSS pixels. */
export async function sized(page: Page, width: number, height = 900): Promise<void> {
  await page.setViewportSize({ width, height });
}
