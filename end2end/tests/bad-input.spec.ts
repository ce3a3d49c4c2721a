// What must not work, and what is said then: always in words, always with what was typed kept.

import type { Page } from '@playwright/test';
import { begin, fillAll, item, sent } from '../support/answering';
import { audit } from '../support/axe';
import { asking, idsOf, withoutBallot } from '../support/demo';
import { forge, SEALED } from '../support/forged';
import { rawStatus } from '../support/raw';
import type { Login, Server } from '../support/server';
import { open, press, SESSION, signIn, signOut, speak, told, trySignIn } from '../support/session';
import { shot } from '../support/shots';
import { expect, test } from '../support/test';
import { LANGS, words } from '../support/words';

const ja = words('ja');

/** Somebody of the demo by number: all have the same password. */
function person(demo: Server, number: number): Login {
  return { number: String(number), password: demo.login('staff').password };
}

test.describe('signing in', () => {
  for (const lang of ['ja', 'en'] as const) {
    test(`a wrong password is told, the number is kept (${lang})`, async ({ people, demo }) => {
      const w = words(lang);
      const page = await people.arrive(demo, lang);
      await open(page, '/account');
      await expect(page, 'first the sign-in').toHaveURL(/\/sign-in\?next=%2Faccount$/);
      await trySignIn(page, lang, { number: '10030', password: 'not this one' });
      await audit(page, 'refused');
      await expect(page.getByRole('alert').filter({ hasText: w.wrongPassword })).toBeVisible();
      await expect(page.getByLabel(w.number)).toHaveValue('10030');
      await expect(page.getByLabel(w.password)).toHaveValue('');
      await trySignIn(page, lang, person(demo, 10030));
      await expect(page, 'and then where one wanted to go').toHaveURL(/\/account$/);
      await audit(page);
    });
  }

  test('after five wrong passwords the account waits, whether there is one or not', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    for (const number of ['10031', 'nobody-has-this']) {
      await open(page, '/sign-in');
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        await trySignIn(page, 'ja', { number, password: `guess ${attempt}` });
        await told(page, attempt < 5 ? ja.wrongPassword : ja.locked);
      }
      await trySignIn(page, 'ja', { number, password: person(demo, 10031).password });
      await told(page, ja.locked);
      await expect(page).toHaveURL(/\/sign-in$/);
    }
  });

  test('nobody is led to another site', async ({ demo }) => {
    const context = await asking(demo, 'anonymous');
    const login = person(demo, 10032);
    for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
      const answer = await context.post('/api/sign-in', { form: { ...login, next }, maxRedirects: 0 });
      expect(answer.headers().location).toBe('/');
      const lang = await context.post('/api/language', { form: { lang: 'ja', next }, maxRedirects: 0 });
      expect(lang.headers().location).toBe('/');
    }
  });

  test('a session planted before the sign-in is worth nothing afterwards', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await open(page, '/sign-in');
    await trySignIn(page, 'ja', { number: '10033', password: 'not this one' });
    const planted = await session(page);
    expect(planted, 'a message is kept in a session').toBeTruthy();
    await trySignIn(page, 'ja', person(demo, 10033));
    await expect(page).toHaveURL(/\/$/);
    await audit(page);
    const own = await session(page);
    expect(own).not.toBe(planted);
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === SESSION);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    const home = async (id: string) => rawStatus(demo.url, 'GET', '/', { cookie: `${SESSION}=${id}` });
    expect(await home(planted)).toBe(303);
    expect(await home(own)).toBe(200);
    await signOut(page, 'ja');
    expect(await home(own), 'signed out').toBe(303);
  });

  test('signing out everywhere ends the other session, and says so', async ({ people, demo }) => {
    const login = person(demo, 10034);
    const here = await people.arrive(demo, 'ja');
    const there = await people.arrive(demo, 'ja');
    await signIn(here, 'ja', login);
    await signIn(there, 'ja', login);
    await open(there, '/indicators');
    await open(here, '/account');
    await press(here, here.getByRole('button', { name: ja.everywhere }), 'signed out');
    await expect(here).toHaveURL(/\/sign-in/);
    await there.goto('/results');
    await expect(there).toHaveURL(/\/sign-in\?next=%2Fresults$/);
    await told(here, ja.outEverywhere);
  });

  test('a link that is used or was never made says what to do', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    people.watch.allow(/status of 410/);
    for (const path of ['/reset/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '/activate/x']) {
      await page.goto(path);
      await expect(page.getByText(ja.linkVoid)).toBeVisible();
      await audit(page);
    }
    await shot(page, 'link-used');
    await press(page, page.getByRole('link', { name: ja.newLink }));
    await expect(page).toHaveURL(/\/forgot$/);
  });
});

async function session(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  return cookies.find(({ name }) => name === SESSION)?.value ?? '';
}

test.describe('texts', () => {
  /** Types a title that the field itself would not take. */
  async function typed(page: Page, title: string): Promise<void> {
    await open(page, '/hr/campaigns/new');
    await page.getByLabel(ja.titleJa).evaluate((input) => input.removeAttribute('maxlength'));
    await page.getByLabel(ja.titleJa).fill(title);
    await page.getByLabel(ja.titleEn).fill('Title');
    await press(page, page.getByRole('button', { name: ja.save }));
  }

  test('markup in a title is text', async ({ people, demo }) => {
    const title = '<script>document.title="x"</script><img src=x onerror=alert(1)> & "題"';
    const page = await people.arrive(demo, 'ja');
    page.on('dialog', (dialog) => people.watch.note('dialog', dialog.message()));
    await signIn(page, 'ja', demo.login('hr'));
    await typed(page, title);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page.locator('main img, main script')).toHaveCount(0);
    await open(page, '/hr/campaigns');
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    await open(page, '/');
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    expect(await page.title()).not.toBe('x');
  });

  test('a title too long, empty or with a control character is refused and kept', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login('hr'));
    const cases: [string, string | RegExp][] = [
      ['長'.repeat(101), '101文字あります。100文字以内にしてください。'],
      ['鐘\u0007の音', /使えない制御文字\(U\+0007\)/],
      ['   ', '入力してください。'],
    ];
    for (const [title, message] of cases) {
      await typed(page, title);
      await told(page, message);
      await expect(page.getByLabel(ja.titleJa)).toHaveValue(title);
      await expect(page.getByLabel(ja.titleEn)).toHaveValue('Title');
    }
    await audit(page, 'refused');
  });

  test('a comment longer than its limit is told at once', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login('hr'));
    await open(page, '/hr/questionnaires');
    await press(page, page.getByRole('link', { name: /^プレビュー: テレワーク/ }));
    await begin(page);
    const comment = item(page, 'comment');
    await comment.getByRole('textbox').fill('あ'.repeat(201));
    await expect(comment.getByRole('alert')).toHaveText('201文字あります。200文字以内にしてください。');
    await comment.getByRole('textbox').fill('あ'.repeat(200));
    await expect(comment.getByRole('alert')).toHaveText('');
    const days = item(page, 'days');
    await days.getByRole('spinbutton').fill('24');
    await days.getByRole('spinbutton').blur();
    await expect(days.getByRole('alert')).not.toHaveText('');
  });
});

test.describe('files', () => {
  const HEADER = '職員番号,氏名,メール,部署コード';
  const FILES: [string, Buffer, string | RegExp][] = [
    ['utf-16.csv', Buffer.from(`\ufeff${HEADER}\r\n`, 'utf16le'), /UTF-16/],
    ['neither.csv', Buffer.from([...Buffer.from(`${HEADER}\n1,`), 0xff, 0xfe, 0xfd, 0x0a]), /UTF-8/],
    ['nul.csv', Buffer.from(`${HEADER}\n1,\0,a@b.example,1100\n`), /NUL|ヌル|制御|使えない/],
    ['workbook.xlsx', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]), /Excel|ブック|CSV/],
    ['empty.csv', Buffer.alloc(0), /空/],
    ['header.csv', Buffer.from(`${HEADER}\n`), 'データ行がありません'],
    ['tabs.csv', Buffer.from(`${HEADER.replaceAll(',', '\t')}\n`), 'コンマ区切りのファイルではない'],
    ['control.csv', Buffer.from(`${HEADER}\n1,鐘\u0007,a@b.example,1100\n`), 'U+0007'],
    ['long.csv', Buffer.from(`${HEADER}\n1,${'長'.repeat(5_000)},a@b.example,1100\n`), '文字以内にしてください'],
  ];

  test('a roster that cannot be read is refused with the reason', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login('hr'));
    for (const [name, buffer, message] of FILES) {
      await open(page, '/hr/roster');
      await page.getByLabel(ja.csvFile).setInputFiles({ name, mimeType: 'text/csv', buffer });
      await press(page, page.getByRole('button', { name: ja.upload }), 'refused');
      await expect(page.getByRole('main').getByText(message).first(), name).toBeVisible();
      await expect(page.getByRole('button', { name: ja.acceptRoster })).toHaveCount(0);
    }
  });

  test('a questionnaire that is none is refused with the place', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login('hr'));
    for (const [content, message] of [
      ['{"format": ', /1行/],
      ['{"format":"shirube-questionnaire/1","key":"x","version":1,"title":{"ja":"","en":""},"sections":[]}', ja.error],
      ['[]', /1行/],
    ] as const) {
      await open(page, '/hr/questionnaires');
      const file = { name: 'q.json', mimeType: 'application/json', buffer: Buffer.from(content) };
      await page.getByLabel(ja.jsonFile).setInputFiles(file);
      await press(page, page.getByRole('button', { name: ja.importFile }), 'refused');
      await told(page, message);
    }
  });

  test('a cell that a spreadsheet would run is made harmless, and undone on import', async ({ people, demo }) => {
    const formulas = ['=HYPERLINK("https://evil.example")', '+cmd|calc', '@SUM(A1)', '-2+3'];
    const harmless = ['-', '-3.5', '普通'];
    const columns =
      '項目番号,種別,項目,区分,目標,目標時期,現状,現状時点,目標設定時,目標設定時点,' +
      '具体的な取組時期・内容,具体的な成果・課題・今後の取組';
    const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = [...formulas, ...harmless].map((text, at) => `1,取組,項目${at},,,,,,,,${cell(text)},`);
    const table = Buffer.from(`\ufeff${[columns, ...rows, ''].join('\r\n')}`);

    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login('hr'));
    const bring = async (buffer: Buffer) => {
      await open(page, '/indicators');
      await page.getByRole('textbox', { name: ja.fiscalYear }).fill('2020');
      await page.getByLabel(ja.followupFile).setInputFiles({ name: 'f.csv', mimeType: 'text/csv', buffer });
      await press(page, page.getByRole('button', { name: ja.importFile }), 'another year');
      await told(page, ja.followupImported);
    };
    const saved = async () => (await page.request.get('/indicators/followup.csv?year=2020')).body();
    await bring(table);
    await expect(page.getByText(formulas[0])).toBeVisible();
    const first = await saved();
    const text = first.toString();
    expect(text).toContain(`,"'=HYPERLINK(""https://evil.example"")",`);
    for (const formula of formulas.slice(1)) expect(text).toContain(`,'${formula},`);
    for (const plain of harmless) expect(text).toContain(`,${plain},`);
    await bring(first);
    expect((await saved()).equals(first), 'there and back').toBe(true);
    await expect(page.getByText(formulas[0], { exact: true })).toBeVisible();
  });

  test('a file that is too large is refused in words', async ({ people, demo }) => {
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', demo.login('hr'));
    people.watch.allow(/status of 413/);
    const main = page.getByRole('main');
    for (const lang of LANGS) {
      const w = words(lang);
      const send = async (megabytes: number) => {
        await open(page, '/hr/roster');
        const buffer = Buffer.alloc(megabytes * 2 ** 20, 'a');
        await page.getByLabel(w.csvFile).setInputFiles({ name: 'large.csv', mimeType: 'text/csv', buffer });
        await press(page, page.getByRole('button', { name: w.upload }), `${megabytes} MB`);
      };
      // A form may be a little larger than the file in it.
      await send(16.5);
      await told(page, w.fileTooLarge);
      await expect(page, 'back where another file can be chosen').toHaveURL(/\/hr\/roster$/);
      await send(20);
      await expect(main.getByRole('heading', { level: 1 })).toHaveText(w.tooLarge);
      await expect(main.getByText(w.atMost)).toBeVisible();
      await open(page, '/hr/roster');
      await speak(page, lang === 'ja' ? 'en' : 'ja');
    }
  });

  test('a body without end is refused before it is read', async ({ demo }) => {
    const hr = await asking(demo, 'hr');
    const { cookies } = await hr.storageState();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const of = (megabytes: number, type: string) => ({
      cookie,
      'content-length': String(megabytes << 20),
      'content-type': type,
    });
    const upload = of(18, 'multipart/form-data; boundary=x');
    expect(await rawStatus(demo.url, 'POST', '/api/hr/roster/upload', upload)).toBe(413);
    expect(await rawStatus(demo.url, 'POST', '/api/sign-in', of(17, 'application/x-www-form-urlencoded'))).toBe(413);
    const nobody = await asking(demo, 'anonymous');
    const long = await nobody.post('/api/sign-in', { form: { number: 'a'.repeat(3 << 20), password: 'b' } });
    expect(long.status()).toBe(413);
  });
});

test.describe('in the middle of a form', () => {
  test('a lost sign-in loses nothing that was typed', async ({ people, demo }) => {
    const title = '灯台の"声" <b>';
    const login = demo.login('hr');
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', login);
    await open(page, '/hr/campaigns/new');
    await page.getByLabel(ja.titleJa).fill(title);
    await page.getByLabel(ja.titleEn).fill('Voices');
    people.watch.allow(/status of 401/);
    await page.context().clearCookies({ name: SESSION });
    await press(page, page.getByRole('button', { name: ja.save }), 'sign-in expired');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(ja.signInExpired);
    await shot(page, 'form-sign-in-expired');

    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: '別のタブでログインする' }).click();
    const other = await opened;
    await trySignIn(other, 'ja', login);
    await expect(other).toHaveURL(/\/$/);
    await other.close();
    await press(page, page.getByRole('button', { name: 'もう一度送信する' }));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  });
});

test.describe('in the middle of answering', () => {
  test('a lost sign-in loses no answer', async ({ people, demo }) => {
    const { open: campaign } = await idsOf(demo);
    const login = await withoutBallot(demo, 10_100);
    const page = await people.arrive(demo, 'ja');
    await signIn(page, 'ja', login);
    await open(page, `/answer/${campaign}`);
    // Only the ballot, at the start, needs to know who asks.
    people.watch.allow(/status of 401/);
    await page.context().clearCookies({ name: SESSION });
    await page.locator('#start:enabled').click();
    await expect(page.getByRole('alert').filter({ hasText: ja.signInExpired })).toBeVisible();
    await audit(page, 'sign-in expired');
    await shot(page, 'sign-in-expired');

    const other = await page.context().newPage();
    await signIn(other, 'ja', login);
    await other.close();
    await begin(page);
    await fillAll(page, 'ja');
    await page.context().clearCookies({ name: SESSION });
    await page.locator('#send').click();
    await sent(page, 'ja');
  });

  test('without JavaScript the page says why nothing can be answered', async ({ people, demo }) => {
    const { open: campaign } = await idsOf(demo);
    const page = await people.arrive(demo, 'ja', { javaScriptEnabled: false });
    await page.goto('/sign-in');
    await trySignIn(page, 'ja', person(demo, 10035));
    await page.goto(`/answer/${campaign}`);
    const reason = page.locator('noscript p');
    await expect(reason).toBeVisible();
    await expect(reason).toContainText('JavaScriptとWebAssemblyが使えないため');
    await expect(page.locator('#start')).toBeDisabled();
  });
});

test.describe('the collector', () => {
  test('takes no sheet that is malformed, forged, of elsewhere, or late', async ({ demo }) => {
    const { open: campaign, released } = await idsOf(demo);
    const put = async ({ path, body }: { path: string; body: Buffer }) => {
      const answer = await fetch(demo.url + path, { method: 'PUT', body: new Uint8Array(body) });
      expect(answer.headers.get('set-cookie'), 'the collector knows no session').toBeNull();
      return answer.status;
    };
    const forged = forge({ campaign, stratum: 0 });
    expect(await put(forged), 'a ballot nobody issued').toBe(403);
    expect(await put(forge({ campaign, stratum: 9_999 })), 'a group that is not there').toBe(403);
    expect(await put(forge({ campaign, stratum: 0, sealed: SEALED - 1 })), 'an odd length').toBe(400);
    const longer = forge({ campaign, stratum: 0, sealed: (64 << 10) + 48 });
    expect(await put(longer), 'the length of another questionnaire').toBe(400);
    expect(await put({ path: forged.path, body: forged.body.subarray(0, 99) }), 'too short').toBe(400);
    expect(await put({ path: forged.path, body: Buffer.alloc(0) }), 'empty').toBe(400);
    expect(await put({ path: forged.path, body: Buffer.alloc(1 << 20) }), 'too large').toBe(413);
    const named = `${forged.path}/${'0'.repeat(64)}`;
    expect(await put({ path: named, body: Buffer.alloc(1) }), 'an address of its own').toBe(404);
    const nowhere = '0'.repeat(32);
    expect(await put(forge({ campaign: nowhere, stratum: 0 })), 'no such campaign').toBe(404);
    expect(await put(forge({ campaign: released, stratum: 0 })), 'after closing').toBe(409);
  });
});

test.describe('other sites', () => {
  test('cannot change anything here', async ({ demo }) => {
    const login = person(demo, 10036);
    const context = await asking(demo, login);
    const from: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: demo.url.replace('127.0.0.1', 'localhost') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of from) {
      for (const path of ['/api/sign-in', '/api/account/sign-out-everywhere', '/api/language', '/api/ballots']) {
        const answer = await context.post(path, { headers, form: { ...login, lang: 'en' }, maxRedirects: 0 });
        expect(answer.status(), `${path} from ${JSON.stringify(headers)}`).toBe(403);
      }
    }
    expect((await context.get('/account', { maxRedirects: 0 })).status(), 'still signed in').toBe(200);
  });

  test('cannot frame a page, guess its type, or have a file run', async ({ demo }) => {
    const hr = await asking(demo, 'hr');
    const paths = ['/', '/indicators/followup.csv', '/hr/questionnaire.schema.json', '/pkg/shirube.css', '/healthz'];
    for (const path of [...paths, '/no/such/page']) {
      const headers = (await hr.get(path)).headers();
      expect(headers, path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
      });
      const policy = headers['content-security-policy'];
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).toContain("frame-ancestors 'none'");
      expect(policy, path).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    }
  });
});
