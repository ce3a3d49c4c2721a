//! What the mails about indicators say.

use domain::text::{Lang, Text};

use super::template::{Letter, Reader, letter};

/// An indicator that its owner should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// What it is called.
    pub name: String,
    /// Why: a deadline that nears, or how the value stands.
    pub why: Text,
    /// Its page.
    pub link: String,
}

/// What the owner of indicators should look at, all in one mail.
pub fn digest(reader: Reader<'_>, noticed: &[&Noticed]) -> Letter {
    let lang = reader.lang;
    let lines: Vec<String> = noticed
        .iter()
        .map(|one| match lang {
            Lang::Ja => format!("・{}\n  {}\n  {}\n", one.name, one.why.ja, one.link),
            Lang::En => format!("- {}\n  {}\n  {}\n", one.name, one.why.en, one.link),
        })
        .collect();
    let count = noticed.len();
    let (subject, lead) = match lang {
        Lang::Ja => (
            format!("【指標の状況のお知らせ】ご担当の{count}件"),
            "ご担当の指標のうち、期限が近いもの、または目標に対して遅れているものをお知らせします。"
                .to_owned(),
        ),
        Lang::En => (
            format!("Your indicators: {count} to look at"),
            "These indicators of yours near their deadline or have fallen behind their target.".to_owned(),
        ),
    };
    letter(lang, reader.name, subject, &format!("{lead}\n\n{}", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_indicator_is_named_with_its_reason_and_its_page() {
        let noticed = Noticed {
            name: "女性の登用目標(課室長)".into(),
            why: Text::new("期限は令和7年度末です。", "The deadline is the end of FY2025."),
            link: "https://shirube.example/indicators/7".into(),
        };
        for lang in [Lang::Ja, Lang::En] {
            let reader = Reader { name: "見本 花子", lang, time_zone: "Asia/Tokyo" };
            let told = digest(reader, &[&noticed]);
            for part in [noticed.name.as_str(), noticed.why.get(lang), &noticed.link] {
                assert!(told.body.contains(part), "{part}: {}", told.body);
            }
            assert!(told.subject.contains('1') && !told.subject.contains('\n'));
        }
    }
}
