// Mail: without a mail server every message is a file in the outbox.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';

/** A mail as its reader gets it. */
export interface Mail {
  to: string;
  subject: string;
  body: string;
}

/** RFC 2047: words of a header that are not ASCII. */
function header(text: string): string {
  const joined = text.replace(/\?=\s+=\?/g, '?==?');
  return joined.replace(/=\?utf-8\?(b|q)\?(.*?)\?=/gi, (_, way: string, word: string) =>
    way.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString() : quoted(word.replaceAll('_', ' ')),
  );
}

/** RFC 2045, section 6.7. */
function quoted(text: string): string {
  const plain = text.replace(/=\r?\n/g, '');
  const bytes: number[] = [];
  for (let at = 0; at < plain.length; at += 1) {
    const coded = /^=([0-9A-F]{2})/i.exec(plain.slice(at, at + 3));
    if (coded) {
      bytes.push(Number.parseInt(coded[1], 16));
      at += 2;
    } else {
      bytes.push(...Buffer.from(plain[at]));
    }
  }
  return Buffer.from(bytes).toString();
}

function parse(text: string): Mail {
  const [head, ...rest] = text.split(/\r?\n\r?\n/);
  const body = rest.join('\n\n');
  const fields = new Map<string, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const coding = fields.get('content-transfer-encoding')?.toLowerCase();
  const plain =
    coding === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : coding === 'quoted-printable'
        ? quoted(body)
        : body;
  return { to: fields.get('to') ?? '', subject: header(fields.get('subject') ?? ''), body: plain };
}

/** All mails that have left so far. */
export function outbox(data: string): Mail[] {
  const folder = join(data, 'outbox');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  return files.map((name) => parse(readFileSync(join(folder, name), 'utf8')));
}

/** Waits until `count` mails to different people have this in them, and returns them by recipient. */
export async function mailsWith(data: string, text: string, count: number): Promise<Map<string, Mail>> {
  const found = () => new Map(outbox(data).filter((m) => m.body.includes(text)).map((m) => [m.to, m]));
  await expect.poll(() => found().size, { message: `mails with ${text}`, timeout: 20_000 }).toBe(count);
  return found();
}

/** The path of the link to `page` in a mail. */
export function linkIn(mail: Mail, page: string): string {
  const found = new RegExp(`https?://[^/\\s]+(/${page}/[\\w-]+)`).exec(mail.body);
  if (!found) throw new Error(`no link to /${page}/ in: ${mail.body}`);
  return found[1];
}
