// The pages and endpoints as `app/src/routes.rs` has them: the one list of what there is and who may enter.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../app/src/routes.rs', import.meta.url));

/** A rule of the table. */
export interface Rule {
  /** With `:name` for any one segment. */
  path: string;
  /** What stands in the table, such as `Entry::Public` or `HR`. */
  entry: string;
  table: 'PAGES' | 'ENDPOINTS';
}

function table(source: string, name: Rule['table']): Rule[] {
  const body = new RegExp(`pub const ${name}: &\\[Rule\\] = &\\[([\\s\\S]*?)\\n\\];`).exec(source)?.[1];
  if (!body) throw new Error(`app/src/routes.rs has no table ${name}`);
  const rules = [...`${body}\n`.matchAll(/\b(?:rule|island)\(\s*"([^"]+)",\s*([\s\S]+?)\s*\),\n/g)];
  const lines = body.split('\n').filter((line) => /\b(?:rule|island)\(/.test(line));
  if (rules.length !== lines.length) throw new Error(`not every rule of ${name} could be read`);
  return rules.map(([, path, entry]) => ({ path, entry, table: name }));
}

const text = readFileSync(SOURCE, 'utf8');

/** All rules, in the order of the file. */
export const RULES: readonly Rule[] = [...table(text, 'PAGES'), ...table(text, 'ENDPOINTS')];

/** The path in the table that a path on the site belongs to; the path itself where there is none. */
export function routeOf(pathname: string): string {
  const wanted = pathname.split('/').filter(Boolean);
  const variables = (rule: Rule) => (rule.path.match(/:/g) ?? []).length;
  const found = RULES.filter((rule) => {
    const parts = rule.path.split('/').filter(Boolean);
    return parts.length === wanted.length && parts.every((part, at) => part.startsWith(':') || part === wanted[at]);
  });
  return found.sort((a, b) => variables(a) - variables(b))[0]?.path ?? pathname;
}
