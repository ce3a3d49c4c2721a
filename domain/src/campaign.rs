//! A campaign (調査): its states, who moves it, and what may still change in each.

use serde::{Deserialize, Serialize};

use crate::text::Lang;

/// The state of a campaign. It only ever moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// HR is preparing it; everything may change.
    Draft,
    /// The roster is frozen, strata, keys and terms are fixed; it waits for its opening date.
    Scheduled,
    /// Ballots are issued and sheets accepted.
    Open,
    /// No more sheets.
    Closed,
    /// Sheets are opened and counted, ballots and sealed sheets destroyed.
    Counted,
    /// Results are published.
    Released,
}

impl State {
    /// All states in order.
    pub const ALL: [State; 6] =
        [Self::Draft, Self::Scheduled, Self::Open, Self::Closed, Self::Counted, Self::Released];

    /// The name stored in the database and used in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Counted => "counted",
            Self::Released => "released",
        }
    }

    /// Reads [`State::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }

    /// The next state, if any.
    pub fn next(self) -> Option<Self> {
        let at = Self::ALL.iter().position(|s| *s == self)?;
        Self::ALL.get(at + 1).copied()
    }

    /// What the state is called on screen.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Draft => lang.t("準備中", "Draft"),
            Self::Scheduled => lang.t("開始待ち", "Scheduled"),
            Self::Open => lang.t("回答受付中", "Open"),
            Self::Closed => lang.t("締切済み", "Closed"),
            Self::Counted => lang.t("集計済み", "Counted"),
            Self::Released => lang.t("公表済み", "Released"),
        }
    }
}

/// Dates of a campaign, in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// When answering begins.
    pub opens_at: i64,
    /// When answering ends.
    pub closes_at: i64,
}

/// Shortest and longest time a campaign may be open, in seconds.
pub const OPEN_FOR: std::ops::RangeInclusive<i64> = 60..=(366 * 86_400);

/// Why dates are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// It closes before it opens, or is open too shortly or too long.
    #[error("the closing date must be later than the opening date, by at most 366 days")]
    Order,
    /// The closing date lies in the past.
    #[error("the closing date lies in the past")]
    Past,
    /// After opening, the closing date may only move to a later one.
    #[error("after opening, the closing date may only be put later")]
    Earlier,
    /// In this state the dates are fixed.
    #[error("the dates are fixed in this state")]
    Fixed,
}

impl ScheduleError {
    /// The message for HR.
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Order => lang.t(
                "締切は開始より後(1分以上、366日以内)にしてください。",
                "Please set the closing date after the opening date, by at least a minute and at most 366 days.",
            ),
            Self::Past => {
                lang.t("締切が過去の日時です。", "The closing date lies in the past.")
            }
            Self::Earlier => lang.t(
                "開始後は、締切を遅らせることだけができます。",
                "After opening, the closing date can only be put later.",
            ),
            Self::Fixed => lang.t(
                "この段階では日時を変更できません。",
                "The dates can no longer be changed at this stage.",
            ),
        }
    }
}

impl Schedule {
    /// Checks the dates of a draft at time `now`.
    pub fn check(self, now: i64) -> Result<(), ScheduleError> {
        if self.closes_at <= now {
            return Err(ScheduleError::Past);
        }
        let open_for = self.closes_at.checked_sub(self.opens_at).ok_or(ScheduleError::Order)?;
        if OPEN_FOR.contains(&open_for) { Ok(()) } else { Err(ScheduleError::Order) }
    }

    /// The dates with a later closing, as allowed while a campaign is scheduled or open.
    pub fn extend(self, state: State, closes_at: i64) -> Result<Self, ScheduleError> {
        if !matches!(state, State::Scheduled | State::Open) {
            return Err(ScheduleError::Fixed);
        }
        if closes_at <= self.closes_at {
            return Err(ScheduleError::Earlier);
        }
        let extended = Self { closes_at, ..self };
        if !OPEN_FOR.contains(&closes_at.saturating_sub(self.opens_at)) {
            return Err(ScheduleError::Order);
        }
        Ok(extended)
    }

    /// The state that the clock alone calls for: a scheduled campaign opens, an open one closes.
    pub fn due(self, state: State, now: i64) -> Option<State> {
        match state {
            State::Scheduled if now >= self.opens_at => Some(State::Open),
            State::Open if now >= self.closes_at => Some(State::Closed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_move_forward_one_by_one() {
        assert_eq!(State::Draft.next(), Some(State::Scheduled));
        assert_eq!(State::Released.next(), None);
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }

    #[test]
    fn the_closing_date_only_moves_later() {
        let schedule = Schedule { opens_at: 100, closes_at: 10_000 };
        assert_eq!(schedule.check(50), Ok(()));
        assert_eq!(schedule.check(10_000), Err(ScheduleError::Past));
        assert_eq!(Schedule { opens_at: 100, closes_at: 100 }.check(0), Err(ScheduleError::Order));
        assert_eq!(schedule.extend(State::Open, 10_000), Err(ScheduleError::Earlier));
        assert_eq!(schedule.extend(State::Open, 20_000).map(|s| s.closes_at), Ok(20_000));
        assert_eq!(schedule.extend(State::Closed, 20_000), Err(ScheduleError::Fixed));
        assert_eq!(schedule.extend(State::Open, i64::MAX), Err(ScheduleError::Order));
    }

    #[test]
    fn the_clock_opens_and_closes() {
        let schedule = Schedule { opens_at: 100, closes_at: 200 };
        assert_eq!(schedule.due(State::Scheduled, 99), None);
        assert_eq!(schedule.due(State::Scheduled, 100), Some(State::Open));
        assert_eq!(schedule.due(State::Open, 199), None);
        assert_eq!(schedule.due(State::Open, 200), Some(State::Closed));
        assert_eq!(schedule.due(State::Draft, 500), None);
    }
}
