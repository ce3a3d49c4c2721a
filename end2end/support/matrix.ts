// Who may do what, written down a second time and by hand: the tests hold the server to this, and this to the table
// in `app/src/routes.rs`, path by path.

import { ROLES, type Role } from './server';

/** Somebody who asks: a role, or nobody who is signed in. */
export type Asker = Role | 'anonymous';
export const ASKERS: readonly Asker[] = ['anonymous', ...ROLES];

/** Names of ids that are filled in from the demo ministry. */
export interface Ids {
  /** A campaign that is open. */
  open: string;
  /** A campaign that is released. */
  released: string;
  /** A review that is open, and one that is released. */
  review: string;
  reviewed: string;
  /** The stratum of the open review in which the demo's staff are asked about their superior. */
  rating: string;
  /** The staff number of somebody who is rated in the open review. */
  subject: string;
  /** A questionnaire that a campaign uses. */
  questionnaire: string;
  /** A questionnaire that no campaign uses. */
  draft: string;
  /** An indicator. */
  indicator: string;
  /** A row of the follow-up table that the demo's manager may draft for. */
  owned: string;
}

/** One line of the matrix. */
export interface Line {
  /** As in `app/src/routes.rs`. */
  path: string;
  method: 'GET' | 'POST';
  /** Those who are let in. */
  allowed: readonly Asker[];
  /** The address asked for, where the path has a variable in it. */
  address?: (ids: Ids) => string;
  /** The status those get who are let in; where several are named, any of them. */
  status: readonly number[];
  /** Of those who are let in, for whom there is anything; the others get 404. */
  only?: readonly Asker[];
  /** Sent with it. */
  form?: Record<string, string>;
  /** Ends the session, and so goes last. */
  ends?: boolean;
}

const EVERYBODY = ASKERS;
const SIGNED_IN = ROLES;
const HR = ['hr'] as const;
const OVERSEERS = ['hr', 'executive'] as const;
const LEADERS = ['manager', 'hr', 'executive'] as const;
/** Who is rated in the demo's reviews: whoever has a team. */
const SUBJECTS = ['manager', 'executive'] as const;

type Address = (ids: Ids) => string;

function page(path: string, allowed: readonly Asker[], address?: Address, status = 200): Line {
  return { path, method: 'GET', allowed, address, status: [status] };
}

/** A form. What is sent is never complete, so nobody changes anything; those let in are told so. */
function form(path: string, allowed: readonly Asker[], status: readonly number[] = REFUSED): Line {
  return { path, method: 'POST', allowed, status, form: {} };
}

/** Let in, and told that the form is not complete. */
const REFUSED = [302, 400, 404, 415, 422] as const;

/** Every page and every endpoint. */
export const MATRIX: readonly Line[] = [
  page('/sign-in', EVERYBODY),
  page('/forgot', EVERYBODY),
  page('/activate/:token', EVERYBODY, () => '/activate/no-such-token', 410),
  page('/reset/:token', EVERYBODY, () => '/reset/no-such-token', 410),
  page('/anonymity', EVERYBODY),
  page('/', SIGNED_IN),
  page('/account', SIGNED_IN),
  page('/answer/:campaign', SIGNED_IN, (ids) => `/answer/${ids.open}`),
  // The first group of the review is one person's view of themselves, and the executive is the first in the roster.
  { ...page('/answer/:campaign/:stratum', SIGNED_IN, (ids) => `/answer/${ids.review}/0`), only: ['executive'] },
  page('/review/:campaign', SIGNED_IN, (ids) => `/review/${ids.review}`),
  page('/terms/:campaign', SIGNED_IN, (ids) => `/terms/${ids.open}`),
  page('/nominations', SIGNED_IN),
  page('/feedback', SIGNED_IN),
  // A report is there for who was a subject; nobody's terms let others read it.
  { ...page('/feedback/:campaign', SIGNED_IN, (ids) => `/feedback/${ids.reviewed}`), only: SUBJECTS },
  page('/feedback/:campaign/:subject', OVERSEERS, (ids) => `/feedback/${ids.reviewed}/7`, 404),
  page('/results', SIGNED_IN),
  page('/results/:campaign', SIGNED_IN, (ids) => `/results/${ids.released}`),
  page('/results/:campaign/items', SIGNED_IN, (ids) => `/results/${ids.released}/items`),
  page('/results/:campaign/units', LEADERS, (ids) => `/results/${ids.released}/units`),
  page('/results/:campaign/groups/:group', SIGNED_IN, (ids) => `/results/${ids.released}/groups/0`),
  page('/unit', ['manager']),
  page('/indicators', SIGNED_IN),
  page('/indicators/published', SIGNED_IN),
  page('/indicators/compare', SIGNED_IN),
  page('/indicators/new', HR),
  page('/indicators/drafts', ['manager', 'hr']),
  page('/indicators/history', OVERSEERS),
  page('/indicators/:row', SIGNED_IN, (ids) => `/indicators/${ids.indicator}`),
  page('/indicators/:row/edit', HR, (ids) => `/indicators/${ids.indicator}/edit`),
  // The demo's manager heads the personnel division, which owns the rows on work and family.
  page('/indicators/:row/draft', ['manager'], (ids) => `/indicators/${ids.owned}/draft`),
  page('/overtime', ['manager']),
  // For HR and the managers of the unit that was asked, which the demo's are not.
  { ...page('/overtime/:id', SIGNED_IN, () => '/overtime/1'), only: HR },
  page('/developers', EVERYBODY),
  page('/executive', OVERSEERS),
  page('/hr/metrics', HR),
  page('/hr/metrics/preview', HR),
  page('/hr/metrics/:series', HR, () => '/hr/metrics/overtime_hours'),
  page('/hr/overtime', HR),
  page('/hr/overtime/explanations', HR),
  page('/hr/roster', HR),
  page('/hr/roster/preview', HR),
  page('/hr/roster/people', HR),
  page('/hr/questionnaires', HR),
  page('/hr/questionnaires/:id', HR, (ids) => `/hr/questionnaires/${ids.questionnaire}`),
  page('/hr/questionnaires/:id/items/:item', HR, (ids) => `/hr/questionnaires/${ids.questionnaire}/items/eng1`),
  page('/hr/questionnaires/:id/preview', HR, (ids) => `/hr/questionnaires/${ids.questionnaire}/preview`),
  page('/hr/campaigns', HR),
  page('/hr/campaigns/new', HR),
  page('/hr/campaigns/:campaign', HR, (ids) => `/hr/campaigns/${ids.open}`),
  page('/hr/campaigns/:campaign/edit', HR, (ids) => `/hr/campaigns/${ids.open}/edit`),
  page('/hr/campaigns/:campaign/raters', HR, (ids) => `/hr/campaigns/${ids.review}/raters`),
  page('/hr/campaigns/:campaign/responses', HR, (ids) => `/hr/campaigns/${ids.open}/responses`),
  page('/admin', ['administrator']),
  page('/admin/tokens', ['administrator']),

  // Public, but a ballot is handed out only to somebody who is signed in: see the test of its own.
  form('/api/ballots', EVERYBODY),
  form('/api/sign-in', EVERYBODY),
  { ...form('/api/sign-out', EVERYBODY, [303]), ends: true },
  form('/api/language', EVERYBODY),
  form('/api/forgot', EVERYBODY),
  form('/api/password/link', EVERYBODY),
  form('/api/review/nominate', SIGNED_IN),
  form('/api/review/withdraw', SIGNED_IN),
  form('/api/review/decide', SIGNED_IN),
  form('/api/review/actions', SIGNED_IN),
  form('/api/account/password', SIGNED_IN),
  { ...form('/api/account/sign-out-everywhere', SIGNED_IN, [200, 302]), ends: true },
  form('/api/hr/roster/upload', HR),
  form('/api/hr/roster/accept', HR),
  // Everybody of the demo has a password already: there is nobody to write to.
  form('/api/hr/roster/invite', HR, [200, 302]),
  form('/api/hr/questionnaires/create', HR),
  form('/api/hr/questionnaires/import', HR),
  form('/api/hr/questionnaires/copy', HR),
  form('/api/hr/questionnaires/delete', HR),
  form('/api/hr/questionnaires/title', HR),
  form('/api/hr/questionnaires/section', HR),
  form('/api/hr/questionnaires/item', HR),
  form('/api/hr/questionnaires/move', HR),
  form('/api/hr/questionnaires/remove', HR),
  form('/api/hr/questionnaires/bank', HR),
  form('/api/hr/campaigns/create', HR),
  form('/api/hr/campaigns/edit', HR),
  form('/api/hr/campaigns/delete', HR),
  form('/api/hr/campaigns/advance', HR),
  form('/api/hr/campaigns/extend', HR),
  form('/api/hr/campaigns/invite', HR),
  form('/api/hr/campaigns/remind', HR),
  form('/api/hr/reviews/propose', HR),
  form('/api/hr/reviews/correct', HR),
  form('/api/hr/reviews/raters', HR),
  form('/api/hr/reviews/lines', HR),
  form('/api/hr/followup/import', HR),
  form('/api/hr/followup/value', HR),
  form('/api/hr/followup/withdraw', HR),
  form('/api/hr/followup/link', HR),
  form('/api/hr/followup/metric-link', HR),
  form('/api/hr/followup/edit', HR),
  form('/api/hr/followup/add', HR),
  form('/api/hr/followup/remove', HR),
  form('/api/hr/followup/move', HR),
  form('/api/hr/followup/settings', HR),
  form('/api/hr/followup/submit', HR),
  form('/api/hr/followup/reopen', HR),
  form('/api/hr/followup/remove-table', HR),
  form('/api/hr/followup/edition', HR),
  form('/api/hr/followup/decide-draft', HR),
  form('/api/executive/followup/sign', ['executive']),
  form('/api/executive/followup/return', ['executive']),
  form('/api/followup/draft', SIGNED_IN),
  form('/api/hr/metrics/upload', HR),
  form('/api/hr/metrics/accept', HR),
  // Nothing waits, so there is nothing to throw away.
  form('/api/hr/metrics/discard', HR, [200, 302]),
  form('/api/hr/metrics/series', HR),
  form('/api/hr/overtime/formula', HR),
  form('/api/hr/overtime/ceilings', HR),
  form('/api/hr/overtime/ask', HR),
  form('/api/hr/overtime/decide', HR),
  form('/api/overtime/reply', SIGNED_IN),
  form('/api/admin/tokens/issue', ['administrator']),
  form('/api/admin/tokens/revoke', ['administrator']),
  // For programs: a session is no token.
  form('/api/v1/metrics', EVERYBODY, [401]),
  page('/api/v1/series', EVERYBODY, undefined, 401),
  page('/api/v1/openapi.json', EVERYBODY),
  // Without the id of a mail it is "all that failed", of which the demo has none.
  form('/api/admin/mail/retry', ['administrator'], [200, 302]),

  page(
    '/hr/questionnaires/:id/questionnaire.json',
    HR,
    (ids) => `/hr/questionnaires/${ids.questionnaire}/questionnaire.json`,
  ),
  page('/hr/questionnaire.schema.json', HR),
  page('/hr/roster/template.csv', HR),
  page('/hr/roster/units-template.csv', HR),
  page('/hr/roster/staff.csv', HR),
  page('/hr/roster/units.csv', HR),
  page('/hr/roster/lines.csv', HR),
  page('/hr/campaigns/:campaign/raters.csv', HR, (ids) => `/hr/campaigns/${ids.review}/raters.csv`),
  { ...page('/feedback/:campaign/report.xlsx', SIGNED_IN, (ids) => `/feedback/${ids.reviewed}/report.xlsx`), only: SUBJECTS },
  page('/terms/:campaign/terms.json', SIGNED_IN, (ids) => `/terms/${ids.open}/terms.json`),
  page('/indicators/followup.csv', SIGNED_IN),
  page('/indicators/followup.xlsx', SIGNED_IN),
  page('/indicators/open-data.csv', SIGNED_IN, () => '/indicators/open-data.csv?published=2025-12'),
  page('/indicators/open-data.xlsx', SIGNED_IN, () => '/indicators/open-data.xlsx?published=2025-12'),
  page('/hr/metrics/template.csv', HR),
  page('/results/:campaign/release.csv', OVERSEERS, (ids) => `/results/${ids.released}/release.csv`),
];

/** The address of a line. */
export function addressOf(line: Line, ids: Ids): string {
  return line.address?.(ids) ?? line.path;
}

/** What this asker must get. */
export function expected(line: Line, asker: Asker): readonly number[] {
  if (line.allowed.includes(asker)) return line.only?.includes(asker) ?? true ? line.status : [404];
  if (asker !== 'anonymous') return [403];
  return line.method === 'GET' ? [303] : [401];
}
