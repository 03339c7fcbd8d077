//! The script that decides in Redis, against a simple model, on a real server. Its clock is
//! replaced by one that the test sets; everything else is what the gateway runs.

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use redis::{Connection, Script};

use crate::redis_server::RedisServer;

const SCRIPT: &str = include_str!("../../src/rate_limit/take.lua");
const CLOCK: &str = "redis.call('TIME')";
const START: u64 = 1_800_000_000_000_000;

#[derive(Debug, Clone, Copy)]
struct Quota {
    count: u64,
    window: u64,
    burst: u64,
}

/// Tokens in parts of which `window` make one, and when they were counted.
type Bucket = (u128, u64);

fn quotas() -> impl Strategy<Value = Quota> {
    // Keys expire by the server's own clock: the shortest lives for five seconds, much longer
    // than a case takes.
    let windows = [3_600_000_000_u64, 86_400_000_000];
    let window = prop::sample::select(windows.to_vec());
    (1..=700_u64, window, 1..=20_u64).prop_map(|(count, window, burst)| Quota {
        count,
        window,
        burst,
    })
}

/// Requests: the time since the one before, in sixteenths of an interval of the first quota, and
/// which of the three buckets it draws from.
fn requests() -> impl Strategy<Value = Vec<(u64, [bool; 3])>> {
    let gap = prop_oneof![Just(0_u64), 0..=40_u64, Just(16)];
    prop::collection::vec((gap, any::<[bool; 3]>()), 1..60)
}

/// All tokens or none, in exact numbers.
fn model(buckets: &mut HashMap<usize, Bucket>, drawn: &[(usize, Quota)], now: u64) -> bool {
    let mut after = Vec::new();
    for (index, quota) in drawn {
        let most = u128::from(quota.burst) * u128::from(quota.window);
        let (tokens, seen) = buckets.get(index).copied().unwrap_or((most, now));
        let gained = u128::from(now - seen) * u128::from(quota.count);
        after.push((
            *index,
            (tokens + gained).min(most),
            u128::from(quota.window),
        ));
    }
    let taken = after.iter().all(|(_, tokens, token)| tokens >= token);
    for (index, tokens, token) in after {
        let left = if taken { tokens - token } else { tokens };
        buckets.insert(index, (left, now));
    }
    taken
}

fn run(
    script: &Script,
    connection: &mut Connection,
    drawn: &[(usize, Quota)],
    now: u64,
) -> Vec<u64> {
    let mut call = script.prepare_invoke();
    for (index, quota) in drawn {
        let span = quota.burst * quota.window;
        call.key(format!("bucket:{index}"))
            .arg(quota.count)
            .arg(quota.window / quota.count)
            .arg(quota.window % quota.count)
            .arg(span / quota.count)
            .arg(span % quota.count);
    }
    call.arg(now / 1_000_000).arg(now % 1_000_000);
    call.invoke(connection).unwrap()
}

#[tokio::test]
async fn it_decides_as_token_buckets_do() {
    let server = RedisServer::start().await;
    assert_eq!(SCRIPT.matches(CLOCK).count(), 1);
    let script = Script::new(&SCRIPT.replace(CLOCK, "{ARGV[#ARGV - 1], ARGV[#ARGV]}"));
    let client = redis::Client::open(server.url()).unwrap();
    let connection = std::cell::RefCell::new(client.get_connection().unwrap());
    let cases = ([quotas(), quotas(), quotas()], requests());
    let mut runner = TestRunner::new(Config::with_cases(150));
    let checked = runner.run(&cases, |(quotas, requests)| {
        let connection = &mut *connection.borrow_mut();
        redis::cmd("FLUSHALL").exec(connection).unwrap();
        let (mut buckets, mut now) = (HashMap::new(), START);
        for (gap, which) in requests {
            now += gap * quotas[0].window / quotas[0].count / 16;
            let drawn = (0..3).filter(|index| which[*index]);
            let drawn: Vec<_> = drawn.map(|index| (index, quotas[index])).collect();
            let answer = run(&script, connection, &drawn, now);
            let taken = model(&mut buckets, &drawn, now);
            prop_assert_eq!(answer[0] == 1, taken, "{:?} {:?}", drawn, answer);
            for ((index, quota), rest) in drawn.iter().zip(answer[1..].chunks(2)) {
                let most = u128::from(quota.burst) * u128::from(quota.window);
                let parts = u128::from(rest[0]) * u128::from(quota.count) + u128::from(rest[1]);
                prop_assert_eq!(parts, most - buckets[index].0);
            }
        }
        Ok(())
    });
    checked.unwrap();
}

/// What another quota, another clock or another program left behind does no lasting harm.
#[tokio::test]
async fn strange_values_are_bounded() {
    let server = RedisServer::start().await;
    let script = Script::new(&SCRIPT.replace(CLOCK, "{ARGV[#ARGV - 1], ARGV[#ARGV]}"));
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_connection().unwrap();
    let quota = Quota {
        count: 7,
        window: 60_000_000,
        burst: 3,
    };
    let drawn = [(0, quota)];
    for (value, taken) in [
        ("", 1),
        ("nonsense", 1),
        ("12", 1),
        ("0:0", 1),
        ("-5:0", 1),
        (&*format!("{START}:999999999"), 1),
        ("8999999999999999:6", 0),
    ] {
        let mut set = redis::cmd("SET");
        set.arg("bucket:0")
            .arg(value)
            .exec(&mut connection)
            .unwrap();
        let answer = run(&script, &mut connection, &drawn, START);
        assert_eq!(answer[0], taken, "{value}: {answer:?}");
        let span = quota.burst * quota.window / quota.count;
        assert!(answer[1] <= span, "{value}: {answer:?}");
    }
}
