// What the tests need to know of the demo ministry, found the way a person would: on its pages.

import { expect, request, type APIRequestContext } from '@playwright/test';
import type { Ids } from './matrix';
import type { Login, Role, Server } from './server';
import { signInQuietly } from './session';

/** Somebody who asks without a browser; signed in unless anonymous. */
export async function asking(server: Server, who: Role | Login | 'anonymous'): Promise<APIRequestContext> {
  const context = await request.newContext({
    baseURL: server.url,
    extraHTTPHeaders: { 'accept-language': 'en' },
  });
  if (who !== 'anonymous') await signInQuietly(context, typeof who === 'string' ? server.login(who) : who);
  return context;
}

async function all(context: APIRequestContext, path: string, pattern: RegExp): Promise<string[]> {
  const answer = await context.get(path);
  expect(answer.status(), path).toBe(200);
  return [...(await answer.text()).matchAll(pattern)].map((found) => found[1]);
}

/** Ids of what the demo ministry has. */
export async function idsOf(server: Server): Promise<Ids> {
  const hr = await asking(server, 'hr');
  const [open] = await all(hr, '/', /href="\/answer\/([0-9a-f]{32})"/g);
  const [released] = await all(hr, '/results', /href="\/results\/([0-9a-f]{32})"/g);
  const [, reviews] = (await (await hr.get('/results')).text()).split('id="reviews"');
  const reviewed = /href="\/results\/([0-9a-f]{32})"/.exec(reviews ?? '')?.[1] ?? '';
  const raters = await all(hr, '/hr/campaigns', /href="\/hr\/campaigns\/([0-9a-f]{32})"/g);
  let review = '';
  for (const id of raters) {
    const page = await hr.get(`/hr/campaigns/${id}/raters`);
    if (page.ok() && id !== reviewed) review ||= id;
  }
  const staff = await asking(server, 'staff');
  const [rating] = await all(staff, `/review/${review}`, new RegExp(`href="/answer/${review}/(\\d+)"`, 'g'));
  await staff.dispose();
  const [subject] = await all(hr, `/hr/campaigns/${review}/raters`, /subject=(\d+)"/g);
  const questionnaires = await all(hr, '/hr/questionnaires', /href="\/hr\/questionnaires\/(\d+)"/g);
  const [indicator] = await all(hr, '/indicators', /href="\/indicators\/(\d+)"[^>]*>男性職員の育児休業取得率/g);
  const manager = await asking(server, 'manager');
  const [owned] = await all(manager, '/indicators/drafts', /href="\/indicators\/(\d+)\/draft"/g);
  await manager.dispose();
  const byKey = new Map<string, string>();
  for (const id of questionnaires) {
    const answer = await hr.get(`/hr/questionnaires/${id}/questionnaire.json`);
    const { key, version } = (await answer.json()) as { key: string; version: number };
    if (version === 1) byKey.set(key, id);
  }
  await hr.dispose();
  const questionnaire = byKey.get('engagement') ?? '';
  const draft = byKey.get('telework-pulse') ?? '';
  const ids = { open, released, review, reviewed, rating, subject, questionnaire, draft, indicator, owned };
  for (const [name, id] of Object.entries(ids)) expect(id, name).toBeTruthy();
  return ids;
}

/** The numbers of all groups a page of results links to. */
export async function groupsOn(context: APIRequestContext, campaign: string): Promise<number[]> {
  const pattern = new RegExp(`href="/results/${campaign}/groups/(\\d+)"`, 'g');
  const found = await all(context, `/results/${campaign}/units`, pattern);
  return [...new Set(found.map(Number))].sort((a, b) => a - b);
}

/** Somebody of the demo to whom no ballot was issued yet, looking from this staff number on. */
export async function withoutBallot(server: Server, from: number): Promise<Login> {
  const { password } = server.login('staff');
  for (let number = from; number < from + 50; number += 1) {
    const login = { number: String(number), password };
    const context = await asking(server, login);
    const home = await (await context.get('/')).text();
    await context.dispose();
    if (/>(回答をはじめる|Start)</.test(home)) return login;
  }
  throw new Error(`nobody from ${from} on is without a ballot`);
}
