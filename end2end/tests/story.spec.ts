// The whole of it, once in each language: from a roster with a mistake in it to an indicator on the follow-up page.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { begin, choose, enterCode, fill, heading, item, next, send, sent, transferCode } from '../support/answering';
import { audit } from '../support/axe';
import { linkIn, mailsWith } from '../support/mail';
import * as ministry from '../support/ministry';
import { open, press, told } from '../support/session';
import { shiftJis } from '../support/shift-jis';
import { shot } from '../support/shots';
import { Story } from '../support/story';
import { expect, test } from '../support/test';
import { LANGS, words } from '../support/words';

const FOLLOWUP = readFileSync(fileURLToPath(new URL('../../service/demo/followup.csv', import.meta.url)));
const INDICATOR = '職員エンゲージメント指数';
/** A comment that would be markup, were it not shown as text. */
const MARKUP = '<b>太字</b> & "quoted"';

for (const lang of LANGS) {
  test(`from the roster to the indicator (${lang})`, async ({ people }) => {
    test.setTimeout(300_000);
    const story = await Story.begin(lang, people);
    try {
      const hr = await people.arrive(story.server, lang);
      await test.step('the first account is activated by mail', () => activation(story, hr));
      await test.step('the roster is imported, a wrong one is not', () => roster(story, hr));
      await test.step('everybody is let in', () => letIn(story, hr));
      await test.step('a questionnaire is imported', () => questionnaire(story, hr));
      await test.step('a campaign is made and its terms are fixed', () => campaign(story, hr));
      await test.step('invitations carry the hash of the terms', () => invitations(story, hr));
      if (lang === 'en') await test.step('the indicator is linked before the release', () => indicator(story, hr));
      await test.step('one loses the connection', () => offline(story));
      await test.step('one replaces the sheet', () => replacement(story));
      const desk = await test.step('one changes the device', () => transfer(story));
      await test.step('the others answer, and the figures follow', () => others(story, hr));
      await test.step('closing, counting, release', () => release(story, hr, desk));
      await test.step('staff see the whole and no unit', () => staffSee(story));
      await test.step('a manager sees the own unit', () => managerSees(story));
      if (lang === 'ja') await test.step('the indicator is linked after the release', () => indicator(story, hr));
      await test.step('the engagement figure is on the indicators page', () => observation(story, hr));
      await test.step('the release is saved as CSV', () => download(story, hr));
    } finally {
      await story.end();
    }
  });
}

async function activation(story: Story, hr: Page): Promise<void> {
  const mail = await story.firstPassword(hr, ministry.PEOPLE.hr);
  story.people.watch.allow(/status of 410/);
  await hr.goto(linkIn(mail, 'reset'));
  await expect(hr.getByText(story.w.linkVoid), 'a link works once').toBeVisible();
  await press(hr, hr.getByRole('link', { name: story.w.newLink }));
  await open(hr, '/sign-in');
  await hr.getByLabel(story.w.number).fill(ministry.mailOf(ministry.PEOPLE.hr));
  await hr.getByLabel(story.w.password).fill(ministry.PASSWORD);
  await press(hr, hr.getByRole('main').getByRole('button', { name: story.w.signIn }));
  await expect(hr).toHaveURL(/\/$/);
}

async function roster(story: Story, hr: Page): Promise<void> {
  const { w, lang } = story;
  const choose = async (content: string) => {
    await open(hr, '/hr/roster');
    await hr.getByLabel(w.staffFile).check();
    const button = hr.getByRole('button', { name: w.upload });
    // Japanese Excel writes Shift_JIS; elsewhere UTF-8 with a byte order mark is common.
    const bytes = lang === 'ja' ? shiftJis(content) : Buffer.from(`\ufeff${content}`);
    await story.upload(hr, hr.getByLabel(w.csvFile), 'staff.csv', bytes, button);
    await expect(hr).toHaveURL(/\/hr\/roster\/preview$/);
  };

  await choose(ministry.wrongStaffCsv(lang));
  await expect(hr.getByText(w.twoFaults)).toBeVisible();
  const report = hr.getByRole('table', { name: w.refusedRows });
  const [mail, unit] = [ministry.MISTAKES.mail, ministry.MISTAKES.unit];
  await expect(report.getByRole('row')).toHaveCount(3);
  await expect(report.getByRole('row').nth(1).getByRole('cell')).toContainText([
    mail.row,
    mail.column[lang],
    mail.value,
    w.badMail,
  ]);
  await expect(report.getByRole('row').nth(2).getByRole('cell')).toContainText([
    unit.row,
    unit.column[lang],
    unit.value,
    w.unknownUnit,
  ]);
  await expect(hr.getByRole('button', { name: w.acceptRoster })).toHaveCount(0);
  await shot(hr, `story-${lang}-roster-refused`);
  await open(hr, '/hr/roster');
  expect(await story.figure(hr, w.people), 'nothing was written').toMatch(/^1\D*$/);

  await choose(ministry.staffCsv(lang, ministry.EVERYBODY));
  await expect(hr.getByRole('table', { name: w.newPeople }).getByRole('row')).toHaveCount(14);
  await audit(hr, 'a sound file');
  await shot(hr, `story-${lang}-roster-preview`);
  await press(hr, hr.getByRole('button', { name: w.acceptRoster }), 'accepted');
  await told(hr, w.rosterImported);
  expect(await story.figure(hr, w.people)).toMatch(/^14\D*$/);
}

async function letIn(story: Story, hr: Page): Promise<void> {
  const { w } = story;
  await press(hr, hr.getByRole('button', { name: w.sendActivations }), 'invited');
  await told(hr, w.activationsQueued);
  const mails = await mailsWith(story.server.data, '/activate/', 13);
  const first = mails.get(ministry.mailOf(ministry.RESPONDENTS.planning[1]));
  const page = await story.people.arrive(story.server, story.lang);
  await story.setPassword(page, linkIn(first!, 'activate'));
  await story.activate(page, [...mails.values()].filter((mail) => mail !== first));
  await story.people.leave(page);
}

async function questionnaire(story: Story, hr: Page): Promise<void> {
  const { w } = story;
  await open(hr, '/hr/questionnaires', 'empty');
  const json = Buffer.from(JSON.stringify(ministry.QUESTIONNAIRE));
  const button = hr.getByRole('button', { name: w.importFile });
  await story.upload(hr, hr.getByLabel(w.jsonFile), 'engagement.json', json, button);
  await told(hr, w.questionnaireImported);
  await expect(hr.getByRole('heading', { level: 1 })).toHaveText(ministry.QUESTIONNAIRE.title[story.lang]);
  await press(hr, hr.getByRole('link', { name: w.previewAsRespondent }));
  await begin(hr);
  const said = { point: 3, wishes: ['tools', 'none'], comment: '03-1234-5678', place: 'field' } as const;
  await fill(hr, story.lang, said);
  await expect(hr.getByText(w.mayIdentify)).toBeVisible();
  await expect(hr.locator('#send')).toBeDisabled();
  await expect(hr.getByText(w.previewOnly)).toBeVisible();
}

async function campaign(story: Story, hr: Page): Promise<void> {
  const { w } = story;
  await open(hr, '/hr/campaigns', 'empty');
  await press(hr, hr.getByRole('main').getByRole('link', { name: w.newCampaign }).first());
  await hr.getByLabel(w.titleJa).fill(ministry.TITLE.ja);
  await hr.getByLabel(w.titleEn).fill(ministry.TITLE.en);
  const option = hr.getByRole('option').filter({ hasText: ministry.QUESTIONNAIRE.title[story.lang] });
  await hr.getByLabel(w.questionnaire).selectOption({ label: await option.innerText() });
  await press(hr, hr.getByRole('button', { name: w.save }), 'draft');
  await told(hr, w.campaignCreated);
  story.campaign = /\/hr\/campaigns\/([0-9a-f]{32})$/.exec(hr.url())?.[1] ?? '';
  expect(story.campaign).not.toBe('');
  await shot(hr, `story-${story.lang}-campaign-draft`);
  const stale = await hr.context().newPage();
  await open(stale, `/hr/campaigns/${story.campaign}`, 'draft');
  // The browser asks for the tick; whoever gets past it is asked by the server.
  await hr.locator('input[name=sure]').evaluate((box) => box.removeAttribute('required'));
  await story.step(hr, w.fixTerms, w.unsure);
  for (const page of [hr, stale]) await page.getByLabel(w.sureToFix).check();
  await story.step(hr, w.fixTerms, w.termsFixed);
  await story.step(stale, w.fixTerms, w.movedOn);
  await stale.close();
  await open(hr, `/terms/${story.campaign}`);
  await expect(hr.getByText(await story.termsHash(hr))).toBeVisible();
  const groups = hr.getByRole('table').last().getByRole('row');
  await expect(groups.filter({ hasText: ministry.UNITS.planning[story.lang] })).toContainText('7');
  await expect(groups.filter({ hasText: ministry.UNITS.accounts[story.lang] })).toContainText('7');
}

async function invitations(story: Story, hr: Page): Promise<void> {
  const { w } = story;
  await open(hr, `/hr/campaigns/${story.campaign}`, 'scheduled');
  await hr.locator('summary', { hasText: w.previewInvitation }).click();
  await audit(hr, 'preview of the invitation');
  for (const lang of LANGS) {
    const letter = hr.locator(`.letter[lang=${lang}]:visible`);
    await expect(letter).toContainText(ministry.TITLE[lang]);
    await expect(letter).toContainText(`${story.server.url}/answer/${story.campaign}`);
  }
  await story.step(hr, w.invite, w.invited);
  await story.step(hr, w.invite, w.nobodyLeft);
  await story.step(hr, w.openNow, w.opened);
  const hash = await story.termsHash(hr);
  const mails = await mailsWith(story.server.data, hash, ministry.EVERYBODY.length);
  const sent = hr.locator('.facts').filter({ hasText: w.waitingMails }).locator('dd').first();
  await expect
    .poll(async () => {
      await hr.reload();
      return sent.innerText();
    }, { message: 'queued is not sent', timeout: 20_000 })
    .toMatch(/^14\D*$/);
  await hr.locator('summary', { hasText: w.reminders }).click();
  await hr.locator('summary', { hasText: w.previewReminder }).click();
  await expect(hr.locator(`.letter[lang=${story.lang}]:visible`)).toContainText(ministry.TITLE[story.lang]);
  for (const [number, title] of [
    [ministry.RESPONDENTS.accounts[0], ministry.TITLE[story.lang]],
    [ministry.FOREIGNER, ministry.TITLE[story.langOf(ministry.FOREIGNER)]],
  ]) {
    const mail = mails.get(ministry.mailOf(number))!;
    expect(mail.subject).toContain(title);
    expect(mail.body).toContain(`${story.server.url}/answer/${story.campaign}`);
  }
}

async function offline(story: Story): Promise<void> {
  const { w, lang } = story;
  const page = await story.arrive(ministry.RESPONDENTS.planning[1]);
  await press(page, page.locator(`main a.button[href="/answer/${story.campaign}"]`));
  await expect(page.getByRole('heading', { name: w.whoSeesWhat })).toBeVisible();
  await shot(page, `story-${lang}-privacy`);
  await begin(page);
  await choose(page, 'eng', ministry.point(lang, 4));
  await shot(page, `story-${lang}-answering`);

  story.people.watch.allow(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await expect(page.getByText(w.offline)).toBeVisible();
  await audit(page, 'offline');
  await fill(page, lang, { point: 4, wishes: ['tools', 'rooms'], comment: MARKUP, place: 'office' });
  await page.locator('#send').click();
  await expect(page.getByText(w.waiting)).toBeVisible();
  await shot(page, `story-${lang}-offline`);
  await page.context().setOffline(false);
  await expect(page.getByText(w.offline)).toBeHidden();
  await sent(page, lang);
  await shot(page, `story-${lang}-sent`);
  await story.people.leave(page);
}

async function replacement(story: Story): Promise<void> {
  const number = ministry.FOREIGNER;
  const lang = story.langOf(number);
  const w = words(lang);
  const page = await story.arrive(number);
  await open(page, `/answer/${story.campaign}`);
  await begin(page);
  // An exclusive option drives the others out, and nothing is lost on a reload.
  await choose(page, 'wishes', ministry.OPTIONS.tools[lang]);
  await choose(page, 'wishes', ministry.OPTIONS.none[lang]);
  await expect(item(page, 'wishes').getByLabel(ministry.OPTIONS.tools[lang])).not.toBeChecked();
  await page.reload();
  await expect(item(page, 'wishes').getByLabel(ministry.OPTIONS.none[lang])).toBeChecked();
  await next(page, lang);
  await next(page, lang);
  await expect(page.getByRole('heading', { name: w.stillNeeded })).toBeVisible();
  await expect(page.locator('#send')).toBeDisabled();
  const missing = page.getByRole('alert').getByRole('button');
  await expect(missing).toHaveCount(2);
  await missing.first().click();
  await expect(item(page, 'eng')).toBeFocused();
  await fill(page, lang, { point: 1, wishes: [], comment: 'first words', place: 'field' });
  const before = await send(page, lang);

  await page.getByRole('button', { name: w.lookAgain }).click();
  await expect(heading(page)).toBeFocused();
  await choose(page, 'eng', ministry.point(lang, 2));
  await page.reload();
  await expect(heading(page), 'what was changed does not look sent').toHaveText(w.beforeSending);
  await expect(page.getByText(w.changedSince)).toBeVisible();
  await audit(page, 'changed since it was sent');
  await page.getByRole('button', { name: w.back, exact: true }).click();
  await expect(heading(page)).not.toHaveText(w.beforeSending);
  await page.getByRole('button', { name: w.back, exact: true }).click();
  await fill(page, lang, { point: 2, wishes: [], comment: 'second thoughts', place: 'field' });
  expect(await send(page, lang), 'the same ballot, so the same receipt').toBe(before);
  const [first, second] = story.people.watch.sheets.slice(-2);
  expect(second.body.subarray(0, 96).equals(first.body.subarray(0, 96)), 'the same ballot').toBe(true);
  expect(second.body.equals(first.body), 'sealed anew').toBe(false);
  expect(second.body.length, 'of the same size').toBe(first.body.length);
  await page.locator('#clear-device').click();
  const code = await page.locator('.clear-device code').innerText();
  await audit(page, 'about to clear');
  await page.locator('#clear-now').click();
  await expect(page.getByText(w.cleared)).toBeVisible();
  await expect(page.locator('#start'), 'the ballot is not here any more').toBeHidden();
  expect(await page.evaluate(() => Object.keys(localStorage).length)).toBe(0);
  await audit(page, 'cleared');
  await enterCode(page, lang, code);
  await expect(page.getByText(w.takenOver)).toBeVisible();
  await expect(page.locator('#start')).toBeEnabled();
  await story.people.leave(page);
}

/** Returns the first device, which has the questions open once more. */
async function transfer(story: Story): Promise<Page> {
  const { w, lang } = story;
  const number = ministry.RESPONDENTS.planning[2];
  const said = { point: 5, wishes: ['rooms'], comment: 'from my desk', place: 'office' } as const;
  const desk = await story.arrive(number);
  await open(desk, `/answer/${story.campaign}`);
  await begin(desk);
  await fill(desk, lang, said);
  const receipt = await send(desk, lang);
  const code = await transferCode(desk, lang);

  const phone = await story.arrive(number, { viewport: { width: 360, height: 740 } });
  await open(phone, `/answer/${story.campaign}`, 'ballot issued');
  story.people.watch.allow(/status of 409/);
  await phone.locator('#start:enabled').click();
  await expect(phone.getByRole('alert').filter({ hasText: w.otherDevice })).toBeVisible();
  await audit(phone, 'other device');
  await enterCode(phone, lang, `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`);
  await expect(phone.getByText(w.badCode)).toBeVisible();
  await enterCode(phone, lang, code);
  await expect(phone.getByText(w.takenOver)).toBeVisible();
  await begin(phone);
  await fill(phone, lang, { ...said, comment: 'from my phone' });
  expect(await send(phone, lang)).toBe(receipt);
  await story.people.leave(phone);
  await desk.getByRole('button', { name: w.lookAgain }).click();
  return desk;
}

async function others(story: Story, hr: Page): Promise<void> {
  const { w } = story;
  await open(hr, `/hr/campaigns/${story.campaign}/responses`);
  await expect(hr.getByText(w.liveFigures)).toBeVisible();
  expect(await story.figure(hr, w.sheetsReceived), 'a replaced sheet counts once').toBe('3');
  const table = hr.getByRole('region', { name: w.responsesByUnit });
  await table.focus();

  const answered: readonly string[] = [
    ministry.FOREIGNER,
    ministry.RESPONDENTS.planning[1],
    ministry.RESPONDENTS.planning[2],
  ];
  const rest = (division: readonly string[]) => division.filter((number) => !answered.includes(number));
  const comment = (number: string) => `words of ${number}`;
  for (const [at, number] of rest(ministry.RESPONDENTS.planning).entries()) {
    await story.answer(number, { point: 2 + at, wishes: ['tools'], comment: comment(number), place: 'office' });
  }
  for (const [at, number] of rest(ministry.RESPONDENTS.accounts).entries()) {
    await story.answer(number, { point: 1 + at, wishes: [], comment: comment(number), place: 'field' });
  }
  await expect
    .poll(() => story.figure(hr, w.sheetsReceived), { message: 'by itself', timeout: 25_000 })
    .toBe('10');
  await expect(table, 'and nobody is taken from where they are').toBeFocused();
  await expect(hr.getByRole('status').filter({ hasText: '10' }), 'and hears of it').toBeAttached();
  await shot(hr, `story-${story.lang}-responses`);
}

async function release(story: Story, hr: Page, desk: Page): Promise<void> {
  const { w } = story;
  await open(hr, `/hr/campaigns/${story.campaign}`, 'open');
  await hr.locator('summary', { hasText: w.closeNow as string }).click();
  await hr.getByLabel(w.sureToClose).check();
  await story.step(hr, w.close, w.closed);
  await late(story, desk);
  await hr.getByLabel(w.sureToCount).check();
  await story.step(hr, w.count, w.counted);
  await hr.getByLabel(w.sureToRelease).check();
  await story.step(hr, w.release, w.released);
  await shot(hr, `story-${story.lang}-campaign-released`);
  await press(hr, hr.getByRole('link', { name: w.seeResults }));
  expect(await story.figure(hr, w.engagementIndex)).toMatch(/^50\.0/);
  const receipts = hr.getByRole('table', { name: w.ballotsAndSheets });
  await expect(receipts.getByRole('cell')).toHaveText([/^14/, /^10/, /^10/, /^10/, /^0/]);
  await hr.locator('summary', { hasText: w.showReceipts }).click();
  const groups = hr.getByRole('table', { name: w.receiptsByGroup }).getByRole('row');
  for (const unit of [ministry.UNITS.planning, ministry.UNITS.accounts]) {
    const cells = groups.filter({ hasText: unit[story.lang] }).getByRole('cell');
    await expect(cells).toHaveText(['7', '5', '5', '5', '0']);
  }
  await audit(hr, 'with receipts');
  await shot(hr, `story-${story.lang}-results`);
}

/** After closing neither a kept sheet nor a new one gets in, and the page says so and what was kept. */
async function late(story: Story, desk: Page): Promise<void> {
  const { w, lang } = story;
  await fill(desk, lang, { point: 1, wishes: [], comment: 'words of one who is late', place: 'office' });
  await desk.locator('#send').click();
  const refusal = desk.getByRole('alert').filter({ hasText: w.closedMeanwhile });
  await expect(refusal).toContainText(w.keptHere);
  await audit(desk, 'closed while answering');
  await shot(desk, `story-${lang}-late`);
  await story.people.leave(desk);

  const sheet = story.people.watch.sheets[0];
  const again = await fetch(`${story.server.url}${sheet.path}`, { method: 'PUT', body: new Uint8Array(sheet.body) });
  expect(again.status).toBe(409);
  const page = await story.arrive(ministry.RESPONDENTS.planning[1]);
  await open(page, `/answer/${story.campaign}`, 'closed');
  await expect(page.getByText(w.surveyClosed)).toBeVisible();
  await story.people.leave(page);
}

async function staffSee(story: Story): Promise<void> {
  const { w } = story;
  const page = await story.arrive(ministry.RESPONDENTS.accounts[1]);
  await open(page, '/results');
  await press(page, page.getByRole('main').getByRole('link', { name: ministry.TITLE[story.lang] }));
  await expect(page.getByText(w.engagementIndex).first()).toBeVisible();
  await expect(page.getByRole('link', { name: w.wholeResults })).toBeVisible();
  await expect(page.getByRole('link', { name: w.unitResults })).toHaveCount(0);
  await open(page, `/results/${story.campaign}/items`);
  await expect(page.getByText('words of'), 'comments are not for all staff').toHaveCount(0);

  story.people.watch.allow(/status of 40[34]/);
  await page.goto(`/results/${story.campaign}/units`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(w.noAccess);
  for (const group of [1, 2, 3, 4]) {
    await page.goto(`/results/${story.campaign}/groups/${group}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(w.notFound);
  }
  await story.people.leave(page);
}

async function managerSees(story: Story): Promise<void> {
  const { w, lang } = story;
  const page = await story.arrive(ministry.PEOPLE.managerOfPlanning);
  await open(page, '/unit');
  await expect(page.getByText(ministry.UNITS.planning[lang]).first()).toBeVisible();
  await expect(page.getByText(ministry.UNITS.accounts[lang])).toHaveCount(0);
  expect(await story.figure(page, w.engagementIndex)).toMatch(/^65\.0/);
  expect(await story.figure(page, w.responseRate)).toMatch(/^71\.4/);
  await shot(page, `story-${lang}-unit`);
  await open(page, `/results/${story.campaign}/units`);
  await expect(page.getByText(ministry.UNITS.accounts[lang])).toHaveCount(0);
  await story.people.leave(page);
}

async function indicator(story: Story, hr: Page): Promise<void> {
  const { w } = story;
  await open(hr, '/indicators', 'empty');
  const button = hr.getByRole('button', { name: w.importFile });
  await story.upload(hr, hr.getByLabel(w.followupFile), 'followup.csv', FOLLOWUP, button);
  await told(hr, w.followupImported);
  await press(hr, hr.getByRole('link', { name: INDICATOR }));
  const choice = hr.getByLabel(w.surveyAndArea);
  await choice.selectOption('engagement area:engagement');
  await press(hr, hr.getByRole('button', { name: w.saveLink }), 'linked');
  await told(hr, w.linked);
}

async function observation(story: Story, hr: Page): Promise<void> {
  const { w, lang } = story;
  const index = '50.0';
  await open(hr, '/indicators', 'with a value');
  const row = hr.getByRole('row').filter({ hasText: INDICATOR });
  await expect(row).toContainText(index);
  await press(hr, row.getByRole('link', { name: INDICATOR }), 'with a value');
  const value = hr.getByRole('table', { name: w.values }).getByRole('row').filter({ hasText: index });
  await expect(value.getByRole('link', { name: ministry.TITLE[lang] })).toBeVisible();
  await expect(value).toContainText('10');
  await shot(hr, `story-${lang}-indicator`);
}

async function download(story: Story, hr: Page): Promise<void> {
  await open(hr, `/results/${story.campaign}`);
  const saving = hr.waitForEvent('download');
  await hr.getByRole('link', { name: story.w.downloadRelease }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe(`release-${story.campaign}.csv`);
  const csv = readFileSync(await file.path(), 'utf8');
  expect(csv.startsWith('\ufeff')).toBe(true);
  expect(csv).toContain(ministry.UNITS.accounts[story.lang]);
  expect(csv, 'comments are no part of it').not.toContain('words of');

  await open(hr, `/results/${story.campaign}/groups/0`);
  const comments = hr.locator('p.comment');
  await expect(comments).toHaveCount(10);
  await expect(comments.filter({ hasText: MARKUP }), 'markup is text').toHaveCount(1);
  await expect(comments.filter({ hasText: 'second thoughts' })).toHaveCount(1);
  await expect(comments.filter({ hasText: 'first words' }), 'a replaced sheet is gone').toHaveCount(0);
  await expect(comments.filter({ hasText: 'from my phone' })).toHaveCount(1);
}
