// Reviews, as those who prepare them and those who answer go through them.

import { expect, type Page } from '@playwright/test';
import { begin, heading, next, send } from './answering';
import type { Server } from './server';
import { open, press, signIn, speak, told } from './session';
import { shot } from './shots';
import type { People } from './test';
import { words, type Lang } from './words';

/** One line of the table of raters as HR downloads it: numbers, names, relation, and whether the rater is asked. */
export interface Pair {
  subject: string;
  subjectName: string;
  rater: string;
  raterName: string;
  relation: string;
  asked: boolean;
  /** The line as it stands in the file. */
  cells: readonly string[];
}

/** The table of raters of a review: its heading, and its lines. */
export async function ratersTable(hr: Page, review: string): Promise<{ header: string; pairs: Pair[] }> {
  const file = await (await hr.request.get(`/hr/campaigns/${review}/raters.csv`)).text();
  const [header, ...lines] = file.replace('\ufeff', '').trim().split('\r\n');
  const pairs = lines.map((line) => {
    const cells = line.split(',');
    const [subject, subjectName, rater, raterName, relation, asked] = cells;
    return { subject, subjectName, rater, raterName, relation, asked: /^(はい|yes)$/.test(asked), cells };
  });
  return { header, pairs };
}

/** Numbers of those who are asked about a subject in this relation. */
export function raters(pairs: readonly Pair[], subject: string, relation: string): string[] {
  return pairs.filter((one) => one.subject === subject && one.relation === relation && one.asked).map((one) => one.rater);
}

/** From the table to the first answer: HR fixes the terms and opens the review. */
export async function fixAndOpen(hr: Page, lang: Lang, review: string, what = 'review'): Promise<void> {
  const w = words(lang);
  await open(hr, `/hr/campaigns/${review}`, `${what} with a table`);
  await hr.getByLabel(w.sureToFix).check();
  await press(hr, hr.getByRole('button', { name: w.fixTerms }), `terms of a ${what}`);
  await told(hr, w.termsFixed);
  await press(hr, hr.getByRole('button', { name: w.openNow }), `${what} open`);
  await told(hr, w.opened);
}

/** From the last answer to the reports: HR closes, counts and releases. */
export async function closeAndRelease(hr: Page, lang: Lang, review: string, what = 'review'): Promise<void> {
  const w = words(lang);
  await open(hr, `/hr/campaigns/${review}`, `${what} open`);
  await hr.locator('summary', { hasText: w.closeNow }).click();
  const steps = [
    [w.sureToClose, w.close, w.closed],
    [w.sureToCount, w.count, w.counted],
    [w.sureToRelease, w.release, w.released],
  ] as const;
  for (const [sure, button, message] of steps) {
    await hr.getByLabel(sure).check();
    await press(hr, hr.getByRole('button', { name: button, exact: true }), `${what} ${button}`);
    await told(hr, message);
  }
}

/** Somebody who rates. */
export interface Rater {
  number: string;
  /** Whom they rate, by name. */
  subject: string;
  /** What the page says before the first question about the group that the answer counts in. */
  group: RegExp;
  /** Written under the first question that asks for words. */
  comment: string;
}

/** Somebody of the demo, signed in and reading in this language: the demo's people begin in Japanese. */
export async function arrive(people: People, server: Server, lang: Lang, number: string): Promise<Page> {
  const page = await people.arrive(server, lang);
  await signIn(page, lang, { number, password: server.login('staff').password });
  if ((await page.locator('html').getAttribute('lang')) !== lang) await speak(page, lang);
  return page;
}

/** Signs in and goes to the page on which this person rates the subject. */
export async function toSubject(people: People, server: Server, lang: Lang, review: string, rater: Rater): Promise<Page> {
  const page = await arrive(people, server, lang, rater.number);
  await press(page, page.locator(`a[href="/review/${review}"]`).first(), 'people to rate');
  const entry = page.locator('li.rating').filter({ hasText: rater.subject });
  await expect(entry).toBeVisible();
  await shot(page, `review-list-${lang}`);
  await press(page, entry.getByRole('link'), 'before rating');
  await expect(page.getByText(rater.group).first(), 'in which group of how many').toBeVisible();
  await shot(page, `review-panel-${lang}`);
  return page;
}

/** Somebody answers about a subject, from signing in to the list that says so. */
export async function rate(people: People, server: Server, lang: Lang, review: string, rater: Rater): Promise<void> {
  const page = await toSubject(people, server, lang, review, rater);
  await sheet(page, lang, Number(rater.number), rater.comment);
  await expect(page.locator('li.rating').filter({ hasText: rater.subject })).toContainText(words(lang).rated);
  await people.leave(page);
}

/** One sheet, from the page on which somebody is rated to the list that says it was sent. */
export async function sheet(page: Page, lang: Lang, who: number, comment: string): Promise<void> {
  const w = words(lang);
  await begin(page);
  await fillOwnWay(page, lang, who);
  // Back to the comments, which are the section before the last screen.
  await page.getByRole('button', { name: w.back, exact: true }).click();
  await page.getByRole('textbox').first().fill(comment);
  await page.getByRole('button', { name: w.next, exact: true }).click();
  await send(page, lang);
  await press(page, page.getByRole('link', { name: w.nextToRate }), 'one is done');
}

/** Answers every item, everybody a little differently: answers that are all alike would be hidden. */
async function fillOwnWay(page: Page, lang: Lang, who: number): Promise<void> {
  for (let section = 0; section < 20; section += 1) {
    if ((await heading(page).innerText()) === words(lang).beforeSending) return;
    const questions = page.locator('fieldset.question').filter({ visible: true });
    for (const [at, question] of (await questions.all()).entries()) {
      const points = question.getByRole('radio');
      if ((await points.count()) > 0) await points.nth((who + at + section) % 5).check();
    }
    await next(page, lang);
  }
  throw new Error('the questionnaire has no end');
}
