// The small ministry of the story: fourteen people in two divisions, and a questionnaire with one item of each kind
// that matters. Both languages tell the same story.

import type { Lang } from './words';

export const PASSWORD = 'a lantern for the evening ferry';

/** Who does what in the story, by staff number. */
export const PEOPLE = {
  hr: '30001',
  administrator: '30002',
  executive: '30003',
  managerOfPlanning: '30004',
  managerOfAccounts: '30008',
} as const;

const PLANNING = ['30001', '30002', '30003', '30004', '30005', '30006', '30007'];
const ACCOUNTS = ['30008', '30009', '30010', '30011', '30012', '30013', '30014'];

/** Everybody's staff number. */
export const EVERYBODY = [...PLANNING, ...ACCOUNTS];

/** Those who answer: five in each division, which is the threshold. */
export const RESPONDENTS = {
  planning: ['30004', '30005', '30006', '30007', '30002'],
  accounts: ['30009', '30010', '30011', '30012', '30013'],
} as const;

/** The person who answers in the other language than the story's. */
export const FOREIGNER = '30013';

export function mailOf(number: string): string {
  return `n${number}@story.example`;
}

const ROLES: Record<string, string> = {
  [PEOPLE.hr]: 'hr',
  [PEOPLE.administrator]: 'administrator',
  [PEOPLE.executive]: 'executive',
  [PEOPLE.managerOfPlanning]: 'manager',
  [PEOPLE.managerOfAccounts]: 'manager',
};

const HEADINGS = {
  ja: '職員番号,氏名,氏名(英),メール,部署コード,上司職員番号,権限,言語',
  en: 'staff_number,name,name_en,mail,unit_code,supervisor_number,role,lang',
} as const;

const UNIT_HEADINGS = {
  ja: '部署コード,部署名,部署名(英),上位部署コード,種別',
  en: 'unit_code,name,name_en,parent_code,kind',
} as const;

const KINDS = { ja: ['本省', '課'], en: ['headquarters', 'division'] } as const;

export const UNITS = {
  planning: { ja: '企画課', en: 'Planning Division' },
  accounts: { ja: '会計課', en: 'Accounts Division' },
} as const;

/** What the survey is called. */
export const TITLE = { ja: '灯台の声', en: 'Voices of the lighthouse' } as const;

/** The unit file. */
export function unitsCsv(lang: Lang): string {
  const [ministry, division] = KINDS[lang];
  return [
    UNIT_HEADINGS[lang],
    `S000,灯台省,Lighthouse Ministry,,${ministry}`,
    `S100,${UNITS.planning.ja},${UNITS.planning.en},S000,${division}`,
    `S200,${UNITS.accounts.ja},${UNITS.accounts.en},S000,${division}`,
    '',
  ].join('\r\n');
}

function cells(number: string, lang: Lang): string[] {
  const planning = PLANNING.includes(number);
  const head = planning ? PEOPLE.managerOfPlanning : PEOPLE.managerOfAccounts;
  const theirs = number === FOREIGNER ? (lang === 'ja' ? 'en' : 'ja') : lang;
  return [
    number,
    `灯台 ${number}`,
    `Person ${number}`,
    mailOf(number),
    planning ? 'S100' : 'S200',
    number === head ? '' : head,
    ROLES[number] ?? '',
    theirs,
  ];
}

/** The staff file: only `numbers`, with some rows changed. */
export function staffCsv(
  lang: Lang,
  numbers: readonly string[],
  change: Record<string, Record<number, string>> = {},
): string {
  const rows = numbers.map((number) => {
    const row = cells(number, lang);
    Object.entries(change[number] ?? {}).forEach(([at, value]) => (row[Number(at)] = value));
    return row.join(',');
  });
  return [HEADINGS[lang], ...rows, ''].join('\r\n');
}

/** The staff file before anybody else is there: the first person of the personnel division, without a superior. */
export function firstStaffCsv(lang: Lang): string {
  return staffCsv(lang, [PEOPLE.hr], { [PEOPLE.hr]: { 5: '' } });
}

/** The staff file with two mistakes: a mail address in row 4 and a unit in row 6. */
export function wrongStaffCsv(lang: Lang): string {
  return staffCsv(lang, EVERYBODY, {
    [EVERYBODY[2]]: { 3: 'nobody at all' },
    [EVERYBODY[4]]: { 4: 'S900' },
  });
}

export const MISTAKES = {
  mail: { row: '4', column: { ja: 'メール', en: 'mail' }, value: 'nobody at all' },
  unit: { row: '6', column: { ja: '部署コード', en: 'unit_code' }, value: 'S900' },
} as const;

const both = (ja: string, en: string) => ({ ja, en });

const LABELS = [
  both('そう思わない', 'Disagree'),
  both('あまりそう思わない', 'Rather disagree'),
  both('どちらともいえない', 'Neither'),
  both('ややそう思う', 'Rather agree'),
  both('そう思う', 'Agree'),
];

/** A point of the scale, from 1, in words. */
export function point(lang: Lang, number: number): string {
  return LABELS[number - 1][lang];
}

export const OPTIONS = {
  tools: both('よい道具', 'Good tools'),
  rooms: both('静かな部屋', 'Quiet rooms'),
  none: both('特にない', 'Nothing in particular'),
  office: both('内勤', 'Office'),
  field: both('現場', 'Field'),
} as const;

export const QUESTIONNAIRE = {
  format: 'shirube-questionnaire/1',
  key: 'engagement',
  version: 1,
  title: both('灯台エンゲージメント調査', 'Lighthouse engagement survey'),
  introduction: both('二分で終わります。', 'It takes two minutes.'),
  areas: [{ key: 'engagement', label: both('エンゲージメント', 'Engagement') }],
  sections: [
    {
      key: 'work',
      title: both('仕事について', 'Your work'),
      items: [
        {
          key: 'eng',
          text: both('この仕事を人に勧めたい。', 'I would recommend this work.'),
          area: 'engagement',
          required: true,
          kind: { type: 'scale', labels: LABELS },
        },
        {
          key: 'wishes',
          text: both('足りないものはどれですか。', 'What is missing?'),
          kind: {
            type: 'multiple',
            options: [
              { key: 'tools', label: OPTIONS.tools },
              { key: 'rooms', label: OPTIONS.rooms },
              { key: 'none', label: OPTIONS.none, exclusive: true },
            ],
          },
        },
      ],
    },
    {
      key: 'words',
      title: both('ひとこと', 'In your words'),
      items: [
        {
          key: 'comment',
          text: both('気付いたことをお書きください。', 'What have you noticed?'),
          kind: { type: 'long_text', max_chars: 500 },
        },
        {
          key: 'place',
          text: both('働く場所はどちらですか。', 'Where do you work?'),
          demographic: true,
          required: true,
          kind: {
            type: 'single',
            options: [
              { key: 'office', label: OPTIONS.office },
              { key: 'field', label: OPTIONS.field },
            ],
          },
        },
      ],
    },
  ],
} as const;
