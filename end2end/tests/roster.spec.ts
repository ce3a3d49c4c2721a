// Files of units: looked through before they are imported, and refused as a whole where a row is wrong.

import type { Page } from '@playwright/test';
import { open, press, signIn, told } from '../support/session';
import { expect, test } from '../support/test';
import { words } from '../support/words';

const ja = words('ja');
const HEADER = '部署コード,部署名,部署名(英),上位部署コード,種別,廃止';

/** Uploads a file of units, and looks at what it would change. */
async function upload(page: Page, rows: readonly string[], state: string): Promise<void> {
  await open(page, '/hr/roster');
  await page.getByRole('radio', { name: ja.unitFile, exact: true }).check();
  const buffer = Buffer.from(`\ufeff${[HEADER, ...rows, ''].join('\r\n')}`);
  await page.getByLabel(ja.csvFile).setInputFiles({ name: 'units.csv', mimeType: 'text/csv', buffer });
  await press(page, page.getByRole('button', { name: ja.upload }), state);
  await expect(page).toHaveURL(/\/hr\/roster\/preview$/);
}

test('units are new, move and retire, each time after a look', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  const accept = page.getByRole('button', { name: ja.acceptRoster });
  const steps: [row: string, list: string, cells: string[]][] = [
    ['9100,灯台課,Lighthouse Division,1000,課,', '新しい部署', ['9100', '総務局', '']],
    ['9100,灯台課,Lighthouse Division,2000,課,', '上位部署が変わる部署', ['9100', '総務局 → ', '上位部署コード: 1000 → 2000']],
    ['9100,見張り課,Lookout Division,2000,課,', '変更のある部署', ['9100', '', '部署名: 灯台課 → 見張り課']],
    ['9100,見張り課,Lookout Division,2000,課,はい', '廃止する部署', ['9100', '', '']],
  ];
  for (const [row, list, cells] of steps) {
    await upload(page, [row], list);
    const rows = page.getByRole('table', { name: list }).getByRole('row');
    await expect(rows, 'the heading and one unit').toHaveCount(2);
    await expect(rows.nth(1).getByRole('cell')).toContainText(cells);
    await open(page, '/hr/roster');
    const units = page.getByRole('table', { name: '部署の一覧' });
    const before = await units.innerText();
    await page.goto('/hr/roster/preview');
    await press(page, accept, list);
    await told(page, '部署を取り込みました(1行)。');
    expect(await units.innerText(), 'nothing before, and something after').not.toBe(before);
  }
  await expect(page.getByText('廃止した部署が1あります')).toBeVisible();
  await expect(page.getByRole('cell', { name: '9100', exact: true })).toHaveCount(0);

  await upload(page, [steps[3][0]], 'nothing changes');
  await expect(page.getByText('部署はこのファイルと同じ内容です')).toBeVisible();
  await expect(accept).toHaveCount(0);
});

test('units in a circle are refused, and the rest of the file with them', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await upload(
    page,
    ['9300,見晴課,Vista Division,1000,課,', '9400,甲課,A Division,9500,課,', '9500,乙課,B Division,9400,課,'],
    'refused',
  );
  const report = page.getByRole('table', { name: ja.refusedRows });
  await expect(report.getByRole('row')).toHaveCount(2);
  await expect(report.getByRole('row').nth(1).getByRole('cell')).toContainText([
    '3',
    '上位部署コード',
    '9500',
    '上位部署の関係が循環しています(9400 → 9500 → 9400)。',
  ]);
  await expect(page.getByRole('button', { name: ja.acceptRoster })).toHaveCount(0);
  await press(page, page.getByRole('link', { name: '直したファイルを選ぶ' }));
  await expect(page.getByRole('table', { name: '部署の一覧' })).not.toContainText('見晴課');
});

test('a file that took the place of the one on the screen is not imported unseen', async ({ people, demo }) => {
  const page = await people.arrive(demo, 'ja');
  await signIn(page, 'ja', demo.login('hr'));
  await upload(page, ['9600,灯台課,Lighthouse Division,1000,課,'], '新しい部署');
  const other = await page.context().newPage();
  await upload(other, ['9700,霧笛課,Foghorn Division,1000,課,'], '新しい部署');
  await press(page, page.getByRole('button', { name: ja.acceptRoster }), 'replaced');
  await told(page, '確認したファイルは、もう保管されていません');
  await expect(page.getByRole('table', { name: '部署の一覧' })).not.toContainText(/灯台課|霧笛課/);
});
