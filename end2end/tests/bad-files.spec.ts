// Files that must not get in, far too large or with cells that nobody sees, and the published table on paper.

import { rmSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { open, press, signIn, speak, told } from '../support/session';
import { expect, test } from '../support/test';
import { LANGS, words, type Words } from '../support/words';

test.describe.configure({ timeout: 90_000 });

/** A form that takes a file. */
interface Form {
  path: string;
  id: string;
  button(w: Words): string | RegExp;
}

const FOLLOWUP: Form = { path: '/indicators', id: '#import', button: (w) => w.importFile };
const METRICS: Form = { path: '/hr/metrics', id: '#upload', button: (w) => w.upload };

type Chosen = string | { name: string; mimeType: string; buffer: Buffer };

/** Sends a file, chosen in the form of its page. */
async function send(page: Page, form: Form, w: Words, file: Chosen, state: string): Promise<void> {
  await open(page, form.path);
  const fields = page.locator(form.id);
  await fields.locator('[name=file]').setInputFiles(file);
  await press(page, fields.getByRole('button', { name: form.button(w) }), state);
}

/** The newest table as a file. */
async function table(page: Page): Promise<string> {
  const answer = await page.request.get('/indicators/followup.csv');
  expect(answer.status()).toBe(200);
  return answer.text();
}

test.describe('too large', () => {
  test('a file of 50 MB ends on a page in words', async ({ people, demo }, testInfo) => {
    const file = testInfo.outputPath('large.csv');
    writeFileSync(file, Buffer.alloc(50_000_000, 'a'));
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login('hr'));
    const before = await table(page);
    people.watch.allow(/status of 413/);
    const main = page.getByRole('main');
    for (const lang of LANGS) {
      const w = words(lang);
      for (const form of lang === 'ja' ? [FOLLOWUP, METRICS] : [METRICS]) {
        await send(page, form, w, file, '50 MB');
        await expect(main.getByRole('heading', { level: 1 })).toHaveText(w.tooLarge);
        await expect(main.getByText(w.atMost)).toBeVisible();
      }
      await open(page, '/hr/metrics');
      await expect(page.locator('#waiting-heading'), 'nothing waits to be accepted').toHaveCount(0);
      await speak(page, lang === 'ja' ? 'en' : 'ja');
    }
    expect(await table(page), 'nothing was written').toBe(before);
    rmSync(file);
  });

  test('a table just above its own limit is told so where it was chosen', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login('hr'));
    const before = await table(page);
    const buffer = Buffer.alloc(8.5 * 2 ** 20, 'a');
    await send(page, FOLLOWUP, words('ja'), { name: 'large.csv', mimeType: 'text/csv', buffer }, '8.5 MB');
    await told(page, 'ファイルが大きすぎます(8.5 MB)。8.0 MB以内にしてください。');
    await expect(page).toHaveURL(/\/indicators$/);
    expect(await table(page)).toBe(before);
  });
});

/** The checksum of a part of a ZIP file: CRC-32 of ISO 3309. */
function checksum(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A ZIP file of parts that are not packed: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
function zipped(parts: Record<string, string>): Buffer {
  const [files, directory]: Buffer[][] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    // Version, flags, method, time and date (1 January 1980), checksum, both sizes, length of the name, no extra field.
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(0x21, 8);
    about.writeUInt32LE(checksum(data), 10);
    about.writeUInt32LE(data.length, 14);
    about.writeUInt32LE(data.length, 18);
    about.writeUInt16LE(path.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), about, place, path);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), about, path, data]);
    files.push(file);
    at += file.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  for (const field of [8, 10]) end.writeUInt16LE(files.length, field);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, listed, end]);
}

const COLUMNS =
  '項目番号,種別,項目,区分,目標,目標時期,現状,現状時点,目標設定時,目標設定時点,' +
  '具体的な取組時期・内容,具体的な成果・課題・今後の取組';

/** A workbook of a follow-up table with two figures; `attributes` are those of the last row. */
function workbook(attributes = '', merged = ''): Chosen {
  const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const cells = (row: string) =>
    row
      .split(',')
      .map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`)
      .join('');
  const row = (group: string) => `2,数値,灯台の見学者,${group},300人,毎年度,312人,令和6年度,,,,`;
  const lines = [COLUMNS, row('昼'), row('夜')];
  const rows = lines.map((text, at) => `<row${at === 2 ? attributes : ''}>${cells(text)}</row>`);
  const buffer = zipped({
    'xl/workbook.xml':
      `<workbook xmlns:r="${type}"><sheets>` + '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      `<Relationships><Relationship Id="r1" Type="${type}/worksheet" ` +
      'Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows.join('')}</sheetData>${merged}</worksheet>`,
  });
  const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return { name: 'table.xlsx', mimeType, buffer };
}

test('a workbook with merged cells or hidden rows is refused with the place', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  const before = await table(page);
  const w = words('ja');
  const merged = workbook('', '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>');
  const hidden = workbook(' hidden="1"');
  for (const form of [FOLLOWUP, METRICS]) {
    await send(page, form, w, merged, 'merged cells');
    await told(page, 'C2:C3のセルが結合されています。結合を解除し、それぞれの行に値を入れてください。');
    await send(page, form, w, hidden, 'a hidden row');
    await told(page, '3行目が非表示になっています。フィルターを解除して再表示するか、不要な行を削除してください。');
  }
  // The sheet itself can be read: what is wrong with it for metrics are its columns.
  await send(page, METRICS, w, workbook(), 'other columns');
  await told(page, '1行目: 「部署コード」の列がありません。');
  await expect(page).toHaveURL(/\/hr\/metrics$/);
  await expect(page.locator('#waiting-heading')).toHaveCount(0);
  expect(await table(page), 'nothing was written').toBe(before);
});

/** A4 in points of 1/72 inch. */
const A4 = { long: 841.9, short: 595.3 };

test('the published table is printed on A4 landscape, with headings on every sheet and no row torn', async ({
  people,
  demo,
}) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await open(page, '/indicators/published');
  await page.emulateMedia({ media: 'print' });
  const printed = page.locator('.print-landscape table');
  const style = await printed.evaluate((element) => ({
    head: [...element.querySelectorAll('thead')].map((head) => getComputedStyle(head).display),
    rows: [...element.querySelectorAll('tbody tr')].map((row) => getComputedStyle(row).breakInside),
  }));
  expect(style.head).toEqual(['table-header-group']);
  expect(style.rows.length).toBeGreaterThan(10);
  expect(new Set(style.rows)).toEqual(new Set(['avoid']));
  await expect(page.locator('.app-header').first()).toBeHidden();

  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  const sheets = [...pdf.matchAll(/\/MediaBox\s*\[([^\]]+)\]/g)].map(([, box]) => box.trim().split(/\s+/).map(Number));
  expect(sheets.length, 'more than one sheet').toBeGreaterThan(1);
  for (const [left, bottom, right, top] of sheets) {
    expect(Math.abs(right - left - A4.long), `${right} wide`).toBeLessThan(2);
    expect(Math.abs(top - bottom - A4.short), `${top} high`).toBeLessThan(2);
  }
});
