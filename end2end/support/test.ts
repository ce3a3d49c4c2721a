// The test of this project: people with browsers of their own, and a demo ministry where one is wanted.

import { test as base, expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { Server } from './server';
import { Watch } from './watch';
import type { Lang } from './words';

export { expect };

const LOCALES = { ja: 'ja-JP', en: 'en-GB' } as const;

/** Opens browsers for people and watches all of them. */
export class People {
  readonly watch = new Watch();
  private readonly close: (() => Promise<void>)[] = [];

  constructor(private readonly browser: Browser) {}

  /** A page in a new browser context: a person at a device of their own. */
  async arrive(server: Server, lang: Lang, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: server.url,
      locale: LOCALES[lang],
      timezoneId: 'Asia/Tokyo',
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    this.close.push(() => context.close());
    await this.watch.follow(context, server.url, options.javaScriptEnabled ?? true);
    return context.newPage();
  }

  /** A person goes: their browser is closed before the test ends. */
  async leave(page: Page): Promise<void> {
    await page.context().close();
  }

  /** Closes all browsers. */
  async end(): Promise<void> {
    for (const close of this.close) await close();
  }
}

export const test = base.extend<{ people: People }, { demo: Server }>({
  demo: [
    async ({}, use) => {
      const server = await Server.demo();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  people: async ({ browser }, use, testInfo) => {
    const people = new People(browser);
    await use(people);
    const passed = testInfo.status === testInfo.expectedStatus;
    const findings = await people.watch.findings(passed);
    await people.end();
    expect(findings, 'on every page of the test').toEqual([]);
  },
});
