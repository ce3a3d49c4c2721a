// The answering page, as a respondent uses it.

import { expect, type Locator, type Page } from '@playwright/test';
import { audit } from './axe';
import { OPTIONS, point } from './ministry';
import { words, type Lang } from './words';

/** The fieldset of an item. */
export function item(page: Page, key: string): Locator {
  return page.locator(`fieldset#q-${key}`);
}

/** Chooses an option or a point of a scale by its words. */
export async function choose(page: Page, key: string, label: string): Promise<void> {
  await item(page, key).getByLabel(label, { exact: true }).check();
}

/** The heading of the screen, which is where keyboard and screen reader are. */
export function heading(page: Page): Locator {
  return page.locator('#answer-heading');
}

/** From the privacy panel to the first section. */
export async function begin(page: Page): Promise<void> {
  await page.locator('#start:enabled').click();
  await expect(heading(page)).toBeFocused();
}

/** To the next screen. */
export async function next(page: Page, lang: Lang): Promise<void> {
  const before = await heading(page).innerText();
  await page.getByRole('button', { name: words(lang).next, exact: true }).click();
  await expect(heading(page)).not.toHaveText(before);
}

/** What somebody says on the sheet of the story. */
export interface Said {
  point: number;
  wishes: readonly ('tools' | 'rooms' | 'none')[];
  comment: string;
  place: 'office' | 'field';
}

/** Fills both sections in and stops before sending. */
export async function fill(page: Page, lang: Lang, said: Said): Promise<void> {
  await choose(page, 'eng', point(lang, said.point));
  for (const wish of said.wishes) await choose(page, 'wishes', OPTIONS[wish][lang]);
  await audit(page, 'a section');
  await next(page, lang);
  await item(page, 'comment').getByRole('textbox').fill(said.comment);
  await choose(page, 'place', OPTIONS[said.place][lang]);
  await audit(page, 'a section with a comment');
  await next(page, lang);
  await expect(heading(page)).toHaveText(words(lang).beforeSending);
  await audit(page, 'before sending');
}

/** Sends from the last screen, and returns the receipt. */
export async function send(page: Page, lang: Lang): Promise<string> {
  await page.locator('#send').click();
  return sent(page, lang);
}

/** Waits for the receipt. */
export async function sent(page: Page, lang: Lang): Promise<string> {
  const w = words(lang);
  await expect(heading(page)).toHaveText(w.sent, { timeout: 20_000 });
  await expect(heading(page)).toBeFocused();
  await audit(page, 'sent');
  const receipt = await page.locator('p', { hasText: w.receipt }).locator('strong.code').innerText();
  expect(receipt).toMatch(/^\w{8}$/);
  return receipt;
}

/** This device's transfer code. */
export async function transferCode(page: Page, lang: Lang): Promise<string> {
  const details = page.locator('details', { hasText: words(lang).fromOtherDevice }).filter({ visible: true });
  await details.locator('summary').click();
  return details.locator('code').innerText();
}

/** Takes a ballot over from another device. */
export async function enterCode(page: Page, lang: Lang, code: string): Promise<void> {
  const w = words(lang);
  const details = page.locator('details', { hasText: w.enterCode }).filter({ visible: true });
  if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  await details.getByLabel(w.transferCode).fill(code);
  await details.getByRole('button', { name: w.takeOver }).click();
}

/** Answers every question of the section on the screen with its first option; texts and dates stay empty. */
export async function fillSection(page: Page): Promise<void> {
  const questions = page.locator('fieldset.question').filter({ visible: true });
  // An answer may bring up further questions, so they are counted again each time.
  for (let at = 0; at < (await questions.count()); at += 1) {
    const question = questions.nth(at);
    const groups = question.getByRole('radiogroup');
    for (const part of (await groups.count()) > 0 ? await groups.all() : [question]) {
      const radio = part.getByRole('radio').first();
      if ((await radio.count()) > 0) await radio.check();
    }
    const number = question.getByRole('spinbutton');
    if ((await number.count()) > 0) await number.fill((await number.getAttribute('min')) ?? '0');
  }
}

/** Answers whatever the questionnaire asks, from the first section to the last screen. */
export async function fillAll(page: Page, lang: Lang): Promise<void> {
  const end = words(lang).beforeSending;
  for (let section = 0; section < 50; section += 1) {
    if ((await heading(page).innerText()) === end) return;
    await fillSection(page);
    await next(page, lang);
  }
  throw new Error('the questionnaire has no end');
}
