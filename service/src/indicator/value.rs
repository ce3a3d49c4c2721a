//! Values typed by hand, with their evidence and their counts, and taking them back.

use domain::fiscal_year::AsOf;
use domain::followup::{Row, check as rules};
use domain::indicator::{Rate, Unit, Value};
use domain::text::{self, Lang};
use jiff::civil::Date;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::edit::{figure, note, unit};
use super::history::{self, Act, Doing};
use super::stored::{self, IMPORTED, TYPED};
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::entity::observation;

/// Longest evidence or note, in characters.
const MAX_TEXT: usize = 1_000;

/// Places of a percentage that is worked out from its counts.
const PLACES: u8 = 1;

/// A value as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewValue {
    /// The value; may be empty where the counts say it.
    pub value: String,
    /// The time it stands for.
    pub as_of: String,
    /// Numerator and denominator of a share, such as `8/19`; may be empty.
    pub counts: String,
    /// What it can be checked by: a document, a table, an address.
    pub evidence: String,
    /// What should be known about it.
    pub note: String,
}

impl NewValue {
    /// A value and its time, and no more.
    pub fn plain(value: &str, as_of: &str) -> Self {
        Self { value: value.into(), as_of: as_of.into(), ..Self::default() }
    }
}

/// A typed value that was understood.
struct Checked {
    value: Value,
    as_of: AsOf,
    counts: Option<Rate>,
}

impl Service {
    /// Records a value of a figure row for the time it stands for; a value typed earlier for the same time gives way.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the value, its counts or the time cannot be read or contradict each other, the time has not
    /// begun yet, or the value has another unit than the target or the values before; [`Error::Conflict`] where the table
    /// is signed off; [`Error::NotFound`] where there is no such figure row.
    pub async fn set_value(&self, row_id: i64, new: &NewValue, actor: Option<i64>) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let (model, year) = figure(&transaction, row_id).await?;
        let row = stored::row(&model)?;
        let Checked { value, as_of, counts } = check(&row, new, self.clock.today())?;
        let typed = observation::Entity::find()
            .filter(observation::Column::RowId.eq(row_id))
            .filter(observation::Column::Source.eq(TYPED))
            .all(&transaction)
            .await?;
        let same_time = |o: &&observation::Model| AsOf::parse(&o.as_of).ok() == Some(as_of);
        let given_way: Vec<&observation::Model> = typed.iter().filter(same_time).collect();
        let before = given_way.last().map(|o| (*o).clone());
        if !given_way.is_empty() {
            let ids = observation::Column::Id.is_in(given_way.iter().map(|o| o.id));
            observation::Entity::delete_many().filter(ids).exec(&transaction).await?;
        }
        let value = as_written(&new.value, value.label(Lang::Ja));
        let as_of = as_written(&new.as_of, as_of.label(Lang::Ja));
        let time = as_of.clone();
        let count = |of: fn(Rate) -> u32| counts.map(|rate| i64::from(of(rate)));
        let typed = observation::ActiveModel {
            numerator: Set(count(Rate::numerator)),
            denominator: Set(count(Rate::denominator)),
            evidence: Set(new.evidence.trim().to_owned()),
            note: Set(new.note.trim().to_owned()),
            actor_id: Set(actor),
            ..stored::by_hand(row_id, TYPED, value, as_of, now)
        };
        let after = typed.insert(&transaction).await?;
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Value };
        let change = doing.value(row_id, &history::row_name(&row), before.as_ref(), Some(&after));
        history::write(&transaction, vec![change]).await?;
        // The value itself stands in the table's own record, which knows whom it may be shown to.
        note(&transaction, now, actor, "followup.value", format!("#{row_id} ({time})")).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a typed value, or one kept from an earlier import, back. A figure of a survey or a metric series stays as long
    /// as the row is linked to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the row has no such value; [`Error::Conflict`] where the table is signed off.
    pub async fn withdraw_value(&self, row_id: i64, observation_id: i64, actor: Option<i64>) -> Result<()> {
        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        let (model, year) = figure(&transaction, row_id).await?;
        let found = observation::Entity::find_by_id(observation_id)
            .filter(observation::Column::RowId.eq(row_id))
            .filter(observation::Column::Source.is_in([TYPED, IMPORTED]))
            .one(&transaction)
            .await?
            .ok_or(Error::NotFound)?;
        observation::Entity::delete_by_id(found.id).exec(&transaction).await?;
        let doing = Doing { fiscal_year: year.year(), at: now, actor, act: Act::Withdraw };
        let change = doing.value(row_id, &history::row_name(&stored::row(&model)?), Some(&found), None);
        history::write(&transaction, vec![change]).await?;
        note(&transaction, now, actor, "followup.withdraw", format!("#{row_id} ({})", found.as_of)).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// What is kept of a typed text that was understood: itself, and the Japanese form in place of nothing or of English words,
/// because the table is Japanese. An era's letter (`R7.4.1`) is no word.
fn as_written(typed: &str, japanese: String) -> String {
    let typed = typed.trim();
    let mut words = typed.split(|c: char| !c.is_alphabetic() || !c.is_ascii());
    if typed.is_empty() || words.any(|word| word.len() > 1) { japanese } else { typed.to_owned() }
}

/// Reads what was typed; all that is wrong with it is said at once.
fn check(row: &Row, new: &NewValue, today: Date) -> Result<Checked> {
    let mut faults: Vec<(String, String)> = Vec::new();
    let mut refuse = |field: (&str, &str), ja: String, en: String| {
        faults.push((format!("{}: {ja}", field.0), format!("{}: {en}", field.1)));
    };
    const VALUE: (&str, &str) = ("値", "Value");
    let counts = match new.counts.trim() {
        "" => None,
        typed => match Rate::parse(typed) {
            Ok(rate) => Some(rate),
            Err(e) => {
                refuse(("分子/分母", "Counts"), e.message(Lang::Ja), e.message(Lang::En));
                None
            }
        },
    };
    let value = match (&counts, new.value.trim()) {
        (Some(rate), "") => Some(rate.value(PLACES)),
        (_, typed) => {
            Value::parse(typed).map_err(|e| refuse(VALUE, e.message(Lang::Ja), e.message(Lang::En))).ok()
        }
    };
    if let (Some(value), Some(unit)) = (&value, unit(row))
        && value.unit != unit
    {
        refuse(
            VALUE,
            format!(
                "この指標の単位は「{}」ですが、「{}」の値が入力されました。",
                unit.name(Lang::Ja),
                value.unit.name(Lang::Ja)
            ),
            format!(
                "this indicator is in “{}”, but the value is in “{}”.",
                unit.name(Lang::En),
                value.unit.name(Lang::En)
            ),
        );
    }
    if let Some(fault) = value.as_ref().and_then(|value| rules::share(row, value)) {
        refuse(VALUE, fault.message(Lang::Ja), fault.message(Lang::En));
    }
    if let (Some(value), Some(rate)) = (&value, &counts)
        && value.unit == Unit::Percent
        && !rate.agrees_with(value)
    {
        let worked_out = |lang| rate.value(PLACES).label(lang);
        refuse(
            VALUE,
            format!(
                "{}は{}で、入力された値({})と合いません。",
                rate.label(Lang::Ja),
                worked_out(Lang::Ja),
                value.label(Lang::Ja)
            ),
            format!(
                "{} is {}, which is not the value given ({}).",
                rate.label(Lang::En),
                worked_out(Lang::En),
                value.label(Lang::En)
            ),
        );
    }
    let as_of = AsOf::parse(&new.as_of)
        .map_err(|e| refuse(("時点", "As of"), e.message(Lang::Ja), e.message(Lang::En)))
        .ok();
    if let Some(as_of) = as_of
        && as_of.first_day() > today
    {
        refuse(
            ("時点", "As of"),
            format!("{}はまだ来ていません。実績のある時点を入力してください。", as_of.label(Lang::Ja)),
            format!("{} is yet to come. Please give a time that has a value.", as_of.label(Lang::En)),
        );
    }
    for (field, typed) in [(("根拠", "Evidence"), &new.evidence), (("備考", "Note"), &new.note)] {
        if let Err(e) = text::check(typed, MAX_TEXT, true) {
            refuse(field, e.message(Lang::Ja), e.message(Lang::En));
        }
    }
    match (value, as_of) {
        (Some(value), Some(as_of)) if faults.is_empty() => Ok(Checked { value, as_of, counts }),
        _ => {
            let (ja, en): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
            Err(Error::invalid(ja.join("\n"), en.join("\n")))
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::followup::{RowKind, SectionNumber};
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2025, 11, 22);

    fn row(target: &str) -> Row {
        let section = SectionNumber::parse("4").expect("a number");
        Row { target: target.into(), ..Row::new(section, RowKind::Figure) }
    }

    fn checked(target: &str, new: &NewValue) -> Result<Checked> {
        check(&row(target), new, TODAY)
    }

    fn refused(new: &NewValue) -> String {
        match checked("30%", new) {
            Err(Error::Invalid(text)) => text.ja,
            _ => panic!("{new:?} was accepted"),
        }
    }

    #[test]
    fn a_value_is_read_in_either_language() {
        let read = checked("30%", &NewValue::plain("４２．３％", "July 2025")).expect("a value");
        assert_eq!(
            (read.value.label(Lang::Ja), read.as_of.label(Lang::Ja)),
            ("42.3%".into(), "令和7年7月".into())
        );
        assert!(checked("取得率の向上", &NewValue::plain("3人", "令和7年度")).is_ok(), "no unit to keep to");
    }

    #[test]
    fn a_value_is_kept_as_it_was_written_and_english_in_japanese() {
        for (typed, kept) in [
            ("およそ４２．３％", "およそ４２．３％"),
            (" R7.4.1 ", "R7.4.1"),
            ("5名", "5名"),
            ("▲3.5", "▲3.5"),
            ("", "日本語"),
            ("July 2025", "日本語"),
            ("more than 1,000 people", "日本語"),
        ] {
            assert_eq!(as_written(typed, "日本語".into()), kept, "{typed}");
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let plain = |value, as_of| refused(&NewValue::plain(value, as_of));
        let both = plain("多い", "きのう");
        assert_eq!(both.lines().count(), 2, "{both}");
        assert!(plain("", "令和7年度").starts_with("値: 値を入力してください"));
        assert!(plain("42.3", "令和7年度").contains("単位は「%」"));
        assert!(plain("42.3%", "令和7年2月30日").contains("暦にない"));
        assert!(plain("42.3%", "令和7年度末").contains("まだ来ていません"), "31 March 2026 is yet to come");
        assert!(plain("<script>alert(1)</script>", "令和7年度").contains("読み取れません"));
        assert!(plain("104.2%", "令和7年度").contains("100%を超えません"));
        let noted = NewValue { note: "あ".repeat(1_001), ..NewValue::plain("3%", "令和7年度") };
        assert!(refused(&noted).contains("備考: 1001文字"));
    }

    #[test]
    fn counts_say_the_value_or_agree_with_it() {
        let with = |value: &str, counts: &str| NewValue {
            counts: counts.into(),
            ..NewValue::plain(value, "令和6年度")
        };
        let read = checked("30%", &with("", "8/19")).expect("a value");
        assert_eq!(read.value.label(Lang::Ja), "42.1%");
        assert_eq!(read.counts.map(|rate| (rate.numerator(), rate.denominator())), Some((8, 19)));
        assert!(checked("30%", &with("42.1%", "19人中8人")).is_ok());
        assert!(refused(&with("42.3%", "8/19")).contains("合いません"));
        assert!(refused(&with("", "8/0")).contains("分子/分母"));
        assert!(refused(&with("", "20/19")).contains("分子/分母"));
    }
}
