//! What the mails about a review say. No result is ever in a mail: only that there is a report, and where.

use domain::text::Lang;

use super::template::{Letter, Reader, Reminding, Survey, deadline, letter, still_open};

/// Somebody is asked to rate people, now or from the opening on.
pub fn invitation(reader: Reader<'_>, survey: Survey<'_>) -> Letter {
    let Reader { name, lang, time_zone } = reader;
    let title = survey.title.get(lang);
    let opens = deadline(survey.opens_at, time_zone, lang);
    let closes = deadline(survey.closes_at, time_zone, lang);
    let (link, hash) = (survey.link, survey.terms_hash);
    let (subject, text) = match lang {
        Lang::Ja => (
            format!("【評価のお願い】{title}"),
            format!(
                "「{title}」で、評価者としてのご回答をお願いいたします。どなたについてお願いするかは、次のページに\
                 一覧があります。\n\n\
                 回答開始: {opens}\n\
                 回答期限: {closes}\n\
                 一覧のページ: {link}\n\n\
                 部下・同僚としての回答は匿名で、定められた人数以上の集計だけが評価を受ける本人に示されます。\
                 上司としての回答と、自分自身についての回答は、そのまま本人に示されます。どの区分の何人の一人として\
                 数えられるかは、回答の前に一人ずつ表示します。\n\n\
                 だれがだれを評価するか、最小集計人数などの実施条件は、開始前に定めています。締切の延長を除き、途中で\
                 変わることはありません。次の値(SHA-256)が回答ページに示される値と同じであることを、ご自身で\
                 確かめられます。\n\
                 {hash}\n"
            ),
        ),
        Lang::En => (
            format!("Please rate: {title}"),
            format!(
                "We kindly ask you to answer as a rater in \"{title}\". This page lists the people you are asked to \
                 rate.\n\n\
                 Open from: {opens}\n\
                 Open until: {closes}\n\
                 Page: {link}\n\n\
                 As a subordinate or a peer you answer anonymously: the person rated sees only results of enough \
                 people. What you answer as a superior, and about yourself, is shown to the person rated as it is. \
                 Before each person, the page says in which group of how many people your answer counts.\n\n\
                 The terms, such as who rates whom and from how many people results are shown, were fixed \
                 beforehand. Apart from a later closing date they do not change. You can check for yourself that \
                 this value (SHA-256) is the one shown on the page:\n\
                 {hash}\n"
            ),
        ),
    };
    letter(lang, name, subject, &text)
}

/// There is still time to rate. To `everybody` who is asked, or to those without a ballot for somebody on their list.
pub fn reminder(reader: Reader<'_>, survey: Survey<'_>, everybody: bool) -> Letter {
    let (lang, title) = (reader.lang, survey.title.get(reader.lang));
    let whom = if everybody {
        lang.t("評価者の方全員に", "everybody who is asked to rate")
    } else {
        lang.t(
            "回答券をまだ受け取っていない評価のある方に",
            "raters to whom no ballot has been issued for somebody on their list",
        )
    };
    let lead = match lang {
        Lang::Ja => format!(
            "「{title}」は、次の期限まで回答を受け付けています。お願いしている方の一覧は、次のページにあります。\
             ご都合のよいときにご回答ください。"
        ),
        Lang::En => format!(
            "\"{title}\" is still open. This page lists the people you are asked to rate; please answer when it \
             suits you."
        ),
    };
    let heading = lang.t("【評価の期限のお知らせ】", "Still open: ");
    still_open(reader, survey, Reminding { heading, lead, page: lang.t("一覧のページ", "Page"), whom })
}

/// The report of the person written to is there.
pub fn report(reader: Reader<'_>, survey: Survey<'_>) -> Letter {
    let Reader { name, lang, .. } = reader;
    let title = survey.title.get(lang);
    let link = survey.link;
    let (subject, text) = match lang {
        Lang::Ja => (
            format!("【結果のお知らせ】{title}"),
            format!(
                "「{title}」の、あなたについてのページができました。ログインしてご覧ください。結果はこのメールには\
                 記していません。\n\n\
                 ページ: {link}\n\n\
                 人数の少ない評価者区分の結果は、評価者が推し量られることのないよう、まとめるか、非表示にしています。\
                 示せる結果がないときは、その理由を記しています。\n"
            ),
        ),
        Lang::En => (
            format!("Your results: {title}"),
            format!(
                "The page about you from \"{title}\" is ready. Please sign in to read it; no result is in this mail.\n\n\
                 Page: {link}\n\n\
                 Results of small groups of raters are put together or hidden, so that nobody can be singled out. \
                 Where there is nothing that can be shown, the page says why.\n"
            ),
        ),
    };
    letter(lang, name, subject, &text)
}

#[cfg(test)]
mod tests {
    use domain::text::Text;

    use super::*;

    #[test]
    fn mails_lead_to_a_page_and_carry_no_result() {
        let title = Text::new("管理者評価", "Manager review");
        for lang in [Lang::Ja, Lang::En] {
            let reader = Reader { name: "見本 花子", lang, time_zone: "Asia/Tokyo" };
            let link = "https://shirube.example/feedback/0123456789abcdef0123456789abcdef";
            let survey = Survey {
                title: &title,
                opens_at: 1_759_305_600,
                closes_at: 1_761_897_600,
                terms_hash: "ab12",
                link,
            };
            let told = report(reader, survey);
            assert!(told.body.contains(link) && told.subject.contains(title.get(lang)));
            assert!(!told.body.contains("ab12") && !told.body.contains('%'));
            let asked = invitation(reader, survey);
            assert!(asked.body.contains(link) && asked.body.contains("ab12"));
            for everybody in [true, false] {
                let again = reminder(reader, survey, everybody);
                assert!(again.body.contains(link) && again.body.contains("ab12"));
            }
        }
    }
}
