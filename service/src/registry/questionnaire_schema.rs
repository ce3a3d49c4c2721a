//! The JSON Schema of the questionnaire format.

use domain::questionnaire::Questionnaire;

/// The schema (JSON Schema, draft 2020-12) that a questionnaire file keeps, limits included. What no schema can say,
/// such as that a condition names an earlier item, is checked on import.
pub fn questionnaire_schema() -> serde_json::Value {
    schemars::schema_for!(Questionnaire).to_value()
}

#[cfg(test)]
mod tests {
    use domain::text::Text;
    use serde_json::{Value, json};

    use super::*;
    use crate::registry::editing::{bank, behaviours};
    use crate::registry::questionnaire::parse;

    #[test]
    fn the_schema_names_what_a_questionnaire_must_have() {
        let schema = questionnaire_schema();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
        for name in ["format", "key", "version", "title", "sections"] {
            assert!(required.contains(&name), "{name}");
        }
        assert!(!required.contains(&"areas"), "what has a default may be left out");
        assert_eq!(schema["additionalProperties"], serde_json::Value::Bool(false));
        assert!(schema["$defs"]["Kind"].is_object());
    }

    /// What the schema has against a document.
    fn objections(document: &Value) -> Vec<String> {
        let validator = jsonschema::validator_for(&questionnaire_schema()).expect("a schema");
        validator.iter_errors(document).map(|error| error.to_string()).collect()
    }

    /// The example that the documentation gives.
    fn documented() -> &'static str {
        let page = include_str!("../../../docs/questionnaire-format.md");
        let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("\n```").next());
        example.expect("an example in the documentation")
    }

    #[test]
    fn every_questionnaire_that_comes_with_the_software_keeps_the_schema() {
        for file in [
            include_str!("../../demo/engagement.json"),
            include_str!("../../demo/pulse-telework.json"),
            include_str!("../../demo/pulse-telework-month.json"),
            include_str!("../../demo/pulse-training.json"),
            documented(),
        ] {
            let document: Value = serde_json::from_str(file).expect("JSON");
            assert_eq!(objections(&document), Vec::<String>::new());
            let questionnaire = parse(file).expect("a sound questionnaire");
            // As exported: with defaults written out and empty texts left out.
            let exported = serde_json::to_value(&questionnaire).expect("JSON");
            assert_eq!(objections(&exported), Vec::<String>::new());
            assert_eq!(serde_json::from_value::<Questionnaire>(exported).expect("itself"), questionnaire);
        }
    }

    #[test]
    fn every_item_of_the_bank_and_an_empty_questionnaire_keep_the_schema() {
        let (bank, behaviours) = (bank().expect("the bank"), behaviours().expect("the bank for reviews"));
        let empty = Questionnaire::empty("k", Text::new("題", "T"));
        let full = empty.edited(|q| {
            q.add_items("section", &bank.items, &bank.areas)?;
            let added = q.add_items("section", &behaviours.items, &behaviours.areas)?;
            assert_eq!(added, behaviours.items.len(), "no key is in both");
            Ok(())
        });
        for questionnaire in [empty, full.expect("sound")] {
            let document = serde_json::to_value(&questionnaire).expect("JSON");
            assert_eq!(objections(&document), Vec::<String>::new());
        }
    }

    /// One item of each kind with limits, in one section.
    fn sound() -> Value {
        let text = json!({ "ja": "文", "en": "Text" });
        let choices =
            json!([{ "key": "a", "label": text }, { "key": "b", "label": text, "exclusive": true }]);
        let kinds = [
            json!({ "type": "scale", "labels": [text, text], "reversed": true }),
            json!({ "type": "multiple", "options": choices, "min": 1, "max": 2 }),
            json!({ "type": "matrix", "rows": choices, "labels": [text, text] }),
            json!({ "type": "number", "min": 0.5, "max": 12, "decimals": 1, "unit": text }),
            json!({ "type": "date", "min": "2025-04-01" }),
            json!({ "type": "short_text", "max_chars": 200 }),
            json!({ "type": "long_text", "max_chars": 4000 }),
        ];
        let items: Vec<Value> = (0..)
            .zip(kinds)
            .map(|(n, kind)| json!({ "key": format!("q{n}"), "text": text, "kind": kind }))
            .collect();
        json!({
            "format": "shirube-questionnaire/1", "key": "k", "version": 1, "title": text,
            "sections": [{ "key": "s", "title": text, "items": items }],
        })
    }

    #[test]
    fn the_schema_knows_the_limits_that_the_import_knows() {
        let sound = sound();
        assert_eq!(objections(&sound), Vec::<String>::new());
        parse(&sound.to_string()).expect("a sound questionnaire");
        let item = |n: usize, rest: &str| format!("/sections/0/items/{n}{rest}");
        for (place, value) in [
            ("/format".to_owned(), json!("shirube-questionnaire/2")),
            ("/key".to_owned(), json!("A key")),
            ("/key".to_owned(), json!("k".repeat(65))),
            ("/version".to_owned(), json!(0)),
            ("/version".to_owned(), json!(1_000_001)),
            ("/version".to_owned(), json!(1.5)),
            ("/title/ja".to_owned(), json!(" ")),
            ("/title/en".to_owned(), json!("t".repeat(1_001))),
            ("/sections".to_owned(), json!([])),
            ("/sections/0/title".to_owned(), json!("Section")),
            (item(0, "/kind/labels"), json!([{ "ja": "一", "en": "one" }])),
            (item(0, "/kind/labels/0/ja"), json!("")),
            (item(0, "/kind/type"), json!("riddle")),
            (item(1, "/kind/options"), json!([])),
            (item(1, "/kind/options/0/key"), json!("")),
            (item(2, "/kind/rows"), json!([])),
            (item(3, "/kind/decimals"), json!(4)),
            (item(4, "/kind/min"), json!("20250401")),
            (item(5, "/kind/max_chars"), json!(201)),
            (item(6, "/kind/max_chars"), json!(0)),
            (item(6, "/kind/max_chars"), json!(4_001)),
        ] {
            let mut document = sound.clone();
            *document.pointer_mut(&place).expect("a place in the document") = value;
            assert!(!objections(&document).is_empty(), "the schema accepts {place}");
            assert!(parse(&document.to_string()).is_err(), "the import accepts {place}");
        }
        let mut document = sound;
        document["colour"] = json!("blue");
        assert!(!objections(&document).is_empty());
    }
}
