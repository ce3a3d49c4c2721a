//! Fields and stored names in the record of changes, in words.

use std::collections::BTreeMap;

use domain::followup::Column;
use domain::followup::open_data::Category;
use domain::text::{Lang, Text};
use service::indicator::{COUNTED, Change, Figure, PLACE, VALUE};
use service::{Result, Service};

use crate::api::followup::edit::DIRECTIONS;

/// What a field is called. The record names columns by their key, and other things by a word of its own.
pub(super) fn field(name: &str, lang: Lang) -> String {
    if let Some(column) = Column::from_key(name) {
        return column.label(lang).to_owned();
    }
    let words = match name {
        "owner" => lang.t("担当部署", "Owning unit"),
        "direction" => lang.t("向き", "Direction"),
        "category" => lang.t("オープンデータ様式の分類", "Open-data category"),
        VALUE => lang.t("実績値", "Value"),
        COUNTED => lang.t("実績値(分子・分母あり)", "Value with its counts"),
        PLACE => lang.t("節の中での順番", "Place in its section"),
        "survey" => lang.t("調査との連携", "Survey link"),
        "metric" => lang.t("統計系列との連携", "Metric link"),
        "state" => lang.t("表の状態", "State of the table"),
        "edition" => lang.t("版", "Edition"),
        "file" => lang.t("ファイル", "File"),
        _ => lang.t("その他", "Other"),
    };
    words.to_owned()
}

/// What stored names of surveys, figures, series and units are called.
#[derive(Default)]
pub(super) struct Words {
    /// Titles of surveys, by series.
    surveys: BTreeMap<String, Text>,
    /// Figures, by series and stored name with a space between them.
    figures: BTreeMap<String, Text>,
    /// Groups of people, by their stored name.
    populations: BTreeMap<String, Text>,
    /// Metric series, by key.
    metrics: BTreeMap<String, Text>,
    /// Units, by code.
    units: BTreeMap<String, Text>,
}

impl Words {
    /// Reads what the links among some changes need.
    pub(super) async fn read(service: &Service, changes: &[Change]) -> Result<Self> {
        let mut words = Self::default();
        let has = |field: &str| changes.iter().any(|change| change.field == field);
        let (surveys, metrics) = (has("survey"), has("metric"));
        if surveys {
            for choice in service.survey_choices().await? {
                for figure in choice.figures {
                    let name = format!("{} {}", choice.series, figure.figure.code());
                    words.figures.insert(name, figure.label);
                }
                words.populations.extend(choice.populations);
                words.surveys.insert(choice.series, choice.title);
            }
        }
        if metrics {
            let series = service.metric_choices().await?;
            words.metrics.extend(series.into_iter().map(|choice| (choice.key, choice.name)));
        }
        if surveys || metrics {
            for unit in service.registry.headcount().await? {
                words.populations.insert(format!("unit:{}", unit.id), unit.name.clone());
                words.units.insert(unit.code, unit.name);
            }
        }
        Ok(words)
    }

    /// What stood in a field, as people read it.
    pub(super) fn value(&self, field: &str, stored: &str, lang: Lang) -> String {
        match field {
            "direction" => {
                let found = DIRECTIONS.into_iter().find(|(key, _)| *key == stored);
                found.map_or_else(|| stored.to_owned(), |(_, direction)| direction.label(lang).to_owned())
            }
            "category" => Category::parse(stored)
                .map_or_else(|| stored.to_owned(), |found| found.label(lang).to_owned()),
            "survey" => self.survey(stored, lang),
            "metric" => self.metric(stored, lang),
            "state" => state(stored, lang),
            _ => stored.to_owned(),
        }
    }

    /// `engagement, area:work_reform unit:3`: series, figure and, where it is not everybody's, group.
    fn survey(&self, stored: &str, lang: Lang) -> String {
        let Some((series, rest)) = stored.split_once(", ") else { return stored.to_owned() };
        let (figure, population) = rest.split_once(' ').unwrap_or((rest, ""));
        let title = self.surveys.get(series).map_or(series, |title| title.get(lang));
        let gone = lang.t("今の調査票にはない数値", "a figure of an earlier questionnaire");
        let figure = match (self.figures.get(&format!("{series} {figure}")), Figure::parse(figure)) {
            (Some(label), _) => label.get(lang),
            (None, Some(_)) => gone,
            (None, None) => figure,
        };
        let group = match population {
            "" => lang.t("全体", "everybody"),
            known => match self.populations.get(known) {
                Some(name) => name.get(lang),
                None => lang.t("今はない対象", "a group that is no more"),
            },
        };
        match lang {
            Lang::Ja => format!("{title}: {figure}(対象: {group})"),
            Lang::En => format!("{title}: {figure} (of {group})"),
        }
    }

    /// `overtime (U1)`: series and, where it is not all units, the code of one.
    fn metric(&self, stored: &str, lang: Lang) -> String {
        let (stored, yearly) = match stored.strip_suffix(" yearly") {
            Some(rest) => (rest, lang.t("、年度ごと", ", by the year")),
            None => (stored, ""),
        };
        let (key, code) = match stored.strip_suffix(')').and_then(|rest| rest.split_once(" (")) {
            Some((key, code)) => (key, Some(code)),
            None => (stored, None),
        };
        let series = self.metrics.get(key).map_or(key, |name| name.get(lang));
        let whose = match code {
            None => lang.t("全部署", "all units"),
            Some(code) => self.units.get(code).map_or(code, |name| name.get(lang)),
        };
        match lang {
            Lang::Ja => format!("{series}({whose}{yearly})"),
            Lang::En => format!("{series} ({whose}{yearly})"),
        }
    }
}

/// `作成中(理由)`: the state a table came to, and why. The record is Japanese; the reason stays as it was written.
fn state(stored: &str, lang: Lang) -> String {
    if lang == Lang::Ja {
        return stored.to_owned();
    }
    // The longer word first, because the shorter one begins it.
    let words =
        [("確定依頼中", "Waiting for the sign-off"), ("確定", "Signed off"), ("作成中", "In preparation")];
    let found = words.into_iter().find_map(|(ja, en)| Some((en, stored.strip_prefix(ja)?)));
    match found {
        Some((en, "")) => en.to_owned(),
        Some((en, why)) => format!("{en} {why}"),
        None => stored.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let one = |key: &str, ja: &str, en: &str| BTreeMap::from([(key.to_owned(), Text::new(ja, en))]);
        Words {
            surveys: one("engagement", "調査", "Survey"),
            figures: one("engagement index", "全領域の指数", "Index over all areas"),
            populations: one("unit:3", "人事課", "Personnel Division"),
            metrics: one("overtime", "超過勤務", "Overtime"),
            units: one("U1", "人事課", "Personnel Division"),
        }
    }

    #[test]
    fn links_are_told_by_name() {
        let told = |field: &str, stored: &str| words().value(field, stored, Lang::Ja);
        assert_eq!(told("survey", "engagement, index"), "調査: 全領域の指数(対象: 全体)");
        assert_eq!(told("survey", "engagement, index unit:3"), "調査: 全領域の指数(対象: 人事課)");
        assert_eq!(
            told("survey", "engagement, item:q9 unit:4"),
            "調査: 今の調査票にはない数値(対象: 今はない対象)"
        );
        assert_eq!(told("metric", "overtime (U1)"), "超過勤務(人事課)");
        assert_eq!(told("metric", "overtime"), "超過勤務(全部署)");
    }

    #[test]
    fn fields_and_settings_are_told_in_both_languages() {
        for name in [
            "target",
            "owner",
            "direction",
            "category",
            VALUE,
            COUNTED,
            PLACE,
            "survey",
            "metric",
            "state",
            "edition",
            "file",
        ] {
            assert_ne!(field(name, Lang::Ja), field(name, Lang::En), "{name}");
        }
        let told = |field: &str, stored: &str| Words::default().value(field, stored, Lang::En);
        assert_eq!(told("direction", "lower"), "Lower is better");
        assert_eq!(told("category", "recruitment"), "Recruitment");
        assert_eq!(told("state", "確定依頼中"), "Waiting for the sign-off");
        assert_eq!(told("state", "作成中(誤字)"), "In preparation (誤字)");
        assert_eq!(told("outcome", "成果"), "成果");
    }
}
