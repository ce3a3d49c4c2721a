// The people of the story at work: the personnel division at its desk, respondents at their devices.

import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { begin, fill, send, type Said } from './answering';
import { linkIn, mailsWith, type Mail } from './mail';
import * as ministry from './ministry';
import { command, emptyFolder, Server, type Login } from './server';
import { open, press, signIn, signInQuietly, told } from './session';
import type { People } from './test';
import { words, type Lang, type Words } from './words';

/** A server of the small ministry, with what stands on its screens in one language. */
export class Story {
  readonly w: Words;
  /** The campaign's id, once there is one. */
  campaign = '';

  private constructor(
    readonly lang: Lang,
    readonly server: Server,
    readonly people: People,
  ) {
    this.w = words(lang);
  }

  /** An installation as the command line leaves it: units, and one person of the personnel division. */
  static async begin(lang: Lang, people: People): Promise<Story> {
    const data = emptyFolder();
    const files = emptyFolder();
    const [units, staff] = [join(files, 'units.csv'), join(files, 'staff.csv')];
    writeFileSync(units, ministry.unitsCsv(lang));
    writeFileSync(staff, ministry.firstStaffCsv(lang));
    const { stderr } = await command(data, 'roster', 'import', staff, '--units', units);
    expect(stderr).toContain('3 units imported');
    expect(stderr).toContain('1 new, 0 updated, 0 moved, 0 unchanged, 0 leavers');
    rmSync(files, { recursive: true });
    return new Story(lang, await Server.start(data, 'serve'), people);
  }

  async end(): Promise<void> {
    await this.server.stop();
  }

  login(number: string): Login {
    return { number, password: ministry.PASSWORD };
  }

  /** The language somebody reads. */
  langOf(number: string): Lang {
    const other = this.lang === 'ja' ? 'en' : 'ja';
    return number === ministry.FOREIGNER ? other : this.lang;
  }

  /** Somebody at a device of their own, signed in. */
  async arrive(number: string, options = {}): Promise<Page> {
    const lang = this.langOf(number);
    const page = await this.people.arrive(this.server, lang, options);
    await signIn(page, lang, this.login(number));
    return page;
  }

  /** A first password by a mailed link, asked for on the sign-in page. */
  async firstPassword(page: Page, number: string): Promise<Mail> {
    const { w } = this;
    await open(page, '/sign-in');
    await press(page, page.getByRole('link', { name: w.forgot }));
    await page.getByLabel(w.number).fill(number);
    await press(page, page.getByRole('button', { name: w.sendMail }));
    await told(page, w.mailSent);
    const mails = await mailsWith(this.server.data, '/reset/', 1);
    const mail = mails.get(ministry.mailOf(number));
    expect(mail, 'the mail goes to the address on the roster').toBeDefined();
    await this.setPassword(page, linkIn(mail as Mail, 'reset'));
    return mail as Mail;
  }

  /** Sets the password on the page behind a mailed link. */
  async setPassword(page: Page, link: string): Promise<void> {
    const { w } = this;
    await open(page, link);
    await page.getByLabel(w.newPassword).fill(ministry.PASSWORD);
    await page.getByLabel(w.newPasswordAgain).fill(ministry.PASSWORD);
    await press(page, page.getByRole('button', { name: w.setPassword }));
    await told(page, w.passwordSet);
  }

  /** Everybody who was mailed a link activates their account; without a browser, since one did it with. */
  async activate(page: Page, mails: Iterable<Mail>): Promise<void> {
    for (const mail of mails) {
      const token = linkIn(mail, 'activate').split('/').pop() ?? '';
      const form = { token, new: ministry.PASSWORD, again: ministry.PASSWORD };
      const answer = await page.request.post(`${this.server.url}/api/password/link`, { form });
      expect(answer.ok()).toBe(true);
    }
  }

  /** Presses a button of the campaign's page, and reads what came of it. */
  async step(page: Page, button: string | RegExp, message: string | RegExp): Promise<void> {
    await press(page, page.getByRole('main').getByRole('button', { name: button, exact: true }), String(message));
    await told(page, message);
  }

  /** Uploads a file into a form and sends the form. */
  async upload(page: Page, field: Locator, name: string, content: Buffer, button: Locator): Promise<void> {
    const mimeType = name.endsWith('.json') ? 'application/json' : 'text/csv';
    await field.setInputFiles({ name, mimeType, buffer: content });
    await press(page, button, name);
  }

  /** Somebody answers from beginning to end, then goes. They come by the link in their mail, signed in already. */
  async answer(number: string, said: Said): Promise<string> {
    const lang = this.langOf(number);
    const page = await this.people.arrive(this.server, lang);
    await signInQuietly(page.request, this.login(number));
    await open(page, `/answer/${this.campaign}`);
    await expect(page.getByText(ministry.QUESTIONNAIRE.introduction[lang])).toBeVisible();
    await begin(page);
    await fill(page, lang, said);
    const receipt = await send(page, lang);
    await this.people.leave(page);
    return receipt;
  }

  /** The hash of the terms as anybody can compute it from the published file. */
  async termsHash(page: Page): Promise<string> {
    const file = await page.request.get(`/terms/${this.campaign}/terms.json`);
    expect(file.status()).toBe(200);
    return createHash('sha256').update(await file.body()).digest('hex');
  }

  /** A figure on a tile, as text. */
  async figure(page: Page, label: string | RegExp): Promise<string> {
    const tile = page.locator('.figure-tile').filter({ has: page.locator('.figure-label', { hasText: label }) });
    return tile.first().locator('.figure-value').innerText();
  }
}
