// Every kind of item in Chromium: what may be answered, what is said where it may not, what comes and goes.

import { begin, choose, heading, item, next } from '../support/answering';
import { audit } from '../support/axe';
import { bring, remove } from '../support/editor';
import { EVERY_KIND } from '../support/kinds';
import { press, signIn } from '../support/session';
import { expect, test } from '../support/test';
import { words } from '../support/words';

const ja = words('ja');

test('every kind of item is judged as it is answered', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await bring(page, EVERY_KIND);
  await press(page, page.getByRole('link', { name: ja.previewAsRespondent }));
  await begin(page);
  const fault = (key: string) => item(page, key).getByRole('alert');
  const sections = page.locator('.progress-count');
  const needed = page.locator('.error-summary');
  const back = page.getByRole('button', { name: ja.back, exact: true });
  const sky = (row: string, label: string) =>
    item(page, 'sky').getByRole('radiogroup', { name: row }).getByLabel(label, { exact: true }).check();
  const hours = async (typed: string) => {
    const number = item(page, 'hours').getByRole('spinbutton');
    await number.fill(typed);
    await number.blur();
  };
  const since = (day: string) => item(page, 'since').locator('input').fill(day);
  const boat = item(page, 'boat').getByRole('textbox');
  const why = item(page, 'why').getByRole('textbox');

  await test.step('prefer not to say', async () => {
    await choose(page, 'mood', '答えない');
    await expect(fault('mood')).toHaveText('');
    await choose(page, 'mood', '悪い');
    await expect(item(page, 'mood').getByLabel('答えない')).not.toBeChecked();
    await expect(item(page, 'hours').getByLabel('答えない'), 'where it is offered').toHaveCount(0);
  });

  await test.step('what depends on an answer comes and goes', async () => {
    await expect(item(page, 'why')).toBeVisible();
    await why.fill('秘めておく理由');
    await choose(page, 'mood', '良い');
    await expect(item(page, 'why')).toBeHidden();
  });

  await test.step('how many may be chosen, and what stands alone', async () => {
    const tools = item(page, 'tools');
    await expect(tools).toContainText('3つまで選べます。');
    await choose(page, 'tools', 'ランプ');
    await expect(fault('tools')).toHaveText('1個選んでいます。2個以上3個以下にしてください。');
    for (const label of ['ロープ', '海図', 'ナイフ']) await choose(page, 'tools', label);
    await expect(fault('tools')).toHaveText('4個選んでいます。2個以上3個以下にしてください。');
    await tools.getByLabel('ナイフ').uncheck();
    await expect(fault('tools')).toHaveText('');
    await choose(page, 'tools', '何も持たない');
    await expect(fault('tools')).toHaveText('');
    await expect(tools.getByRole('checkbox', { checked: true })).toHaveCount(1);
    await choose(page, 'tools', 'ランプ');
    await expect(tools.getByLabel('何も持たない')).not.toBeChecked();
    await choose(page, 'tools', '海図');
    await expect(fault('tools')).toHaveText('');
  });

  await test.step('rows, numbers, dates and texts', async () => {
    await sky('朝', '良い');
    await expect(fault('sky')).toHaveText('まだ答えていない行があります。');
    for (const typed of ['24.5', '-1', '7.25']) {
      await hours(typed);
      await expect(fault('hours'), typed).toHaveText('0–24の範囲で入力してください。');
    }
    for (const day of ['2025-03-31', '2026-04-01']) {
      await since(day);
      await expect(fault('since'), day).toHaveText('2025-04-01–2026-03-31の範囲で入力してください。');
    }
    for (const [typed, message] of [
      ['   ', 'まだ回答していません。'],
      ['長'.repeat(11), '11文字あります。10文字以内にしてください。'],
      ['灯\u202e丸', '使えない制御文字(U+202E)が含まれています。'],
      ['灯丸', ''],
    ]) {
      await boat.fill(typed);
      await expect(fault('boat'), typed).toHaveText(message);
    }
    await audit(page, 'every kind, with faults');
  });

  await test.step('the last screen names what is wrong, and leads there', async () => {
    await next(page, 'ja');
    await expect(heading(page)).toHaveText(ja.beforeSending);
    await expect(needed.getByRole('heading', { name: ja.stillNeeded })).toBeVisible();
    await expect(needed.getByRole('listitem')).toHaveText([
      /^空の様子.*まだ答えていない行があります。$/,
      /^何時間.*0–24の範囲で入力してください。$/,
      /^いつから.*2025-04-01–2026-03-31の範囲で入力してください。$/,
    ]);
    await expect(page.getByText('灯丸')).toBeVisible();
    await expect(page.getByText('秘めておく理由'), 'what is hidden again is not sent').toHaveCount(0);
    await needed.getByRole('button', { name: '何時間' }).click();
    await expect(item(page, 'hours')).toBeFocused();
    await hours('7.5');
    await since('2026-03-31');
    await sky('夕方', 'ふつう');
    for (const key of ['hours', 'since', 'sky']) await expect(fault(key)).toHaveText('');
  });

  await test.step('a whole section comes and goes', async () => {
    await expect(sections).toHaveText('1 / 1');
    await choose(page, 'place', '塔の上');
    await expect(sections).toHaveText('1 / 2');
    await next(page, 'ja');
    await expect(heading(page)).toHaveText('夜のこと');
    await next(page, 'ja');
    await expect(needed.getByRole('listitem')).toHaveText([/^星は見えますか。.*必須・未回答/]);
    await needed.getByRole('button').click();
    await choose(page, 'stars', 'はい');
    await next(page, 'ja');
    await expect(page.getByText(ja.stillNeeded)).toHaveCount(0);
    for (const title of ['夜のこと', '昼のこと']) {
      await back.click();
      await expect(heading(page)).toHaveText(title);
    }
    const place = item(page, 'place');
    await place.getByRole('button', { name: 'この回答を取り消す' }).click();
    await expect(place.getByRole('radio', { checked: true })).toHaveCount(0);
    await expect(sections).toHaveText('1 / 1');
    await next(page, 'ja');
    await expect(heading(page), 'past the section that is not shown').toHaveText(ja.beforeSending);
    await expect(page.getByText(ja.stillNeeded), 'nor is its answer a fault').toHaveCount(0);
  });

  await test.step('what is shown again is needed again', async () => {
    await back.click();
    await choose(page, 'mood', '悪い');
    await why.fill(' ');
    await next(page, 'ja');
    await expect(needed.getByRole('listitem')).toHaveText([/^なぜですか。.*必須・未回答/]);
    await expect(page.locator('#send')).toBeDisabled();
    await expect(page.getByText(ja.previewOnly)).toBeVisible();
  });
  await remove(page, EVERY_KIND.key);
});
