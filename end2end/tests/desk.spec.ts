// What the personnel division does beside the main story, each with success, and what the released pages show for it.

import { asking, idsOf } from '../support/demo';
import { open, press, signIn, told } from '../support/session';
import { expect, test } from '../support/test';
import { words } from '../support/words';

const ja = words('ja');

test('a draft is made, changed and deleted', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await open(page, '/hr/campaigns/new');
  await page.getByLabel(ja.titleJa).fill('霧の日の調査');
  await page.getByLabel(ja.titleEn).fill('Survey of a foggy day');
  await page.getByLabel(ja.questionnaire).selectOption({ index: 1 });
  await press(page, page.getByRole('button', { name: ja.save }), 'draft');
  await told(page, ja.campaignCreated);
  await press(page, page.getByRole('link', { name: '内容を編集' }));
  await page.getByLabel(ja.titleJa).fill('晴れた日の調査');
  await page.getByLabel('最小集計人数(点数)').fill('7');
  await page.getByLabel('最小集計人数(自由記述)').fill('12');
  await press(page, page.getByRole('button', { name: ja.save }), 'changed');
  await told(page, '変更を保存しました。');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('晴れた日の調査');
  await expect(page.getByText('点数は7人以上、自由記述は12人以上')).toBeVisible();
  await page.locator('summary', { hasText: '削除' }).click();
  await press(page, page.getByRole('button', { name: 'この調査を削除する' }), 'deleted');
  await told(page, '準備中の調査を削除しました。');
  await expect(page.getByRole('link', { name: '晴れた日の調査' })).toHaveCount(0);
});

test('the closing date is put later, not earlier, and it is on record', async ({ people, demo }) => {
  const { open: campaign } = await idsOf(demo);
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await open(page, `/hr/campaigns/${campaign}`, 'open');
  const summary = page.locator('summary', { hasText: '締切を延ばす' });
  await summary.click();
  const field = page.getByLabel('新しい締切');
  const planned = await field.inputValue();
  const day = (days: number) => {
    const date = new Date(`${planned}:00Z`);
    date.setUTCDate(date.getUTCDate() + days);
    return date.toISOString().slice(0, 16);
  };
  const later = page.getByRole('button', { name: '延ばす', exact: true });
  await field.fill(day(-1));
  await press(page, later, 'refused');
  await expect(page.locator('main .flash')).toContainText('締切');
  await expect(field, 'what was typed is kept').toHaveValue(day(-1));
  await field.fill(day(1));
  await press(page, later, 'extended');
  await told(page, '締切を延ばしました。');
  await expect(page.getByRole('row', { name: /締切を延長/ }).first()).toContainText('から');
});

test('reminders go to those without a ballot, after a look at how many they are', async ({ people, demo }) => {
  const { open: campaign } = await idsOf(demo);
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await open(page, `/hr/campaigns/${campaign}`, 'open');
  await page.locator('summary', { hasText: ja.reminders }).click();
  await page.getByLabel('送る範囲').selectOption({ index: 2 });
  await press(page, page.getByRole('button', { name: '人数を確かめる' }), 'how many');
  const send = page.getByRole('button', { name: /^\d+人に督促メールを送る$/ });
  const people_ = Number(/^\d+/.exec(await send.innerText())?.[0]);
  expect(people_).toBeGreaterThan(0);
  await press(page, send, 'reminded');
  await told(page, `${people_}通のメールを送信待ちにしました`);
  await expect(page.getByRole('row', { name: /回答期限のお知らせ/ }).first()).toContainText(`${people_}通`);
});

test('the questionnaire is looked at as a respondent of one group', async ({ people, demo }) => {
  const { open: campaign } = await idsOf(demo);
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await open(page, `/hr/campaigns/${campaign}`, 'open');
  const group = page.getByLabel('この区分の回答者としてプレビュー');
  const label = (await group.locator('option').nth(3).innerText()).trim();
  await group.selectOption({ index: 3 });
  await press(page, page.getByRole('button', { name: 'プレビューする' }), 'of a group');
  await expect(page.getByText(`あなたの回答は「${label}」の`)).toBeVisible();
  await expect(page.getByText('プレビューです。')).toBeVisible();
});

test('a value of an indicator is typed, shown, and taken back', async ({ people, demo }) => {
  const { indicator } = await idsOf(demo);
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await open(page, `/indicators/${indicator}`);
  await page.locator('[name=value]').fill('とても高い');
  await page.locator('[name=as_of]').fill('令和七年のいつか');
  await press(page, page.getByRole('button', { name: '記録する' }), 'refused');
  await expect(page.locator('main .flash')).toBeVisible();
  await expect(page.locator('[name=value]')).toHaveValue('とても高い');
  await page.locator('[name=value]').fill('41.3%');
  await page.locator('[name=as_of]').fill('令和7年12月');
  await press(page, page.getByRole('button', { name: '記録する' }), 'recorded');
  await told(page, '実績値を記録しました。');
  const row = page.getByRole('row').filter({ hasText: '令和7年12月' }).filter({ hasText: '41.3%' });
  await expect(row.first()).toBeVisible();
  await press(page, page.getByRole('button', { name: /^令和7年12月.*の値を取り消す$/ }), 'taken back');
  await told(page, '実績値を取り消しました。');
  await expect(row).toHaveCount(0);
});

test('released pages show bars with a table, the last wave, and why something is hidden', async ({ people, demo }) => {
  const { released } = await idsOf(demo);
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await open(page, `/results/${released}`);
  await expect(page.getByText(/前回は「.*エンゲージメント調査」です/)).toBeVisible();
  const areas = page.getByRole('table', { name: '領域ごとの指数' });
  await expect(areas.getByRole('columnheader', { name: '前回との比較' })).toBeVisible();
  await expect(areas.getByRole('row').nth(1)).toContainText(/\d+\.\d/);
  await open(page, `/results/${released}/items`);
  const chart = page.locator('.diverging').first();
  await expect(chart.locator('.diverging-bar').first()).toBeVisible();
  const labels = await chart.locator('.diverging-label').allInnerTexts();
  expect(labels.length).toBeGreaterThan(0);
  const behind = page.locator('.diverging + details').first();
  await behind.locator('summary').click();
  const rows = behind.getByRole('row');
  await expect(rows, 'each bar has its row').toHaveCount(labels.length + 1);
  await expect(rows.nth(1).getByRole('rowheader')).toHaveText(labels[0]);
  await expect(rows.nth(1).getByRole('cell').first()).toHaveText(/^\d+%$/);
  await open(page, `/results/${released}/units`);
  const hidden = page.locator('.hidden-value');
  await expect(hidden.first()).toContainText('—');
  await expect(hidden.first()).toContainText(/(回答者が少ないため|一人ひとりの回答を守るため)非表示/);
});

test('the follow-up page says how each indicator stands, and draws its course', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('executive'));
  await open(page, '/indicators');
  for (const status of ['達成', '遅れ', '目標なし']) {
    await expect(page.getByText(status, { exact: false }).first()).toBeVisible();
  }
  const index = page.getByRole('link', { name: /職員エンゲージメント指数/ }).first();
  await press(page, index);
  await expect(page.locator('.trend, .chart svg').first()).toBeVisible();
  await expect(page.getByRole('link', { name: '実施条件' }).first()).toBeVisible();
  await open(page, '/executive');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('全体の状況');
  await expect(page.locator('main svg').first()).toBeVisible();
});

test('no one is let in by a path that is in no table', async ({ demo }) => {
  const health = await fetch(`${demo.url}/healthz`);
  expect([health.status, await health.text()]).toEqual([200, 'ok']);
  for (const who of ['anonymous', 'hr', 'administrator'] as const) {
    const context = await asking(demo, who);
    for (const path of ['/data', '/hr/roster/passwords.csv', '/registry.sqlite', '/hr/unknown']) {
      expect((await context.get(path, { maxRedirects: 0 })).status(), `${who} ${path}`).toBe(404);
    }
    await context.dispose();
  }
});
