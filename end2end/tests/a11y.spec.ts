// Every page for every role: WCAG 2.2 AA as far as axe can tell, in light and dark, and all of it by keyboard alone.

import type { Page } from '@playwright/test';
import { fillAll, heading } from '../support/answering';
import { audit, auditColours } from '../support/axe';
import { idsOf, withoutBallot } from '../support/demo';
import { unmarkedJapanese } from '../support/language';
import { addressOf, expected, MATRIX, type Ids } from '../support/matrix';
import { RULES } from '../support/routes';
import { ROLES, type Role } from '../support/server';
import { open, signIn, speak } from '../support/session';
import { expect, test } from '../support/test';
import { words } from '../support/words';

let ids: Ids;

test.beforeAll(async ({ demo }) => {
  ids = await idsOf(demo);
});

/** Pages that are the same for everybody are looked at as staff; these have more on them for some. */
const MORE_ON: Record<Role, readonly string[]> = {
  staff: [],
  manager: ['/'],
  hr: ['/', '/results/:campaign', '/indicators', '/indicators/:row'],
  executive: ['/'],
  administrator: ['/'],
};

/** The pages to look at as this role. */
function pagesOf(role: Role): string[] {
  const pages = new Set(RULES.filter((rule) => rule.table === 'PAGES').map((rule) => rule.path));
  return MATRIX.filter((line) => pages.has(line.path) && expected(line, role).every((status) => status === 200))
    .filter((line) => role === 'staff' || !(line.only ?? line.allowed).includes('staff') || MORE_ON[role].includes(line.path))
    .map((line) => addressOf(line, ids));
}

/** What every page has, whoever looks at it. */
async function wellFormed(page: Page, path: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }), path).toHaveCount(1);
  await expect(page.getByRole('main'), path).toHaveCount(1);
  await expect(page, path).toHaveTitle(/^.+ \| (標 )?Shirube$/);
  await expect(page.locator('html'), path).toHaveAttribute('lang', /^(ja|en)$/);
}

/** Pages that are more than one of the matrix: what HR writes into is another page than what HR looks at. */
const BESIDES: Partial<Record<Role, (ids: Ids) => string[]>> = {
  staff: ({ review, reviewed, rating }) => [`/answer/${review}/${rating}`, `/terms/${reviewed}`],
  manager: ({ review }) => [`/review/${review}`],
  hr: ({ draft, released, review, reviewed, subject }) => [
    '/hr/campaigns/new?kind=review',
    `/hr/campaigns/new?kind=review&pulse=${reviewed}`,
    `/hr/campaigns/${review}`,
    `/hr/campaigns/${review}/raters?subject=${subject}`,
    `/hr/campaigns/${review}/responses`,
    `/hr/campaigns/${reviewed}`,
    `/results/${reviewed}`,
    `/results/${reviewed}/items`,
    `/hr/questionnaires/${draft}`,
    `/hr/questionnaires/${draft}/items/days`,
    `/hr/questionnaires/${draft}/items/new?section=telework&kind=multiple`,
    `/hr/questionnaires/${draft}/items/new?section=telework&kind=matrix`,
    `/hr/campaigns/${released}`,
  ],
};

for (const role of ROLES) {
  test(`every page as ${role}`, async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login(role));
    for (const path of [...pagesOf(role), ...(BESIDES[role]?.(ids) ?? [])]) {
      await open(page, path, `${role} ${path}`);
      await wellFormed(page, path);
      await page.emulateMedia({ colorScheme: 'dark' });
      await auditColours(page, `${path} in the dark`);
      await page.emulateMedia({ colorScheme: 'light' });
    }
  });
}

for (const role of ROLES) {
  // Names, comments and the follow-up table are kept in Japanese: they say so. Everything else is in English.
  test(`what is Japanese on an English page says so, as ${role}`, async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login(role));
    await speak(page, 'en');
    const found: string[] = [];
    for (const path of [...pagesOf(role), ...(BESIDES[role]?.(ids) ?? [])]) {
      await open(page, path, `${role} ${path}`);
      await wellFormed(page, path);
      await expect(page.locator('html'), path).toHaveAttribute('lang', 'en');
      found.push(...(await unmarkedJapanese(page)).map((text) => `${path}: ${text}`));
    }
    expect(found).toEqual([]);
    await speak(page, 'ja');
  });
}

/** Moves the focus forward until it is on this, as somebody without a mouse does. */
async function tabTo(page: Page, what: string, most = 40): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    const there = await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, what);
    if (there) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not get to ${what}`);
}

test('signing in and answering by keyboard alone', async ({ people, demo }) => {
  const login = await withoutBallot(demo, 10_200);
  const page = await people.arrive(demo, 'ja');
  await open(page, '/sign-in');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: words('ja').skip })).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, '#number');
  await page.keyboard.type(login.number);
  await tabTo(page, '#password');
  await page.keyboard.type(login.password);
  const home = page.waitForURL(/\/$/);
  await page.keyboard.press('Enter');
  await home;
  await audit(page);

  await tabTo(page, `a[href="/answer/${ids.open}"]`);
  const survey = page.waitForURL(/\/answer\//);
  await page.keyboard.press('Enter');
  await survey;
  await audit(page);
  await expect(page.locator('#start')).toBeEnabled();
  await tabTo(page, '#start');
  await page.keyboard.press('Enter');
  await expect(heading(page), 'the focus follows to the new screen').toBeFocused();

  // One press of Tab per question, the arrows within it.
  const questions = page.locator('fieldset.question');
  for (let at = 0; at < (await questions.count()); at += 1) {
    await page.keyboard.press('Tab');
    const radios = questions.nth(at).getByRole('radio');
    await expect(radios.first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(radios.nth(1)).toBeFocused();
    await expect(radios.nth(1)).toBeChecked();
  }
  const focused = page.locator(':focus');
  const ring = await focused.evaluate((radio) => {
    const card = radio.closest('label') ?? radio;
    return Number.parseFloat(getComputedStyle(card).outlineWidth);
  });
  expect(ring, 'where the keyboard is can be seen').toBeGreaterThanOrEqual(2);
  const first = await heading(page).innerText();
  await tabTo(page, '.answer-actions button:last-child');
  await page.keyboard.press('Enter');
  await expect(heading(page)).not.toHaveText(first);
  await expect(heading(page)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(heading(page), 'back and forth').not.toBeFocused();

  await fillAll(page, 'ja');
  await tabTo(page, '#send');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText(words('ja').sent);
});

test('a wide table scrolls by keyboard within its own region', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja', { viewport: { width: 360, height: 740 } });
  await signIn(page, 'ja', demo.login('executive'));
  await open(page, `/results/${ids.released}/units`);
  const region = page.getByRole('region').filter({ has: page.getByRole('table') }).first();
  await region.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => region.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
  expect(await page.evaluate(() => document.scrollingElement?.scrollLeft)).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('nothing is lost at double size', async ({ people, demo }) => {
  // 200 % zoom of a window of 1280 pixels is a window of 640 CSS pixels.
  const page = await people.arrive(demo, 'ja', { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
  await signIn(page, 'ja', demo.login('hr'));
  for (const path of ['/', '/hr/campaigns', `/hr/campaigns/${ids.open}`, '/indicators', '/hr/roster']) {
    await open(page, path, 'hr');
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(640);
  }
  await page.locator('.app-menu summary').click();
  await expect(page.getByRole('button', { name: words('ja').signOut })).toBeVisible();
});
