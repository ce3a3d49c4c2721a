// A 360-degree review in English whose terms let HR read single reports: peers are proposed and approved, the superior
// answers by name, and half a year later the team is asked how far it came.

import type { Page } from '@playwright/test';
import { begin, item, next, send } from '../support/answering';
import { asking } from '../support/demo';
import { arrive, closeAndRelease, fixAndOpen, type Pair, rate, raters, ratersTable, sheet, toSubject } from '../support/review';
import { Server } from '../support/server';
import { open, press, speak, told } from '../support/session';
import { shot } from '../support/shots';
import { expect, test, type People } from '../support/test';
import { words } from '../support/words';

const en = words('en');
/** HR of the demo prepares the review; somebody else is its subject. */
const hrNumber = '10011';
const ACTION = 'Talk with each of the team once a month';

/** The subject, and those around them, by staff number. */
interface Circle {
  subject: string;
  name: string;
  id: number;
  superior: string;
  subordinates: string[];
  /** Three who could be proposed as peers. */
  strangers: string[];
}

test('from a proposed peer to how far the action came', async ({ people }) => {
  test.setTimeout(420_000);
  const server = await Server.demo();
  try {
    const hr = await arrive(people, server, 'en', hrNumber);
    const review = await test.step('a review whose terms let HR read single reports', () => make(hr));
    const circle = await test.step('the table', () => table(hr, review));
    await test.step('the subject proposes peers', () => proposes(people, server, circle));
    await test.step('HR sees what waits', () => waits(hr, review));
    await test.step('no other manager does', () => othersDecide(server, review, circle));
    await test.step('the superior decides', () => decides(people, server, circle));
    await test.step('the table has who was approved', () => approved(hr, review, circle));
    await fixAndOpen(hr, 'en', review);
    const answer = (number: string, group: RegExp, comment: string) =>
      rate(people, server, 'en', review, { number, subject: circle.name, group, comment });
    await test.step('three subordinates answer', async () => {
      for (const number of circle.subordinates.slice(0, 3)) {
        await answer(number, /one of \d+ people: Subordinates/, 'Go on like this.');
      }
    });
    await test.step('and the superior, by name, with somebody else in the same sitting', () => twice(people, server, review, circle));
    await closeAndRelease(hr, 'en', review);
    await test.step('HR reads the single report', () => named(hr, review, circle));
    await test.step('others do not', () => notNamed(server, review, circle));
    await test.step('the subject reads it and shares an action', () => shares(people, server, review, circle));
    await test.step('half a year later', () => pulse(people, server, hr, review, circle));
  } finally {
    await server.stop();
  }
});

async function make(hr: Page): Promise<string> {
  await open(hr, '/hr/campaigns');
  await press(hr, hr.getByRole('link', { name: en.newReview }), 'review');
  await hr.getByLabel(en.titleJa).fill('灯台の360度評価');
  await hr.getByLabel(en.titleEn).fill('Lighthouse 360 review');
  const option = hr.getByRole('option').filter({ hasText: /^Manager review/ });
  await hr.getByLabel(en.questionnaire).selectOption({ label: await option.first().innerText() });
  for (const tick of [/^The direct superior/, /^Peers \(/, /^Subjects may propose peers/, /^HR reads single reports/]) {
    await hr.getByLabel(tick).check();
  }
  await press(hr, hr.getByRole('button', { name: en.save }), 'draft of a review');
  await told(hr, en.campaignCreated);
  return /\/hr\/campaigns\/([0-9a-f]{32})$/.exec(hr.url())?.[1] ?? '';
}

async function table(hr: Page, review: string): Promise<Circle> {
  await press(hr, hr.getByRole('link', { name: en.toTable }), 'empty');
  await press(hr, hr.getByRole('button', { name: en.makeTable }), 'proposed');
  await told(hr, en.tableMade);
  const { pairs } = await ratersTable(hr, review);
  const of = (subject: string, relation: string) => raters(pairs, subject, relation);
  const subjects = [...new Set(pairs.map((one) => one.subject))];
  const fits = (n: string) => of(n, 'Subordinate').length >= 3 && of(n, 'Superior').length === 1 && n !== hrNumber;
  const subject = subjects.find(fits) ?? '';
  expect(subject, 'the demo has somebody with three subordinates and a superior').not.toBe('');
  const around = new Set(pairs.filter((one) => one.subject === subject).map((one) => one.rater));
  const outside = [...new Set(pairs.map((one) => one.rater))].filter((number) => !around.has(number));
  return {
    subject,
    name: pairs.find((one: Pair) => one.subject === subject)?.subjectName ?? '',
    // The demo's people have ids in the order of their numbers.
    id: Number(subject) - 10_000,
    superior: of(subject, 'Superior')[0],
    subordinates: of(subject, 'Subordinate'),
    strangers: outside.slice(0, 3),
  };
}

async function proposes(people: People, server: Server, circle: Circle): Promise<void> {
  const page = await arrive(people, server, 'en', circle.subject);
  await press(page, page.getByRole('link', { name: 'Propose peers' }), 'nothing proposed');
  const field = page.getByLabel("The peer's staff number");
  const propose = async (number: string) => {
    await field.fill(number);
    await press(page, page.getByRole('button', { name: en.propose, exact: true }), 'proposed');
  };
  // A mistake says what is wrong, and keeps what was typed.
  await propose('99999');
  await expect(page.locator('main .flash')).toContainText('Nobody on the roster has this staff number');
  await expect(field).toHaveValue('99999');
  await propose(circle.subordinates[0]);
  await expect(page.locator('main .flash--error'), 'is on the table already').toBeVisible();
  for (const number of circle.strangers) await propose(number);
  const entries = page.locator('li.rating');
  await expect(entries).toHaveCount(3);
  const withdrawn = entries.filter({ hasText: circle.strangers[2] });
  await press(page, withdrawn.getByRole('button', { name: 'Take back' }), 'taken back');
  await expect(entries).toHaveCount(2);
  await shot(page, 'review-nominations');
  await speak(page, 'ja');
  await open(page, '/nominations', 'proposed');
  await expect(page.getByText('上司の承認待ち')).toHaveCount(2);
  await speak(page, 'en');
  await people.leave(page);
}

async function waits(hr: Page, review: string): Promise<void> {
  await open(hr, `/hr/campaigns/${review}/raters`, 'with proposals that wait');
  const waiting = hr.locator('details').filter({ hasText: 'Proposed peers waiting for the superior: 2' });
  await waiting.locator('summary').click();
  await expect(waiting.getByRole('listitem')).toHaveCount(2);
  await shot(hr, 'review-raters-waiting');
}

async function decides(people: People, server: Server, circle: Circle): Promise<void> {
  const page = await arrive(people, server, 'en', circle.superior);
  await expect(page.getByText('2 proposed raters wait for your approval.')).toBeVisible();
  await press(page, page.getByRole('link', { name: 'Look at them' }), 'to decide');
  await shot(page, 'review-approval');
  const entry = (number: string) => page.locator('li.rating').filter({ hasText: number });
  await press(page, entry(circle.strangers[0]).getByRole('button', { name: 'Approve', exact: true }), 'one is approved');
  await press(page, entry(circle.strangers[1]).getByRole('button', { name: 'Do not approve' }), 'one is not');
  await expect(entry(circle.strangers[1])).toHaveCount(0);
  await speak(page, 'ja');
  await open(page, '/nominations', 'decided');
  await speak(page, 'en');
  await people.leave(page);
}

/** The superior alone decides: another manager's word is not taken, whatever ids it names. */
async function othersDecide(server: Server, review: string, circle: Circle): Promise<void> {
  const { password } = server.login('staff');
  const id = (number: string) => String(Number(number) - 10_000);
  for (const number of [circle.subject, circle.subordinates[0], circle.strangers[0]]) {
    const context = await asking(server, { number, password });
    for (const rater of circle.strangers.slice(0, 2)) {
      const form = { campaign: review, subject: id(circle.subject), rater: id(rater), approve: 'true' };
      const answer = await context.post('/api/review/decide', { form, maxRedirects: 0, headers: { accept: 'text/html' } });
      expect([302, 404], number).toContain(answer.status());
    }
    await context.dispose();
  }
}

/** Two sheets from one device in one sitting have nothing in common. */
async function twice(people: People, server: Server, review: string, circle: Circle): Promise<void> {
  const rater = { number: circle.superior, subject: circle.name, group: /as that of the superior/, comment: 'From above.' };
  const page = await toSubject(people, server, 'en', review, rater);
  const [asked, sent]: [string[], Buffer[]] = [[], []];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/ballots')) asked.push(String(request.postDataJSON().blinded));
    if (request.method() === 'PUT') sent.push(request.postDataBuffer() ?? Buffer.alloc(0));
  });
  const number = Number(rater.number);
  await sheet(page, 'en', number, rater.comment);
  const entries = page.locator('li.rating');
  const all = await entries.count();
  await expect(entries.filter({ hasText: en.rated })).toHaveCount(1);
  const other = entries.filter({ hasNotText: en.rated }).filter({ has: page.getByRole('link') }).first();
  await press(page, other.getByRole('link'), 'before rating');
  await sheet(page, 'en', number + 1, '');
  await expect(entries).toHaveCount(all);
  await expect(entries.filter({ hasText: en.rated })).toHaveCount(2);
  expect([new Set(asked).size, sent.length]).toEqual([2, 2]);
  expect(common(sent[0], sent[1]), 'no sixteen bytes of one sheet are in the other').toBe('');
  await people.leave(page);
}

/** Sixteen bytes, hexadecimal, that two sheets have in common beyond what every sheet has; empty where there are none. */
function common(one: Buffer, other: Buffer): string {
  const found = new Set<string>();
  for (let at = 0; at + 16 <= one.length; at += 1) found.add(one.subarray(at, at + 16).toString('hex'));
  for (let at = 0; at + 16 <= other.length; at += 1) {
    const piece = other.subarray(at, at + 16).toString('hex');
    if (found.has(piece)) return piece;
  }
  return '';
}

async function approved(hr: Page, review: string, circle: Circle): Promise<void> {
  const { pairs } = await ratersTable(hr, review);
  const added = pairs.filter((one) => one.subject === circle.subject && circle.strangers.includes(one.rater));
  expect(added.map((one) => [one.rater, one.relation, one.asked])).toEqual([[circle.strangers[0], 'Peer', true]]);
}

async function named(hr: Page, review: string, circle: Circle): Promise<void> {
  await open(hr, `/results/${review}`, 'of a review with single reports');
  await shot(hr, 'review-single-reports');
  const link = hr.locator(`a[href="/feedback/${review}/${circle.id}"]`);
  await press(hr, link, 'of somebody else');
  await expect(hr.locator('main')).toContainText(circle.name);
  await expect(hr.locator('.profile-row')).toHaveCount(8);
  await expect(hr.getByText('From above.')).toBeVisible();
  await expect(hr.locator('[name=action_1]'), 'nothing of others is written').toHaveCount(0);
  await shot(hr, 'review-single-report');
  await speak(hr, 'ja');
  for (const path of [`/results/${review}`, `/feedback/${review}/${circle.id}`]) await open(hr, path, 'of somebody else');
  await speak(hr, 'en');
}

/** The terms name HR alone. */
async function notNamed(server: Server, review: string, circle: Circle): Promise<void> {
  const { password } = server.login('staff');
  const others = ['executive', 'manager', 'staff', { number: circle.superior, password }] as const;
  for (const who of others) {
    const context = await asking(server, who);
    const answer = await context.get(`/feedback/${review}/${circle.id}`, { maxRedirects: 0 });
    expect([403, 404], JSON.stringify(who)).toContain(answer.status());
    await context.dispose();
  }
  const executive = await asking(server, 'executive');
  const page = await (await executive.get(`/results/${review}`)).text();
  expect(page).not.toContain(`/feedback/${review}/`);
  await executive.dispose();
}

async function shares(people: People, server: Server, review: string, circle: Circle): Promise<void> {
  const page = await arrive(people, server, 'en', circle.subject);
  await open(page, `/feedback/${review}`, 'report with a superior');
  const groups = page.getByRole('table').first();
  await expect(groups.getByRole('row').filter({ hasText: /^Superior/ })).toContainText('1');
  await expect(page.getByText('From above.')).toBeVisible();
  await page.locator('[name=action_1]').fill(ACTION);
  await page.locator('[name=due_1]').fill(`${new Date().getUTCFullYear() + 1}-03-31`);
  await page.locator('[name=shared_1]').check();
  await press(page, page.getByRole('button', { name: en.save }), 'saved');
  await told(page, en.actionsSaved);
  await people.leave(page);
}

async function pulse(people: People, server: Server, hr: Page, review: string, circle: Circle): Promise<void> {
  await open(hr, `/hr/campaigns/${review}`, 'review released');
  await press(hr, hr.getByRole('link', { name: en.makePulse }), 'pulse');
  await expect(hr.getByLabel(en.questionnaire).locator('option[value]:not([value=""])'), 'only what asks about actions').toHaveText([
    /^Pulse on intended actions/,
  ]);
  await hr.getByLabel(en.titleJa).fill('行動の確認');
  await hr.getByLabel(en.titleEn).fill('How far we came');
  await shot(hr, 'review-pulse-new');
  await press(hr, hr.getByRole('button', { name: en.save }), 'draft of a pulse');
  await told(hr, en.campaignCreated);
  const id = /\/hr\/campaigns\/([0-9a-f]{32})$/.exec(hr.url())?.[1] ?? '';
  await press(hr, hr.getByRole('link', { name: en.toTable }), 'of a pulse, empty');
  await press(hr, hr.getByRole('button', { name: en.makeTable }), 'of a pulse');
  await told(hr, en.tableMade);
  await fixAndOpen(hr, 'en', id, 'pulse');
  await open(hr, `/hr/campaigns/${id}/responses`, 'of one subject');
  await expect(hr.getByText('There are few subjects, so how many sheets have come is not shown')).toBeVisible();
  for (const [at, number] of circle.subordinates.slice(0, 3).entries()) {
    const rater = { number, subject: circle.name, group: /one of \d+ people/, comment: '' };
    const page = await toSubject(people, server, 'en', id, rater);
    await expect(page.getByText(ACTION).first(), 'shown before answering').toBeVisible();
    await begin(page);
    await expect(item(page, 'action_1')).toContainText(ACTION);
    await expect(item(page, 'action_2'), 'no second action was shared').toHaveCount(0);
    await shot(page, 'review-pulse-item');
    await item(page, 'action_1').getByRole('radio').nth(1 + at).check();
    await next(page, 'en');
    await send(page, 'en');
    await people.leave(page);
  }
  await closeAndRelease(hr, 'en', id, 'pulse');
  await open(hr, `/hr/campaigns/${id}`, 'pulse released');
  await expect(hr.getByText('There are too few subjects to show how many have opened their reports.')).toBeVisible();
  const page = await arrive(people, server, 'en', circle.subject);
  for (const lang of ['en', 'ja'] as const) {
    if (lang === 'ja') await speak(page, 'ja');
    await open(page, `/feedback/${id}`, 'of a pulse');
    await expect(page.getByText(ACTION)).toBeVisible();
    await shot(page, `review-pulse-report-${lang}`);
  }
  await expect(page.locator('[name=action_1]'), 'a pulse is no report').toHaveCount(0);
  await expect(page.getByRole('row').filter({ hasText: '一つ目の行動' }).first()).toContainText('3.0');
  await expect(page.getByText('二つ目の行動')).toHaveCount(0);
  await people.leave(page);
}
