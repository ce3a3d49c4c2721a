// Moving about: opening pages, pressing buttons, signing in and out. Every page so reached goes through axe.

import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test';
import { audit } from './axe';
import type { Login } from './server';
import { words, type Lang } from './words';

/** The cookie of the session. */
export const SESSION = 'shirube';

/** Goes to a page. */
export async function open(page: Page, path: string, state = ''): Promise<void> {
  await page.goto(path);
  await audit(page, state);
}

/** Presses a button or link that leads to another page. */
export async function press(page: Page, control: Locator, state = ''): Promise<void> {
  const loaded = page.waitForEvent('load');
  await control.click();
  await loaded;
  await audit(page, state);
}

/** The message above the content says this. */
export async function told(page: Page, message: string | RegExp): Promise<void> {
  await expect(page.locator('main .flash').filter({ hasText: message })).toBeVisible();
}

/** Fills the sign-in in and sends it, wherever that leads. */
export async function trySignIn(page: Page, lang: Lang, login: Login): Promise<void> {
  const w = words(lang);
  await page.getByLabel(w.number).fill(login.number);
  await page.getByLabel(w.password).fill(login.password);
  const loaded = page.waitForEvent('load');
  await page.getByRole('main').getByRole('button', { name: w.signIn }).click();
  await loaded;
}

/** Signs in from the sign-in page to the home page. */
export async function signIn(page: Page, lang: Lang, login: Login): Promise<void> {
  await open(page, '/sign-in');
  await trySignIn(page, lang, login);
  await expect(page).toHaveURL(/\/$/);
  // On a narrow screen the button is in the menu.
  await expect(page.locator('form[action="/api/sign-out"]').first()).toBeAttached();
  await audit(page);
}

/** Changes the language from any page; for somebody who is signed in it stays so. */
export async function speak(page: Page, lang: Lang): Promise<void> {
  const { otherLanguage } = words(lang === 'ja' ? 'en' : 'ja');
  await press(page, page.getByRole('button', { name: otherLanguage, exact: true }));
  await expect(page.locator('html')).toHaveAttribute('lang', lang);
}

/** Signs out from any page. */
export async function signOut(page: Page, lang: Lang): Promise<void> {
  await press(page, page.getByRole('button', { name: words(lang).signOut }));
  await expect(page).toHaveURL(/\/sign-in$/);
}

/** Signs in without a browser; the request context keeps the session. */
export async function signInQuietly(request: APIRequestContext, login: Login): Promise<void> {
  const answer = await request.post('/api/sign-in', {
    form: { number: login.number, password: login.password, next: '/account' },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(303);
  expect(answer.headers().location).toBe('/account');
}
