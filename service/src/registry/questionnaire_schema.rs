//! The JSON Schema of the questionnaire format.

use domain::questionnaire::Questionnaire;

/// The schema (JSON Schema, draft 2020-12) that a questionnaire file keeps. What no schema can say, such as that a
/// condition names an earlier item, is checked on import.
pub fn questionnaire_schema() -> serde_json::Value {
    schemars::schema_for!(Questionnaire).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
