//! What a row of the follow-up table cannot say: dates that never were, shares above the whole, targets that were over
//! before they were set.
//!
//! Words may stand in any cell. Only what is read as a date or a number is judged.

use crate::fiscal_year::{AsOf, DateError, Deadline, FiscalYear};
use crate::indicator::{Value, below_zero, exceeds_whole, is_share};
use crate::text::Lang;

use super::{Column, Row, RowKind};

/// What is wrong with the content of a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// A date that does not exist.
    #[error(transparent)]
    Date(#[from] DateError),
    /// A share of more than 100 %.
    #[error("{} is above 100 %, which a share cannot be", .0.label(Lang::En))]
    AboveWhole(Value),
    /// A share below zero.
    #[error("{} is below zero, which a share cannot be", .0.label(Lang::En))]
    BelowZero(Value),
    /// The deadline was over before the time of the baseline: the target was in the past when it was set.
    #[error("the deadline {} was over at the time of the baseline, {}", .0.label(Lang::En), .1.label(Lang::En))]
    OverBeforeBaseline(Deadline, AsOf),
    /// The deadline was over before the fiscal year of the plan began.
    #[error("the deadline {} was over before {} began", .0.label(Lang::En), .1.label(Lang::En))]
    OverBeforePlan(Deadline, FiscalYear),
}

impl RowFault {
    /// The message for the person who wrote the cell.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Date(error), _) => error.message(lang),
            (Self::AboveWhole(value), Lang::Ja) => format!(
                "割合は100%を超えません({})。分子と分母を確認してください。前年度比や達成率の場合は、項目名にその旨を含めてください。",
                value.label(lang)
            ),
            (Self::AboveWhole(value), Lang::En) => format!(
                "A share cannot be above 100% ({}). Please check numerator and denominator. If it is a change (前年度比) or \
                 a degree of attainment (達成率), please say so in the item.",
                value.label(lang)
            ),
            (Self::BelowZero(value), Lang::Ja) => {
                format!("割合は0%を下回りません({})。符号を確認してください。", value.label(lang))
            }
            (Self::BelowZero(value), Lang::En) => {
                format!("A share cannot be below 0% ({}). Please check the sign.", value.label(lang))
            }
            (Self::OverBeforeBaseline(deadline, as_of), Lang::Ja) => format!(
                "目標時期({})が、目標設定時点({})より前に終わっています。どちらかを確認してください。",
                deadline.label(lang),
                as_of.label(lang)
            ),
            (Self::OverBeforeBaseline(deadline, as_of), Lang::En) => format!(
                "The deadline ({}) was over before the time of the baseline ({}). Please check both.",
                deadline.label(lang),
                as_of.label(lang)
            ),
            (Self::OverBeforePlan(deadline, year), Lang::Ja) => format!(
                "目標時期({})は、{}が始まる前に過ぎています。新しい目標時期を入力してください。",
                deadline.label(lang),
                year.label(lang)
            ),
            (Self::OverBeforePlan(deadline, year), Lang::En) => format!(
                "The deadline ({}) was over before {} began. Please give a new one.",
                deadline.label(lang),
                year.label(lang)
            ),
        }
    }
}

/// Everything that a row says and that cannot be, with the column it stands in.
pub fn row(row: &Row) -> Vec<(Column, RowFault)> {
    let mut faults: Vec<(Column, RowFault)> = [
        (Column::Deadline, Deadline::parse(&row.deadline).err()),
        (Column::CurrentAsOf, AsOf::parse(&row.current_as_of).err()),
        (Column::BaselineAsOf, AsOf::parse(&row.baseline_as_of).err()),
    ]
    .into_iter()
    .filter_map(|(column, error)| {
        let error = error.filter(DateError::is_impossible_date)?;
        Some((column, RowFault::Date(error)))
    })
    .collect();
    if row.kind != RowKind::Figure {
        return faults;
    }
    let target = row.target().parsed.and_then(|target| target.level().cloned());
    let target = target.map(|level| Value::new(level.number, level.unit));
    for (column, value) in [
        (Column::Target, target),
        (Column::Current, row.current().parsed),
        (Column::Baseline, row.baseline().parsed),
    ] {
        faults.extend(value.and_then(|value| share(row, &value)).map(|fault| (column, fault)));
    }
    if let (Some(deadline), Some(set)) = (row.effective_deadline(), row.baseline_as_of().parsed)
        && deadline.last_day().is_some_and(|last| last < set.first_day())
    {
        faults.push((row.deadline_column(), RowFault::OverBeforeBaseline(deadline, set)));
    }
    faults
}

/// What is wrong with a value of the row as a share.
pub fn share(row: &Row, value: &Value) -> Option<RowFault> {
    let share = is_share(&row.item, &row.target);
    if exceeds_whole(value, share) {
        return Some(RowFault::AboveWhole(value.clone()));
    }
    below_zero(value, share).then(|| RowFault::BelowZero(value.clone()))
}

/// The fault of a row whose deadline was over before the plan's fiscal year began; it stands in the column that
/// [`Row::deadline_column`] names. A table that is imported may have such rows, because it also tells of targets
/// whose time has come; nobody sets such a target anew.
pub fn deadline(row: &Row, year: FiscalYear) -> Option<RowFault> {
    let deadline = row.effective_deadline().filter(|_| row.kind == RowKind::Figure)?;
    let over = deadline.last_day()? < year.start();
    over.then_some(RowFault::OverBeforePlan(deadline, year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::followup::SectionNumber;

    fn figure(item: &str, target: &str, current: &str) -> Row {
        let section = SectionNumber::parse("5-1").unwrap();
        Row {
            item: item.into(),
            target: target.into(),
            current: current.into(),
            ..Row::new(section, RowKind::Figure)
        }
    }

    fn columns(found: &Row) -> Vec<Column> {
        row(found).into_iter().map(|(column, _)| column).collect()
    }

    #[test]
    fn what_the_ministry_writes_is_accepted() {
        for (target, current) in [
            ("毎年度35%以上", "52.1%"),
            ("両休暇合わせて5日以上取得率100%", "42.3%"),
            ("-", "1,000人超"),
            ("", "集計中"),
        ] {
            assert_eq!(row(&figure("女性の採用目標", target, current)), [], "{target} {current}");
        }
    }

    #[test]
    fn a_share_lies_between_nothing_and_the_whole() {
        assert_eq!(columns(&figure("育児休業取得率", "100%", "104.2%")), [Column::Current]);
        assert_eq!(columns(&figure("育児休業取得率", "130%", "-4%")), [Column::Target, Column::Current]);
        assert_eq!(columns(&figure("超過勤務時間の前年度比", "90%以下", "104.2%")), []);
        assert_eq!(columns(&figure("研修の受講者数", "300人", "312人")), []);
        let told = row(&figure("育児休業取得率", "", "104.2%"))[0].1.message(Lang::Ja);
        assert!(told.contains("104.2%") && told.contains("100%を超えません"), "{told}");
    }

    #[test]
    fn a_target_is_not_set_for_a_time_that_was_over() {
        let mut late = figure("女性の登用目標", "13%", "11.4%");
        late.deadline = "令和2年度末".into();
        late.baseline_as_of = "令和3年7月".into();
        assert_eq!(columns(&late), [Column::Deadline]);
        assert!(row(&late)[0].1.message(Lang::En).contains("end of FY2020"));
        late.baseline_as_of = "令和2年".into();
        assert_eq!(columns(&late), []);

        let year = |year| FiscalYear::new(year).unwrap();
        assert!(deadline(&late, year(2021)).is_some_and(|f| f.message(Lang::Ja).contains("令和3年度")));
        assert_eq!(deadline(&late, year(2020)), None);
        late.deadline = "毎年度".into();
        assert_eq!(deadline(&late, year(2021)), None);
    }

    #[test]
    fn a_deadline_behind_the_target_is_judged_too() {
        let mut late = figure("女性の登用目標", "13%(令和2年度末)", "11.4%");
        late.baseline = "8.4%(令和3年7月)".into();
        assert_eq!(columns(&late), [Column::Target]);
        let plan = FiscalYear::new(2021).unwrap();
        assert!(deadline(&late, plan).is_some_and(|f| f.message(Lang::En).contains("end of FY2020")));
        assert_eq!(deadline(&late, FiscalYear::new(2020).unwrap()), None);
        late.deadline = "－".into();
        assert_eq!(columns(&late), [Column::Target], "a dash says nothing of its own");
        late.deadline = "令和7年度末".into();
        assert_eq!(columns(&late), [], "the cell of the deadline goes first");
        assert_eq!(deadline(&late, plan), None);
        late.deadline = "未定".into();
        assert_eq!(deadline(&late, plan), None, "words in it do so, too");
    }

    #[test]
    fn a_share_is_judged_whatever_stands_behind_it() {
        assert_eq!(columns(&figure("育児休業取得率", "130%(令和7年度まで)", "")), [Column::Target]);
        assert_eq!(columns(&figure("育児休業取得率", "", "104.2%(令和5年度)")), [Column::Current]);
        assert_eq!(columns(&figure("育児休業取得率", "", "104.2%(速報値)")), []);
    }

    #[test]
    fn impossible_dates_are_named_in_their_column() {
        let mut wrong = figure("題", "30%", "1%");
        wrong.deadline = "平成32年度末".into();
        wrong.current_as_of = "令和7年2月31日".into();
        wrong.baseline_as_of = "令和0年".into();
        assert_eq!(columns(&wrong), [Column::Deadline, Column::CurrentAsOf, Column::BaselineAsOf]);
        wrong.current_as_of = "昭和65年".into();
        assert_eq!(columns(&wrong).len(), 3);
    }
}
