// Asks the main pages of a running demo ministry 100 times a second, and prints a JSON line for each.
//
// BASE_URL               of the server
// DEMO_LOG               what the server printed: for each role a line that begins with the role's English
//                        word, followed by the staff number
// SHIRUBE_DEMO_PASSWORD  the password of every sign-in
// SECONDS_EACH           how long each page is asked

import autocannon from 'autocannon';
import { readFileSync } from 'node:fs';

const REQUESTS_PER_SECOND = 100;
const CONNECTIONS = 10;

// What each role looks at most. A `link` is looked for on the page at `path`, and what it leads to is asked.
const PAGES = [
  { page: 'home', role: 'staff', path: '/' },
  { page: 'answering', role: 'staff', path: '/', link: /href="(\/answer\/[^"]+)"/ },
  { page: 'results of a unit', role: 'manager', path: '/unit' },
  { page: 'campaign board', role: 'hr', path: '/hr/campaigns' },
  { page: 'follow-up', role: 'executive', path: '/indicators' },
];

function setting(name) {
  const value = process.env[name];
  if (!value) fail(`the environment variable ${name} is missing`);
  return value;
}

function fail(message) {
  console.error(`pages.mjs: ${message}`);
  process.exit(1);
}

const base = setting('BASE_URL');
const password = setting('SHIRUBE_DEMO_PASSWORD');
const seconds = Number(setting('SECONDS_EACH'));
const log = readFileSync(setting('DEMO_LOG'), 'utf8');

/** The staff number on the role's line: the first word with a digit in it. */
function numberOf(role) {
  const line = log.split('\n').find((text) => new RegExp(`^\\W*${role}\\b`, 'i').test(text));
  const number = line?.split(/[\s:,|]+/).find((word) => /\d/.test(word));
  return number ?? fail(`the server printed no sign-in for the role ${role}`);
}

/** Where the form with a password field goes, and the names of its two fields. */
async function signInForm() {
  const html = await (await fetch(`${base}/sign-in`)).text();
  const form = html.match(/<form\b[^>]*>[\s\S]*?<\/form>/g)?.find((text) => /type="password"/.test(text));
  if (!form) fail('/sign-in has no form with a password field');
  const attribute = (tag, name) => tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1];
  const inputs = (form.match(/<input\b[^>]*>/g) ?? []).filter((tag) => attribute(tag, 'type') !== 'hidden');
  const secret = inputs.find((tag) => attribute(tag, 'type') === 'password');
  return {
    action: new URL(attribute(form, 'action') ?? '/sign-in', base),
    number: attribute(inputs[0], 'name') ?? 'number',
    password: attribute(secret, 'name') ?? 'password',
  };
}

const form = await signInForm();

/** Signs in as the form does, and returns the cookies to send. */
async function signIn(role) {
  const answer = await fetch(form.action, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: base, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ [form.number]: numberOf(role), [form.password]: password }),
  });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  if (answer.status >= 400 || cookies.length === 0) {
    fail(`signing in as ${role} was answered with ${answer.status} and ${cookies.length} cookies`);
  }
  return cookies.join('; ');
}

/** A page as the role sees it: where it is in the end, and its HTML. */
async function open(url, headers) {
  const answer = await fetch(url, { headers });
  const place = new URL(answer.url);
  if (answer.status !== 200 || place.pathname === '/sign-in') {
    fail(`${url} led to ${place.pathname} with ${answer.status}`);
  }
  return { url: answer.url, html: await answer.text() };
}

/** Bytes of WASM that a browser loads for this page, as they come over the wire. */
async function wasmBytes(html) {
  if (!html.includes('/pkg/shirube.js')) return 0;
  const answer = await fetch(`${base}/pkg/shirube.wasm`, { headers: { 'accept-encoding': 'br' } });
  if (answer.headers.get('content-encoding') !== 'br') fail('/pkg/shirube.wasm is not served in brotli');
  return Number(answer.headers.get('content-length'));
}

const cookies = new Map();
for (const { page, role, path, link } of PAGES) {
  if (!cookies.has(role)) cookies.set(role, await signIn(role));
  const headers = { cookie: cookies.get(role) };

  let { url, html } = await open(base + path, headers);
  if (link) {
    const found = html.match(link)?.[1] ?? fail(`${path} has no link like ${link}`);
    ({ url, html } = await open(new URL(found, base).href, headers));
  }

  const result = await autocannon({
    url,
    headers,
    connections: CONNECTIONS,
    overallRate: REQUESTS_PER_SECOND,
    duration: seconds,
  });
  const failures = result.errors + result.timeouts + result.non2xx;
  if (failures > 0) fail(`${failures} of ${result.requests.total} requests of ${url} failed`);
  console.log(
    JSON.stringify({
      page,
      p50_ms: result.latency.p50,
      p99_ms: result.latency.p99,
      max_ms: result.latency.max,
      requests_per_second: result.requests.average,
      html_bytes: Buffer.byteLength(html),
      wasm_brotli_bytes: await wasmBytes(html),
    }),
  );
}
