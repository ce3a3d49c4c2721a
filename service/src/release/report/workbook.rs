//! A report as an XLSX workbook: profile, items, what stands out, distribution, comments. It holds what the page holds, and nothing else.

use domain::questionnaire::{Kind, Questionnaire};
use domain::review::RaterGroup;
use domain::review::report::Weight;
use domain::text::Lang;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::figures::{Line, Shown};
use super::{Report, of_comments};
use crate::error::{Error, Result};

/// Widest column, in characters: a sentence then wraps.
const WIDE: f64 = 50.0;
const NARROW: f64 = 12.0;

/// Formats of the cells.
struct Formats {
    head: Format,
    text: Format,
    mean: Format,
    hidden: Format,
}

impl Formats {
    fn new() -> Self {
        Self {
            head: Format::new().set_bold().set_text_wrap(),
            text: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            mean: Format::new().set_num_format("0.0").set_align(FormatAlign::Top),
            hidden: Format::new().set_italic().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

impl Report {
    /// The report as the bytes of an XLSX file. Texts are written as texts: nothing in it is a formula.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the workbook cannot be written.
    pub fn workbook(&self, lang: Lang) -> Result<Vec<u8>> {
        self.write(lang).map_err(|error| Error::Damaged(format!("a workbook: {error}")))
    }

    fn write(&self, lang: Lang) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let formats = Formats::new();
        self.about(book.add_worksheet(), &formats, lang)?;
        let columns = self.columns();
        let sheet = book.add_worksheet();
        sheet.set_name(lang.t("領域", "Areas"))?;
        lines(sheet, &formats, &self.areas(), &columns, lang)?;
        let items = self.items();
        let sheet = book.add_worksheet();
        sheet.set_name(lang.t("設問", "Items"))?;
        lines(sheet, &formats, &items, &columns, lang)?;
        self.stands_out(book.add_worksheet(), &formats, &items, lang)?;
        let sheet = book.add_worksheet();
        sheet.set_name(lang.t("分布", "Distribution"))?;
        distribution(sheet, &formats, &items, &self.questionnaire.questionnaire, lang)?;
        self.comments(book.add_worksheet(), &formats, lang)?;
        book.save_to_buffer()
    }

    /// The groups that there are.
    fn columns(&self) -> Vec<RaterGroup> {
        self.groups.iter().map(|raters| raters.group).collect()
    }

    fn about(&self, sheet: &mut Worksheet, formats: &Formats, lang: Lang) -> Result<(), XlsxError> {
        sheet.set_name(lang.t("概要", "Overview"))?;
        sheet.set_column_width(0, 34.0)?;
        sheet.set_column_width(1, WIDE)?;
        let facts = [
            (lang.t("評価", "Review"), self.campaign.title.get(lang)),
            (lang.t("評価対象者", "Subject"), self.subject.name.get(lang)),
            (lang.t("部署", "Unit"), self.subject.unit.get(lang)),
        ];
        let mut row = 0;
        for (name, value) in facts {
            sheet.write_string_with_format(row, 0, name, &formats.head)?;
            sheet.write_string_with_format(row, 1, value, &formats.text)?;
            row += 1;
        }
        row += 1;
        let heads = [
            lang.t("評価者区分", "Group of raters"),
            lang.t("依頼した人数", "Asked"),
            lang.t("回答した人数", "Answered"),
        ];
        for (column, head) in (0u16..).zip(heads) {
            sheet.write_string_with_format(row, column, head, &formats.head)?;
        }
        for raters in &self.groups {
            row += 1;
            sheet.write_string_with_format(row, 0, raters.group.label(lang), &formats.text)?;
            sheet.write_number(row, 1, raters.invited)?;
            match raters.respondents {
                Some(n) => sheet.write_number(row, 2, n)?,
                None => sheet.write_string_with_format(row, 2, raters.state.label(lang), &formats.hidden)?,
            };
        }
        Ok(())
    }

    /// What stands out, with the rule it was chosen by and what a difference of that size says.
    fn stands_out(
        &self,
        sheet: &mut Worksheet,
        formats: &Formats,
        items: &[Line],
        lang: Lang,
    ) -> Result<(), XlsxError> {
        sheet.set_name(lang.t("目立つところ", "What stands out"))?;
        sheet.set_column_width(0, WIDE)?;
        sheet.set_column_width(1, 24.0)?;
        sheet.set_column_width(4, WIDE)?;
        let mut row = 0;
        for listed in self.highlights().listed(lang) {
            sheet.write_string_with_format(row, 0, listed.title, &formats.head)?;
            sheet.write_string_with_format(row, 4, &listed.rule, &formats.hidden)?;
            row += 1;
            for line in listed.items.iter().filter_map(|at| items.get(*at)) {
                let Some((group, sample)) = line.raters else { continue };
                sheet.write_string_with_format(row, 0, line.text.get(lang), &formats.text)?;
                sheet.write_string_with_format(row, 1, group.label(lang), &formats.text)?;
                sheet.write_number_with_format(row, 2, sample.mean, &formats.mean)?;
                sheet.write_number(row, 3, sample.n)?;
                if let Some(gap) = line.gap {
                    let words = Weight::of(gap, &sample).words(sample.n, lang);
                    sheet.write_string_with_format(row, 4, words, &formats.text)?;
                }
                row += 1;
            }
            row += 1;
        }
        Ok(())
    }

    fn comments(&self, sheet: &mut Worksheet, formats: &Formats, lang: Lang) -> Result<(), XlsxError> {
        sheet.set_name(lang.t("自由記述", "Comments"))?;
        sheet.set_column_width(0, WIDE)?;
        sheet.set_column_width(1, 24.0)?;
        sheet.set_column_width(2, 80.0)?;
        let heads =
            [lang.t("設問", "Item"), lang.t("評価者区分", "Group of raters"), lang.t("自由記述", "Comment")];
        for (column, head) in (0u16..).zip(heads) {
            sheet.write_string_with_format(0, column, head, &formats.head)?;
        }
        let mut row = 1;
        for raters in &self.groups {
            for (item, comment) in &raters.comments {
                let text =
                    self.questionnaire.questionnaire.item(item).map_or("", |found| found.text.get(lang));
                sheet.write_string_with_format(row, 0, text, &formats.text)?;
                sheet.write_string_with_format(
                    row,
                    1,
                    of_comments(raters.group, self.campaign.review.as_ref(), lang),
                    &formats.text,
                )?;
                sheet.write_string_with_format(row, 2, comment, &formats.text)?;
                row += 1;
            }
        }
        Ok(())
    }
}

/// Means with n beside them; an area's n is the fewest answers that any of its items has.
fn lines(
    sheet: &mut Worksheet,
    formats: &Formats,
    lines: &[Line],
    groups: &[RaterGroup],
    lang: Lang,
) -> Result<(), XlsxError> {
    sheet.set_column_width(0, WIDE)?;
    sheet.set_freeze_panes(1, 1)?;
    let answers = |group: RaterGroup| match lang {
        Lang::Ja => format!("{}の回答数", group.label(lang)),
        Lang::En => format!("{}, n", group.label(lang)),
    };
    let of_group = |group: &RaterGroup| {
        let n = (!group.is_named()).then(|| answers(*group));
        std::iter::once(group.label(lang).to_owned()).chain(n)
    };
    let last = [
        lang.t("本人との差", "Gap to self"),
        lang.t("全管理職の平均", "All managers"),
        lang.t("前回", "Last time"),
    ];
    let heads = std::iter::once(lang.t("内容", "What").to_owned())
        .chain(groups.iter().flat_map(of_group))
        .chain(last.map(str::to_owned));
    for (column, head) in (0u16..).zip(heads) {
        if column > 0 {
            sheet.set_column_width(column, NARROW)?;
        }
        sheet.write_string_with_format(0, column, head, &formats.head)?;
    }
    for (row, line) in (1u32..).zip(lines) {
        sheet.write_string_with_format(row, 0, line.text.get(lang), &formats.text)?;
        let mut column = 1;
        for group in groups {
            match line.groups.get(group) {
                Some(Shown::Mean(sample)) => {
                    sheet.write_number_with_format(row, column, sample.mean, &formats.mean)?;
                    if !group.is_named() {
                        sheet.write_number(row, column + 1, sample.n)?;
                    }
                }
                Some(Shown::Hidden(state)) => {
                    sheet.write_string_with_format(row, column, state.label(lang), &formats.hidden)?;
                }
                None => {}
            }
            column += if group.is_named() { 1 } else { 2 };
        }
        let gap = line.gap.map(|gap| -gap);
        for figure in [gap, line.average, line.before] {
            if let Some(figure) = figure {
                // As exact as the page, and no more: of sums over many, more digits would tell more.
                let figure = (figure * 10.0).round() / 10.0;
                sheet.write_number_with_format(row, column, figure, &formats.mean)?;
            }
            column += 1;
        }
    }
    Ok(())
}

/// How often each point was given by the widest group that is shown.
fn distribution(
    sheet: &mut Worksheet,
    formats: &Formats,
    lines: &[Line],
    questionnaire: &Questionnaire,
    lang: Lang,
) -> Result<(), XlsxError> {
    sheet.set_column_width(0, WIDE)?;
    sheet.set_column_width(1, 24.0)?;
    sheet.set_freeze_panes(1, 1)?;
    let labels =
        lines.first().and_then(|line| questionnaire.item(&line.key)).and_then(|item| match &item.kind {
            // The counts run from the least favourable answer to the most.
            Kind::Scale { labels, reversed } => {
                let words = labels.iter().map(|label| label.get(lang));
                Some(if *reversed { words.rev().collect::<Vec<_>>() } else { words.collect() })
            }
            _ => None,
        });
    let heads = [lang.t("設問", "Item"), lang.t("評価者区分", "Group of raters")];
    for (column, head) in (0u16..).zip(heads.into_iter().chain(labels.unwrap_or_default())) {
        sheet.write_string_with_format(0, column, head, &formats.head)?;
    }
    for (row, line) in (1u32..).zip(lines) {
        sheet.write_string_with_format(row, 0, line.text.get(lang), &formats.text)?;
        let (Some((group, _)), Some(found)) = (line.raters, &line.distribution) else { continue };
        sheet.write_string_with_format(row, 1, group.label(lang), &formats.text)?;
        for (column, n) in (2u16..).zip(&found.counts) {
            sheet.write_number(row, column, *n)?;
        }
    }
    Ok(())
}
