//! Dates and numbers as people read them.

use domain::fiscal_year::date_label;
use domain::text::Lang;
use service::clock::zone;

/// "令和7年10月1日(水) 17時" or "1 October 2025, 17:00", at `seconds` in the named time zone.
pub fn moment(seconds: i64, time_zone: &str, lang: Lang) -> String {
    let zoned = jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(zone(time_zone));
    let date = date_label(zoned.date(), lang);
    match (lang, zoned.minute()) {
        (Lang::Ja, 0) => format!("{date} {}時", zoned.hour()),
        (Lang::Ja, minute) => format!("{date} {}時{minute:02}分", zoned.hour()),
        (Lang::En, minute) => format!("{date}, {:02}:{minute:02}", zoned.hour()),
    }
}

/// A deadline: the moment with the zone's name, for people whose post is not where the deadline is kept.
pub fn deadline(seconds: i64, time_zone: &str, lang: Lang) -> String {
    let text = moment(seconds, time_zone, lang);
    let city = time_zone.rsplit('/').next().unwrap_or(time_zone).replace('_', " ");
    match (lang, time_zone) {
        (Lang::Ja, "Asia/Tokyo") => format!("{text}(日本時間)"),
        (Lang::Ja, _) => format!("{text}(現地時間 {city})"),
        (Lang::En, "Asia/Tokyo") => format!("{text} (Japan time)"),
        (Lang::En, _) => format!("{text} (local time, {city})"),
    }
}

/// The value of a `datetime-local` field, in Japan's time.
pub fn field_value(seconds: i64) -> String {
    let zoned = jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(zone("Asia/Tokyo"));
    zoned.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Reads a `datetime-local` field as Japan's time.
pub fn field_moment(value: &str) -> Option<i64> {
    let civil: jiff::civil::DateTime = value.trim().parse().ok()?;
    Some(civil.to_zoned(zone("Asia/Tokyo")).ok()?.timestamp().as_second())
}

/// Reads the value of a date field: `YYYY-MM-DD`.
pub fn day(value: &str) -> Option<jiff::civil::Date> {
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_names_its_zone() {
        let seconds = field_moment("2025-10-01T17:00").expect("a moment");
        assert_eq!(deadline(seconds, "Asia/Tokyo", Lang::Ja), "令和7年10月1日(水) 17時(日本時間)");
        assert_eq!(
            deadline(seconds, "America/Toronto", Lang::En),
            "1 October 2025, 04:00 (local time, Toronto)"
        );
        assert_eq!(field_value(seconds), "2025-10-01T17:00");
        assert_eq!(field_moment("2025-02-31T17:00"), None);
    }
}
