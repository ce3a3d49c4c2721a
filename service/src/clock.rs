//! The time, so that tests and the demo can live in another year.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Where the time comes from.
#[derive(Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Set by hand, in seconds since 1970 UTC.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until it is set.
    pub fn manual(now: i64) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(now)))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> i64 {
        match self {
            Self::System => jiff::Timestamp::now().as_second(),
            Self::Manual(now) => now.load(Ordering::Relaxed),
        }
    }

    /// Sets a manual clock; the system's clock is left alone.
    pub fn set(&self, now: i64) {
        if let Self::Manual(clock) = self {
            clock.store(now, Ordering::Relaxed);
        }
    }

    /// Today's date in Japan, where the organisation's deadlines are kept.
    pub fn today(&self) -> Date {
        date_in(self.now(), "Asia/Tokyo")
    }
}

/// The time zone with this IANA name; Japan's where the name is unknown.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(9)))
}

/// The date at `seconds` in the named time zone.
pub fn date_in(seconds: i64, time_zone: &str) -> Date {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(zone(time_zone)).date()
}
