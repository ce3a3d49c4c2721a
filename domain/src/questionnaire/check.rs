//! What makes a questionnaire sound: everything that its JSON Schema cannot say, and what it says as well, so that the
//! message is in the reader's language.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Choice, Condition, FORMAT, Fault, Item, Kind, MAX_DECIMALS, MAX_ITEMS, MAX_LONG_TEXT, MAX_SHORT_TEXT,
    MAX_TEXT, MAX_VERSION, OPTIONS, POINTS, Questionnaire, ROWS, day, is_key,
};
use crate::seal;
use crate::text::{self, Lang, Text};

impl Questionnaire {
    /// Everything that is wrong with the questionnaire; an empty list means it can be stored. What it still lacks
    /// before people can be asked is said by [`Questionnaire::unfinished`].
    pub fn check(&self) -> Vec<Fault> {
        let mut check = Check::default();
        check.document(self);
        check.faults
    }

    /// What a sound questionnaire still lacks before a campaign can use it: sections without an item. An empty list
    /// means it is ready.
    pub fn unfinished(&self) -> Vec<Fault> {
        let mut check = Check::default();
        for section in self.sections.iter().filter(|s| s.items.is_empty()) {
            let title = &section.title;
            check.fault(
                &section.key,
                format!(
                    "セクション「{}」に設問がありません。設問を加えるか、セクションを削除してください。",
                    title.ja
                ),
                format!("Section “{}” has no item. Please add one, or remove the section.", title.en),
            );
        }
        check.faults
    }
}

#[derive(Default)]
struct Check<'q> {
    faults: Vec<Fault>,
    /// Items already seen, so that a condition can only look back.
    seen: BTreeMap<&'q str, &'q Item>,
    areas: BTreeSet<&'q str>,
}

impl<'q> Check<'q> {
    fn fault(&mut self, at: &str, ja: impl Into<String>, en: impl Into<String>) {
        self.faults.push(Fault { at: at.to_owned(), message: Text::new(ja, en) });
    }

    fn document(&mut self, q: &'q Questionnaire) {
        if q.format != FORMAT {
            self.fault(
                "",
                format!("formatは「{FORMAT}」でなければなりません。"),
                format!("format must be \"{FORMAT}\"."),
            );
        }
        self.key("", &q.key);
        if !(1..=MAX_VERSION).contains(&q.version) {
            self.fault(
                "",
                format!("版の番号は1から{MAX_VERSION}までの整数でなければなりません。"),
                format!("The version must be a whole number from 1 to {MAX_VERSION}."),
            );
        }
        self.line(&q.key, &q.title, true);
        self.text(&q.key, &q.introduction, false);
        for area in &q.areas {
            self.key(&area.key, &area.key);
            self.line(&area.key, &area.label, true);
            if !self.areas.insert(&area.key) {
                self.duplicate(&area.key);
            }
        }
        if q.sections.is_empty() {
            self.fault("", "セクションが一つもありません。", "There is no section.");
        }
        self.length(q);
        let mut sections = BTreeSet::new();
        for section in &q.sections {
            self.key(&section.key, &section.key);
            self.line(&section.key, &section.title, true);
            self.text(&section.key, &section.introduction, false);
            if !sections.insert(&section.key) {
                self.duplicate(&section.key);
            }
            if let Some(condition) = &section.show_if {
                self.condition(&section.key, condition);
            }
            for item in &section.items {
                self.item(item);
            }
        }
    }

    /// How many items there are, and whether the longest answers to all of them can be sent.
    fn length(&mut self, q: &Questionnaire) {
        let count = q.items().count();
        if count > MAX_ITEMS {
            self.fault(
                "",
                format!("設問が{count}あります。{MAX_ITEMS}までです。"),
                format!("There are {count} items; at most {MAX_ITEMS} are allowed."),
            );
        }
        let (largest, most) = (q.largest_sheet().div_ceil(1024), seal::MAX_SHEET / 1024);
        if q.largest_sheet() > seal::MAX_SHEET {
            self.fault(
                "",
                format!(
                    "すべての設問に最も長く答えると回答票が{largest} KBになり、送信できる{most} KBを超えます。自由記述の文字数の上限を短くするか、設問を減らしてください。"
                ),
                format!(
                    "With the longest answers to all items a sheet has {largest} KB; at most {most} KB can be sent. \
                     Please lower the limits of free texts, or ask fewer items."
                ),
            );
        }
    }

    fn item(&mut self, item: &'q Item) {
        self.key(&item.key, &item.key);
        self.text(&item.key, &item.text, true);
        self.text(&item.key, &item.help, false);
        if let Some(area) = &item.area
            && !self.areas.contains(area.as_str())
        {
            self.fault(
                &item.key,
                format!("領域「{area}」が定義されていません。"),
                format!("Area \"{area}\" is not defined."),
            );
        }
        if item.demographic && !matches!(item.kind, Kind::Single { .. }) {
            self.fault(
                &item.key,
                "属性は単一選択でなければなりません。",
                "A demographic must be a single choice.",
            );
        }
        if item.may_decline && item.unobserved {
            self.fault(
                &item.key,
                "「答えない」と「観察する機会がなかった」は、どちらか一方だけにしてください。",
                "Please offer either \"prefer not to say\" or \"no opportunity to observe\", not both.",
            );
        }
        if let Some(condition) = &item.show_if {
            self.condition(&item.key, condition);
        }
        self.kind(&item.key, &item.kind);
        if self.seen.insert(&item.key, item).is_some() {
            self.duplicate(&item.key);
        }
    }

    fn kind(&mut self, at: &str, kind: &Kind) {
        match kind {
            Kind::Scale { labels, .. } => self.labels(at, labels),
            Kind::Single { options } => self.options(at, options, OPTIONS),
            Kind::Multiple { options, min, max } => {
                self.options(at, options, OPTIONS);
                let most = max.unwrap_or(u32::try_from(options.len()).unwrap_or(u32::MAX));
                if most == 0 || *min > most || most as usize > options.len() {
                    self.fault(
                        at,
                        "選択数の上限と下限が合いません。",
                        "The limits on how many options may be chosen do not fit.",
                    );
                }
            }
            Kind::Matrix { rows, labels, .. } => {
                self.options(at, rows, ROWS);
                self.labels(at, labels);
            }
            Kind::Number { min, max, decimals, unit } => {
                self.line(at, unit, false);
                if !min.is_finite() || !max.is_finite() || min > max || *decimals > MAX_DECIMALS {
                    self.fault(at, "数値の範囲が正しくありません。", "The range of the number is not valid.");
                }
            }
            Kind::Date { min, max } => {
                let parsed = [min, max].map(|d| d.as_deref().map(day));
                let bad = parsed.iter().any(|d| matches!(d, Some(None)));
                let crossed = matches!(&parsed, [Some(Some(a)), Some(Some(b))] if a > b);
                if bad || crossed {
                    self.fault(at, "日付の範囲が正しくありません。", "The range of dates is not valid.");
                }
            }
            Kind::ShortText { max_chars } => self.chars(at, *max_chars, MAX_SHORT_TEXT),
            Kind::LongText { max_chars } => self.chars(at, *max_chars, MAX_LONG_TEXT),
        }
    }

    fn chars(&mut self, at: &str, max_chars: u32, most: u32) {
        if !(1..=most).contains(&max_chars) {
            self.fault(
                at,
                format!("文字数の上限は1から{most}までです。"),
                format!("The longest length must be from 1 to {most}."),
            );
        }
    }

    fn labels(&mut self, at: &str, labels: &[Text]) {
        let (least, most) = POINTS;
        if !(least..=most).contains(&labels.len()) {
            self.fault(
                at,
                format!("尺度は{least}から{most}段階までです。"),
                format!("A scale has from {least} to {most} points."),
            );
        }
        for label in labels {
            self.text(at, label, true);
        }
    }

    fn options(&mut self, at: &str, options: &[Choice], (least, most): (usize, usize)) {
        if !(least..=most).contains(&options.len()) {
            self.fault(
                at,
                format!("選択肢は{least}から{most}までです。"),
                format!("There must be from {least} to {most} options."),
            );
        }
        let mut keys = BTreeSet::new();
        for option in options {
            self.key(at, &option.key);
            self.text(at, &option.label, true);
            if !keys.insert(&option.key) {
                self.duplicate(at);
            }
        }
    }

    fn condition(&mut self, at: &str, condition: &Condition) {
        let asked = self.seen.get(condition.item.as_str()).copied();
        let known: Vec<String> = match asked.map(|item| &item.kind) {
            None => {
                self.fault(
                    at,
                    format!("表示条件の設問「{}」が、これより前にありません。", condition.item),
                    format!("The condition names item \"{}\", which does not come earlier.", condition.item),
                );
                return;
            }
            // Who was asked the rest would tell which demographic they chose, in every table that is not cut by it.
            Some(_) if asked.is_some_and(|item| item.demographic) => {
                self.fault(
                    at,
                    format!("表示条件に、属性の設問「{}」は使えません。部署の結果から、だれがどの属性かが分かってしまうためです。", condition.item),
                    format!(
                        "A condition cannot look at the demographic \"{}\": results of units would show who is what.",
                        condition.item
                    ),
                );
                return;
            }
            Some(Kind::Scale { labels, .. }) => (1..=labels.len()).map(|p| p.to_string()).collect(),
            Some(Kind::Single { options } | Kind::Multiple { options, .. }) => {
                options.iter().map(|o| o.key.clone()).collect()
            }
            Some(_) => {
                self.fault(
                    at,
                    "表示条件に使えるのは、尺度と選択の設問だけです。",
                    "A condition can only look at a scale or a choice.",
                );
                return;
            }
        };
        if condition.any_of.is_empty() || condition.any_of.iter().any(|v| !known.contains(v)) {
            self.fault(
                at,
                format!("表示条件の値が、設問「{}」の選択肢にありません。", condition.item),
                format!("The condition's values are not options of item \"{}\".", condition.item),
            );
        }
    }

    fn key(&mut self, at: &str, key: &str) {
        if !is_key(key) {
            self.fault(
                at,
                format!("キー「{key}」は使えません(半角英小文字、数字、-、_ で64文字まで)。"),
                format!("Key \"{key}\" cannot be used (lower-case letters, digits, -, _; at most 64)."),
            );
        }
    }

    fn duplicate(&mut self, at: &str) {
        self.fault(at, "同じキーが二度使われています。", "A key is used twice.");
    }

    /// A text that may have line breaks.
    fn text(&mut self, at: &str, text: &Text, required: bool) {
        self.words(at, text, required, true);
    }

    /// A text of one line.
    fn line(&mut self, at: &str, text: &Text, required: bool) {
        self.words(at, text, required, false);
    }

    fn words(&mut self, at: &str, text: &Text, required: bool, multiline: bool) {
        for (half, lang) in [(&text.ja, Lang::Ja), (&text.en, Lang::En)] {
            let found = if required && half.trim().is_empty() {
                Err(text::TextError::Empty)
            } else {
                text::check(half, MAX_TEXT, multiline)
            };
            if let Err(error) = found {
                let name = match lang {
                    Lang::Ja => ("日本語", "Japanese"),
                    Lang::En => ("英語", "English"),
                };
                self.fault(
                    at,
                    format!("{}の文: {}", name.0, error.message(Lang::Ja)),
                    format!("{} text: {}", name.1, error.message(Lang::En)),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questionnaire::Area;
    use crate::questionnaire::sample::item;

    fn choice() -> Kind {
        let option = |key: &str| Choice { key: key.into(), label: Text::new(key, key), exclusive: false };
        Kind::Single { options: vec![option("a"), option("b")] }
    }

    /// A choice, and a text that is asked of those who chose `a`.
    fn questionnaire() -> Questionnaire {
        let mut q = Questionnaire::empty("pulse", Text::new("調査", "Survey"));
        let mut why = item("why", Kind::ShortText { max_chars: 100 });
        why.show_if = Some(Condition { item: "place".into(), any_of: vec!["a".into()] });
        q.sections[0].items = vec![item("place", choice()), why];
        q
    }

    /// Where the faults are, after a change to the sound questionnaire.
    fn faults(change: impl FnOnce(&mut Questionnaire)) -> Vec<String> {
        let mut q = questionnaire();
        assert_eq!((q.check(), q.unfinished()), (vec![], vec![]));
        change(&mut q);
        q.check().into_iter().map(|f| f.at).collect()
    }

    #[test]
    fn an_empty_questionnaire_is_sound_but_not_ready() {
        let q = Questionnaire::empty("pulse", Text::new("調査", "Survey"));
        assert_eq!(q.check(), vec![]);
        assert_eq!(q.unfinished().len(), 1);
        assert_eq!(faults(|q| q.sections.clear()), [""], "a section is where items go");
    }

    #[test]
    fn versions_have_a_number_that_can_be_counted_on() {
        for version in [0, MAX_VERSION + 1, u32::MAX] {
            assert_eq!(faults(|q| q.version = version), [""], "{version}");
        }
        assert!(faults(|q| q.version = MAX_VERSION).is_empty());
    }

    #[test]
    fn an_item_is_declined_in_one_way_only() {
        let both = |q: &mut Questionnaire| {
            q.sections[0].items[0].may_decline = true;
            q.sections[0].items[0].unobserved = true;
        };
        assert_eq!(faults(both).len(), 1);
        assert!(faults(|q| q.sections[0].items[0].unobserved = true).is_empty());
    }

    #[test]
    fn no_condition_looks_at_a_demographic() {
        assert_eq!(faults(|q| q.sections[0].items[0].demographic = true), ["why"]);
        let section = |q: &mut Questionnaire| {
            let mut last = Questionnaire::empty("x", Text::new("x", "x")).sections.remove(0);
            last.key = "last".into();
            last.show_if = Some(Condition { item: "place".into(), any_of: vec!["a".into()] });
            q.sections.push(last);
        };
        assert!(faults(section).is_empty());
        assert_eq!(
            faults(|q| {
                section(q);
                q.sections[0].items[0].demographic = true;
            }),
            ["why", "last"]
        );
    }

    #[test]
    fn titles_are_one_line_without_invisible_characters() {
        assert_eq!(faults(|q| q.title.en = "gnp\u{202e}exe".into()), ["pulse"]);
        assert_eq!(faults(|q| q.sections[0].title.ja = "設\n問".into()), ["section"]);
        let area = Area { key: "rest".into(), label: Text::new("休\u{200b}息", "Rest") };
        assert_eq!(faults(|q| q.areas.push(area)), ["rest"]);
        assert!(faults(|q| q.sections[0].items[0].text.ja = "一行目\n二行目".into()).is_empty());
    }

    #[test]
    fn dates_are_written_in_one_way() {
        let date = |min: &str, max: &str| {
            let kind = Kind::Date { min: Some(min.into()), max: Some(max.into()) };
            faults(|q| q.sections[0].items.push(item("day", kind)))
        };
        assert!(date("2025-04-01", "2026-03-31").is_empty());
        for (min, max) in
            [("2026-03-31", "2025-04-01"), ("20250401", "2026-03-31"), ("2025-02-30", "2026-03-31")]
        {
            assert_eq!(date(min, max), ["day"], "{min}");
        }
    }
}
