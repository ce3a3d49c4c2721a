//! One measured number, for people as a table row and for programs as a JSON line.

use serde_json::{Value, json};

/// A figure: `name` of `group`, with its unit (empty for a count).
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    group: String,
    name: String,
    value: f64,
    unit: String,
}

impl Figure {
    /// A figure; `unit` as it is printed after the number.
    pub fn new(group: &str, name: &str, value: f64, unit: &str) -> Self {
        Self { group: group.to_owned(), name: name.to_owned(), value, unit: unit.to_owned() }
    }

    fn json(&self) -> Value {
        json!({ "group": self.group, "name": self.name, "value": self.value, "unit": self.unit })
    }
}

/// Every number of a JSON object as a figure, nested names joined by dots, units read off the names'
/// ends (`…_ms`, `…_seconds`, `…_per_second`).
pub fn from_json(group: &str, line: &Value) -> Vec<Figure> {
    let mut figures = Vec::new();
    flatten(group, "", line, &mut figures);
    figures
}

fn flatten(group: &str, name: &str, value: &Value, figures: &mut Vec<Figure>) {
    match value {
        Value::Number(number) => {
            if let Some(number) = number.as_f64() {
                figures.push(Figure::new(group, name, number, unit_of(name)));
            }
        }
        Value::Object(fields) => {
            for (field, inner) in fields {
                let path = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                flatten(group, &path, inner, figures);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                // An element with a name of its own (a phase, say) is told by that name.
                let label = ["name", "phase"]
                    .iter()
                    .find_map(|key| inner.get(key).and_then(Value::as_str))
                    .map_or_else(|| (index + 1).to_string(), str::to_owned);
                let path = if name.is_empty() { label } else { format!("{name}.{label}") };
                flatten(group, &path, inner, figures);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn unit_of(name: &str) -> &'static str {
    let units = [
        ("_per_second", "/s"),
        ("_per_s", "/s"),
        ("_seconds", "s"),
        ("_secs", "s"),
        ("_ms", "ms"),
        ("_s", "s"),
        ("_bytes", "B"),
    ];
    units.iter().find(|(ending, _)| name.ends_with(ending)).map_or("", |(_, unit)| *unit)
}

/// A Markdown table.
pub fn table(figures: &[Figure]) -> String {
    let mut table = String::from("| what | figure | value |\n|---|---|---:|\n");
    for figure in figures {
        let value = number(figure.value);
        let space = if figure.unit.is_empty() { "" } else { " " };
        table.push_str(&format!("| {} | {} | {value}{space}{} |\n", figure.group, figure.name, figure.unit));
    }
    table
}

/// One JSON object a line.
pub fn lines(figures: &[Figure]) -> String {
    figures.iter().map(|figure| format!("{}\n", figure.json())).collect()
}

/// Whole numbers grouped by thousands; others with two decimals below 100, one above.
fn number(value: f64) -> String {
    let decimals = if value.fract() == 0.0 {
        0
    } else if value.abs() < 100.0 {
        2
    } else {
        1
    };
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::from(if value < 0.0 { "-" } else { "" });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded() {
        let cases = [
            (0.0, "0"),
            (999.0, "999"),
            (100_000.0, "100,000"),
            (1_234_567.26, "1,234,567.3"),
            (4.126, "4.13"),
            (-1_500.0, "-1,500"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn nested_numbers_become_figures_with_units() {
        let line = json!({
            "staff": 10,
            "seed": "x",
            "count": { "release_seconds": 1.5 },
            "phases": [{ "phase": "issue", "ballots_per_second": 800 }, { "wait_ms": 3 }],
        });
        let found = from_json("g", &line);
        for expected in [
            Figure::new("g", "staff", 10.0, ""),
            Figure::new("g", "count.release_seconds", 1.5, "s"),
            Figure::new("g", "phases.issue.ballots_per_second", 800.0, "/s"),
            Figure::new("g", "phases.2.wait_ms", 3.0, "ms"),
        ] {
            assert!(found.contains(&expected), "{expected:?} is missing in {found:?}");
        }
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn table_and_lines_hold_every_figure() {
        let figures =
            [Figure::new("wasm", "brotli", 212.5, "kB"), Figure::new("sheets", "count", 10_000.0, "")];
        assert_eq!(
            table(&figures),
            "| what | figure | value |\n|---|---|---:|\n| wasm | brotli | 212.5 kB |\n| sheets | count | 10,000 |\n"
        );
        let lines = lines(&figures);
        let parsed: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(parsed[0]["value"], 212.5);
        assert_eq!(parsed[1]["group"], "sheets");
    }
}
