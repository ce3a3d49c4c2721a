// A 360-degree review, from the table of raters to an intended action: HR prepares it, four subordinates and a peer answer,
// the manager answers about themselves, HR closes, the manager reads the report. A manager with two subordinates learns
// nothing but why.

import type { Page } from '@playwright/test';
import { asking } from '../support/demo';
import { closeAndRelease, fixAndOpen, rate, raters, ratersTable } from '../support/review';
import { Server } from '../support/server';
import { open, press, signIn, speak, told } from '../support/session';
import { shot } from '../support/shots';
import { expect, test, type People } from '../support/test';
import { sized } from '../support/watch';
import { words } from '../support/words';

const ja = words('ja');

/** A subject of the review, with some of their raters, by staff number. */
interface Subject {
  number: string;
  name: string;
  subordinates: string[];
  peers: string[];
}

test('from the table of raters to an intended action', async ({ people }) => {
  test.setTimeout(420_000);
  const server = await Server.demo();
  try {
    const hr = await people.arrive(server, 'ja');
    await signIn(hr, 'ja', server.login('hr'));
    const review = await test.step('a review is made', () => make(hr));
    const [subject, small] = await test.step('the table is made and corrected', () => table(hr, review));
    await test.step('the terms are fixed and it opens', () => opens(hr, review));
    const answer = (number: string, group: RegExp, comment: string) =>
      rate(people, server, 'ja', review, { number, subject: subject.name, group, comment });
    await test.step('four subordinates answer', async () => {
      for (const [at, number] of subject.subordinates.slice(0, 4).entries()) {
        const group = new RegExp(`「部下」の${subject.subordinates.length}人の一人として`);
        await answer(number, group, `意見その${at + 1}`);
      }
    });
    await test.step('so does one peer', () => answer(subject.peers[0], new RegExp(`「同僚」の${subject.peers.length}人の一人として`), '同僚の意見'));
    await test.step('and the manager', () => answer(subject.number, /匿名ではありません/, '自分の意見'));
    await test.step('nobody is told who has answered', () => totalsOnly(hr, review));
    await test.step('closing, counting, release', () => closeAndRelease(hr, 'ja', review));
    await test.step('the manager reads the report and writes an action', () => report(people, server, review, subject, small));
    await test.step('HR sees that one has opened the report, and not who', () => seen(hr, review, subject));
    await test.step('the team sees what was shared', () => shared(people, server, subject));
    await test.step('HR sees averages, and no single report', () => averages(people, hr, review, subject, server));
    await test.step('with two subordinates nothing is shown but why', () => why(people, server, review, small));
  } finally {
    await server.stop();
  }
});

async function make(hr: Page): Promise<string> {
  await open(hr, '/hr/campaigns');
  await press(hr, hr.getByRole('link', { name: ja.newReview }), 'review');
  await hr.getByLabel(ja.titleJa).fill('灯台の360度評価');
  await hr.getByLabel(ja.titleEn).fill('Lighthouse 360 review');
  const option = hr.getByRole('option').filter({ hasText: /^管理者評価/ });
  await hr.getByLabel(ja.questionnaire).selectOption({ label: await option.first().innerText() });
  for (const tick of [/^直属の上司/, /^同僚\(/]) await hr.getByLabel(tick).check();
  // A mistake keeps what was typed.
  await hr.getByLabel(ja.leastDays).fill('366');
  await press(hr, hr.getByRole('button', { name: ja.save }), 'refused');
  await expect(hr.locator('main .flash')).toContainText('366日');
  await expect(hr.getByLabel(/^同僚\(/)).toBeChecked();
  await hr.getByLabel(ja.leastDays).fill('60');
  await press(hr, hr.getByRole('button', { name: ja.save }), 'draft of a review');
  await told(hr, ja.campaignCreated);
  await expect(hr.getByText('評価を依頼できる評価者がいません')).toBeVisible();
  return /\/hr\/campaigns\/([0-9a-f]{32})$/.exec(hr.url())?.[1] ?? '';
}

async function table(hr: Page, review: string): Promise<[Subject, string]> {
  await press(hr, hr.getByRole('link', { name: ja.toTable }), 'empty');
  await press(hr, hr.getByRole('button', { name: ja.makeTable }), 'proposed');
  await told(hr, ja.tableMade);
  await shot(hr, 'review-raters');
  const { header, pairs } = await ratersTable(hr, review);
  const of = (subject: string, relation: string) => raters(pairs, subject, relation);
  const numbers = [...new Set(pairs.map((one) => one.subject))];
  const number = numbers.find((n) => of(n, '部下').length >= 5 && of(n, '同僚').length >= 3) ?? '';
  const small = numbers.find((n) => of(n, '部下').length === 2 && of(n, '同僚').length === 0) ?? numbers.find((n) => of(n, '部下').length === 2) ?? '';
  const name = pairs.find((one) => one.subject === number)?.subjectName ?? '';
  expect([number, small].every(Boolean), 'the demo has both').toBe(true);

  // One subordinate is left out, with a reason, and one person is added.
  const left = of(number, '部下').at(-1)!;
  await open(hr, `/hr/campaigns/${review}/raters?subject=${number}`);
  await shot(hr, 'review-raters-one');
  const row = hr.getByRole('row').filter({ hasText: left });
  await row.locator('summary').click();
  await row.getByLabel(/^理由/).fill('長期の研修中');
  await press(hr, row.getByRole('button', { name: '依頼しない' }), 'left out');
  await told(hr, '表を修正しました。');
  await expect(hr.getByRole('row').filter({ hasText: left })).toContainText('長期の研修中');
  await hr.getByLabel('評価者の職員番号').fill('99999');
  await press(hr, hr.getByRole('button', { name: '評価者に加える' }), 'unknown');
  await expect(hr.locator('main .flash')).toContainText('この職員番号の在籍者はいません');
  // Everybody's peers of the small mission are left out by file, so that two subordinates are all there is.
  const kept = pairs.filter((one) => !(one.subject === small && one.relation === '同僚'));
  const corrected = kept.map(({ subject, rater, cells }) =>
    subject === number && rater === left ? [...cells.slice(0, 5), 'いいえ', '長期の研修中'] : cells,
  );
  await open(hr, `/hr/campaigns/${review}/raters`);
  const csv = Buffer.from(`\ufeff${[header, ...corrected.map((cells) => cells.join(',')), ''].join('\r\n')}`);
  await hr.getByLabel('直した表(CSV)').setInputFiles({ name: 'raters.csv', mimeType: 'text/csv', buffer: csv });
  await press(hr, hr.getByRole('button', { name: '表を取り込む' }), 'imported');
  await told(hr, '表を取り込みました');
  return [{ number, name, subordinates: of(number, '部下').slice(0, -1), peers: of(number, '同僚') }, small];
}

async function opens(hr: Page, review: string): Promise<void> {
  await open(hr, `/hr/campaigns/${review}`, 'review with a table');
  await shot(hr, 'review-campaign');
  await fixAndOpen(hr, 'ja', review);
  await open(hr, `/terms/${review}`, 'of a review');
  await expect(hr.getByRole('row').filter({ hasText: '評価を受ける本人' })).toBeVisible();
}

async function totalsOnly(hr: Page, review: string): Promise<void> {
  await open(hr, `/hr/campaigns/${review}/responses`, 'of a review');
  await expect(hr.getByText('評価対象者ごとの回答状況は、だれにも示しません')).toBeVisible();
  await expect(hr.getByRole('table')).toHaveCount(0);
}

async function report(
  people: People,
  server: Server,
  review: string,
  subject: Subject,
  other: string,
): Promise<void> {
  const page = await people.arrive(server, 'ja');
  await signIn(page, 'ja', { number: subject.number, password: server.login('staff').password });
  await open(page, `/feedback/${review}`, 'report');
  await expect(page, 'no name in the title').toHaveTitle(/^灯台の360度評価/);
  const groups = page.getByRole('table', { name: '評価者区分ごとの人数' });
  await expect(groups.getByRole('row').filter({ hasText: '部下' }).first()).toContainText('4');
  await expect(groups.getByRole('row').filter({ hasText: /^同僚/ })).toContainText('回答者が少ないため非表示');
  await expect(page.locator('.profile-row')).toHaveCount(8);
  await expect(page.getByRole('table', { name: '設問ごとの平均' }).getByRole('row')).toHaveCount(25);
  await expect(page.getByText('意見その1'), 'four are too few for comments').toHaveCount(0);
  await expect(page.getByText('同僚の意見')).toHaveCount(0);
  await expect(page.getByText('自分の意見')).toBeVisible();
  await expect(page.getByRole('table', { name: '回答ごとの人数' }).getByRole('row')).toHaveCount(25);
  await sized(page, 360);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await shot(page, `review-report-${scheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const file = await page.request.get(`/feedback/${review}/report.xlsx`);
  expect([file.status(), (await file.body()).subarray(0, 2).toString()]).toEqual([200, 'PK']);

  await page.locator('[name=action_1]').fill('面談を月に一度');
  await page.locator('[name=due_1]').fill('2020-01-01');
  await page.locator('[name=shared_1]').check();
  await press(page, page.getByRole('button', { name: ja.save }), 'refused');
  await expect(page.locator('main .flash')).toContainText('期日');
  await expect(page.locator('[name=action_1]')).toHaveValue('面談を月に一度');
  const year = new Date().getUTCFullYear() + 1;
  await page.locator('[name=due_1]').fill(`${year}-03-31`);
  await press(page, page.getByRole('button', { name: ja.save }), 'saved');
  await told(page, ja.actionsSaved);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('#actions form')).toBeHidden();
  await expect(page.locator('#actions ol')).toContainText('面談を月に一度');
  await shot(page, 'review-report-print');
  await page.emulateMedia({ media: null });
  await notOthers(page, review, other);
  await speak(page, 'en');
  await open(page, `/feedback/${review}`, 'in English');
  await expect(page.getByRole('heading', { name: 'How to read this report' })).toBeVisible();
  await expect(page.getByText('Hidden: too few respondents').first()).toBeVisible();
  await shot(page, 'review-report-en');
  await speak(page, 'ja');
  await people.leave(page);
}

/** Addresses of others' reports and sheets lead the manager nowhere. */
async function notOthers(page: Page, review: string, other: string): Promise<void> {
  // The demo's people have ids in the order of their numbers.
  const id = String(Number(other) - 10_000);
  for (const path of [`/feedback/${review}/${id}`, `/feedback/${review}/1`, `/answer/${review}/0`]) {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    expect([403, 404], path).toContain(answer.status());
  }
}

async function shared(people: People, server: Server, subject: Subject): Promise<void> {
  const page = await people.arrive(server, 'ja');
  await signIn(page, 'ja', { number: subject.subordinates[0], password: server.login('staff').password });
  await expect(page.getByText('面談を月に一度')).toBeVisible();
  await shot(page, 'review-team');
  await people.leave(page);
}

async function seen(hr: Page, review: string, subject: Subject): Promise<void> {
  await open(hr, `/hr/campaigns/${review}`, 'review released');
  await expect(hr.getByText(/評価対象者\d+人のうち1人が、報告書のページを開きました/)).toBeVisible();
  await expect(hr.getByText(/チームに示したのは1人です/)).toBeVisible();
  await expect(hr.locator('main')).not.toContainText(subject.name);
}

async function averages(people: People, hr: Page, review: string, subject: Subject, server: Server): Promise<void> {
  await open(hr, `/results/${review}`, 'averages of a review');
  await shot(hr, 'review-averages');
  expect(await hr.content()).not.toContain(subject.name);
  const others = [await asking(server, 'executive'), await asking(server, 'staff'), hr.request] as const;
  // The demo's people have ids in the order of their numbers.
  const id = Number(subject.number) - 10_000;
  for (const context of others) {
    for (const path of [`/feedback/${review}/${id}`, `/feedback/${review}/9999`, `/results/${review}/groups/60`]) {
      const answer = await context.get(path, { maxRedirects: 0 });
      expect([403, 404], path).toContain(answer.status());
    }
  }
  // The averages are for HR and executives: neither staff nor a single manager have them as pages or as a file.
  const manager = { number: subject.number, password: server.login('staff').password };
  for (const context of [await asking(server, 'staff'), await asking(server, manager)]) {
    for (const path of ['', '/items', '/groups/0', '/release.csv']) {
      const answer = await context.get(`/results/${review}${path}`, { maxRedirects: 0 });
      expect([403, 404], `${path} for others`).toContain(answer.status());
    }
  }
  // Last winter's review, to which many answered: by place and by grade, for executives as well.
  const executive = await people.arrive(server, 'ja');
  await signIn(executive, 'ja', server.login('executive'));
  await open(executive, '/results', 'with reviews');
  await press(executive, executive.locator('#reviews a[href^="/results/"]').last(), 'averages');
  const cuts = [
    ['本省・在外公館別', ['本省', '在外公館']],
    ['職級別', ['局長・大使級', '課長・室長級', '課長補佐級']],
  ] as const;
  for (const [caption, groups] of cuts) {
    const table = executive.getByRole('table', { name: caption });
    for (const group of groups) {
      const cells = await table.getByRole('row', { name: group }).getByRole('cell').allInnerTexts();
      expect(cells.length, `${group}: managers and eight areas`).toBe(9);
      expect(Number(cells[0]), group).toBeGreaterThanOrEqual(5);
      for (const cell of cells.slice(1)) expect(cell, group).toMatch(/^\d+\.\d$/);
    }
  }
  await people.leave(executive);
  const csv = await (await hr.request.get(`/results/${review}/release.csv`)).text();
  expect(csv).not.toContain(subject.name);
}

async function why(people: People, server: Server, review: string, small: string): Promise<void> {
  const page = await people.arrive(server, 'ja');
  await signIn(page, 'ja', { number: small, password: server.login('staff').password });
  await open(page, `/feedback/${review}`, 'nothing but why');
  await expect(page.getByText('評価者が3人に満たないため、だれにも回答を依頼していません')).toBeVisible();
  await expect(page.getByRole('table')).toHaveCount(0);
  await expect(page.locator('[name=action_1]')).toHaveCount(0);
  await shot(page, 'review-why');
  await speak(page, 'en');
  await open(page, `/feedback/${review}`, 'nothing but why');
  await expect(page.getByText('There were fewer than 3 raters, so nobody was asked.')).toBeVisible();
  await speak(page, 'ja');
  await people.leave(page);
}
