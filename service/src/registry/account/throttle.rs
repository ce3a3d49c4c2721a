//! How long an account is locked after wrong passwords, and the same for accounts that do not exist.
//!
//! Whoever types a number that nobody has is treated exactly as if somebody had it: otherwise the lock would tell
//! which numbers exist.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use sha2::{Digest, Sha256};

/// Wrong passwords in a row before an account is locked.
pub const FREE_FAILURES: i32 = 5;
/// The first lock, in seconds; each further failure doubles it.
const FIRST_LOCK: i64 = 60;
/// The longest lock, in seconds.
const LONGEST_LOCK: i64 = 3_600;
/// Names that nobody has and that are remembered at a time; 100 bytes each.
const MOST_UNKNOWN: usize = 20_000;

/// Until when an account is locked after this many failures in a row; 0 where it is not.
pub(super) fn lock_after(failures: i32, now: i64) -> i64 {
    if failures < FREE_FAILURES {
        return 0;
    }
    // Six doublings already reach the longest lock.
    let doublings = (failures - FREE_FAILURES).min(6);
    now.saturating_add((FIRST_LOCK << doublings).min(LONGEST_LOCK))
}

/// Failures by a name that nobody has.
#[derive(Clone, Copy, Default)]
struct Tries {
    failures: i32,
    locked_until: i64,
}

/// By the hash of the name: what is typed into the wrong field may be a password.
static UNKNOWN: LazyLock<Mutex<HashMap<[u8; 32], Tries>>> = LazyLock::new(Mutex::default);

/// Counts an attempt to sign in by a name that nobody has. `Err` holds until when the name was locked already.
pub(super) fn count_unknown(name: &str, now: i64) -> Result<i64, i64> {
    let key: [u8; 32] = Sha256::digest(name.trim().to_lowercase().as_bytes()).into();
    // A poisoned map is still a map: nothing here can leave it half changed.
    let mut unknown = UNKNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if unknown.len() >= MOST_UNKNOWN && !unknown.contains_key(&key) {
        unknown.retain(|_, tries| tries.locked_until > now);
        if unknown.len() >= MOST_UNKNOWN {
            unknown.clear();
        }
    }
    let tries = unknown.entry(key).or_default();
    if tries.locked_until > now {
        return Err(tries.locked_until);
    }
    tries.failures = tries.failures.saturating_add(1);
    tries.locked_until = lock_after(tries.failures, now);
    Ok(tries.locked_until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_doubles_up_to_an_hour() {
        assert_eq!(lock_after(0, 1_000), 0);
        assert_eq!(lock_after(4, 1_000), 0);
        let locks: Vec<i64> = (5..=12).map(|n| lock_after(n, 1_000) - 1_000).collect();
        assert_eq!(locks, [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(lock_after(i32::MAX, 0), 3_600);
    }

    #[test]
    fn a_name_that_nobody_has_is_locked_like_any_other() {
        let name = "throttle-test-nobody";
        for _ in 1..FREE_FAILURES {
            assert_eq!(count_unknown(name, 100), Ok(0));
        }
        assert_eq!(count_unknown(" Throttle-Test-NOBODY ", 100), Ok(160));
        assert_eq!(count_unknown(name, 159), Err(160));
        assert_eq!(count_unknown(name, 160), Ok(280));
        assert_eq!(count_unknown("throttle-test-somebody-else", 159), Ok(0));
    }
}
