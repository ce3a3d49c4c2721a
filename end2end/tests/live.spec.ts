// Pages that keep themselves up to date. That they do, and keep the focus, is part of the story; here is the rest.

import { asking, idsOf } from '../support/demo';
import { trySignIn } from '../support/session';
import { expect, test } from '../support/test';
import { words } from '../support/words';

const w = words('ja');

test('without script there is a link for the latest figures', async ({ people, demo }) => {
  const { open: campaign } = await idsOf(demo);
  const page = await people.arrive(demo, 'ja', { javaScriptEnabled: false });
  await page.goto('/sign-in');
  await trySignIn(page, 'ja', demo.login('hr'));
  await page.goto(`/hr/campaigns/${campaign}/responses?sort=rate`);
  await expect(page.getByText(w.stillFigures)).toBeVisible();
  await expect(page.getByText(w.liveFigures)).toHaveCount(0);
  await page.getByRole('link', { name: w.updateNow }).click();
  await expect(page).toHaveURL(/\/responses\?sort=rate$/);
  await expect(page.getByRole('table', { name: w.responsesByUnit })).toBeVisible();
});

test('a page in another tab leaves the message for whoever pressed the button', async ({ demo }) => {
  const { open: campaign } = await idsOf(demo);
  const hr = await asking(demo, 'hr');
  const path = `/hr/campaigns/${campaign}`;
  const refused = await hr.post('/api/hr/campaigns/advance', {
    form: { campaign, from: 'open' },
    maxRedirects: 0,
    headers: { accept: 'text/html' },
  });
  expect(refused.headers().location).toBe(path);
  const live = await hr.get(`${path}/responses`, { headers: { 'x-live': '1' } });
  expect(await live.text()).not.toContain(w.unsure);
  expect(await (await hr.get(path)).text()).toContain(w.unsure);
  expect(await (await hr.get(path)).text(), 'once').not.toContain(w.unsure);
});
