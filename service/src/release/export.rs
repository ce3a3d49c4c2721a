//! A release as a table for spreadsheets and statistics programs: one line per published cell.

use std::collections::HashMap;

use csv::{Terminator, WriterBuilder};
use domain::csv_cell::neutralise;
use domain::disclosure::CellState;
use domain::questionnaire::{Kind, Questionnaire};
use domain::terms::{Audience, Content, Terms};
use domain::text::Lang;

use super::results::{Cell, Group};
use crate::error::{Error, Result};
use crate::registry::Registry;

/// Tells a spreadsheet that the file is UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The columns before the counts.
const COLUMNS: [(&str, &str); 19] = [
    ("集計番号", "group"),
    ("集計の種類", "group_kind"),
    ("集計区分", "group_label"),
    ("対象者数", "eligible"),
    ("回答券発行数", "issued"),
    ("受付数", "received"),
    ("集計数", "counted"),
    ("無効数", "spoiled"),
    ("回答者数", "respondents"),
    ("設問キー", "item"),
    ("行キー", "part"),
    ("設問", "question"),
    ("選択肢", "answers"),
    ("表示状態", "state"),
    ("表示状態の説明", "state_label"),
    ("有効回答数", "n"),
    ("平均(数値設問)", "mean_of_numbers"),
    ("標準偏差(数値設問)", "sd_of_numbers"),
    ("設問の種類", "item_kind"),
];

impl Registry {
    /// The published cells of a release that the terms let one of `audiences` see, as CSV (UTF-8 with a byte order mark,
    /// lines ended by CR LF). Hidden cells are listed as hidden, with the reason and no figure. After the fixed columns
    /// comes one count per scale point or option, in the order of the column that names them.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the campaign is not released.
    pub async fn release_csv(&self, campaign: &str, audiences: &[Audience], lang: Lang) -> Result<String> {
        let release = self.release(campaign).await?;
        let terms = self.terms(campaign).await?;
        let questionnaire = self.campaign_questionnaire(&release.campaign).await?.questionnaire.clone();
        let groups = self.release_groups(campaign).await?;
        let cells = self.all_release_cells(campaign).await?;
        table(&questionnaire, &terms, audiences, &groups, &cells, lang)
    }
}

/// What the terms call a group's results.
fn content(group: &Group) -> Content {
    match group.kind.as_str() {
        "whole" => Content::Whole,
        "demographic" => Content::Demographics,
        _ => Content::AllUnits,
    }
}

fn group_kind(kind: &str, lang: Lang) -> &'static str {
    match kind {
        "whole" => lang.t("全体", "whole organisation"),
        "unit" => lang.t("部署", "unit"),
        "stratum" => lang.t("合併した集計区分", "merged units"),
        _ => lang.t("属性", "demographic"),
    }
}

fn table(
    questionnaire: &Questionnaire,
    terms: &Terms,
    audiences: &[Audience],
    groups: &[Group],
    cells: &[(u32, Cell)],
    lang: Lang,
) -> Result<String> {
    let visible: HashMap<u32, &Group> = groups
        .iter()
        .filter(|group| audiences.iter().any(|audience| terms.lets(*audience, content(group))))
        .map(|group| (group.number, group))
        .collect();
    let lines: Vec<(&Group, &Cell)> =
        cells.iter().filter_map(|(number, cell)| Some((*visible.get(number)?, cell))).collect();
    let widest = lines.iter().map(|(_, cell)| cell.counts.len()).max().unwrap_or(0);

    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let mut header: Vec<String> = COLUMNS.iter().map(|(ja, en)| lang.t(ja, en).to_owned()).collect();
    header.extend((1..=widest).map(|at| format!("{}{at}", lang.t("回答数", "count_"))));
    writer.write_record(&header).map_err(unwritten)?;
    for (group, cell) in lines {
        let mut line = line(questionnaire, group, cell, lang);
        line.extend((0..widest).map(|at| cell.counts.get(at).map(u32::to_string).unwrap_or_default()));
        writer.write_record(&line).map_err(unwritten)?;
    }
    let bytes = writer.into_inner().map_err(|e| Error::Damaged(format!("an export: {e}")))?;
    let text = String::from_utf8(bytes).map_err(|e| Error::Damaged(format!("an export: {e}")))?;
    Ok(format!("{BYTE_ORDER_MARK}{text}"))
}

/// Writing into memory fails only for records of unequal length.
fn unwritten(error: csv::Error) -> Error {
    Error::Damaged(format!("an export: {error}"))
}

fn line(questionnaire: &Questionnaire, group: &Group, cell: &Cell, lang: Lang) -> Vec<String> {
    let text = |text: &str| neutralise(text).into_owned();
    let count = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    let decimal = |number: Option<f64>| number.map(|n| format!("{n:.2}")).unwrap_or_default();
    let item = questionnaire.item(&cell.item);
    let reason = if cell.state == CellState::Shown { "" } else { cell.state.label(lang) };
    let question = item.map(|item| {
        let part = match &item.kind {
            Kind::Matrix { rows, .. } => rows.iter().find(|row| row.key == cell.part),
            _ => None,
        };
        match part {
            Some(row) => format!("{} / {}", item.text.get(lang), row.label.get(lang)),
            None => item.text.get(lang).to_owned(),
        }
    });
    vec![
        group.number.to_string(),
        group_kind(&group.kind, lang).to_owned(),
        text(&group_label(questionnaire, group, lang)),
        count(group.eligible),
        count(group.issued),
        count(group.received),
        count(group.counted()),
        count(group.spoiled()),
        count(group.respondents),
        text(&cell.item),
        text(&cell.part),
        text(&question.unwrap_or_default()),
        text(&item.map(|item| answers(&item.kind, lang)).unwrap_or_default()),
        cell.state.as_str().to_owned(),
        reason.to_owned(),
        count(cell.n),
        decimal(cell.number.map(|(mean, _)| mean)),
        decimal(cell.number.map(|(_, deviation)| deviation)),
        item.map(|item| item.kind.name(lang).to_owned()).unwrap_or_default(),
    ]
}

/// A demographic group is named by its question and option: 「30代」 alone says too little.
fn group_label(questionnaire: &Questionnaire, group: &Group, lang: Lang) -> String {
    let label = group.label.get(lang);
    match group.item.as_deref().and_then(|key| questionnaire.item(key)) {
        Some(item) => format!("{} / {label}", item.text.get(lang)),
        None => label.to_owned(),
    }
}

/// What each count counts, in order.
fn answers(kind: &Kind, lang: Lang) -> String {
    let labels: Vec<&str> = match kind {
        Kind::Scale { labels, .. } | Kind::Matrix { labels, .. } => {
            labels.iter().map(|label| label.get(lang)).collect()
        }
        Kind::Single { options } | Kind::Multiple { options, .. } => {
            options.iter().map(|option| option.label.get(lang)).collect()
        }
        _ => Vec::new(),
    };
    labels.join(" | ")
}

#[cfg(test)]
mod tests {
    use domain::questionnaire::{FORMAT, Item, Section};
    use domain::terms;
    use domain::text::Text;

    use super::*;

    fn questionnaire() -> Questionnaire {
        let label = |name: &str| Text::new(name, name);
        Questionnaire {
            format: FORMAT.into(),
            key: "q".into(),
            version: 1,
            title: Text::new("調査", "Survey"),
            introduction: Text::default(),
            areas: vec![],
            sections: vec![Section {
                key: "s".into(),
                title: Text::new("設問", "Items"),
                introduction: Text::default(),
                show_if: None,
                items: vec![Item {
                    key: "a".into(),
                    text: Text::new("=仕事は楽しいですか", "=Do you enjoy your work?"),
                    help: Text::default(),
                    area: None,
                    required: false,
                    may_decline: false,
                    unobserved: false,
                    demographic: false,
                    show_if: None,
                    kind: Kind::Scale { labels: vec![label("1"), label("2"), label("3")], reversed: false },
                }],
            }],
        }
    }

    fn terms() -> Terms {
        Terms {
            format: terms::FORMAT.into(),
            campaign: "c".into(),
            title: Text::new("調査", "Survey"),
            opens_at: 0,
            closes_at: 1,
            questionnaire: String::new(),
            thresholds: Default::default(),
            strata: vec![],
            tables: vec![],
            audiences: Terms::default_audiences(),
            review: None,
            retention_days: 1,
            ballot_key: String::new(),
            counting_key: String::new(),
        }
    }

    fn group(number: u32, kind: &str, label: &str) -> Group {
        Group {
            number,
            kind: kind.into(),
            item: None,
            label: Text::new(label, label),
            eligible: Some(20),
            issued: Some(14),
            received: Some(12),
            respondents: Some(11),
            state: CellState::Shown,
        }
    }

    fn cell(state: CellState) -> Cell {
        let shown = state.is_shown();
        Cell {
            item: "a".into(),
            part: String::new(),
            state,
            n: shown.then_some(11),
            counts: if shown { vec![1, 2, 8] } else { vec![] },
            number: None,
        }
    }

    fn export(audiences: &[Audience]) -> Vec<Vec<String>> {
        let groups = [group(0, "whole", "全体"), group(1, "unit", "@課")];
        let cells = [(0, cell(CellState::Shown)), (1, cell(CellState::Primary))];
        let text = table(&questionnaire(), &terms(), audiences, &groups, &cells, Lang::Ja).expect("a table");
        let text = text.strip_prefix(BYTE_ORDER_MARK).expect("a byte order mark");
        assert!(text.ends_with("\r\n"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn shown_cells_have_counts_and_hidden_ones_only_a_reason() {
        let lines = export(&[Audience::Hr]);
        assert_eq!(lines.len(), 3);
        let at = |line: usize, name: &str| {
            let column = lines[0].iter().position(|heading| heading == name).expect("a column");
            lines[line][column].as_str()
        };
        assert_eq!((at(1, "有効回答数"), at(1, "回答数1"), at(1, "回答数3")), ("11", "1", "8"));
        assert_eq!((at(1, "設問"), at(2, "集計区分")), ("'=仕事は楽しいですか", "'@課"));
        assert_eq!(at(1, "選択肢"), "1 | 2 | 3");
        let receipts = ["対象者数", "回答券発行数", "受付数", "集計数", "無効数"];
        assert_eq!(receipts.map(|name| at(1, name)), ["20", "14", "12", "11", "1"]);
        assert_eq!((at(2, "有効回答数"), at(2, "回答数1"), at(2, "表示状態")), ("", "", "primary"));
        assert_eq!((at(1, "表示状態の説明"), at(2, "表示状態の説明")), ("", "回答者が少ないため非表示"));
    }

    #[test]
    fn nobody_gets_more_than_the_terms_allow() {
        assert_eq!(export(&[Audience::Staff]).len(), 2, "the whole organisation only");
        assert_eq!(export(&[Audience::Staff, Audience::Executive]).len(), 3);
        assert_eq!(export(&[]).len(), 1, "a header only");
    }
}
