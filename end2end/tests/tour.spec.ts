// A walk through the demo ministry: pictures of every page at the width of a phone and of a desk, in light and dark.

import type { Page } from '@playwright/test';
import { begin, fillAll, fillSection } from '../support/answering';
import { idsOf, withoutBallot } from '../support/demo';
import type { Ids } from '../support/matrix';
import type { Role } from '../support/server';
import { open, signIn } from '../support/session';
import { shot } from '../support/shots';
import { expect, test } from '../support/test';
import { sized } from '../support/watch';
import { words } from '../support/words';

let ids: Ids;

test.beforeAll(async ({ demo }) => {
  ids = await idsOf(demo);
});

/** Both schemes; the page itself never scrolls sideways. */
async function pictures(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  await sized(page, 360);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, `${name} fits a phone`).toBeLessThanOrEqual(360);
  if (before) await page.setViewportSize(before);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await shot(page, `${name}-${scheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

type Stop = [name: string, path: (ids: Ids) => string];

const STOPS: Partial<Record<Role, Stop[]>> = {
  staff: [
    ['home', () => '/'],
    ['account', () => '/account'],
    ['anonymity', () => '/anonymity'],
    ['terms', (ids) => `/terms/${ids.open}`],
    ['review', (ids) => `/review/${ids.review}`],
    ['results', () => '/results'],
    ['results-overview', (ids) => `/results/${ids.released}`],
    ['results-items', (ids) => `/results/${ids.released}/items`],
    ['indicators', () => '/indicators'],
  ],
  manager: [
    ['home', () => '/'],
    ['unit', () => '/unit'],
    ['feedback-list', () => '/feedback'],
    ['feedback', (ids) => `/feedback/${ids.reviewed}`],
    ['nominations', () => '/nominations'],
    ['results-units', (ids) => `/results/${ids.released}/units`],
  ],
  executive: [
    ['dashboard', () => '/executive'],
    ['results-units', (ids) => `/results/${ids.released}/units`],
  ],
  hr: [
    ['home', () => '/'],
    ['campaigns', () => '/hr/campaigns'],
    ['campaign', (ids) => `/hr/campaigns/${ids.open}`],
    ['campaign-new', () => '/hr/campaigns/new'],
    ['campaign-new-review', () => '/hr/campaigns/new?kind=review'],
    ['raters', (ids) => `/hr/campaigns/${ids.review}/raters`],
    ['review-averages', (ids) => `/results/${ids.reviewed}`],
    ['responses', (ids) => `/hr/campaigns/${ids.open}/responses`],
    ['questionnaires', () => '/hr/questionnaires'],
    ['questionnaire', (ids) => `/hr/questionnaires/${ids.questionnaire}`],
    ['roster', () => '/hr/roster'],
    ['roster-people', () => '/hr/roster/people'],
    ['indicator', (ids) => `/indicators/${ids.indicator}`],
  ],
  administrator: [['admin', () => '/admin']],
};

test('signing in', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await open(page, '/sign-in');
  await pictures(page, 'ja-sign-in');
});

for (const [role, stops] of Object.entries(STOPS) as [Role, Stop[]][]) {
  test(`the pages of ${role}`, async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login(role));
    for (const [name, path] of stops) {
      await open(page, path(ids), role);
      await pictures(page, `ja-${role}-${name}`);
    }
  });
}

test('answering', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', await withoutBallot(demo, 10_300));
  await open(page, `/answer/${ids.open}`);
  await expect(page.locator('#start')).toBeEnabled();
  await pictures(page, 'ja-answer-privacy');
  await begin(page);
  await fillSection(page);
  await pictures(page, 'ja-answer-section');
  await fillAll(page, 'ja');
  await pictures(page, 'ja-answer-review');
});

test('the same in English', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await page.getByRole('button', { name: words('ja').otherLanguage }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  for (const [name, path] of [
    ['home', '/'],
    ['campaign', `/hr/campaigns/${ids.open}`],
    ['results-overview', `/results/${ids.released}`],
    ['results-units', `/results/${ids.released}/units`],
    ['indicators', '/indicators'],
  ]) {
    await open(page, path, 'English');
    await shot(page, `en-hr-${name}-light`);
  }
});
