//! The form of one item: what is typed into it, as text, and the item it stands for.

use serde::{Deserialize, Serialize};

use super::form::{FieldError, Reader};
use super::lines;
use crate::questionnaire::{Item, Kind};
use crate::text::{Lang, Text};

/// The names of the kinds, as in the JSON form, in the order they are offered.
pub const KINDS: [&str; 8] =
    ["scale", "single", "multiple", "matrix", "number", "date", "short_text", "long_text"];

/// What a checked box sends.
pub const CHECKED: &str = "on";

/// Every field as typed. A box that is not checked is an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemForm {
    /// One of [`KINDS`].
    pub kind: String,
    /// The item's key, or empty for one made from the question.
    pub key: String,
    /// The question in Japanese.
    pub text_ja: String,
    /// The question in English.
    pub text_en: String,
    /// The explanation in Japanese.
    pub help_ja: String,
    /// The explanation in English.
    pub help_en: String,
    /// The key of the area, or empty.
    pub area: String,
    /// [`CHECKED`] where an answer is needed.
    pub required: String,
    /// [`CHECKED`] where "prefer not to say" is offered.
    pub may_decline: String,
    /// [`CHECKED`] where "no opportunity to observe" is offered.
    pub unobserved: String,
    /// [`CHECKED`] where results may be cut by it.
    pub demographic: String,
    /// The item that the condition looks at, or empty.
    pub show_item: String,
    /// The answers it takes, separated by commas.
    pub show_values: String,
    /// Labels of a scale or matrix, one a line.
    pub labels: String,
    /// [`CHECKED`] where the first label is the favourable end.
    pub reversed: String,
    /// Options of a choice, one a line.
    pub options: String,
    /// Rows of a matrix, one a line.
    pub rows: String,
    /// Fewest options, smallest number or earliest date.
    pub min: String,
    /// Most options, largest number or latest date.
    pub max: String,
    /// Digits after the decimal point.
    pub decimals: String,
    /// The unit of a number in Japanese.
    pub unit_ja: String,
    /// The unit of a number in English.
    pub unit_en: String,
    /// Longest text, in characters.
    pub max_chars: String,
}

impl ItemForm {
    /// An empty form for a new item of this kind, with what most items of the kind have.
    pub fn new(kind: &str) -> Self {
        let agreement = [
            ("全くそう思わない", "Strongly disagree"),
            ("あまりそう思わない", "Disagree"),
            ("どちらともいえない", "Neither agree nor disagree"),
            ("そう思う", "Agree"),
            ("とてもそう思う", "Strongly agree"),
        ];
        let labels: Vec<Text> = agreement.iter().map(|(ja, en)| Text::new(*ja, *en)).collect();
        let mut form = Self { kind: kind.to_owned(), required: CHECKED.into(), ..Self::default() };
        match kind {
            "scale" | "matrix" => form.labels = lines::write_labels(&labels),
            "number" => {
                form.min = "0".into();
                form.max = "100".into();
                form.decimals = "0".into();
            }
            "short_text" => {
                form.required = String::new();
                form.max_chars = "100".into();
            }
            "long_text" => {
                form.required = String::new();
                form.max_chars = "1000".into();
            }
            _ => {}
        }
        form
    }

    /// The form that stands for an item.
    pub fn of(item: &Item) -> Self {
        let mut form = Self {
            key: item.key.clone(),
            text_ja: item.text.ja.clone(),
            text_en: item.text.en.clone(),
            help_ja: item.help.ja.clone(),
            help_en: item.help.en.clone(),
            area: item.area.clone().unwrap_or_default(),
            required: checkbox(item.required),
            may_decline: checkbox(item.may_decline),
            unobserved: checkbox(item.unobserved),
            demographic: checkbox(item.demographic),
            ..Self::default()
        };
        if let Some(condition) = &item.show_if {
            form.show_item.clone_from(&condition.item);
            form.show_values = condition.any_of.join(", ");
        }
        form.write_kind(&item.kind);
        form
    }

    fn write_kind(&mut self, kind: &Kind) {
        self.kind = kind_name(kind).to_owned();
        match kind {
            Kind::Scale { labels, reversed } => {
                self.labels = lines::write_labels(labels);
                self.reversed = checkbox(*reversed);
            }
            Kind::Single { options } => self.options = lines::write_choices(options),
            Kind::Multiple { options, min, max } => {
                self.options = lines::write_choices(options);
                self.min = if *min == 0 { String::new() } else { min.to_string() };
                self.max = max.map(|m| m.to_string()).unwrap_or_default();
            }
            Kind::Matrix { rows, labels, reversed } => {
                self.rows = lines::write_choices(rows);
                self.labels = lines::write_labels(labels);
                self.reversed = checkbox(*reversed);
            }
            Kind::Number { min, max, decimals, unit } => {
                self.min = min.to_string();
                self.max = max.to_string();
                self.decimals = decimals.to_string();
                self.unit_ja.clone_from(&unit.ja);
                self.unit_en.clone_from(&unit.en);
            }
            Kind::Date { min, max } => {
                self.min = min.clone().unwrap_or_default();
                self.max = max.clone().unwrap_or_default();
            }
            Kind::ShortText { max_chars } | Kind::LongText { max_chars } => {
                self.max_chars = max_chars.to_string();
            }
        }
    }

    /// The form with another kind: what both kinds have stays as typed, the rest is what a new item of the kind has.
    pub fn with_kind(self, kind: &str) -> Self {
        if self.kind == kind {
            return self;
        }
        let fresh = Self::new(kind);
        let both = |kinds: [&str; 2]| kinds.contains(&kind) && kinds.contains(&self.kind.as_str());
        let (scales, choices) = (both(["scale", "matrix"]), both(["single", "multiple"]));
        Self {
            labels: if scales { self.labels } else { fresh.labels },
            reversed: if scales { self.reversed } else { fresh.reversed },
            options: if choices { plain_options(self.options, kind) } else { fresh.options },
            demographic: if kind == "single" { self.demographic } else { fresh.demographic },
            kind: fresh.kind,
            rows: fresh.rows,
            min: fresh.min,
            max: fresh.max,
            decimals: fresh.decimals,
            unit_ja: fresh.unit_ja,
            unit_en: fresh.unit_en,
            max_chars: fresh.max_chars,
            ..self
        }
    }

    /// The item that was typed; its key is empty where none was. Whether it fits the rest of the questionnaire is not judged here.
    ///
    /// # Errors
    /// Every field that cannot be read.
    pub fn parse(&self) -> Result<Item, Vec<FieldError>> {
        let mut reader = Reader::default();
        let area = self.area.trim();
        let item = Item {
            key: reader.key("key", &self.key),
            text: reader.text_pair(["text_ja", "text_en"], [&self.text_ja, &self.text_en], true),
            help: reader.text_pair(["help_ja", "help_en"], [&self.help_ja, &self.help_en], false),
            area: (!area.is_empty()).then(|| area.to_owned()),
            required: self.required == CHECKED,
            may_decline: self.may_decline == CHECKED,
            unobserved: self.unobserved == CHECKED,
            demographic: self.demographic == CHECKED,
            show_if: reader.condition(&self.show_item, &self.show_values),
            kind: self.parse_kind(&mut reader),
        };
        if reader.errors.is_empty() { Ok(item) } else { Err(reader.errors) }
    }

    fn parse_kind(&self, reader: &mut Reader) -> Kind {
        let reversed = self.reversed == CHECKED;
        match self.kind.as_str() {
            "scale" => {
                Kind::Scale { labels: reader.lines("labels", lines::parse_labels(&self.labels)), reversed }
            }
            "single" => {
                Kind::Single { options: reader.lines("options", lines::parse_choices(&self.options, false)) }
            }
            "multiple" => Kind::Multiple {
                options: reader.lines("options", lines::parse_choices(&self.options, true)),
                min: reader.count("min", &self.min).unwrap_or(0),
                max: reader.count("max", &self.max),
            },
            "matrix" => Kind::Matrix {
                rows: reader.lines("rows", lines::parse_choices(&self.rows, false)),
                labels: reader.lines("labels", lines::parse_labels(&self.labels)),
                reversed,
            },
            "number" => Kind::Number {
                min: reader.number("min", &self.min),
                max: reader.number("max", &self.max),
                decimals: self.decimals(reader),
                unit: reader.line_pair(["unit_ja", "unit_en"], [&self.unit_ja, &self.unit_en], false),
            },
            "date" => Kind::Date { min: reader.date("min", &self.min), max: reader.date("max", &self.max) },
            "short_text" => Kind::ShortText { max_chars: self.max_chars(reader) },
            "long_text" => Kind::LongText { max_chars: self.max_chars(reader) },
            _ => {
                reader.fault("kind", "設問の種類を選んでください。", "Please choose the kind of item.");
                Kind::LongText { max_chars: 1 }
            }
        }
    }

    fn decimals(&self, reader: &mut Reader) -> u8 {
        let decimals = reader.count("decimals", &self.decimals).unwrap_or(0);
        match u8::try_from(decimals) {
            Ok(decimals) if decimals <= 3 => decimals,
            _ => {
                reader.fault(
                    "decimals",
                    "小数点以下は0から3桁までです。",
                    "From 0 to 3 digits after the decimal point are allowed.",
                );
                0
            }
        }
    }

    fn max_chars(&self, reader: &mut Reader) -> u32 {
        if self.max_chars.trim().is_empty() {
            reader.fault(
                "max_chars",
                "文字数の上限を入力してください。",
                "Please enter the longest length, in characters.",
            );
        }
        reader.count("max_chars", &self.max_chars).unwrap_or(1)
    }

    /// Every field by name, to give back what was typed.
    pub fn fields(self) -> [(&'static str, String); 23] {
        [
            ("kind", self.kind),
            ("key", self.key),
            ("text_ja", self.text_ja),
            ("text_en", self.text_en),
            ("help_ja", self.help_ja),
            ("help_en", self.help_en),
            ("area", self.area),
            ("required", self.required),
            ("may_decline", self.may_decline),
            ("unobserved", self.unobserved),
            ("demographic", self.demographic),
            ("show_item", self.show_item),
            ("show_values", self.show_values),
            ("labels", self.labels),
            ("reversed", self.reversed),
            ("options", self.options),
            ("rows", self.rows),
            ("min", self.min),
            ("max", self.max),
            ("decimals", self.decimals),
            ("unit_ja", self.unit_ja),
            ("unit_en", self.unit_en),
            ("max_chars", self.max_chars),
        ]
    }

    /// The form with every field exchanged for what `kept` gives for its name and present text.
    pub fn kept(&self, kept: impl Fn(&str, &str) -> String) -> Self {
        let of = |name: &str, text: &String| kept(name, text);
        Self {
            kind: of("kind", &self.kind),
            key: of("key", &self.key),
            text_ja: of("text_ja", &self.text_ja),
            text_en: of("text_en", &self.text_en),
            help_ja: of("help_ja", &self.help_ja),
            help_en: of("help_en", &self.help_en),
            area: of("area", &self.area),
            required: of("required", &self.required),
            may_decline: of("may_decline", &self.may_decline),
            unobserved: of("unobserved", &self.unobserved),
            demographic: of("demographic", &self.demographic),
            show_item: of("show_item", &self.show_item),
            show_values: of("show_values", &self.show_values),
            labels: of("labels", &self.labels),
            reversed: of("reversed", &self.reversed),
            options: of("options", &self.options),
            rows: of("rows", &self.rows),
            min: of("min", &self.min),
            max: of("max", &self.max),
            decimals: of("decimals", &self.decimals),
            unit_ja: of("unit_ja", &self.unit_ja),
            unit_en: of("unit_en", &self.unit_en),
            max_chars: of("max_chars", &self.max_chars),
        }
    }
}

/// The name of a kind, as in the JSON form.
pub const fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Scale { .. } => "scale",
        Kind::Single { .. } => "single",
        Kind::Multiple { .. } => "multiple",
        Kind::Matrix { .. } => "matrix",
        Kind::Number { .. } => "number",
        Kind::Date { .. } => "date",
        Kind::ShortText { .. } => "short_text",
        Kind::LongText { .. } => "long_text",
    }
}

/// What a kind is called on screen, by its name; the name itself where there is no such kind.
pub fn kind_label(name: &str, lang: Lang) -> &str {
    match name {
        "scale" => lang.t("尺度(段階から1つ)", "Scale (one step of several)"),
        "single" => lang.t("単一選択", "Single choice"),
        "multiple" => lang.t("複数選択", "Multiple choice"),
        "matrix" => lang.t("マトリクス(同じ尺度で複数の行)", "Matrix (several rows on one scale)"),
        "number" => lang.t("数値", "Number"),
        "date" => lang.t("日付", "Date"),
        "short_text" => lang.t("自由記述(1行)", "Free text (one line)"),
        "long_text" => lang.t("自由記述(複数行)", "Free text (several lines)"),
        other => other,
    }
}

/// The options as a single choice can have them: none of them exclusive. What cannot be read stays as it is.
fn plain_options(typed: String, kind: &str) -> String {
    match lines::parse_choices(&typed, true) {
        Ok(mut choices) if kind == "single" => {
            choices.iter_mut().for_each(|choice| choice.exclusive = false);
            lines::write_choices(&choices)
        }
        _ => typed,
    }
}

fn checkbox(checked: bool) -> String {
    if checked { CHECKED.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questionnaire::{Choice, Condition};

    fn choice(key: &str, exclusive: bool) -> Choice {
        Choice { key: key.into(), label: Text::new("選択肢", "An option"), exclusive }
    }

    fn item(kind: Kind) -> Item {
        Item {
            key: "q1".into(),
            text: Text::new("満足していますか。", "Are you satisfied?"),
            help: Text::new("一つ選んでください。", "Please choose one."),
            area: Some("engagement".into()),
            required: true,
            may_decline: true,
            unobserved: false,
            demographic: false,
            show_if: Some(Condition { item: "q0".into(), any_of: vec!["1".into(), "2".into()] }),
            kind,
        }
    }

    fn one_of_each_kind() -> Vec<Item> {
        let labels = vec![Text::new("いいえ", "No"), Text::new("はい", "Yes")];
        vec![
            item(Kind::Scale { labels: labels.clone(), reversed: true }),
            item(Kind::Single { options: vec![choice("a", false), choice("b", false)] }),
            item(Kind::Multiple {
                options: vec![choice("a", false), choice("none", true)],
                min: 1,
                max: Some(2),
            }),
            item(Kind::Matrix { rows: vec![choice("r1", false)], labels, reversed: false }),
            item(Kind::Number { min: 0.5, max: 12.0, decimals: 1, unit: Text::new("時間", "hours") }),
            item(Kind::Date { min: Some("2025-04-01".into()), max: None }),
            item(Kind::ShortText { max_chars: 100 }),
            item(Kind::LongText { max_chars: 1000 }),
        ]
    }

    #[test]
    fn an_item_of_any_kind_survives_its_form() {
        for item in one_of_each_kind() {
            assert_eq!(ItemForm::of(&item).parse(), Ok(item));
        }
    }

    #[test]
    fn giving_back_what_was_typed_changes_nothing() {
        for item in one_of_each_kind() {
            let form = ItemForm::of(&item);
            let fields = form.clone().fields();
            let kept = ItemForm::default().kept(|name, _| {
                fields.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()).unwrap_or_default()
            });
            assert_eq!(kept, form);
        }
    }

    #[test]
    fn an_empty_form_of_each_kind_only_lacks_words() {
        for kind in KINDS {
            assert_ne!(kind_label(kind, Lang::En), kind);
            let form = ItemForm {
                key: "q1".into(),
                text_ja: "設問".into(),
                text_en: "Item".into(),
                ..ItemForm::new(kind)
            };
            let item = form.parse().expect("an item");
            assert_eq!(kind_name(&item.kind), kind);
        }
    }

    #[test]
    fn a_kind_can_be_exchanged_for_another() {
        for item in one_of_each_kind() {
            for kind in KINDS {
                let form = ItemForm::of(&item);
                let changed = form.clone().with_kind(kind);
                assert_eq!(
                    (&changed.kind[..], &changed.key, &changed.text_ja),
                    (kind, &form.key, &form.text_ja)
                );
                let parsed = changed.parse().expect("an item");
                assert_eq!((kind_name(&parsed.kind), &parsed.show_if), (kind, &item.show_if));
            }
        }
        let many = item(Kind::Multiple {
            options: vec![choice("a", false), choice("none", true)],
            min: 1,
            max: None,
        });
        let one = ItemForm::of(&many).with_kind("single").parse().expect("an item");
        assert_eq!(one.kind, Kind::Single { options: vec![choice("a", false), choice("none", false)] });
    }

    #[test]
    fn a_key_may_be_left_out() {
        let form = ItemForm { text_ja: "設問".into(), text_en: "Item".into(), ..ItemForm::new("scale") };
        assert_eq!(form.parse().expect("an item").key, "");
    }

    #[test]
    fn every_fault_stands_at_its_field() {
        let form = ItemForm {
            key: "Q 1".into(),
            text_en: "Item\u{7}".into(),
            show_item: "q0".into(),
            options: "a | はい".into(),
            min: "x".into(),
            ..ItemForm::new("multiple")
        };
        let errors = form.parse().expect_err("faults");
        let fields: Vec<&str> = errors.iter().map(|e| e.field).collect();
        assert_eq!(fields, ["key", "text_ja", "text_en", "show_values", "options", "min"]);
        let unknown = ItemForm { kind: "riddle".into(), ..form }.parse().expect_err("faults");
        assert!(unknown.iter().any(|e| e.field == "kind"));
    }
}
