// HR makes a questionnaire by hand: every kind of item, what is refused, order, bank, preview, file, versions.

import type { Locator, Page } from '@playwright/test';
import { begin, choose, heading, item, next } from '../support/answering';
import { idsOf } from '../support/demo';
import { bring, exported, field, holds, LIST, remove, write, type Typed } from '../support/editor';
import { open, press, signIn, told } from '../support/session';
import { expect, test } from '../support/test';
import { words } from '../support/words';

const ja = words('ja');

/** The keys of all items, from top to bottom. */
async function order(page: Page): Promise<string> {
  const rows = page.locator('tr[id^="item-"]');
  return (await rows.evaluateAll((found) => found.map((row) => row.id.slice('item-'.length)))).join(' ');
}

/** The form of one item. */
function itemForm(page: Page): Locator {
  return page.locator('form[action="/api/hr/questionnaires/item"]');
}

/** Opens the form of a new item. */
async function add(page: Page, section: string, kind: string): Promise<void> {
  const part = page.locator(`#section-${section}`);
  await part.locator('select[name=kind]').selectOption(kind);
  await press(page, part.getByRole('button', { name: '設問を追加' }), kind);
}

async function save(page: Page, state = ''): Promise<void> {
  await press(page, itemForm(page).getByRole('button', { name: '設問を保存する' }), state);
}

/** One item of each kind; where no key is typed, it is made from the English question. */
const ITEMS: readonly [kind: string, typed: Typed][] = [
  ['scale', { key: 'pace', text_ja: '自分のペースで働ける。', text_en: 'I work at my own pace.' }],
  [
    'single',
    { key: 'place', text_ja: 'どこで働きますか。', text_en: 'Where do you work?', options: '塔 | Tower\n港 | Harbour' },
  ],
  [
    'multiple',
    {
      key: 'tools',
      text_ja: '足りないものは何ですか。',
      text_en: 'What is missing?',
      options: 'ランプ | Lamp\n海図 | Chart\nnone | 何もない | Nothing | exclusive',
      min: '1',
      max: '2',
    },
  ],
  [
    'matrix',
    {
      key: 'sky',
      text_ja: '空の様子に満足している。',
      text_en: 'I am content with the sky.',
      rows: '朝 | Morning\n夕方 | Evening',
      required: false,
      may_decline: true,
    },
  ],
  [
    'number',
    {
      text_ja: '一日に何時間働きますか。',
      text_en: 'How many hours a day?',
      min: '0',
      max: '24',
      decimals: '1',
      unit_ja: '時間',
      unit_en: 'hours',
    },
  ],
  ['date', { key: 'since', text_ja: 'いつからですか。', text_en: 'Since when?', min: '2025-04-01' }],
  ['short_text', { key: 'boat', text_ja: '船の名前は何ですか。', text_en: 'What is your boat called?', max_chars: '30' }],
];

/** What is wrong with them at first, and what is said then. */
const MISTAKES: Readonly<Record<string, [typed: Typed, message: string]>> = {
  matrix: [{ rows: '一つだけ' }, '1行目: 「|」で区切った部分が1個あります'],
  number: [{ min: '24', max: '0' }, '数値の範囲が正しくありません'],
};

test('a questionnaire is made by hand, from nothing to its file', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));

  const editor = await test.step('it begins empty', async () => {
    await open(page, LIST);
    const create = page.locator('#create');
    await create.locator('summary', { hasText: '空の調査票から始める' }).click();
    const button = create.getByRole('button', { name: '空の調査票を作る' });
    const typed = { title_ja: '港の調査', title_en: 'Harbour survey', key: 'Harbour!' };
    await write(create, typed);
    await press(page, button, 'refused');
    await told(page, '半角英小文字');
    await holds(create, typed);
    await field(create, 'key').fill('harbour');
    await press(page, button, 'empty');
    await told(page, '空の調査票を作りました');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('港の調査');
    await expect(page.getByText('調査で使う前に')).toContainText('「設問」に設問がありません');
    return new URL(page.url()).pathname;
  });

  await test.step('it gets a second section', async () => {
    const adding = page.locator('#new-section');
    const button = adding.getByRole('button', { name: ja.save });
    const typed = { key: 'Night!', heading_ja: '夜のこと', heading_en: 'By night', lead_ja: '夜について。' };
    await adding.locator('summary').click();
    await write(adding, typed);
    await press(page, button, 'refused');
    await told(page, '半角英小文字');
    await holds(adding, typed);
    await field(adding, 'key').fill('night');
    await press(page, button);
    await told(page, 'セクションを保存しました');
  });

  await test.step('an item of every kind is added, and what is refused is kept', async () => {
    for (const [kind, typed] of ITEMS) {
      await add(page, 'section', kind);
      const [wrong, message] = MISTAKES[kind] ?? [{}, ''];
      const first = { ...typed, ...wrong };
      await write(itemForm(page), first);
      await save(page, message ? 'refused' : '');
      if (message) {
        await told(page, message);
        await expect(page).toHaveURL(`${editor}/items/new?section=section&kind=${kind}`);
        await holds(itemForm(page), first);
        await write(itemForm(page), typed);
        await save(page);
      }
      await told(page, '設問を保存しました');
    }
    await add(page, 'night', 'long_text');
    const last = { key: 'words', text_ja: 'ひとことどうぞ。', text_en: 'In your words.' };
    await write(itemForm(page), { ...last, show_item: 'pace', show_values: '1、2' });
    await save(page);
    await told(page, '設問を保存しました');
    await expect(page.locator('#item-words')).toContainText('設問「pace」の回答が 1、2 のときに表示');
    expect(await order(page)).toBe('pace place tools sky how-many-hours-a-day since boat words');
    await expect(page.getByText('調査で使う前に')).toHaveCount(0);
  });

  await test.step('items and sections move, but not before what they depend on', async () => {
    const move = async (direction: '上へ' | '下へ', about: string) =>
      press(page, page.getByRole('button', { name: `${direction}: ${about}`, exact: true }));
    await move('下へ', '自分のペースで働ける。');
    expect(await order(page)).toMatch(/^place pace tools /);
    await move('上へ', 'ひとことどうぞ。');
    await expect(page.locator('#section-section #item-words')).toBeVisible();
    await expect(page.getByText('調査で使う前に')).toContainText('「夜のこと」に設問がありません');
    await move('下へ', 'ひとことどうぞ。');
    await expect(page.locator('#section-night #item-words')).toBeVisible();
    const before = await order(page);
    await move('上へ', '夜のこと');
    await told(page, 'words: 表示条件の設問「pace」が、これより前にありません');
    expect(await order(page)).toBe(before);
    const row = page.locator('#item-pace');
    await row.locator('summary').click();
    await press(page, row.getByRole('button', { name: /^削除する/ }));
    await told(page, 'words: 表示条件の設問「pace」が、これより前にありません');
    expect(await order(page)).toBe(before);
  });

  await test.step('an item becomes one of another kind, another one goes', async () => {
    await press(page, page.getByRole('link', { name: '編集: 船の名前は何ですか。' }));
    await page.locator('summary', { hasText: '設問の種類を変える' }).click();
    await page.locator('#other-kind').selectOption('long_text');
    await press(page, page.getByRole('button', { name: 'この種類にする' }));
    await holds(itemForm(page), { key: 'boat', text_ja: '船の名前は何ですか。', max_chars: '1000' });
    await save(page);
    await expect(page.locator('#item-boat')).toContainText('長い自由記述');
    const row = page.locator('#item-tools');
    await row.locator('summary').click();
    await press(page, row.getByRole('button', { name: /^削除する/ }));
    await told(page, '「tools」を削除しました');
  });

  await test.step('title and areas are changed', async () => {
    const head = page.locator('#head');
    const button = head.getByRole('button', { name: ja.save });
    await head.locator('summary').click();
    const typed = { title_en: 'Harbour pulse', introduction_ja: '二分で終わります。', areas: '休み' };
    await write(head, typed);
    await press(page, button, 'refused');
    await told(page, '1行目');
    await holds(head, typed);
    await field(head, 'areas').fill('休み | Rest');
    await press(page, button);
    await told(page, '題名と説明を保存しました');
  });

  await test.step('items come from the bank', async () => {
    const bank = page.locator('#bank');
    const button = bank.getByRole('button', { name: '選んだ設問を加える' });
    await bank.locator('summary').click();
    await press(page, button);
    await told(page, '加える設問を選んでください');
    for (const key of ['eng1', 'eng2']) await bank.locator(`input[value=${key}]`).check();
    await bank.locator('#bank-section').selectOption('night');
    await press(page, button);
    await told(page, '設問バンクから2問を加えました');
    expect(await order(page)).toBe('place pace sky how-many-hours-a-day since boat words eng1 eng2');
    await expect(bank.locator('input[value=eng1]')).toHaveCount(0);
  });

  await test.step('it is seen as respondents will see it', async () => {
    await press(page, page.getByRole('link', { name: ja.previewAsRespondent }));
    await begin(page);
    await expect(heading(page)).toHaveText('設問');
    await choose(page, 'pace', 'とてもそう思う');
    await expect(item(page, 'sky').getByRole('radiogroup')).toHaveCount(2);
    await next(page, 'ja');
    await expect(item(page, 'eng1')).toBeVisible();
    await expect(item(page, 'words')).toBeHidden();
  });

  await test.step('its file says all of it', async () => {
    const file = await exported(page, editor);
    expect(file).toMatchObject({ key: 'harbour', version: 1, title: { ja: '港の調査', en: 'Harbour pulse' } });
    const sections = file.sections as { key: string; items: { key: string; kind: object }[] }[];
    expect(sections.map(({ key }) => key)).toEqual(['section', 'night']);
    const sky = sections[0].items.find(({ key }) => key === 'sky');
    const rows = [{ key: 'morning' }, { key: 'evening' }];
    expect(sky).toMatchObject({ required: false, may_decline: true, kind: { type: 'matrix', rows } });
    expect(await bring(page, file), 'the same version of the same questionnaire').toBe(editor);
    expect(await exported(page, editor)).toEqual(file);
    const other = await bring(page, { ...file, key: 'harbour-two' });
    expect(other).not.toBe(editor);
    expect(await exported(page, other)).toEqual({ ...file, key: 'harbour-two' });
    await remove(page, 'harbour-two');
    await remove(page, 'harbour');
  });
});

test('what was used is not changed but copied, and the template begins another survey', async ({ people, demo }) => {
  const { questionnaire } = await idsOf(demo);
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await open(page, `${LIST}/${questionnaire}`, 'used');
  await expect(page.locator('main form')).toHaveCount(1);
  await press(page, page.getByRole('button', { name: '新しい版として編集' }));
  await told(page, '写しを作りました');
  await expect(page.locator('.facts').first()).toContainText('第2版');
  await remove(page, 'engagement', '第2版');
  await press(page, page.getByRole('button', { name: /エンゲージメント.*ひな形から作る/ }));
  await told(page, 'ひな形から調査票を作りました');
  await expect(page.locator('.facts').first()).toContainText('engagement-2');
  await remove(page, 'engagement-2');
});
