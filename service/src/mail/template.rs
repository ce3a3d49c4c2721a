//! What the mails say. A mail is in the reader's language; dates are in the time zone of their post.

use domain::fiscal_year::date_label;
use domain::text::{Lang, Text};
use jiff::civil::Date;

use crate::clock::zone;

/// Subject and text of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// Who reads a mail.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// Their name, as they are addressed in their language.
    pub name: &'a str,
    /// Their language.
    pub lang: Lang,
    /// The IANA time zone of their post.
    pub time_zone: &'a str,
}

/// The survey a mail is about.
#[derive(Clone, Copy, Debug)]
pub struct Survey<'a> {
    /// Its title.
    pub title: &'a Text,
    /// When it opens, seconds since 1970 UTC.
    pub opens_at: i64,
    /// When it closes, seconds since 1970 UTC.
    pub closes_at: i64,
    /// SHA-256 of its terms, hexadecimal.
    pub terms_hash: &'a str,
    /// The address of the page that the mail leads to.
    pub link: &'a str,
}

/// A moment where a deadline matters, as in `令和7年10月1日(水) 17時(日本時間)` or
/// `1 October 2025, 04:00 (local time, Toronto)`; `seconds` since 1970 UTC.
pub fn deadline(seconds: i64, time_zone: &str, lang: Lang) -> String {
    let zoned = jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(zone(time_zone));
    let date = date_label(zoned.date(), lang);
    let moment = match (lang, zoned.minute()) {
        (Lang::Ja, 0) => format!("{date} {}時", zoned.hour()),
        (Lang::Ja, minute) => format!("{date} {}時{minute:02}分", zoned.hour()),
        (Lang::En, minute) => format!("{date}, {:02}:{minute:02}", zoned.hour()),
    };
    let city = time_zone.rsplit('/').next().unwrap_or(time_zone).replace('_', " ");
    match (lang, time_zone) {
        (Lang::Ja, "Asia/Tokyo") => format!("{moment}(日本時間)"),
        (Lang::Ja, _) => format!("{moment}(現地時間 {city})"),
        (Lang::En, "Asia/Tokyo") => format!("{moment} (Japan time)"),
        (Lang::En, _) => format!("{moment} (local time, {city})"),
    }
}

/// The end of the last day for something, in Japan, where deadlines are kept, as a [`deadline`] in the reader's time
/// zone: `令和7年12月10日(水) 23時59分(日本時間)`, `10 December 2025, 09:59 (local time, Toronto)`.
pub fn end_of_day(day: Date, time_zone: &str, lang: Lang) -> String {
    match day.at(23, 59, 0, 0).to_zoned(zone("Asia/Tokyo")) {
        Ok(end) => deadline(end.timestamp().as_second(), time_zone, lang),
        // Only at the end of the calendar.
        Err(_) => date_label(day, lang),
    }
}

pub(super) fn letter(lang: Lang, name: &str, subject: String, text: &str) -> Letter {
    let body = match lang {
        Lang::Ja => format!(
            "{name} 様\n\n{text}\n--\nこのメールは「標 Shirube」から自動でお送りしています。\
             ご返信いただいてもお答えできません。\n"
        ),
        Lang::En => format!(
            "Dear {name},\n\n{text}\n--\nThis mail was sent automatically by Shirube. Replies are not read.\n"
        ),
    };
    Letter { subject, body }
}

/// The link to a first password; valid for 72 hours.
pub fn activation(lang: Lang, name: &str, link: &str) -> Letter {
    let subject = lang.t("【標 Shirube】ご利用開始の手続き", "Shirube: activate your account");
    let text = match lang {
        Lang::Ja => format!(
            "職員アンケートのシステム「標 Shirube」をご利用いただけるようになりました。\n\
             次のリンクを開き、パスワードを設定してください。\n\n\
             {link}\n\n\
             このリンクは72時間有効で、一度だけ使えます。期限が過ぎた場合は、ログイン画面から\
             パスワードの再設定をお申し込みください。\n\
             ご本人専用のリンクです。ほかの方に転送しないでください。\n"
        ),
        Lang::En => format!(
            "You can now use Shirube, the system for staff surveys.\n\
             Please open this link and set your password.\n\n\
             {link}\n\n\
             The link is valid for 72 hours and works once. If it has expired, please ask for a new password \
             on the sign-in page.\n\
             It is meant for you alone. Please do not forward it.\n"
        ),
    };
    letter(lang, name, subject.into(), &text)
}

/// The link to a new password; valid for one hour.
pub fn reset(lang: Lang, name: &str, link: &str) -> Letter {
    let subject = lang.t("【標 Shirube】パスワードの再設定", "Shirube: set a new password");
    let text = match lang {
        Lang::Ja => format!(
            "パスワードの再設定のお申し込みを受け付けました。\n\
             次のリンクを開き、新しいパスワードを設定してください。\n\n\
             {link}\n\n\
             このリンクは1時間有効で、一度だけ使えます。\n\
             お心当たりがない場合は、このメールを削除してください。現在のパスワードは変わりません。\n"
        ),
        Lang::En => format!(
            "A new password was asked for on your account.\n\
             Please open this link and set it.\n\n\
             {link}\n\n\
             The link is valid for one hour and works once.\n\
             If it was not you who asked, please delete this mail. Your password stays as it is.\n"
        ),
    };
    letter(lang, name, subject.into(), &text)
}

/// A survey can be answered, now or from its opening on.
pub fn invitation(reader: Reader<'_>, survey: Survey<'_>) -> Letter {
    let Reader { name, lang, time_zone } = reader;
    let title = survey.title.get(lang);
    let opens = deadline(survey.opens_at, time_zone, lang);
    let closes = deadline(survey.closes_at, time_zone, lang);
    let (link, hash) = (survey.link, survey.terms_hash);
    let (subject, text) = match lang {
        Lang::Ja => (
            format!("【回答のお願い】{title}"),
            format!(
                "「{title}」へのご回答をお願いいたします。\n\n\
                 回答開始: {opens}\n\
                 回答期限: {closes}\n\
                 回答ページ: {link}\n\n\
                 回答は匿名です。回答に氏名や職員番号は付きません。どなたの回答かをたどれない形でお預かりします。\
                 何が守られ、何が守られないかは、回答ページのはじめに記しています。\n\n\
                 集計の単位や公表の範囲などの実施条件は、開始前に定めています。締切の延長を除き、途中で変わることは\
                 ありません。次の値(SHA-256)が回答ページに示される値と同じであることを、ご自身で確かめられます。\n\
                 {hash}\n"
            ),
        ),
        Lang::En => (
            format!("Please answer: {title}"),
            format!(
                "We kindly ask you to answer the survey \"{title}\".\n\n\
                 Open from: {opens}\n\
                 Open until: {closes}\n\
                 Page: {link}\n\n\
                 Answers are anonymous. No name or staff number goes with an answer, and it is kept so that it \
                 cannot be traced back to you. What is protected and what is not is stated at the beginning of \
                 the page.\n\n\
                 The terms, such as the groups that are counted and what is published, were fixed beforehand. \
                 Apart from a later closing date they do not change. You can check for yourself that this value \
                 (SHA-256) is the one shown on the page:\n\
                 {hash}\n"
            ),
        ),
    };
    letter(lang, name, subject, &text)
}

/// What a reminder says of what is asked, in the reader's language.
pub(super) struct Reminding {
    /// The heading, before the title.
    pub heading: &'static str,
    /// What is still open, and what to do.
    pub lead: String,
    /// What the page is called.
    pub page: &'static str,
    /// Whom the mail goes to.
    pub whom: &'static str,
}

/// A survey is still open. It says whom it goes to: everybody, or those to whom no ballot was issued yet.
pub fn reminder(reader: Reader<'_>, survey: Survey<'_>, everybody: bool) -> Letter {
    let (lang, title) = (reader.lang, survey.title.get(reader.lang));
    let whom = if everybody {
        lang.t("対象の方全員に", "everybody who may answer")
    } else {
        lang.t(
            "回答ページで回答券をまだお受け取りでない方に",
            "people to whom no ballot has been issued on the page yet",
        )
    };
    let lead = match lang {
        Lang::Ja => {
            format!("「{title}」は、次の期限まで回答を受け付けています。ご都合のよいときにご回答ください。")
        }
        Lang::En => format!("The survey \"{title}\" is still open. Please answer it when it suits you."),
    };
    let heading = lang.t("【回答期限のお知らせ】", "Still open: ");
    still_open(reader, survey, Reminding { heading, lead, page: lang.t("回答ページ", "Page"), whom })
}

/// There is still time to answer, in words for what is asked.
pub(super) fn still_open(reader: Reader<'_>, survey: Survey<'_>, words: Reminding) -> Letter {
    let Reader { name, lang, time_zone } = reader;
    let closes = deadline(survey.closes_at, time_zone, lang);
    let (link, hash) = (survey.link, survey.terms_hash);
    let Reminding { heading, lead, page, whom } = words;
    let subject = format!("{heading}{}", survey.title.get(lang));
    let text = match lang {
        Lang::Ja => format!(
            "{lead}\n\n\
             回答期限: {closes}\n\
             {page}: {link}\n\n\
             このお知らせは、{whom}お送りしています。回答を済ませたか\
             どうかは、どなたについても記録しておらず、この案内の送り先にも使っていません。\n\
             すでに回答がお済みの場合は、ご放念ください。\n\n\
             実施条件の値(SHA-256):\n\
             {hash}\n"
        ),
        Lang::En => format!(
            "{lead}\n\n\
             Open until: {closes}\n\
             {page}: {link}\n\n\
             This mail goes to {whom}. Whether somebody has \
             answered is not recorded for anyone, and is not what this mail goes by.\n\
             If you have answered already, please disregard it.\n\n\
             Value of the terms (SHA-256):\n\
             {hash}\n"
        ),
    };
    letter(lang, name, subject, &text)
}

/// The results of a survey are out.
pub fn released(reader: Reader<'_>, survey: Survey<'_>) -> Letter {
    let Reader { name, lang, .. } = reader;
    let title = survey.title.get(lang);
    let link = survey.link;
    let (subject, text) = match lang {
        Lang::Ja => (
            format!("【結果の公表】{title}"),
            format!(
                "「{title}」の結果を公表しました。ご協力いただき、ありがとうございました。\n\n\
                 結果のページ: {link}\n\n\
                 人数の少ない集団の結果は、個人が推し量られることのないよう、ほかの集団とまとめるか、非表示に\
                 しています。\n"
            ),
        ),
        Lang::En => (
            format!("Results: {title}"),
            format!(
                "The results of the survey \"{title}\" are out. Thank you for your help.\n\n\
                 Page: {link}\n\n\
                 Results of small groups are merged with others or hidden, so that nobody can be singled out.\n"
            ),
        ),
    };
    letter(lang, name, subject, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    const LINK: &str = "https://shirube.example/answer/0123456789abcdef0123456789abcdef";

    fn reader(lang: Lang, time_zone: &str) -> Reader<'_> {
        Reader { name: lang.t("見本 花子", "MIHON Hanako"), lang, time_zone }
    }

    fn survey(title: &Text) -> Survey<'_> {
        // 1 and 31 October 2025, 17:00 in Japan.
        Survey { title, opens_at: 1_759_305_600, closes_at: 1_761_897_600, terms_hash: HASH, link: LINK }
    }

    fn title() -> Text {
        Text::new("令和7年度 職員意識調査", "Staff survey FY2025")
    }

    fn all(lang: Lang) -> Vec<Letter> {
        let title = title();
        let (reader, survey) = (reader(lang, "Asia/Tokyo"), survey(&title));
        vec![
            activation(lang, reader.name, LINK),
            reset(lang, reader.name, LINK),
            invitation(reader, survey),
            reminder(reader, survey, false),
            reminder(reader, survey, true),
            released(reader, survey),
        ]
    }

    #[test]
    fn every_mail_addresses_the_reader_and_has_its_link_on_one_line() {
        for lang in [Lang::Ja, Lang::En] {
            for Letter { subject, body } in all(lang) {
                assert!(body.starts_with(lang.t("見本 花子 様\n", "Dear MIHON Hanako,\n")), "{body}");
                assert!(body.lines().any(|line| line.ends_with(LINK)), "{body}");
                assert!(body.ends_with('\n') && !body.contains("\n\n\n"), "{body}");
                assert!(!subject.is_empty() && !subject.contains('\n'));
            }
        }
    }

    #[test]
    fn no_english_mail_has_japanese_in_it() {
        for Letter { subject, body } in all(Lang::En) {
            assert!(subject.is_ascii(), "{subject}");
            assert!(body.is_ascii(), "{body}");
        }
    }

    #[test]
    fn an_invitation_states_dates_and_terms() {
        let title = title();
        let Letter { subject, body } = invitation(reader(Lang::Ja, "Asia/Tokyo"), survey(&title));
        assert_eq!(subject, "【回答のお願い】令和7年度 職員意識調査");
        assert!(body.contains("回答開始: 令和7年10月1日(水) 17時(日本時間)\n"), "{body}");
        assert!(body.contains("回答期限: 令和7年10月31日(金) 17時(日本時間)\n"), "{body}");
        assert!(body.contains(HASH));
    }

    #[test]
    fn a_reminder_says_what_it_goes_by() {
        let title = title();
        let ja = reminder(reader(Lang::Ja, "Asia/Tokyo"), survey(&title), false).body;
        assert!(ja.contains("回答券をまだお受け取りでない方"), "{ja}");
        assert!(ja.contains("ご放念ください"), "{ja}");
        let en = reminder(reader(Lang::En, "America/Toronto"), survey(&title), false).body;
        assert!(en.contains("no ballot has been issued"), "{en}");
        assert!(en.contains("31 October 2025, 04:00 (local time, Toronto)"), "{en}");
        for (lang, whom) in [(Lang::Ja, "全員"), (Lang::En, "everybody who may answer")] {
            let body = reminder(reader(lang, "Asia/Tokyo"), survey(&title), true).body;
            assert!(body.contains(whom) && !body.contains(lang.t("回答券", "ballot")), "{body}");
        }
    }

    #[test]
    fn a_deadline_is_in_the_time_of_the_post() {
        let at = 1_759_305_600;
        assert_eq!(deadline(at, "Asia/Tokyo", Lang::En), "1 October 2025, 17:00 (Japan time)");
        assert_eq!(deadline(at + 1_800, "Asia/Tokyo", Lang::Ja), "令和7年10月1日(水) 17時30分(日本時間)");
        assert_eq!(deadline(at, "America/Toronto", Lang::Ja), "令和7年10月1日(水) 4時(現地時間 Toronto)");
        assert_eq!(
            deadline(at, "America/New_York", Lang::En),
            "1 October 2025, 04:00 (local time, New York)"
        );
    }
    #[test]
    fn the_last_day_ends_in_japan() {
        let day = jiff::civil::date(2025, 12, 10);
        assert_eq!(end_of_day(day, "Asia/Tokyo", Lang::Ja), "令和7年12月10日(水) 23時59分(日本時間)");
        assert_eq!(end_of_day(day, "Asia/Tokyo", Lang::En), "10 December 2025, 23:59 (Japan time)");
        assert_eq!(
            end_of_day(day, "America/Toronto", Lang::Ja),
            "令和7年12月10日(水) 9時59分(現地時間 Toronto)"
        );
        assert_eq!(
            end_of_day(day, "America/Toronto", Lang::En),
            "10 December 2025, 09:59 (local time, Toronto)"
        );
        // Where it is a day further already.
        assert_eq!(
            end_of_day(day, "Pacific/Auckland", Lang::En),
            "11 December 2025, 03:59 (local time, Auckland)"
        );
    }
}
