// The files of a year with the follow-up table: the table itself, a wrong one, and hours of the small ministry's two
// divisions. All dates follow the day of the run, so that no month lies ahead and the newest table is this year's.

import { inflateRawSync } from 'node:zlib';

/** The calendar year that the present fiscal year began in, in Japan. */
export const YEAR = fiscalYear(new Date());

function fiscalYear(now: Date): number {
  const day = now.toLocaleDateString('en-CA', { timeZone: 'Asia/Tokyo' });
  const [year, month] = day.split('-').map(Number);
  return month >= 4 ? year : year - 1;
}

/** 令和7 of 2025. */
export function reiwa(year: number): string {
  return `令和${year - 2018}`;
}

/** A day in Japan, so many days from today, as in a date field. */
export function inDays(days: number): string {
  const date = new Date(Date.now() + days * 86_400_000);
  return date.toLocaleDateString('en-CA', { timeZone: 'Asia/Tokyo' });
}

/** This month as the pages write it, in Japan. */
export function thisMonth(): string {
  const [year, month] = inDays(0).split('-').map(Number);
  return `${reiwa(year)}年${month}月`;
}

const HEADINGS = [
  '項目番号',
  '種別',
  '項目',
  '区分',
  '目標',
  '目標時期',
  '現状',
  '現状時点',
  '目標設定時',
  '目標設定時点',
  '具体的な取組時期・内容',
  '具体的な成果・課題・今後の取組',
];

function csv(lines: readonly (readonly string[])[]): Buffer {
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return Buffer.from(`\ufeff${lines.map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`);
}

/** Names of the rows that the story has to do with, as the pages show them. */
export const ROWS = {
  recruitment: '女性の採用目標(総合職)',
  engagement: '職員エンゲージメント指数',
  overtime: '1人当たりの月平均超過勤務時間',
} as const;

/** What HR and the unit put in the place of what the table says. */
export const EDITED = { before: '36.4%', current: '38.2%', outcome: '説明会の回数を倍にした。\n・次の年度も続ける。' } as const;

const [set, last] = [`${reiwa(YEAR - 4)}年度`, `${reiwa(YEAR - 1)}年度`];

const TABLE = [
  [
    '1',
    '取組',
    '灯台の仕事の見直し',
    ...Array<string>(7).fill(''),
    '【見直し】\n・春に、各課が仕事を一覧にした。\n・"紙の当番表"を、画面の表に替えた。',
    '=当番の引継ぎに掛かる時間が半分になった。\n- 霧の日の手順は、次の年度に見直す。',
  ],
  ['1', '調査', '会議の進め方', ...Array<string>(7).fill(''), '会議の3割を30分以内にした。', ''],
  ['2', '取組', '女性の活躍の推進', ...Array<string>(7).fill(''), '・採用説明会で、働く職員の話を聞く場を設けた。', ''],
  ['2', '数値', '女性の採用目標', '総合職', '毎年度35%以上', '毎年度', EDITED.before, last, '30.5%', set, '', '採用の広報を続けている。'],
  ['2', '数値', '女性の採用目標', '専門職', '毎年度40%以上', '毎年度', '41%', last, '38.9%', set, '', ''],
  ['3', '数値', ROWS.engagement, '', '65以上', `${reiwa(YEAR + 4)}年度末`, '61.2', last, '58.4', set, '', ''],
  ['4', '数値', ROWS.overtime, '', '30時間以下', '毎年度', '27.5時間', last, '33時間', set, '', ''],
  ['4', '数値', '灯台の見学者', '', '-', '', '1,200人', last, '', '', '', ''],
];

/** Rows of the table. */
export const COUNT = TABLE.length;

/** The table. */
export function table(): Buffer {
  return csv([HEADINGS, ...TABLE]);
}

/** A table with a date that never was in row 2, more than the whole in row 3, and row 4 once more in row 5. */
export function wrongTable(): Buffer {
  const twice = ['4', '数値', '研修の受講者数', '', '300人', '毎年度', '312人', last, '', '', '', ''];
  return csv([
    HEADINGS,
    ['2', '数値', '女性の採用目標', '', '毎年度35%以上', '毎年度', '36.4%', last, '30.5%', '令和0年4月1日', '', ''],
    ['3', '数値', '男性職員の育児休業取得率', '', '100%', '毎年度', '110%', last, '', '', '', ''],
    twice,
    twice,
  ]);
}

/** What is told of the wrong table, up to the value that stands there. */
export const FAULTS = [
  ['2行目・目標設定時点列: 「令和0年4月1日」', '期間に含まれません'],
  ['3行目・現状列: 「110%」', '割合は100%を超えません'],
  ['5行目・項目列: 「研修の受講者数」', '4行目と項目番号・種別・項目・区分が同じです'],
] as const;

/** The fiscal year of the overtime, which is over, and its last month. */
export const WORKED = { year: `${reiwa(YEAR - 1)}年度`, month: `${reiwa(YEAR)}年3月`, code: `${YEAR}-03` } as const;

/** People of each division. */
const PEOPLE = 7;

/** Months of a fiscal year, April first: `2025-04`. */
function months(year: number): string[] {
  const month = (at: number) => `${at < 9 ? year : year + 1}-${String(at < 9 ? at + 4 : at - 8).padStart(2, '0')}`;
  return Array.from({ length: 12 }, (_, at) => month(at));
}

/**
 * Twelve months of overtime, and the hours in the office of the year before, of both divisions. Everybody was in the
 * office for 25 hours a month: less 5%, in steps of half an hour, the ceiling is 24 hours. In March, planning worked
 * 30 hours each and accounts 20, in the other months one hour less for each month before it.
 */
export function hours(): Buffer {
  const lines = [['部署コード', '系列', '期間', '値', '人数']];
  for (const [unit, most] of [['S100', 30], ['S200', 20]] as const) {
    for (const [at, month] of months(YEAR - 1).entries()) {
      lines.push([unit, 'overtime_hours', month, String(PEOPLE * (most - 11 + at)), String(PEOPLE)]);
    }
    for (const month of months(YEAR - 2)) {
      lines.push([unit, 'office_hours', month, String(PEOPLE * 25), String(PEOPLE)]);
    }
  }
  return csv(lines);
}

/** Hours of a unit that nobody knows. */
export function wrongHours(): Buffer {
  return csv([
    ['部署コード', '系列', '期間', '値', '人数'],
    ['S900', 'overtime_hours', `${YEAR}-03`, '10', '1'],
  ]);
}

/** A part of a workbook, which is a ZIP file: APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.12. */
export function part(book: Buffer, name: string): string {
  for (let at = book.indexOf('PK\x01\x02'); at >= 0; at = book.indexOf('PK\x01\x02', at + 4)) {
    const [method, packed] = [book.readUInt16LE(at + 10), book.readUInt32LE(at + 20)];
    const length = book.readUInt16LE(at + 28);
    if (book.toString('utf8', at + 46, at + 46 + length) !== name) continue;
    const local = book.readUInt32LE(at + 42);
    const start = local + 30 + book.readUInt16LE(local + 26) + book.readUInt16LE(local + 28);
    const bytes = book.subarray(start, start + packed);
    return (method === 0 ? bytes : inflateRawSync(bytes)).toString();
  }
  throw new Error(`the workbook has no ${name}`);
}
