// What stands on the screen, in both languages. Tests find things by these words, as people do.

export type Lang = 'ja' | 'en';
export const LANGS: readonly Lang[] = ['ja', 'en'];

const WORDS = {
  // Around every page
  signOut: { ja: /^(サイン|ログ)アウト$/, en: /^Sign out$/ },
  otherLanguage: { ja: 'English', en: '日本語' },
  skip: { ja: '本文へ移動', en: 'Skip to main content' },
  home: { ja: 'ホーム', en: 'Home' },
  error: { ja: 'エラー', en: 'Error' },

  // Sign-in and passwords
  signIn: { ja: 'ログイン', en: 'Sign in' },
  number: { ja: '職員番号またはメールアドレス', en: 'Staff number or mail address' },
  password: { ja: 'パスワード', en: 'Password' },
  forgot: { ja: 'パスワードを忘れた方・初めての方', en: 'Forgotten your password, or here for the first time?' },
  sendMail: { ja: 'メールを送る', en: 'Send the mail' },
  mailSent: { ja: '再設定のためのメールを送りました', en: 'a mail with a link has been sent' },
  newPassword: { ja: /^新しいパスワード(?!.*確認)/, en: /^New password(?!, again)/ },
  newPasswordAgain: { ja: /^新しいパスワード\(確認\)/, en: /^New password, again/ },
  setPassword: { ja: '設定する', en: 'Set the password' },
  passwordSet: { ja: 'パスワードを設定しました', en: 'Your password has been set' },
  wrongPassword: { ja: '職員番号またはパスワードが違います', en: 'The staff number or the password is not correct' },
  locked: { ja: '一時的に使えません', en: 'Too many wrong attempts' },
  linkVoid: { ja: 'このリンクは期限切れか、すでに使われています', en: 'This link has expired or has been used' },
  newLink: { ja: '新しいリンクを受け取る', en: 'Get a new link' },
  everywhere: { ja: /^すべての端末で(サイン|ログ)アウトする/, en: 'Sign out everywhere' },
  outEverywhere: { ja: /すべての端末で(サイン|ログ)アウトしました/, en: 'You have been signed out on every device' },

  oldPassword: { ja: '今のパスワード', en: 'Current password' },
  changePassword: { ja: '変更する', en: 'Change' },
  passwordChanged: { ja: 'パスワードを変更しました', en: 'Your password has been changed' },

  // Roster
  unitFile: { ja: '部署', en: 'Units' },
  staffFile: { ja: /^職員\(/, en: /^Staff \(/ },
  csvFile: { ja: 'CSVファイル', en: 'CSV file' },
  upload: { ja: 'アップロードする', en: 'Upload' },
  refusedRows: { ja: '取り込めなかった行', en: 'Rows that could not be imported' },
  fileTooLarge: { ja: 'ファイルが大きすぎます(16.5 MB)', en: 'The file is too large (16.5 MB)' },
  tooLarge: { ja: '大きすぎるため、受け取れませんでした', en: 'Too large to be taken' },
  atMost: { ja: 'ファイルは16 MB以内', en: 'A file may have at most 16 MB' },
  unknownUnit: { ja: 'この部署コードは登録されていません', en: 'There is no unit with this code' },
  badMail: { ja: 'メールアドレスの形式が正しくありません', en: 'This is not a valid mail address' },
  twoFaults: { ja: '2件の誤りがあるため、何も取り込んでいません', en: 'There are 2 faults, so nothing was imported' },
  people: { ja: '在籍者', en: 'People' },
  newPeople: { ja: '新規の人', en: 'New people' },
  acceptRoster: { ja: 'この内容で取り込む', en: 'Import this' },
  rosterImported: { ja: '名簿を取り込みました。新規13人', en: 'The roster has been imported: 13 new' },
  sendActivations: { ja: '利用開始の案内メールを送る', en: 'Send activation mails' },
  activationsQueued: { ja: '13人への利用開始の案内メール', en: 'Activation mails to 13 people' },

  // Questionnaires
  jsonFile: { ja: '調査票のファイル(JSON)', en: 'Questionnaire file (JSON)' },
  importFile: { ja: '取り込む', en: 'Import' },
  questionnaireImported: { ja: '調査票を取り込みました', en: 'The questionnaire has been imported' },
  previewAsRespondent: { ja: '回答者としてプレビュー', en: 'Preview as a respondent' },
  previewOnly: { ja: 'プレビューのため、送信はできません', en: 'This is a preview: nothing can be sent' },

  // Campaigns
  newCampaign: { ja: '調査を作成', en: 'New campaign' },
  titleJa: { ja: '題名(日本語)', en: 'Title (Japanese)' },
  titleEn: { ja: '題名(英語)', en: 'Title (English)' },
  questionnaire: { ja: '調査票', en: 'Questionnaire' },
  save: { ja: '保存する', en: 'Save' },
  campaignCreated: { ja: '調査を作成しました', en: 'The campaign has been created' },
  fixTerms: { ja: '実施条件を確定する', en: 'Fix the terms' },
  sureToFix: { ja: /締切を遅らせることしかできない/, en: /I know that afterwards only the closing date/ },
  unsure: { ja: '確認のチェックが入っていないため、何も変更していません', en: 'The box to confirm was not ticked' },
  termsFixed: { ja: '実施条件を確定しました', en: 'The terms are fixed' },
  movedOn: { ja: 'すでに次の段階に進んでいます', en: 'This campaign has already moved on' },
  invite: { ja: '案内メールを送る', en: 'Send the invitations' },
  previewInvitation: { ja: '「回答のお願い」の文面を見る', en: 'Preview of the mail: Invitation' },
  previewReminder: { ja: '「回答期限のお知らせ」の文面を見る', en: 'Preview of the mail: Reminder' },
  reminders: { ja: '督促メールを送る', en: 'Send reminders' },
  waitingMails: { ja: '送信待ち', en: 'Waiting to be sent' },
  invited: { ja: '14通のメールを送信待ちにしました', en: '14 mails have been queued' },
  nobodyLeft: { ja: '新たに送る相手はいませんでした', en: 'There was nobody left to write to' },
  openNow: { ja: '今すぐ開始する', en: 'Open it now' },
  opened: { ja: '回答の受付を始めました', en: 'The campaign is open for answers' },
  closeNow: { ja: '今すぐ締め切る', en: 'Close it now' },
  sureToClose: { ja: /約束した締切より前/, en: /before the closing date/ },
  close: { ja: '締め切る', en: 'Close' },
  closed: { ja: '回答を締め切りました', en: 'The campaign has been closed' },
  sureToCount: { ja: /破棄され、元に戻せない/, en: /sealed sheets are destroyed, and that this cannot be undone/ },
  count: { ja: '集計する', en: 'Count the sheets' },
  counted: { ja: '集計しました。回答券と封をした回答票は破棄しました', en: 'The sheets have been counted' },
  sureToRelease: { ja: /公表は一度だけで、取り消せない/, en: /one release, and that it cannot be taken back/ },
  release: { ja: '結果を公表する', en: 'Release the results' },
  released: { ja: '結果を公表しました', en: 'The results have been released' },
  seeResults: { ja: '結果を見る', en: 'Look at the results' },
  watchResponses: { ja: '回答状況を見る', en: 'Watch the responses' },
  liveFigures: { ja: '10秒ごとに自動で更新しています', en: 'Updated by itself every 10 seconds' },
  stillFigures: { ja: 'このページを読み込み直すと表示されます', en: 'Reload this page for the latest figures' },
  updateNow: { ja: '今すぐ更新する', en: 'Update now' },
  responsesByUnit: { ja: '部署ごとの回答状況', en: 'Responses by unit' },
  sheetsReceived: { ja: '回答票の受領', en: 'Sheets received' },

  // Answering
  whoSeesWhat: { ja: '答える前に:だれが何を見るか', en: 'Before you answer: who will see what' },
  back: { ja: '戻る', en: 'Back' },
  next: { ja: '次へ', en: 'Next' },
  savedHere: { ja: 'この端末に保存しました', en: 'Saved on this device' },
  beforeSending: { ja: '送信前の確認', en: 'Before you send' },
  stillNeeded: { ja: '回答が必要な設問', en: 'Still needed' },
  sent: { ja: '送信しました。ありがとうございました。', en: 'Sent. Thank you.' },
  receipt: { ja: '受付番号', en: 'Receipt' },
  lookAgain: { ja: '回答を見直す', en: 'Look at my answers again' },
  changedSince: { ja: '送信したあとに、この端末で回答が変わっています', en: 'Your answers have changed on this device' },
  cleared: { ja: 'この端末から消しました', en: 'Removed from this device' },
  keptHere: { ja: '回答はこの端末に残っています', en: 'Your answers are kept on this device' },
  keptOnPageOnly: { ja: '回答はこのページにだけ残っています', en: 'Your answers are on this page only' },
  cannotKeep: { ja: '回答を保存できません', en: 'does not let us keep your answers' },
  preparing: { ja: '回答の画面を準備しています', en: 'The questions are being prepared' },
  closedMeanwhile: { ja: 'この調査は締め切られたため', en: 'This survey has closed' },
  otherTerms: { ja: '実施条件がこのページの表示と一致しない', en: 'The terms do not match what this page shows' },
  otherKey: { ja: '回答券の証明が実施条件の公開鍵と合いません', en: 'does not match the public key in the terms' },
  offline: { ja: 'ネットワークにつながっていません', en: 'Not connected.' },
  waiting: { ja: 'サーバーに届きませんでした', en: 'The server could not be reached' },
  otherDevice: {
    ja: '回答券は別の端末ですでに受け取っています',
    en: 'Your ballot was already issued to another device',
  },
  fromOtherDevice: { ja: '別の端末で続ける・送り直すには', en: 'To go on or send again on another device' },
  enterCode: { ja: /別の端末で始めた方/, en: /Started on another device\?/ },
  transferCode: { ja: '引き継ぎコード', en: 'Transfer code' },
  takeOver: { ja: '引き継ぐ', en: 'Take over' },
  takenOver: { ja: '引き継ぎました', en: 'Taken over' },
  badCode: { ja: 'コードが正しくありません', en: 'This code is not correct' },
  signInExpired: { ja: 'ログインの有効期限が切れました', en: 'Your sign-in has expired' },
  mayIdentify: { ja: '含まれているかもしれません', en: 'This may contain a name' },

  // Results
  wholeResults: { ja: '全体の結果', en: 'Whole organisation' },
  unitResults: { ja: '部署ごとの結果', en: 'Unit by unit' },
  engagementIndex: { ja: 'エンゲージメント指数(0~100)', en: 'Engagement index (0–100)' },
  responseRate: { ja: '回答率', en: 'Response rate' },
  showReceipts: { ja: '集計区分ごとの数を見る', en: 'Show the numbers of each group' },
  receiptsByGroup: { ja: '集計区分ごとの受領状況', en: 'Receipts by group' },
  ballotsAndSheets: { ja: '回答券と回答票の数', en: 'Ballots and sheets' },
  downloadRelease: { ja: '公表した数値をCSVで保存する', en: 'Download the published figures as CSV' },
  noAccess: { ja: '表示する権限がありません', en: 'No access to this page' },
  notFound: { ja: 'ページが見つかりません', en: 'Page not found' },
  surveyClosed: { ja: 'に締め切られました', en: 'This survey closed on' },

  // Reviews
  newReview: { ja: '管理者評価・360度評価を作成', en: 'New manager review' },
  leastDays: { ja: '在籍が重なる最小の日数', en: 'Least days together' },
  makeTable: { ja: '名簿から表を作る', en: 'Make the table from the roster' },
  tableMade: { ja: '名簿の上司・部下の関係から表を作りました', en: 'The table has been made from the reporting lines' },
  toTable: { ja: '評価者の表を作る・直す', en: 'Make and correct the table of raters' },
  nextToRate: { ja: '一覧へ戻る', en: 'Back to the list' },
  rated: { ja: '送信済み', en: 'Sent from this device' },
  propose: { ja: '推薦する', en: 'Propose' },
  makePulse: { ja: /^半年後の確認\(パルス\)を作る/, en: /^Make a half-year pulse/ },
  actionsSaved: { ja: '行動を保存しました。', en: 'Your actions have been saved' },

  // Indicators
  fiscalYear: { ja: '年度', en: 'Fiscal year' },
  followupFile: { ja: 'フォローアップ表(CSVまたはExcel)', en: 'Follow-up table (CSV or Excel)' },
  followupImported: { ja: 'フォローアップ表を取り込みました', en: 'has been imported' },
  surveyAndArea: { ja: '調査と領域', en: 'Survey and area' },
  saveLink: { ja: '連携を保存', en: 'Save the link' },
  linked: { ja: '調査と連携しました', en: 'Linked to the survey' },
  values: { ja: '実績値と出典', en: 'Values and their sources' },
} as const;

type Key = keyof typeof WORDS;

/** The words of one language. */
export type Words = { readonly [K in Key]: (typeof WORDS)[K]['ja' | 'en'] };

/** Every word in `lang`. */
export function words(lang: Lang): Words {
  const chosen = Object.entries(WORDS).map(([key, both]) => [key, both[lang]]);
  return Object.fromEntries(chosen) as Words;
}
