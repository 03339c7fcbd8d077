//! The generic cell rate algorithm (ITU-T I.371, annex A) in exact integers.
//!
//! A bucket is one point in time: when it will be full again. A request moves that point on by the
//! interval of its quota, and conforms if the point then lies no further ahead than a whole burst
//! takes to come back. An interval such as a seventh of a minute is no whole number of
//! microseconds, so times carry a fraction; nothing is rounded until it is shown.

use std::time::Duration;

/// Most requests in a window, and in a burst.
pub(crate) const MAX_COUNT: u32 = 1_000_000;
/// Longest time a burst may take to come back. Redis' scripts count in doubles: the present, in
/// microseconds, plus this stays well below 2^53.
pub(crate) const MAX_SPAN: Duration = Duration::from_hours(30 * 24);

/// How often something may happen: `count` times every `window`, and `burst` times at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    count: u32,
    /// Microseconds.
    window: u64,
    burst: u32,
}

/// A point in time, or a length of time, exactly: whole microseconds, and a rest in parts of a
/// microsecond of which `count` (of the quota) make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Moment {
    pub(crate) whole: u64,
    pub(crate) part: u32,
}

// === impl Moment ===

impl Moment {
    /// A whole microsecond.
    pub(crate) const fn at(micros: u64) -> Self {
        Self {
            whole: micros,
            part: 0,
        }
    }

    /// From `now` (microseconds), which is not later, until this moment.
    pub(crate) fn since(self, now: u64) -> Self {
        Self {
            whole: self.whole.saturating_sub(now),
            part: self.part,
        }
    }

    /// This long after `now` (microseconds).
    pub(crate) fn after(self, now: u64) -> Self {
        Self {
            whole: self.whole.saturating_add(now),
            part: self.part,
        }
    }
}

// === impl Quota ===

impl Quota {
    /// More than anybody needs.
    pub(crate) const PROBE: Self = Self {
        count: MAX_COUNT,
        window: 1_000_000,
        burst: MAX_COUNT,
    };

    /// `None` if a number is zero or too large, or a burst takes too long to come back.
    pub(crate) fn new(count: u32, window: Duration, burst: u32) -> Option<Self> {
        let window = u64::try_from(window.as_micros()).ok()?;
        let quota = Self {
            count,
            window,
            burst,
        };
        let counts = 1..=MAX_COUNT;
        let sound = counts.contains(&count)
            && counts.contains(&burst)
            && (1..=86_400_000_000).contains(&window)
            && Duration::from_micros(quota.span().whole) <= MAX_SPAN;
        sound.then_some(quota)
    }

    /// How many make one microsecond, in [`Moment::part`].
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// How many may happen at once.
    pub(crate) fn burst(&self) -> u32 {
        self.burst
    }

    /// The time after which one more may happen.
    pub(crate) fn interval(&self) -> Moment {
        self.divide(self.window)
    }

    /// The time in which a whole burst comes back.
    pub(crate) fn span(&self) -> Moment {
        self.divide(self.window * u64::from(self.burst))
    }

    /// The state at `now` (microseconds) of a bucket that was last seen to be full at `full`.
    pub(crate) fn at(&self, full: Moment, now: u64) -> Moment {
        // A time further ahead than a burst takes was written by another clock, or for a quota
        // that was larger.
        full.clamp(Moment::at(now), self.add(Moment::at(now), self.span()))
    }

    /// Takes one at `now` from a bucket: when it is full then, or `None` if it holds none.
    pub(crate) fn take(&self, full: Moment, now: u64) -> Option<Moment> {
        let taken = self.add(self.at(full, now), self.interval());
        (taken <= self.add(Moment::at(now), self.span())).then_some(taken)
    }

    /// How many may happen now, in a bucket that is full after `rest`.
    pub(crate) fn remaining(&self, rest: Moment) -> u32 {
        let burst = u128::from(self.burst) * u128::from(self.window);
        let left = burst.saturating_sub(self.parts(rest)) / u128::from(self.window);
        u32::try_from(left).unwrap_or(self.burst)
    }

    /// The time until one more may happen, in a bucket that is full after `rest`; zero if it may
    /// now. Rounded up.
    pub(crate) fn wait(&self, rest: Moment) -> Duration {
        let burst = u128::from(self.burst) * u128::from(self.window);
        let missing = (self.parts(rest) + u128::from(self.window)).saturating_sub(burst);
        self.duration(missing)
    }

    /// `rest` as a duration, rounded up.
    pub(crate) fn until_full(&self, rest: Moment) -> Duration {
        self.duration(self.parts(rest))
    }

    /// The time in which `requests` come back. Rounded up.
    pub(crate) fn earns(&self, requests: u32) -> Duration {
        self.duration(u128::from(requests) * u128::from(self.window))
    }

    fn add(&self, a: Moment, b: Moment) -> Moment {
        let (part, count) = (a.part + b.part, self.count);
        Moment {
            whole: a.whole + b.whole + u64::from(part / count),
            part: part % count,
        }
    }

    fn divide(&self, parts: u64) -> Moment {
        let count = u64::from(self.count);
        Moment {
            whole: parts / count,
            part: u32::try_from(parts % count).unwrap_or_default(),
        }
    }

    fn parts(&self, moment: Moment) -> u128 {
        u128::from(moment.whole) * u128::from(self.count) + u128::from(moment.part)
    }

    fn duration(&self, parts: u128) -> Duration {
        let micros = parts.div_ceil(u128::from(self.count));
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    const START: u64 = 1_800_000_000_000_000;

    fn quotas() -> impl Strategy<Value = Quota> {
        let windows = [1_u64, 60, 3600, 86_400];
        (
            1..=2000_u32,
            prop::sample::select(windows.to_vec()),
            1..=50_u32,
        )
            .prop_filter_map("a burst takes too long", |(count, window, burst)| {
                Quota::new(count, Duration::from_secs(window), burst)
            })
    }

    /// Arrivals: gaps in microseconds, of the order of the interval, of a burst, or none.
    fn gaps(quota: Quota) -> impl Strategy<Value = Vec<u64>> {
        let (interval, span) = (quota.interval().whole, quota.span().whole);
        let gap = prop_oneof![
            Just(0_u64),
            Just(interval),
            Just(interval + 1),
            0..=interval * 2,
            0..=span * 2,
        ];
        prop::collection::vec(gap, 1..200)
    }

    fn cases() -> impl Strategy<Value = (Quota, Vec<u64>)> {
        quotas().prop_flat_map(|quota| (Just(quota), gaps(quota)))
    }

    /// A bucket of `burst` tokens that refills evenly, in exact fractions of a token.
    struct Model {
        quota: Quota,
        /// In parts of which `window` make a token.
        tokens: u128,
        seen: u64,
    }

    impl Model {
        fn new(quota: Quota, now: u64) -> Self {
            let tokens = u128::from(quota.burst) * u128::from(quota.window);
            Self {
                quota,
                tokens,
                seen: now,
            }
        }

        fn take(&mut self, now: u64) -> bool {
            let token = u128::from(self.quota.window);
            let gained = u128::from(now - self.seen) * u128::from(self.quota.count);
            self.tokens = (self.tokens + gained).min(u128::from(self.quota.burst) * token);
            self.seen = now;
            let taken = self.tokens >= token;
            if taken {
                self.tokens -= token;
            }
            taken
        }
    }

    proptest! {
        /// Exactly the token bucket: never one more, never one fewer.
        #[test]
        fn decides_as_a_token_bucket_does((quota, gaps) in cases()) {
            let (mut full, mut now) = (Moment::default(), START);
            let mut model = Model::new(quota, now);
            for gap in gaps {
                now += gap;
                let taken = quota.take(full, now);
                prop_assert_eq!(taken.is_some(), model.take(now));
                full = taken.unwrap_or(full);
                let rest = quota.at(full, now).since(now);
                let left = model.tokens / u128::from(quota.window);
                prop_assert_eq!(u128::from(quota.remaining(rest)), left);
            }
        }

        /// In no stretch of time happens more than a burst and what the rate adds.
        #[test]
        fn never_more_than_burst_and_rate((quota, gaps) in cases()) {
            let (mut full, mut now) = (Moment::default(), START);
            let mut accepted = VecDeque::new();
            for gap in gaps {
                now += gap;
                if let Some(taken) = quota.take(full, now) {
                    full = taken;
                    accepted.push_back(now);
                }
            }
            for (index, first) in accepted.iter().enumerate() {
                for (count, last) in accepted.iter().skip(index).enumerate() {
                    let elapsed = u128::from(last - first) * u128::from(quota.count);
                    let most = u128::from(quota.burst) + elapsed / u128::from(quota.window);
                    prop_assert!((count as u128) < most);
                }
            }
        }

        /// Who waits as long as is told is served, and not a microsecond sooner.
        #[test]
        fn the_wait_is_exact((quota, gaps) in cases()) {
            let (mut full, mut now) = (Moment::default(), START);
            for gap in gaps {
                now += gap;
                if let Some(taken) = quota.take(full, now) {
                    full = taken;
                    continue;
                }
                let wait = quota.wait(quota.at(full, now).since(now));
                let wait = u64::try_from(wait.as_micros()).unwrap();
                prop_assert!(wait > 0);
                prop_assert!(quota.take(full, now + wait - 1).is_none());
                prop_assert!(quota.take(full, now + wait).is_some());
            }
        }

        /// A clock that jumps back costs at most the time of a burst.
        #[test]
        fn a_time_from_the_future_is_forgiven(quota in quotas(), ahead in any::<u32>()) {
            let full = Moment::at(START + u64::from(ahead) * 1_000_000);
            let rest = quota.at(full, START).since(START);
            prop_assert!(quota.wait(rest) <= quota.until_full(quota.interval()));
        }
    }

    #[test]
    fn unreasonable_quotas_are_none() {
        let second = Duration::from_secs(1);
        assert!(Quota::new(0, second, 1).is_none());
        assert!(Quota::new(1, second, 0).is_none());
        assert!(Quota::new(MAX_COUNT + 1, second, 1).is_none());
        assert!(Quota::new(1, Duration::ZERO, 1).is_none());
        assert!(Quota::new(1, Duration::from_hours(24), 31).is_none());
        assert!(Quota::new(MAX_COUNT, second, MAX_COUNT).is_some());
    }
}
