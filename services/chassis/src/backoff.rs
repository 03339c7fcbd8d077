//! How long to wait before something that failed is attempted again.
//!
//! How often that is done, and what counts as a failure, is the caller's business.

use chrono::TimeDelta;
use uuid::Uuid;

const FIRST_DELAY: TimeDelta = TimeDelta::seconds(1);
const MAX_DELAY: TimeDelta = TimeDelta::minutes(5);

/// The delay after `attempt`, counted from 1: a second, twice as long after each attempt, at most five
/// minutes; spread by up to a quarter by `id`, a `UUIDv7`, so that what failed together does not come
/// back together.
#[must_use]
pub fn delay(attempt: i32, id: Uuid) -> TimeDelta {
    let doublings = u32::try_from(attempt - 1).unwrap_or_default().min(16);
    let delay = (FIRST_DELAY * (1 << doublings)).min(MAX_DELAY);
    // The low bits of a UUIDv7 are random.
    delay + delay * i32::from(id.as_bytes()[15]) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_bound_and_are_spread() {
        for (attempt, seconds) in [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (i32::MAX, 300)] {
            let least = TimeDelta::seconds(seconds);
            for id in [Uuid::nil(), Uuid::now_v7(), Uuid::max()] {
                let delay = delay(attempt, id);
                assert!(
                    (least..least * 5 / 4).contains(&delay),
                    "{attempt}: {delay}"
                );
            }
        }
        assert!(delay(1, Uuid::nil()) < delay(1, Uuid::max()));
    }
}
