// A year with the follow-up table, in Japanese; the executive reads English: from the imported table, over a year's
// overtime and a survey that feed it, to the sign-off, and out as a workbook that becomes the next year's table.

import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { audit } from '../support/axe';
import { asking } from '../support/demo';
import { linkIn, mailsWith } from '../support/mail';
import * as ministry from '../support/ministry';
import { closeAndRelease, fixAndOpen } from '../support/review';
import { open, press, signIn, told, trySignIn } from '../support/session';
import { shot } from '../support/shots';
import { Story } from '../support/story';
import { expect, test } from '../support/test';
import * as year from '../support/year';

const { planning } = ministry.UNITS;
const MANAGER = ministry.PEOPLE.managerOfPlanning;
const QUESTION = '3月の超過勤務が上限を超えた要因と、今後の見通しを教えてください。';
const REPLY = '霧笛の更新が3月に重なったためです。\n4月からは当番を二つに分けます。';
const DECISION = '当番を分けたあとの2か月を、一緒に確かめます。';
/** Five answers, the threshold: their mean is 4 of 5 points, an index of 75. */
const POINTS = [4, 4, 5, 3, 4];
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

test('from the imported table to the next year', async ({ people }) => {
  test.setTimeout(300_000);
  const story = await Story.begin('ja', people);
  try {
    const hr = await people.arrive(story.server, 'ja');
    await test.step('everybody is let in', () => letIn(story, hr));
    await test.step('a wrong table is refused with its rows and columns', () => refused(story, hr));
    await test.step('the table is imported', () => imported(hr));
    await test.step('twelve months of overtime arrive', () => overtime(story, hr));
    await test.step('the overtime row follows the series', () => linkedToHours(hr));
    await test.step('the unit above its ceiling is asked why', () => asked(hr));
    const manager = await test.step('its manager explains, coming from the mail', () => explained(story));
    await test.step('HR decides, and the manager sees it', () => decided(hr, manager));
    await test.step('a survey is linked, answered and released', () => survey(story, hr));
    await test.step('its value arrives', () => arrived(story, hr));
    await test.step('HR edits a row, and the record shows before and after', () => edited(hr));
    await test.step('the owning unit drafts, and HR accepts', () => drafted(hr, manager));
    await test.step('the table is read in part', () => filtered(hr));
    await test.step('an executive signs the table off', () => signed(story, hr));
    await test.step('nothing changes any more', () => closed(story, hr));
    const book = await test.step('the table is saved as a workbook', () => workbook(hr));
    await test.step('and read back as the table of the next year', () => readBack(story, hr, book));
  } finally {
    await story.end();
  }
});

/** The first person by mail, the others from the roster; the executive reads English. */
async function letIn(story: Story, hr: Page): Promise<void> {
  const { w, server } = story;
  await story.firstPassword(hr, ministry.PEOPLE.hr);
  await signIn(hr, 'ja', story.login(ministry.PEOPLE.hr));
  await open(hr, '/hr/roster');
  await hr.getByLabel(w.staffFile).check();
  const staff = ministry.staffCsv('ja', ministry.EVERYBODY, { [ministry.PEOPLE.executive]: { 7: 'en' } });
  const button = hr.getByRole('button', { name: w.upload });
  await story.upload(hr, hr.getByLabel(w.csvFile), 'staff.csv', Buffer.from(staff), button);
  await press(hr, hr.getByRole('button', { name: w.acceptRoster }), 'accepted');
  await told(hr, w.rosterImported);
  await press(hr, hr.getByRole('button', { name: w.sendActivations }), 'invited');
  const mails = await mailsWith(server.data, '/activate/', 13);
  const desk = await story.people.arrive(server, 'ja');
  await story.activate(desk, mails.values());
  await story.people.leave(desk);
}

/** Imports a table as that of a fiscal year. */
async function bring(hr: Page, fiscalYear: number, name: string, content: Buffer): Promise<void> {
  const form = hr.locator('#import');
  await form.locator('[name=fiscal_year]').fill(`${year.reiwa(fiscalYear)}年度`);
  const mimeType = name.endsWith('.xlsx') ? XLSX : 'text/csv';
  await form.locator('[name=file]').setInputFiles({ name, mimeType, buffer: content });
  await press(hr, form.getByRole('button', { name: '取り込む' }), name);
}

async function refused(story: Story, hr: Page): Promise<void> {
  await open(hr, '/indicators', 'empty');
  await bring(hr, year.YEAR, 'wrong.csv', year.wrongTable());
  const flash = hr.locator('main .flash');
  for (const [place, problem] of year.FAULTS) {
    await expect(flash).toContainText(place);
    await expect(flash).toContainText(problem);
  }
  await shot(hr, 'year-refused');
  await expect(hr.locator('#import [name=fiscal_year]'), 'what was typed is kept').toHaveValue(/^令和\d+年度$/);
  await expect(hr.getByText('フォローアップ表はまだありません'), 'nothing was written').toBeVisible();
  const context = await asking(story.server, story.login(ministry.PEOPLE.hr));
  expect((await context.get('/indicators/followup.csv')).status()).toBe(404);
  await context.dispose();
}

async function imported(hr: Page): Promise<void> {
  await bring(hr, year.YEAR, 'followup.csv', year.table());
  await told(hr, `${year.reiwa(year.YEAR)}年度のフォローアップ表を取り込みました(${year.COUNT}行)`);
  await expect(row(hr, year.ROWS.recruitment)).toContainText('達成');
  await expect(row(hr, year.ROWS.engagement)).toContainText('65以上');
  // Cell for cell as it came, but for the apostrophe before what a spreadsheet would work out.
  const came = year.table().toString().replace('"=', `"'=`);
  expect(await exported(hr, year.YEAR)).toEqual(came.split('\r\n'));
  await shot(hr, 'year-imported');
}

/** The line of an indicator. */
function row(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** The table as CSV, line by line; a line break within a cell is no end of a line. */
async function exported(page: Page, fiscalYear: number): Promise<string[]> {
  const answer = await page.request.get(`/indicators/followup.csv?year=${fiscalYear}`);
  expect(answer.status()).toBe(200);
  return (await answer.text()).split('\r\n');
}

async function overtime(story: Story, hr: Page): Promise<void> {
  const upload = async (name: string, content: Buffer) => {
    const button = hr.getByRole('button', { name: 'アップロードする' });
    await story.upload(hr, hr.locator('#upload [name=file]'), name, content, button);
  };
  await open(hr, '/hr/metrics', 'no numbers');
  await upload('wrong-hours.csv', year.wrongHours());
  await told(hr, '2行目・部署コード列: 「S900」');
  await upload('hours.csv', year.hours());
  await expect(hr).toHaveURL(/\/hr\/metrics\/preview$/);
  expect(await story.figure(hr, '新しい数値')).toMatch(/^48\D*$/);
  const changes = hr.getByRole('table', { name: '系列ごとの変更' }).getByRole('row');
  await expect(changes.filter({ hasText: '超過勤務時間' })).toContainText(year.WORKED.month);
  await expect(changes.filter({ hasText: '在庁時間' }).getByRole('cell').nth(1)).toHaveText('2');
  await shot(hr, 'year-hours-preview');
  await press(hr, hr.locator('form[action="/api/hr/metrics/accept"]').getByRole('button'), 'accepted');
  await told(hr, '48行を取り込みました。');
  await press(hr, hr.getByRole('table').getByRole('link', { name: /超過勤務時間/ }).first(), 'a year of hours');
  const totals = hr.getByRole('table', { name: '期間ごとの合計' }).getByRole('row');
  await expect(totals).toHaveCount(13);
  await expect(totals.nth(1).getByRole('cell')).toHaveText(['350時間', /^25(\.0)?時間$/, '2']);
  await shot(hr, 'year-hours');
}

async function linkedToHours(hr: Page): Promise<void> {
  await open(hr, '/indicators', 'of the year');
  await press(hr, row(hr, year.ROWS.overtime).getByRole('link', { name: year.ROWS.overtime }), 'no link');
  const form = hr.locator('#metric-form');
  await form.locator('[name=series]').selectOption('overtime_hours');
  await press(hr, form.getByRole('button', { name: '統計系列を保存' }), 'linked to a series');
  await told(hr, '統計系列と連携しました。');
  const values = hr.getByRole('table', { name: '実績値と出典' }).getByRole('row');
  await expect(values, 'twelve months and the cell of the table').toHaveCount(14);
  await expect(values.nth(1)).toContainText(year.WORKED.month);
  await expect(values.nth(1)).toContainText('超過勤務時間');
  await shot(hr, 'year-overtime-indicator');
  await open(hr, '/indicators', 'with a series');
  await expect(row(hr, year.ROWS.overtime)).toContainText(/25(\.0)?時間/);
  await expect(row(hr, year.ROWS.overtime)).toContainText('達成');
}

async function asked(hr: Page): Promise<void> {
  await open(hr, '/hr/overtime', 'no ceilings');
  await expect(hr.getByText('上限を超えた部署はありません')).toBeVisible();
  const form = hr.locator('form[action="/api/hr/overtime/ceilings"]');
  await form.locator('[name=fiscal_year]').fill(year.WORKED.year);
  await press(hr, form.getByRole('button', { name: '上限を計算し直す' }), 'with ceilings');
  await told(hr, `${year.WORKED.year}の上限を計算しました(部署と月の組合せで24件)`);
  const above = hr.getByRole('table', { name: '上限との差が大きい順に1部署' }).getByRole('row').nth(1);
  await expect(above.getByRole('rowheader')).toContainText(planning.ja);
  await expect(above.getByRole('cell')).toHaveText(['7(出典)', '30.0時間(出典)', '24.0時間(出典)', '+6.0(出典)', 'まだ求めていません']);
  await shot(hr, 'year-above');

  const ask = hr.locator('form[action="/api/hr/overtime/ask"]');
  await ask.locator('[name=question]').fill(QUESTION);
  await press(hr, ask.getByRole('button', { name: '選んだ部署に説明を求める' }), 'nobody ticked');
  await told(hr, '説明を求める部署を選んでください。');
  await expect(ask.locator('[name=question]'), 'what was typed is kept').toHaveValue(QUESTION);
  await ask.getByRole('checkbox', { name: planning.ja }).check();
  await ask.locator('[name=due_on]').fill(year.inDays(10));
  await press(hr, ask.getByRole('button', { name: '選んだ部署に説明を求める' }), 'asked');
  await told(hr, '1部署に説明を求めました。1通のメール');
  await expect(above).toContainText('回答待ち');
}

/** Returns the manager, on the page of the explanation. */
async function explained(story: Story): Promise<Page> {
  const mails = await mailsWith(story.server.data, '/overtime/', 1);
  const mail = mails.get(ministry.mailOf(MANAGER));
  expect(mail, 'the mail goes to the manager of the unit').toBeDefined();
  expect(mail!.subject).toContain(planning.ja);
  for (const part of ['一人当たり実績: 30.0時間', '上限: 24.0時間']) expect(mail!.body).toContain(part);
  const link = linkIn(mail!, 'overtime');

  const other = await asking(story.server, story.login(ministry.PEOPLE.managerOfAccounts));
  expect((await other.get(link)).status(), 'the manager of another unit').toBe(404);
  await other.dispose();

  const manager = await story.people.arrive(story.server, 'ja');
  await manager.goto(link);
  await expect(manager).toHaveURL(/\/sign-in\?next=/);
  await trySignIn(manager, 'ja', story.login(MANAGER));
  await expect(manager, 'back to what the mail is about').toHaveURL(new RegExp(`${link}$`));
  await audit(manager, 'asked');
  await expect(manager.getByText(QUESTION)).toBeVisible();

  await open(manager, '/', 'with an explanation to write');
  await shot(manager, 'year-manager-home');
  await press(manager, manager.getByRole('link', { name: '説明を書く' }));
  await expect(manager.getByText('上限を6.0時間上回っています')).toBeVisible();
  await manager.locator('[name=reply]').fill(REPLY);
  await press(manager, manager.getByRole('button', { name: '説明を送る' }), 'replied');
  await told(manager, '説明を送りました。');
  await expect(manager.locator('[name=reply]'), 'until something is decided').toHaveValue(REPLY);
  await shot(manager, 'year-explanation');
  return manager;
}

async function decided(hr: Page, manager: Page): Promise<void> {
  await open(hr, '/', 'with a reply');
  await press(hr, hr.getByRole('link', { name: '回答を見る' }), 'replied');
  const entry = hr.getByRole('article').filter({ hasText: planning.ja });
  await expect(entry.getByText('霧笛の更新が3月に重なったためです。')).toBeVisible();
  await shot(hr, 'year-explanations');
  await press(hr, entry.getByRole('link', { name: /^対応を決める/ }), 'to decide');
  await hr.locator('[name=decision]').fill(DECISION);
  await press(hr, hr.getByRole('button', { name: '対応を記録する' }), 'decided');
  await told(hr, '対応を記録しました。');

  await open(manager, '/overtime', 'decided');
  await expect(manager.locator('#asked').getByText('対応決定済み')).toBeVisible();
  await press(manager, manager.locator('#asked').getByRole('link', { name: planning.ja }), 'decided for me');
  await expect(manager.getByText(DECISION)).toBeVisible();
  await expect(manager.getByText('4月からは当番を二つに分けます。')).toBeVisible();
  await expect(manager.locator('[name=reply]'), 'it stays as it is').toHaveCount(0);
  await shot(manager, 'year-decided');
}

async function survey(story: Story, hr: Page): Promise<void> {
  const { w } = story;
  await open(hr, '/hr/questionnaires', 'empty');
  const json = Buffer.from(JSON.stringify(ministry.QUESTIONNAIRE));
  const button = hr.getByRole('button', { name: w.importFile });
  await story.upload(hr, hr.getByLabel(w.jsonFile), 'engagement.json', json, button);
  await told(hr, w.questionnaireImported);

  await open(hr, '/indicators', 'with a series');
  await press(hr, row(hr, year.ROWS.engagement).getByRole('link', { name: year.ROWS.engagement }), 'no link');
  await hr.locator('#link-form [name=figure]').selectOption('engagement area:engagement');
  await press(hr, hr.getByRole('button', { name: w.saveLink }), 'linked to a survey');
  await told(hr, w.linked);
  await expect(hr.getByText('全職員に示される結果が公表された回は、まだありません。')).toBeVisible();

  await open(hr, '/hr/campaigns/new');
  await hr.getByLabel(w.titleJa).fill(ministry.TITLE.ja);
  await hr.getByLabel(w.titleEn).fill(ministry.TITLE.en);
  const option = hr.getByRole('option').filter({ hasText: ministry.QUESTIONNAIRE.title.ja });
  await hr.getByLabel(w.questionnaire).selectOption({ label: await option.innerText() });
  await press(hr, hr.getByRole('button', { name: w.save }), 'draft');
  story.campaign = /\/hr\/campaigns\/([0-9a-f]{32})$/.exec(hr.url())?.[1] ?? '';
  await fixAndOpen(hr, 'ja', story.campaign, 'survey');
  for (const [at, point] of POINTS.entries()) {
    const said = { point, wishes: ['tools'], comment: `言葉 ${at}`, place: at < 3 ? 'office' : 'field' } as const;
    await story.answer(ministry.RESPONDENTS.planning[at], said);
  }
  await closeAndRelease(hr, 'ja', story.campaign, 'survey');
}

async function arrived(story: Story, hr: Page): Promise<void> {
  await open(hr, '/indicators', 'with a survey');
  const line = row(hr, year.ROWS.engagement);
  for (const part of ['75.0', year.thisMonth(), `n=${POINTS.length}`, '達成']) await expect(line).toContainText(part);
  await shot(hr, 'year-with-survey');
  await press(hr, line.getByRole('link', { name: '結果のページ', exact: true }), 'released');
  await expect(hr).toHaveURL(new RegExp(`/results/${story.campaign}$`));
  expect(await story.figure(hr, story.w.engagementIndex), 'the same figure').toMatch(/^75\.0/);
  await hr.goBack();
  await press(hr, line.getByRole('link', { name: year.ROWS.engagement }), 'with a survey');
  const value = hr.getByRole('table', { name: story.w.values }).getByRole('row').filter({ hasText: '75.0' });
  await expect(value).toContainText(`回答者${POINTS.length}人`);
  await expect(value.getByRole('link', { name: ministry.TITLE.ja })).toBeVisible();
}

async function edited(hr: Page): Promise<void> {
  await open(hr, '/indicators', 'with a survey');
  await press(hr, row(hr, year.ROWS.recruitment).getByRole('link', { name: '編集' }));
  const stale = await hr.context().newPage();
  await open(stale, new URL(hr.url()).pathname);

  const form = hr.locator('#cells');
  await form.locator('[name=current]').fill('138.2%');
  await press(hr, form.getByRole('button', { name: '保存する' }), 'refused');
  await expect(hr.locator('main .flash')).toContainText('100%を超えません');
  await expect(form.locator('[name=current]'), 'what was typed is kept').toHaveValue('138.2%');
  await form.locator('[name=current]').fill(year.EDITED.current);
  await form.locator('[name=current_as_of]').fill(year.WORKED.year);
  await press(hr, form.getByRole('button', { name: '保存する' }), 'saved');
  await told(hr, '行を保存しました。');

  // Whoever had the row open meanwhile writes over nothing: another cell is put beside, the same one is told.
  await stale.locator('#cells [name=current]').fill('39.9%');
  await press(stale, stale.locator('#cells').getByRole('button', { name: '保存する' }), 'changed meanwhile');
  await told(stale, 'ほかの人が「現状」を変更しました');
  await expect(stale.getByRole('heading', { name: 'まだ保存していない変更' })).toBeVisible();
  await expect(stale.locator('#cells [name=current]')).toHaveValue('39.9%');
  await shot(stale, 'year-conflict');
  await stale.close();

  await open(hr, new URL(hr.url()).pathname, 'saved');
  const owner = hr.locator('#settings [name=owner]');
  const unit = await owner.locator('option').filter({ hasText: planning.ja }).getAttribute('value');
  await owner.selectOption(unit);
  await press(hr, hr.getByRole('button', { name: '設定を保存' }), 'with an owner');
  await told(hr, '設定を保存しました。');

  await press(hr, hr.getByRole('link', { name: 'この行の変更履歴' }), 'of a row');
  const change = (text: string) => hr.getByRole('table', { name: '変更の一覧' }).getByRole('row').filter({ hasText: text });
  const cells = change(year.EDITED.current).getByRole('cell');
  await expect(cells).toContainText([/\d/, '灯台 30001', '編集', '現状', year.EDITED.before, year.EDITED.current]);
  await expect(change('担当部署')).toContainText(planning.ja);
  await expect(change('138.2%'), 'what was refused is no change').toHaveCount(0);
  await shot(hr, 'year-history');
}

async function drafted(hr: Page, manager: Page): Promise<void> {
  await open(manager, '/indicators', 'with rows of my own');
  await press(manager, manager.getByRole('link', { name: '自部署の下書き(1行)' }), 'mine');
  await press(manager, row(manager, `2 ${year.ROWS.recruitment}`).getByRole('link'));
  await expect(manager.locator('#draft [name=current]')).toHaveValue(year.EDITED.current);
  // A second window with the same form: neither writes over the other, and nothing typed is lost.
  const beside = await manager.context().newPage();
  await open(beside, new URL(manager.url()).pathname);
  await manager.locator('#draft [name=outcome]').fill(year.EDITED.outcome);
  await press(manager, manager.getByRole('button', { name: '下書きを保存' }), 'saved');
  await told(manager, '下書きを保存しました。');
  await shot(manager, 'year-draft');
  await beside.locator('#draft [name=outcome]').fill('別の画面で書いた成果。');
  await press(beside, beside.getByRole('button', { name: '下書きを保存' }), 'saved meanwhile');
  await told(beside, '保存されている下書きと見比べて');
  await expect(beside.locator('#draft [name=outcome]')).toHaveValue('別の画面で書いた成果。');
  await expect(beside.locator('#draft')).toContainText('説明会の回数を倍にした。');
  await shot(beside, 'year-draft-beside');
  await press(manager, manager.getByRole('button', { name: '人事担当へ提出' }), 'submitted');
  await told(manager, '人事担当へ提出しました。');
  await press(beside, beside.getByRole('button', { name: '人事担当へ提出' }), 'submitted meanwhile');
  await told(beside, '人事担当が確認しています');
  await expect(beside.locator('#unsaved dd'), 'what was changed, and no more').toHaveText(['別の画面で書いた成果。']);
  await shot(beside, 'year-draft-unsaved');
  await beside.close();
  await expect(row(manager, `2 ${year.ROWS.recruitment}`)).toContainText('人事担当が確認中');

  await open(hr, '/', 'with a draft');
  await press(hr, hr.getByRole('link', { name: '下書きを開く' }), 'to decide');
  const draft = hr.getByRole('article').filter({ hasText: year.ROWS.recruitment });
  const outcome = draft.getByRole('row').filter({ hasText: '説明会の回数を倍にした。' });
  await expect(outcome, 'before stands beside after').toContainText('採用の広報を続けている。');
  await shot(hr, 'year-drafts');
  await press(hr, draft.getByRole('button', { name: '採用して表に反映する' }), 'accepted');
  await told(hr, '下書きを採用し、表に反映しました。');

  await open(hr, '/indicators/history', 'of the table');
  const accepted = hr.getByRole('row').filter({ hasText: '下書きの採用' });
  await expect(accepted).toContainText('説明会の回数を倍にした。');
  await open(hr, '/indicators', 'with a survey');
  await expect(row(hr, year.ROWS.recruitment)).toContainText('次の年度も続ける。');
}

/** By owner, section and status; what is chosen is in the address. */
async function filtered(hr: Page): Promise<void> {
  const { recruitment, engagement, overtime: hours } = year.ROWS;
  const shows = async (...names: string[]): Promise<void> => {
    for (const name of [recruitment, engagement, hours]) {
      await expect(row(hr, name)).toHaveCount(names.includes(name) ? 1 : 0);
    }
  };
  const choose = async (name: string, label: string): Promise<void> => {
    await hr.locator(`form.toolbar [name=${name}]`).selectOption({ label });
    await press(hr, hr.getByRole('button', { name: '絞り込む' }), `${name} chosen`);
  };
  await shows(recruitment, engagement, hours);
  await choose('owner', planning.ja);
  await shows(recruitment);
  await choose('status', '達成');
  await shows(recruitment);
  await choose('section', '3');
  await shows();
  await press(hr, hr.getByRole('link', { name: '絞込みを解除' }));
  await choose('section', '3');
  await shows(engagement);
  await expect(hr).toHaveURL(/section=3/);
  await press(hr, hr.getByRole('link', { name: '絞込みを解除' }));
  await shows(recruitment, engagement, hours);
}

async function signed(story: Story, hr: Page): Promise<void> {
  await press(hr, hr.getByRole('button', { name: '確定を依頼する' }), 'to be signed');
  await told(hr, '確定を依頼しました。');
  await shot(hr, 'year-submitted');

  const executive = await story.people.arrive(story.server, 'en');
  await signIn(executive, 'en', story.login(ministry.PEOPLE.executive));
  await audit(executive, 'with a table to sign');
  await shot(executive, 'year-executive-home');
  await press(executive, executive.getByRole('link', { name: 'Open the table' }), 'to sign');
  await expect(executive.locator('#state')).toContainText('Waiting for the sign-off');
  await shot(executive, 'year-to-sign');
  await press(executive, executive.getByRole('button', { name: 'Sign this table off' }), 'signed');
  await told(executive, 'The table has been signed off.');
  await expect(executive.locator('#state')).toContainText('Signed off by Person 30003');
  await story.people.leave(executive);
}

async function closed(story: Story, hr: Page): Promise<void> {
  const before = await exported(hr, year.YEAR);
  await open(hr, '/indicators', 'signed');
  await expect(hr.locator('#state')).toContainText('確定しました。内容は変わりません。');
  await expect(hr.getByRole('link', { name: '編集', exact: true })).toHaveCount(0);
  await shot(hr, 'year-signed');
  const link = row(hr, year.ROWS.recruitment).getByRole('link', { name: year.ROWS.recruitment });
  const page = await link.getAttribute('href');
  const edit = `${page}/edit`;
  await open(hr, edit, 'signed');
  await expect(hr.getByText('の表は確定しているため、変更できません。')).toBeVisible();
  await expect(hr.locator('form[action^="/api/hr/followup/"]')).toHaveCount(0);
  await shot(hr, 'year-edit-signed');

  // Neither a form that was open before nor another import gets past it.
  const form = { row: page!.split('/').pop()!, was_outcome: '', outcome: '確定のあとの成果' };
  const headers = { accept: 'text/html' };
  const late = await hr.request.post(`${story.server.url}/api/hr/followup/edit`, { form, headers });
  expect(await late.text()).toContain('この年度の表は確定しています。');
  await open(hr, '/indicators', 'signed');
  await bring(hr, year.YEAR, 'late.csv', year.table());
  await told(hr, 'この年度の表は確定しています。');
  expect(await exported(hr, year.YEAR), 'nothing was written').toEqual(before);
}

/** Returns the workbook. */
async function workbook(hr: Page): Promise<Buffer> {
  await open(hr, '/indicators/published', 'signed');
  await shot(hr, 'year-published');
  await open(hr, '/indicators', 'signed');
  const saving = hr.waitForEvent('download');
  await hr.getByRole('link', { name: 'Excelをダウンロード' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe(`followup-fy${year.YEAR}.xlsx`);
  const book = readFileSync(await file.path());
  expect(book.toString('latin1', 0, 4)).toBe('PK\x03\x04');
  const sheet = year.part(book, 'xl/worksheets/sheet1.xml');
  const setup = /<pageSetup [^>]*>/.exec(sheet)?.[0] ?? '';
  for (const said of ['paperSize="9"', 'orientation="landscape"', 'fitToHeight="0"']) expect(setup).toContain(said);
  expect(year.part(book, 'xl/workbook.xml'), 'headings on every sheet').toContain('_xlnm.Print_Titles');
  expect(sheet, 'nothing that is evaluated').not.toContain('<f>');
  return book;
}

async function readBack(story: Story, hr: Page, book: Buffer): Promise<void> {
  const next = year.YEAR + 1;
  await bring(hr, next, `followup-fy${year.YEAR}.xlsx`, book);
  await told(hr, `${year.reiwa(next)}年度のフォローアップ表を取り込みました(${year.COUNT}行)`);
  await told(hr, '前年度までの表から引き継ぎました(1行)');
  await expect(hr.locator('#state'), 'the new table is open').toContainText('作成中');
  expect(await exported(hr, next), 'line by line').toEqual(await exported(hr, year.YEAR));
  const line = row(hr, year.ROWS.engagement);
  await expect(line, 'the value keeps its release').toContainText('75.0');
  const release = line.getByRole('link', { name: '結果のページ', exact: true });
  await expect(release).toHaveAttribute('href', `/results/${story.campaign}`);

  await press(hr, hr.getByRole('link', { name: '年度比較' }), 'of equal tables');
  const counts = hr.locator('dl.facts').first();
  await expect(counts).toContainText(`変更なし${year.COUNT}行`);
  await expect(counts).toContainText('新しい行0行');
  await shot(hr, 'year-compare');
}
