//! What the mails about overtime say.

use domain::fiscal_year::{AsOf, YearMonth};
use domain::text::{Lang, Text};
use jiff::civil::Date;

use super::template::{Letter, Reader, end_of_day, letter};

/// What an explanation is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The unit.
    pub unit: &'a Text,
    /// The month.
    pub month: YearMonth,
    /// Hours per person.
    pub actual: &'a str,
    /// The ceiling.
    pub ceiling: &'a str,
    /// What is asked.
    pub question: &'a str,
    /// The last day for a reply; it ends in Japan.
    pub due_on: Date,
    /// The page for the reply.
    pub link: &'a str,
}

/// A unit's manager is asked for an explanation.
pub fn asked(reader: Reader<'_>, asking: Asking<'_>) -> Letter {
    let (lang, unit) = (reader.lang, asking.unit.get(reader.lang));
    let month = AsOf::Month(asking.month).label(lang);
    let (subject, lead) = match lang {
        Lang::Ja => (
            format!("【超過勤務の要因のご説明のお願い】{unit} {month}分"),
            format!(
                "{unit}の{month}の超過勤務が、目標超過勤務時間上限数を上回りました。要因と今後の見通しについて、ご説明をお願いいたします。"
            ),
        ),
        Lang::En => (
            format!("Please explain overtime: {unit}, {month}"),
            format!(
                "Overtime of {unit} in {month} was above its monthly ceiling. Please explain what caused it and what you \
                 expect."
            ),
        ),
    };
    told(reader, asking, subject, &lead)
}

/// The reply is due soon or over.
pub fn reminder(reader: Reader<'_>, asking: Asking<'_>) -> Letter {
    let (lang, unit) = (reader.lang, asking.unit.get(reader.lang));
    let month = AsOf::Month(asking.month).label(lang);
    let (subject, lead) = match lang {
        Lang::Ja => (
            format!("【回答期限のお知らせ】超過勤務の要因のご説明 {unit} {month}分"),
            format!("{unit}の{month}の超過勤務について、ご説明をまだいただいていません。"),
        ),
        Lang::En => (
            format!("Reply due: overtime of {unit}, {month}"),
            format!("There is no explanation yet of the overtime of {unit} in {month}."),
        ),
    };
    told(reader, asking, subject, &lead)
}

fn told(reader: Reader<'_>, asking: Asking<'_>, subject: String, lead: &str) -> Letter {
    let Asking { actual, ceiling, question, due_on, link, .. } = asking;
    let due = end_of_day(due_on, reader.time_zone, reader.lang);
    let text = match reader.lang {
        Lang::Ja => format!(
            "{lead}\n\n\
             {question}\n\n\
             一人当たり実績: {actual}時間\n\
             上限: {ceiling}時間\n\
             回答期限: {due}\n\
             回答ページ: {link}\n"
        ),
        Lang::En => format!(
            "{lead}\n\n\
             {question}\n\n\
             Hours per person: {actual}\n\
             Ceiling: {ceiling}\n\
             Reply by: {due}\n\
             Page: {link}\n"
        ),
    };
    letter(reader.lang, reader.name, subject, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_how_far_above_and_by_when() {
        let unit = Text::new("北米課", "North America Division");
        let asking = Asking {
            unit: &unit,
            month: YearMonth::new(2025, 10).expect("a month"),
            actual: "52.4",
            ceiling: "38.5",
            question: "要因を教えてください。",
            due_on: jiff::civil::date(2025, 11, 20),
            link: "https://shirube.example/overtime/7",
        };
        for (lang, time_zone, due) in [
            (Lang::Ja, "Asia/Tokyo", "回答期限: 令和7年11月20日(木) 23時59分(日本時間)\n"),
            (Lang::Ja, "America/Toronto", "回答期限: 令和7年11月20日(木) 9時59分(現地時間 Toronto)\n"),
            (Lang::En, "Asia/Tokyo", "Reply by: 20 November 2025, 23:59 (Japan time)\n"),
            (Lang::En, "America/Toronto", "Reply by: 20 November 2025, 09:59 (local time, Toronto)\n"),
        ] {
            let reader = Reader { name: "見本 花子", lang, time_zone };
            for told in [asked(reader, asking), reminder(reader, asking)] {
                assert!(told.subject.contains(unit.get(lang)) && !told.subject.contains('\n'));
                for part in ["52.4", "38.5", asking.question, asking.link, due] {
                    assert!(told.body.contains(part), "{part}: {}", told.body);
                }
            }
        }
    }
}
