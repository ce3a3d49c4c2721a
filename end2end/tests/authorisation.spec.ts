// Every page and every endpoint × every role. Asked without a browser, so that nothing but the server decides.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { APIRequestContext } from '@playwright/test';
import { asking, groupsOn, idsOf } from '../support/demo';
import { addressOf, ASKERS, expected, MATRIX, type Asker, type Ids, type Line } from '../support/matrix';
import { rawStatus } from '../support/raw';
import { RULES } from '../support/routes';
import { expect, test } from '../support/test';

let ids: Ids;

test.beforeAll(async ({ demo }) => {
  ids = await idsOf(demo);
});

test('the matrix has every path of the table, and no other', () => {
  const inMatrix = MATRIX.map((line) => line.path).sort();
  expect(new Set(inMatrix).size).toBe(inMatrix.length);
  expect(inMatrix).toEqual(RULES.map((rule) => rule.path).sort());
});

test('every server function is in the table', () => {
  const folder = fileURLToPath(new URL('../../app/src', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rs'));
  const functions = files.flatMap((name) => {
    const source = readFileSync(`${folder}/${name}`, 'utf8');
    return [...source.matchAll(/#\[server\(([^)]*endpoint = [^)]*)\)\]/g)].map(([, settings]) => {
      const part = (key: string) => new RegExp(`${key} = "([^"]+)"`).exec(settings)?.[1];
      return `${part('prefix')}/${part('endpoint')}`;
    });
  });
  expect(functions.length).toBeGreaterThan(20);
  const known = RULES.map((rule) => rule.path);
  expect(functions.filter((path) => !known.includes(path))).toEqual([]);
});

/** What the server says to a line, in a word. */
async function ask(context: APIRequestContext, line: Line): Promise<{ status: number; location: string }> {
  const address = addressOf(line, ids);
  const answer = await (line.method === 'GET'
    ? context.get(address, { maxRedirects: 0 })
    : // As a browser sends a form: without this, a redirect is answered as data for an island.
      context.post(address, { form: line.form, maxRedirects: 0, headers: { accept: 'text/html' } }));
  return { status: answer.status(), location: answer.headers().location ?? '' };
}

for (const asker of ASKERS) {
  test(`what ${asker} may do`, async ({ demo }) => {
    const wrong: string[] = [];
    const session = await asking(demo, asker);
    for (const line of [...MATRIX].sort((a, b) => Number(a.ends ?? false) - Number(b.ends ?? false))) {
      const context = line.ends ? await asking(demo, asker) : session;
      const { status, location } = await ask(context, line);
      const wanted = expected(line, asker);
      if (!wanted.includes(status)) {
        wrong.push(`${line.method} ${line.path}: ${status} instead of ${wanted.join(' or ')}`);
      } else if (status === 303 && line.method === 'GET' && !location.startsWith('/sign-in?next=%2F')) {
        wrong.push(`${line.method} ${line.path}: leads to ${location}`);
      }
    }
    expect(wrong).toEqual([]);
  });
}

test('no form does anything when it is fetched like a page', async ({ demo }) => {
  const wrong: string[] = [];
  for (const asker of ['anonymous', 'hr', 'administrator'] as const) {
    const context = await asking(demo, asker);
    for (const line of MATRIX.filter((line) => line.method === 'POST')) {
      const answer = await context.get(line.path, { maxRedirects: 0 });
      if (answer.status() < 400) wrong.push(`${asker}: GET ${line.path}: ${answer.status()}`);
    }
    expect((await context.get('/account', { maxRedirects: 0 })).status()).toBe(asker === 'anonymous' ? 303 : 200);
  }
  expect(wrong).toEqual([]);
});

test('another way of writing a path opens nothing', async ({ demo }) => {
  const disguises = [
    '/%68r/roster',
    '/hr%2Froster',
    '//hr//roster',
    '/hr/roster/',
    '/hr/roster/.',
    '/HR/roster',
    '/hr/roster;a=b',
    '/hr/roster%00',
    '/%61dmin',
    '/admin/',
    '/x/../admin',
    '/%2e/admin',
  ];
  const forms = ['/api/%68r/roster/invite', '/api/hr/roster/invite/', '/api//hr/roster/invite', '/x/../api/hr/roster/invite'];
  const wrong: string[] = [];
  for (const asker of ['anonymous', 'staff'] as const) {
    const context = await asking(demo, asker);
    for (const path of disguises) {
      const answer = await raw(context, demo.url, 'GET', path);
      if (answer < 300) wrong.push(`${asker}: GET ${path}: ${answer}`);
    }
    for (const path of forms) {
      const answer = await raw(context, demo.url, 'POST', path);
      if (answer < 400) wrong.push(`${asker}: POST ${path}: ${answer}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Asks for exactly this path: a client's own tidying must not stand between the test and the server. */
async function raw(context: APIRequestContext, url: string, method: string, path: string): Promise<number> {
  const { cookies } = await context.storageState();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return rawStatus(url, method, path, { cookie });
}

test('a ballot is for somebody who is signed in', async ({ demo }) => {
  const staff = await asking(demo, 'staff');
  // The group somebody is in stands on their page; another one's is not theirs to ask for.
  const page = await (await staff.get(`/answer/${ids.open}`)).text();
  const stratum = Number(/stratum&quot;:(\d+)|"stratum":(\d+)/.exec(page)?.slice(1).find(Boolean));
  const data = { campaign: ids.open, stratum, blinded: '00'.repeat(32) };
  const nobody = await asking(demo, 'anonymous');
  expect((await nobody.post('/api/ballots', { data })).status()).toBe(401);
  const other = await staff.post('/api/ballots', { data: { ...data, stratum: stratum === 0 ? 1 : 0 } });
  expect(other.status(), 'the group of others').toBe(404);
  const worthless = await staff.post('/api/ballots', { data });
  expect(worthless.status(), 'not an element of the group').toBe(400);
  const closed = await staff.post('/api/ballots', { data: { ...data, campaign: ids.released } });
  expect(closed.status()).toBe(400);
  const unknown = await staff.post('/api/ballots', { data: { ...data, campaign: '0'.repeat(32) } });
  expect(unknown.status()).toBe(404);
});

test('ids outside of what one may see are not found', async ({ demo }) => {
  const nowhere = '0'.repeat(32);
  const cases: [Asker, string][] = [
    ['staff', `/answer/${nowhere}`],
    ['staff', '/answer/%27%20or%201=1'],
    ['staff', '/answer/%00'],
    ['staff', '/terms/%00/terms.json'],
    ['executive', '/results/%00'],
    ['staff', `/terms/${nowhere}`],
    ['staff', `/terms/${nowhere}/terms.json`],
    ['staff', `/results/${nowhere}`],
    ['staff', `/results/${ids.open}`],
    ['staff', `/results/${ids.open}/items`],
    ['manager', `/results/${ids.open}/units`],
    ['executive', `/results/${ids.open}/groups/0`],
    ['executive', `/results/${ids.open}/release.csv`],
    ['hr', `/results/${ids.released}/groups/99999`],
    ['hr', `/results/${ids.released}/groups/-1`],
    ['staff', '/indicators/999999'],
    ['staff', '/indicators/none'],
    ['staff', '/indicators?year=1868'],
    ['staff', '/indicators/followup.csv?year=none'],
    ['hr', `/hr/campaigns/${nowhere}`],
    ['hr', `/hr/campaigns/${nowhere}/edit`],
    ['hr', `/hr/campaigns/${nowhere}/responses`],
    ['hr', '/hr/questionnaires/999999'],
    ['hr', `/hr/questionnaires/${ids.questionnaire}/items/none`],
    ['hr', '/hr/questionnaires/none/questionnaire.json'],
    ['staff', `/review/${nowhere}`],
    ['staff', `/review/${ids.open}`],
    ['staff', `/answer/${ids.review}/0`],
    ['staff', `/answer/${ids.review}/99999`],
    ['staff', `/answer/${ids.review}/-1`],
    ['staff', `/answer/${nowhere}/${ids.rating}`],
    ['manager', `/answer/${ids.review}/${ids.rating}`],
    ['staff', `/feedback/${ids.reviewed}`],
    ['manager', `/feedback/${ids.review}`],
    ['manager', `/feedback/${ids.open}`],
    ['manager', `/feedback/${nowhere}/report.xlsx`],
    ['hr', `/feedback/${ids.reviewed}/10`],
    ['hr', `/feedback/${ids.reviewed}/none`],
    ['executive', `/feedback/${ids.reviewed}/-1`],
    ['manager', `/results/${ids.reviewed}`],
    ['manager', `/results/${ids.reviewed}/groups/1`],
    ['hr', `/results/${ids.reviewed}/groups/99999`],
    ['hr', `/hr/campaigns/${nowhere}/raters`],
    ['hr', `/hr/campaigns/${ids.open}/raters`],
    ['hr', `/hr/campaigns/${ids.open}/raters.csv`],
    ['hr', `/hr/campaigns/${ids.review}/raters?subject=99999`],
    ['hr', `/hr/campaigns/new?kind=review&pulse=${nowhere}`],
    ['hr', `/hr/campaigns/new?kind=review&pulse=${ids.open}`],
    ['anonymous', '/no/such/page'],
    ['staff', '/no/such/page'],
  ];
  const wrong: string[] = [];
  for (const [asker, path] of cases) {
    const context = await asking(demo, asker);
    const answer = await context.get(path, { maxRedirects: 0 });
    if (answer.status() !== 404) wrong.push(`${asker}: ${path}: ${answer.status()}`);
    await context.dispose();
  }
  expect(wrong).toEqual([]);
});

test('forms of a review do nothing for others', async ({ demo }) => {
  const [hr, manager, staff] = await Promise.all([asking(demo, 'hr'), asking(demo, 'manager'), asking(demo, 'staff')]);
  const csv = async () => (await hr.get(`/hr/campaigns/${ids.review}/raters.csv`)).text();
  const before = await csv();
  const nowhere = '0'.repeat(32);
  const action = { action_1: 'For others', due_1: '2099-03-31', shared_1: 'true' };
  const attempts: [APIRequestContext, string, Record<string, string>][] = [
    // The terms are fixed, and the manager is not the superior of everybody.
    [manager, '/api/review/nominate', { campaign: ids.review, number: '10600' }],
    [manager, '/api/review/decide', { campaign: ids.review, subject: '7', rater: '600', approve: 'true' }],
    [manager, '/api/review/withdraw', { campaign: ids.review, rater: '600' }],
    // Staff were no subject of that review, and nobody of one that there is not.
    [staff, '/api/review/actions', { campaign: ids.reviewed, ...action }],
    [manager, '/api/review/actions', { campaign: nowhere, ...action }],
    [manager, '/api/review/actions', { campaign: ids.review, ...action }],
    // What HR does with the table is HR's alone, and over once the terms are fixed.
    [manager, '/api/hr/reviews/correct', { campaign: ids.review, subject: ids.subject, rater: '10600', relation: 'peer' }],
    [staff, '/api/hr/reviews/propose', { campaign: ids.review }],
    [hr, '/api/hr/reviews/correct', { campaign: ids.review, subject: ids.subject, rater: '10600', relation: 'subordinate' }],
    [hr, '/api/hr/reviews/propose', { campaign: ids.review }],
  ];
  for (const [context, path, form] of attempts) {
    const answer = await context.post(path, { form, maxRedirects: 0, headers: { accept: 'text/html' } });
    expect([302, 303, 400, 403, 404, 409], `${path}: ${answer.status()}`).toContain(answer.status());
    const text = await answer.text();
    expect(text, path).not.toContain('For others');
  }
  expect(await csv(), 'the table is what it was').toBe(before);
  for (const context of [manager, staff]) {
    const page = await (await context.get('/')).text();
    expect(page).not.toContain('For others');
  }
  const report = await (await manager.get(`/feedback/${ids.reviewed}`)).text();
  expect(report).not.toContain('For others');
});

test('a manager sees the own units and no other', async ({ demo }) => {
  const [hr, manager, staff] = await Promise.all([
    asking(demo, 'hr'),
    asking(demo, 'manager'),
    asking(demo, 'staff'),
  ]);
  const all = await groupsOn(hr, ids.released);
  const own = await groupsOn(manager, ids.released);
  expect(own.length).toBeGreaterThan(0);
  expect(all.length).toBeGreaterThan(own.length + 20);
  const comments = async (context: APIRequestContext) => {
    const page = await context.get(`/results/${ids.released}/items`);
    return (await page.text()).split('class="comment"').length - 1;
  };
  expect(await comments(hr)).toBeGreaterThan(0);
  for (const asker of [manager, staff]) expect(await comments(asker), 'comments on the whole').toBe(0);
  const last = Math.max(...all) + 20;
  for (let group = 1; group <= last; group += 1) {
    const path = `/results/${ids.released}/groups/${group}`;
    const status = own.includes(group) ? 200 : 404;
    expect((await manager.get(path)).status(), `a manager at group ${group}`).toBe(status);
    expect((await staff.get(path)).status(), `staff at group ${group}`).toBe(404);
  }
});
