// Questionnaires as HR handles them: the forms of the editor, and the list.

import { expect, type Locator, type Page } from '@playwright/test';
import { open, press, told } from './session';
import { words } from './words';

const ja = words('ja');

/** Where the list of questionnaires is. */
export const LIST = '/hr/questionnaires';

/** What is typed, chosen or ticked, by the name of the field. */
export type Typed = Readonly<Record<string, string | boolean>>;

/** A field of a form. */
export function field(form: Locator, name: string): Locator {
  return form.locator(`[name="${name}"]:not([type=hidden])`);
}

/** Types, chooses and ticks. */
export async function write(form: Locator, typed: Typed): Promise<void> {
  for (const [name, value] of Object.entries(typed)) {
    const control = field(form, name);
    if (typeof value === 'boolean') await control.setChecked(value);
    else if (await control.evaluate((element) => element.tagName === 'SELECT')) await control.selectOption(value);
    else await control.fill(value);
  }
}

/** The form holds what was typed. */
export async function holds(form: Locator, typed: Typed): Promise<void> {
  for (const [name, value] of Object.entries(typed)) {
    const control = field(form, name);
    if (typeof value === 'boolean') await expect(control, name).toBeChecked({ checked: value });
    else await expect(control, name).toHaveValue(value);
  }
}

/** Brings a questionnaire file, and returns the path of its editor. */
export async function bring(page: Page, questionnaire: object): Promise<string> {
  await open(page, LIST);
  const buffer = Buffer.from(JSON.stringify(questionnaire));
  await page.getByLabel(ja.jsonFile).setInputFiles({ name: 'q.json', mimeType: 'application/json', buffer });
  await press(page, page.getByRole('button', { name: ja.importFile, exact: true }));
  await told(page, ja.questionnaireImported);
  return new URL(page.url()).pathname;
}

/** The file of a questionnaire, as it is exported. */
export async function exported(page: Page, editor: string): Promise<Record<string, unknown>> {
  const file = await page.request.get(`${editor}/questionnaire.json`);
  expect(file.status()).toBe(200);
  return (await file.json()) as Record<string, unknown>;
}

/** Deletes a version that no campaign uses. */
export async function remove(page: Page, key: string, version = '第1版'): Promise<void> {
  await open(page, LIST);
  const rows = page.getByRole('row').filter({ has: page.getByText(key, { exact: true }) });
  const row = rows.filter({ hasText: version });
  await row.getByText('削除', { exact: true }).click();
  await press(page, row.getByRole('button', { name: /^この版を削除する/ }));
  await told(page, '調査票の版を削除しました');
  await expect(row).toHaveCount(0);
}
