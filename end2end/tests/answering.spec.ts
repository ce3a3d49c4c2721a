// Answering where something gets in the way: a second tab, a line that drops, a browser that keeps nothing or lacks
// WebAssembly, a server that shows one person other terms.

import type { Page } from '@playwright/test';
import { begin, fillAll, heading, next, send } from '../support/answering';
import { audit } from '../support/axe';
import { idsOf, withoutBallot } from '../support/demo';
import type { Server } from '../support/server';
import { open, signIn } from '../support/session';
import { expect, test, type People } from '../support/test';
import { words } from '../support/words';

const ja = words('ja');
/** Looking from this staff number on, people are free for the tests here. */
const FROM = 10_200;

/** Somebody who has not answered yet, signed in, and the address of the survey. */
async function respondent(people: People, demo: Server): Promise<[Page, string]> {
  const { open: campaign } = await idsOf(demo);
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', await withoutBallot(demo, FROM));
  return [page, `/answer/${campaign}`];
}

/** Another answer to the first question on the screen. */
async function change(page: Page): Promise<void> {
  const question = page.locator('fieldset.question').filter({ visible: true }).first();
  await question.getByRole('radio').nth(1).check();
}

test('two tabs are one respondent', async ({ people, demo }) => {
  const [first, survey] = await respondent(people, demo);
  const second = await first.context().newPage();
  await open(first, survey);
  await open(second, survey);
  await begin(first);
  await fillAll(first, 'ja');
  const receipt = await send(first, 'ja');

  // It was opened before there was a ballot, let alone a sheet.
  await begin(second);
  await change(second);
  await expect(first.getByText(ja.changedSince)).toBeVisible();
  while ((await heading(second).innerText()) !== ja.beforeSending) await next(second, 'ja');
  expect(await send(second, 'ja'), 'the same ballot, so the same receipt').toBe(receipt);
  const [one, other] = people.watch.sheets.slice(-2);
  expect(other.body.subarray(0, 96).equals(one.body.subarray(0, 96)), 'the same ballot').toBe(true);
  await first.reload();
  await expect(heading(first)).toHaveText(ja.sent);
  await expect(first.getByText(receipt)).toBeVisible();
});

test('what waits is not sent while it is being changed', async ({ people, demo }) => {
  const [page, survey] = await respondent(people, demo);
  await open(page, survey);
  await begin(page);
  await fillAll(page, 'ja');
  people.watch.allow(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await page.locator('#send').click();
  const waiting = page.getByText(ja.waiting);
  await expect(waiting).toContainText(ja.keptHere);
  await page.getByRole('button', { name: ja.back, exact: true }).click();
  const before = people.watch.sheets.length;
  await page.context().setOffline(false);
  await expect(page.getByText(ja.offline)).toBeHidden();
  await page.waitForTimeout(1_000);
  expect(people.watch.sheets.length, 'nothing was sent').toBe(before);
  await expect(heading(page)).not.toHaveText(ja.sent);
  await next(page, 'ja');
  await send(page, 'ja');
});

test('a browser that keeps nothing is told of, and asks before it loses an answer', async ({ people, demo }) => {
  const [page, survey] = await respondent(people, demo);
  await page.context().addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('refused', 'QuotaExceededError');
    };
  });
  await open(page, survey, 'nothing can be kept');
  await expect(page.getByText(ja.cannotKeep)).toBeVisible();
  await begin(page);
  await expect(page.getByText(ja.savedHere)).toHaveCount(0);
  await change(page);
  await page.context().setOffline(true);
  await expect(page.getByText(ja.offline)).toContainText(ja.keptOnPageOnly);
  await page.context().setOffline(false);
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await fillAll(page, 'ja');
  await send(page, 'ja');
});

test('without WebAssembly the page says why nothing can be answered', async ({ people, demo }) => {
  const [page, survey] = await respondent(people, demo);
  people.watch.allow(/Failed to (load|fetch)|ERR_FAILED|WebAssembly/);
  await page.route('**/*.wasm', (route) => route.abort());
  await open(page, survey, 'without WebAssembly');
  await expect(page.getByText(ja.preparing)).toContainText('WebAssembly');
  await expect(page.locator('#start')).toBeDisabled();
});

test('other terms and other keys are noticed before anything is sent', async ({ people, demo }) => {
  const [page, survey] = await respondent(people, demo);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.route('**/terms.json', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()} ` });
  });
  await open(page, survey);
  await page.locator('#start:enabled').click();
  await expect(page.getByRole('alert').filter({ hasText: ja.otherTerms })).toBeVisible();
  await audit(page, 'other terms');
  expect(asked, 'no ballot was asked for').not.toContain('/api/ballots');
  await page.unroute('**/terms.json');

  await page.route('**/api/ballots', async (route) => {
    const answer = await route.fetch();
    const { element, proof } = (await answer.json()) as { element: string; proof: string };
    const other = (proof.startsWith('0') ? '1' : '0') + proof.slice(1);
    await route.fulfill({ response: answer, json: { element, proof: other } });
  });
  await page.locator('#start:enabled').click();
  await expect(page.getByRole('alert').filter({ hasText: ja.otherKey })).toBeVisible();
  await page.unroute('**/api/ballots');
  await begin(page);
});
