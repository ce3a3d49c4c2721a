// A questionnaire with one item of every kind, each with the limits that people can run into.

const both = (ja: string, en: string) => ({ ja, en });
const option = (key: string, ja: string, en: string) => ({ key, label: both(ja, en) });
const LABELS = [both('悪い', 'Bad'), both('ふつう', 'Fair'), both('良い', 'Good')];

export const EVERY_KIND = {
  format: 'shirube-questionnaire/1',
  key: 'every-kind',
  version: 1,
  title: both('灯台守の一日', 'A day of a lighthouse keeper'),
  sections: [
    {
      key: 'day',
      title: both('昼のこと', 'By day'),
      items: [
        {
          key: 'mood',
          text: both('気分はいかがですか。', 'How do you feel?'),
          required: true,
          may_decline: true,
          kind: { type: 'scale', labels: LABELS },
        },
        {
          key: 'why',
          text: both('なぜですか。', 'Why?'),
          required: true,
          show_if: { item: 'mood', any_of: ['1'] },
          kind: { type: 'long_text', max_chars: 100 },
        },
        {
          key: 'tools',
          text: both('持って行くものはどれですか。', 'What do you take along?'),
          required: true,
          kind: {
            type: 'multiple',
            min: 2,
            max: 3,
            options: [
              option('lamp', 'ランプ', 'A lamp'),
              option('rope', 'ロープ', 'A rope'),
              option('map', '海図', 'A chart'),
              option('knife', 'ナイフ', 'A knife'),
              { ...option('none', '何も持たない', 'Nothing'), exclusive: true },
            ],
          },
        },
        {
          key: 'sky',
          text: both('空の様子はいかがですか。', 'How is the sky?'),
          required: true,
          kind: {
            type: 'matrix',
            rows: [option('morning', '朝', 'In the morning'), option('evening', '夕方', 'In the evening')],
            labels: LABELS,
          },
        },
        {
          key: 'hours',
          text: both('何時間起きていますか。', 'For how many hours are you awake?'),
          required: true,
          kind: { type: 'number', min: 0, max: 24, decimals: 1, unit: both('時間', 'hours') },
        },
        {
          key: 'since',
          text: both('いつからここにいますか。', 'Since when have you been here?'),
          required: true,
          kind: { type: 'date', min: '2025-04-01', max: '2026-03-31' },
        },
        {
          key: 'boat',
          text: both('船の名前は何ですか。', 'What is your boat called?'),
          required: true,
          kind: { type: 'short_text', max_chars: 10 },
        },
        {
          key: 'place',
          text: both('夜はどちらにいますか。', 'Where are you at night?'),
          kind: { type: 'single', options: [option('tower', '塔の上', 'Up the tower'), option('home', '家', 'At home')] },
        },
      ],
    },
    {
      key: 'night',
      title: both('夜のこと', 'By night'),
      show_if: { item: 'place', any_of: ['tower'] },
      items: [
        {
          key: 'stars',
          text: both('星は見えますか。', 'Can you see the stars?'),
          required: true,
          kind: { type: 'single', options: [option('yes', 'はい', 'Yes'), option('no', 'いいえ', 'No')] },
        },
      ],
    },
  ],
} as const;
