//! What clients are told of their limits: the fields `RateLimit-Policy` and `RateLimit` of
//! draft-ietf-httpapi-ratelimit-headers-11, and `Retry-After`.
//!
//! A bucket of 100 that refills at 600 a minute is described as it behaves: `q=100;w=10`, a
//! hundred requests, and ten seconds until there are as many again. `RateLimit` tells of the one
//! limit that is nearest: `r` requests are there, and a client that spreads them over `t` seconds
//! is never refused, nor does it call more often than the policy lets it (section 8.5 of the draft
//! wants that cap). With none left, `t` is the time until there is one, as `Retry-After` is. Whom
//! a bucket belongs to (`pk`) is not told, and the unit (`qu`) is the usual one, requests.

use std::time::Duration;

use http::header::{HeaderName, HeaderValue};

use super::bucket::{Bucket, Outcome};
use super::gcra::Quota;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The fields of an answer.
pub(crate) type Fields = [(HeaderName, HeaderValue); 2];

/// The fields that tell of this outcome; `None` if it concerns no limit.
pub(crate) fn fields(buckets: &[Bucket<'_>], outcome: &Outcome) -> Option<Fields> {
    let mut policy = String::with_capacity(128);
    for Bucket { limit, .. } in buckets {
        if !policy.is_empty() {
            policy.push_str(", ");
        }
        policy.push_str(&limit.policy);
    }
    let rests = buckets.iter().zip(&outcome.rests);
    let nearest = rests.min_by_key(|(bucket, rest)| {
        let quota = &bucket.limit.quota;
        (
            quota.remaining(**rest),
            std::cmp::Reverse(quota.wait(**rest)),
        )
    });
    let (Bucket { limit, .. }, rest) = nearest?;
    let remaining = limit.quota.remaining(*rest);
    let time = match remaining {
        0 => limit.quota.wait(*rest),
        _ => limit
            .quota
            .until_full(*rest)
            .max(limit.quota.earns(remaining)),
    };
    let (mut digits, mut seconds_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
    let limit = [
        "\"",
        &limit.name,
        "\";r=",
        digits.format(remaining),
        ";t=",
        seconds_digits.format(seconds(time)),
    ];
    let value = |text: String| HeaderValue::try_from(text).ok();
    Some([(POLICY, value(policy)?), (LIMIT, value(limit.concat())?)])
}

/// How a limit is described.
pub(crate) fn policy(name: &str, quota: &Quota) -> String {
    let (burst, window) = (quota.burst(), quota.until_full(quota.span()));
    format!("\"{name}\";q={burst};w={}", seconds(window))
}

/// How long the client has to wait for all of its limits, in full seconds.
pub(crate) fn retry_after(buckets: &[Bucket<'_>], outcome: &Outcome) -> Duration {
    let waits = buckets.iter().zip(&outcome.rests);
    let waits = waits.map(|(bucket, rest)| bucket.limit.quota.wait(*rest));
    Duration::from_secs(seconds(waits.max().unwrap_or_default()).max(1))
}

fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use smallvec::smallvec;

    use super::*;
    use crate::rate_limit::bucket::Subject;
    use crate::rate_limit::gcra::{Moment, Quota};
    use crate::rate_limit::limit::Limit;

    fn limit(name: &str, count: u32, burst: u32) -> Limit {
        let quota = Quota::new(count, Duration::from_mins(1), burst).unwrap();
        Limit::new(0, name.to_owned(), quota)
    }

    fn bucket(limit: &Limit) -> Bucket<'_> {
        let subject = Subject::Ipv4(1);
        Bucket { limit, subject }
    }

    fn told(buckets: &[Bucket<'_>], outcome: &Outcome) -> [String; 2] {
        let text = |(_, value): (HeaderName, HeaderValue)| value.to_str().unwrap().to_owned();
        fields(buckets, outcome).unwrap().map(text)
    }

    #[test]
    fn the_nearest_limit_is_told() {
        let (ip, user) = (limit("default.ip", 600, 100), limit("default.user", 7, 7));
        let buckets = [bucket(&ip), bucket(&user)];
        let after = |ip: u64, user: u64| Outcome {
            taken: true,
            rests: smallvec![Moment::at(ip), Moment::at(user)],
        };
        let policy = "\"default.ip\";q=100;w=10, \"default.user\";q=7;w=60";
        // One of 600 a minute comes back in a tenth of a second, one of seven in 8.57 seconds.
        assert_eq!(
            told(&buckets, &after(9_700_000, 0)),
            [policy, "\"default.ip\";r=3;t=10"]
        );
        // A hundred in ten seconds are not to be taken for 99 in one.
        let (one, policy_of_one) = ([bucket(&ip)], "\"default.ip\";q=100;w=10");
        let first = Outcome {
            taken: true,
            rests: smallvec![Moment::at(100_000)],
        };
        assert_eq!(
            told(&one, &first),
            [policy_of_one, "\"default.ip\";r=99;t=10"]
        );
        assert_eq!(
            told(&buckets, &after(0, 17_500_000)),
            [policy, "\"default.user\";r=4;t=35"]
        );
        let refused = after(10_000_000, 60_000_000);
        assert_eq!(
            told(&buckets, &refused),
            [policy, "\"default.user\";r=0;t=9"]
        );
        assert_eq!(retry_after(&buckets, &refused), Duration::from_secs(9));
        assert!(fields(&[], &refused).is_none());
    }
}
