//! Administrative acts in plain words.

use domain::fiscal_year::FiscalYear;
use domain::text::{Lang, Text};
use service::registry::event::Event;

use crate::format;

/// What was done, in a few words. An act this version has no words for is shown by its name.
pub(crate) fn what(event: &Event, lang: Lang) -> String {
    let words = match event.what.as_str() {
        "account.password" => lang.t("パスワードを設定", "Set a password"),
        "units.import" => lang.t("部署を取込み", "Imported units"),
        "roster.import" => lang.t("名簿を取込み", "Imported the roster"),
        "roster.day" => lang.t("採用日・退職日による在籍の更新", "People joined or left on their dates"),
        "questionnaire.create" => lang.t("調査票を作成", "Made a questionnaire"),
        "questionnaire.import" => lang.t("調査票を取込み", "Imported a questionnaire"),
        "questionnaire.edit" => lang.t("調査票を編集", "Edited a questionnaire"),
        "questionnaire.copy" => lang.t("調査票の写しを作成", "Copied a questionnaire"),
        "questionnaire.delete" => lang.t("調査票の版を削除", "Deleted a version of a questionnaire"),
        "campaign.create" => lang.t("調査を作成", "Created a campaign"),
        "campaign.edit" => lang.t("調査の内容を変更", "Changed a campaign"),
        "campaign.delete" => lang.t("準備中の調査を削除", "Deleted a draft campaign"),
        "campaign.scheduled" => lang.t("実施条件を確定", "Fixed the terms"),
        "campaign.open" => lang.t("回答の受付を開始", "Opened a campaign"),
        "campaign.extend" => lang.t("締切を延長", "Put the closing date later"),
        "campaign.closed" => lang.t("回答の受付を締切", "Closed a campaign"),
        "campaign.counted" => lang.t("開票・集計", "Counted a campaign"),
        "campaign.released" => lang.t("結果を公表", "Released results"),
        "campaign.invite" => lang.t("回答のお願いを送信待ちに登録", "Queued invitations"),
        "campaign.remind" => lang.t("回答期限のお知らせを送信待ちに登録", "Queued reminders"),
        "campaign.tell" => lang.t("結果公表のお知らせを送信待ちに登録", "Queued the news of the release"),
        "campaign.counting-failed" => lang.t("集計に失敗", "Counting failed"),
        "campaign.release-failed" => lang.t("公表に失敗", "The release failed"),
        "campaign.schedule-failed" => {
            lang.t("予定どおりの開始・締切に失敗", "The schedule could not be kept")
        }
        "roster.lines" => lang.t("兼務・代行などの関係を取込み", "Imported further reporting lines"),
        "review.propose" => lang.t("評価者の表を名簿から作成", "Made the table of raters from the roster"),
        "review.correct" => lang.t("評価者の表を修正", "Corrected the table of raters"),
        "review.import" => lang.t("評価者の表を取込み", "Imported the table of raters"),
        "review.nomination" => lang.t("評価者の推薦を上司が判断", "A superior decided on a proposed rater"),
        "followup.import" => lang.t("フォローアップ表を取込み", "Imported the follow-up table"),
        "followup.value" => lang.t("指標の実績値を入力", "Entered the value of an indicator"),
        "followup.withdraw" => lang.t("指標の実績値を取消し", "Took back the value of an indicator"),
        "followup.link" => lang.t("指標と調査の連携を変更", "Changed the survey link of an indicator"),
        "followup.edition" => {
            lang.t("新年度のフォローアップ表を作成", "Began a new edition of the follow-up table")
        }
        "followup.submit" => {
            lang.t("フォローアップ表の確定を依頼", "Submitted the follow-up table for sign-off")
        }
        "followup.sign" => lang.t("フォローアップ表を確定", "Signed off the follow-up table"),
        "followup.take-back" => {
            lang.t("フォローアップ表の確定依頼を取下げ", "Took the follow-up table back from the sign-off")
        }
        "followup.remove" => lang.t("フォローアップ表を削除", "Removed the follow-up table"),
        "followup.return" => lang.t("フォローアップ表を差戻し", "Returned the follow-up table"),
        "followup.reopen" => lang.t("フォローアップ表の確定を取消し", "Reopened the follow-up table"),
        "metric.series" => lang.t("統計系列を追加", "Added a metric series"),
        "metric.import" => lang.t("統計の数値を取込み", "Imported metric values"),
        "overtime.formula" => {
            lang.t("超過勤務上限の計算式を変更", "Changed the formula of the overtime ceilings")
        }
        "overtime.ceilings" => lang.t("超過勤務の上限を計算", "Worked out the overtime ceilings"),
        "overtime.ask" => lang.t("超過勤務の説明を依頼", "Asked for explanations of overtime"),
        "overtime.decide" => lang.t("超過勤務の説明への対応を決定", "Decided on an explanation of overtime"),
        "token.issue" => lang.t("APIトークンを発行", "Issued an API token"),
        "token.revoke" => lang.t("APIトークンを失効", "Revoked an API token"),
        other => other,
    };
    words.to_owned()
}

/// The details, with times in the reader's time zone.
pub(crate) fn detail(event: &Event, time_zone: &str, lang: Lang) -> String {
    let detail = event.detail.as_str();
    let told = match event.what.as_str() {
        "units.import" | "roster.import" | "roster.lines" => imported(detail, lang),
        "review.propose" => numbers(detail, [("依頼", "asked"), ("対象外", "left out")], lang),
        "review.import" => {
            numbers(detail, [("追加", "added"), ("変更", "changed"), ("削除", "removed")], lang)
        }
        "review.nomination" if detail == "approved" => Some(lang.t("承認", "approved").to_owned()),
        "review.nomination" => Some(lang.t("不承認", "not approved").to_owned()),
        "roster.day" => day(detail, lang),
        what if what.starts_with("questionnaire.") => version(detail, lang),
        "campaign.extend" => extended(detail, time_zone, lang),
        "campaign.invite" | "campaign.remind" | "campaign.tell" => mailed(detail, lang),
        "followup.import" | "followup.remove" => table(detail, lang),
        _ => None,
    };
    told.or_else(|| both(detail, lang)).unwrap_or_else(|| detail.to_owned())
}

/// A text kept in both languages, as why something failed is: `{"ja":"…","en":"…"}`.
fn both(detail: &str, lang: Lang) -> Option<String> {
    let text: Text = serde_json::from_str(detail).ok()?;
    Some(text.get(lang).to_owned())
}

/// `612 rows, 3 leavers`.
fn imported(detail: &str, lang: Lang) -> Option<String> {
    let mut numbers = detail.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let rows = numbers.next()?;
    Some(match (numbers.next(), lang) {
        (Some(leavers), Lang::Ja) => format!("{rows}行、名簿から外れた職員{leavers}人"),
        (Some(leavers), Lang::En) => format!("{rows} rows, {leavers} leavers"),
        (None, Lang::Ja) => format!("{rows}行"),
        (None, Lang::En) => format!("{rows} rows"),
    })
}

/// `12 asked, 3 left out`: so many of each.
fn numbers<const N: usize>(detail: &str, words: [(&str, &str); N], lang: Lang) -> Option<String> {
    let found: Vec<u64> = detail
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.parse().ok())
        .collect::<Option<_>>()?;
    let told = words.iter().zip(&found).map(|((ja, en), n)| match lang {
        Lang::Ja => format!("{ja}{n}組"),
        Lang::En => format!("{n} {en}"),
    });
    (found.len() == N).then(|| told.collect::<Vec<_>>().join(lang.t("、", ", ")))
}

/// `2 joined, 3 left`.
fn day(detail: &str, lang: Lang) -> Option<String> {
    let (joined, left) = detail.strip_suffix(" left")?.split_once(" joined, ")?;
    let (joined, left): (u64, u64) = (joined.parse().ok()?, left.parse().ok()?);
    Some(match lang {
        Lang::Ja => format!("着任{joined}人、転出・退職{left}人"),
        Lang::En => format!("{joined} joined, {left} left"),
    })
}

/// `engagement 2`.
fn version(detail: &str, lang: Lang) -> Option<String> {
    let (key, version) = detail.split_once(' ')?;
    let version: u32 = version.parse().ok()?;
    Some(match lang {
        Lang::Ja => format!("{key} 第{version}版"),
        Lang::En => format!("{key}, version {version}"),
    })
}

/// `1761900000 -> 1762000000`.
fn extended(detail: &str, time_zone: &str, lang: Lang) -> Option<String> {
    let (from, to) = detail.split_once(" -> ")?;
    let moment = |seconds: &str| Some(format::moment(seconds.parse().ok()?, time_zone, lang));
    let (from, to) = (moment(from)?, moment(to)?);
    Some(match lang {
        Lang::Ja => format!("{from}から{to}へ"),
        Lang::En => format!("from {from} to {to}"),
    })
}

/// `600`.
fn mailed(detail: &str, lang: Lang) -> Option<String> {
    let count: u64 = detail.parse().ok()?;
    Some(match lang {
        Lang::Ja => format!("{count}通"),
        Lang::En => format!("{count} mails"),
    })
}

/// `FY2025: 30`.
fn table(detail: &str, lang: Lang) -> Option<String> {
    let (year, rows) = detail.split_once(": ")?;
    let year = FiscalYear::parse(year).ok()?.label(lang);
    let rows: u64 = rows.parse().ok()?;
    Some(match lang {
        Lang::Ja => format!("{year}、{rows}行"),
        Lang::En => format!("{year}, {rows} rows"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(what: &str, detail: &str) -> Event {
        Event { at: 0, actor: None, campaign: None, what: what.into(), detail: detail.into() }
    }

    #[test]
    fn acts_are_told_in_both_languages() {
        let opened = event("campaign.open", "");
        assert_ne!(what(&opened, Lang::Ja), what(&opened, Lang::En));
        assert_eq!(what(&event("future.act", ""), Lang::Ja), "future.act");
        for act in ["create", "import", "edit", "copy", "delete"] {
            let act = event(&format!("questionnaire.{act}"), "engagement 1");
            assert!(!what(&act, Lang::Ja).contains('.'));
            assert_ne!(what(&act, Lang::Ja), what(&act, Lang::En));
        }
    }

    #[test]
    fn details_are_told_in_the_readers_language() {
        let told = |what: &str, text: &str, lang| detail(&event(what, text), "Asia/Tokyo", lang);
        assert_eq!(told("roster.import", "612 rows, 3 leavers", Lang::Ja), "612行、名簿から外れた職員3人");
        assert_eq!(told("units.import", "40 rows", Lang::En), "40 rows");
        assert_eq!(told("roster.day", "2 joined, 3 left", Lang::Ja), "着任2人、転出・退職3人");
        assert_eq!(told("campaign.remind", "231", Lang::Ja), "231通");
        assert_eq!(told("questionnaire.copy", "engagement 2", Lang::Ja), "engagement 第2版");
        assert_eq!(told("questionnaire.edit", "engagement 2", Lang::En), "engagement, version 2");
        assert_eq!(told("followup.import", "FY2025: 30", Lang::Ja), "令和7年度、30行");
        assert_eq!(
            told("campaign.extend", "0 -> 86400", Lang::En),
            "from 1 January 1970, 09:00 to 2 January 1970, 09:00"
        );
        for (what, text) in [("campaign.extend", "soon"), ("followup.import", "30"), ("campaign.invite", "")]
        {
            assert_eq!(told(what, text, Lang::Ja), text, "what cannot be read is shown as it is");
        }
        assert_eq!(told("followup.value", "#12: 42.3% (令和7年10月)", Lang::Ja), "#12: 42.3% (令和7年10月)");
        let why = Text::new("鍵が開きません。", "The key does not open.");
        let kept = serde_json::to_string(&why).expect("JSON");
        assert_eq!(told("campaign.counting-failed", &kept, Lang::Ja), why.ja);
        assert_eq!(told("campaign.release-failed", &kept, Lang::En), why.en);
        assert_eq!(told("campaign.release-failed", "An older record.", Lang::Ja), "An older record.");
    }
}
