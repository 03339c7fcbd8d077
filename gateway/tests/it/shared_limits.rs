//! Rate limits that gateways count together, in a real Redis that a test may kill, restart and
//! stop. Limits are by the hour: Redis counts by its own clock, and no test waits for that.

use std::process::Command;
use std::time::Duration;

use guardmesh_gateway::config::RateLimitArgs;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::house::{House, Plan, until, within};
use crate::redis_server::RedisServer;

/// A gateway that counts in this Redis.
async fn gateway(url: &str, rate_limits: &str, change: impl Fn(&mut RateLimitArgs)) -> House {
    let mut plan = Plan {
        rate_limits: RateLimitArgs {
            rate_limits: rate_limits.parse().unwrap(),
            rate_limit_redis_url: Some(SecretString::from(url)),
            // A test machine may be slow where no test is about that.
            rate_limit_redis_timeout: Duration::from_secs(10),
            ..RateLimitArgs::default()
        },
        ..Plan::default()
    };
    change(&mut plan.rate_limits);
    let house = House::planned(plan).await;
    house.ready().await;
    house
}

async fn state(house: &House) -> String {
    let health = house.get("/health", &[]).await;
    assert_eq!(health.status, 200);
    let health: Value = health.text().parse().unwrap();
    let state = health["rateLimits"].as_str().unwrap();
    state.trim_start_matches("RATE_LIMIT_STATE_").to_owned()
}

async fn becomes(house: &House, wanted: &str) {
    until(wanted, async || state(house).await == wanted).await;
}

async fn login(house: &House) -> u16 {
    let body = json!({"email": "ada@example.org"});
    house.post("/api/v1/auth/login", &body).await.status
}

#[tokio::test]
async fn two_gateways_share_a_limit() {
    let redis = RedisServer::start().await;
    let first = gateway(&redis.url(), "auth.ip=4/hour", |_| {}).await;
    let second = gateway(&redis.url(), "auth.ip=4/hour", |_| {}).await;
    becomes(&first, "SHARED").await;
    becomes(&second, "SHARED").await;
    for house in [&first, &second, &second, &first] {
        assert_eq!(login(house).await, 200);
    }
    assert_eq!(login(&second).await, 429);
    assert_eq!(login(&first).await, 429);

    // Both know that now, and need not ask again.
    let asked = calls(&redis);
    for _ in 0..50 {
        assert_eq!(login(&first).await, 429);
        assert_eq!(login(&second).await, 429);
    }
    // A heartbeat a second of each gateway runs the script as well.
    assert!(calls(&redis) < asked + 50);
}

/// How many scripts were run.
fn calls(redis: &RedisServer) -> u64 {
    let info: String = redis.ask(&["INFO", "commandstats"]);
    let line = info
        .lines()
        .find(|line| line.starts_with("cmdstat_evalsha:"));
    let calls = line.and_then(|line| line.split_once("calls=")).unwrap().1;
    calls.split(',').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn all_subjects_of_a_request_count_in_one_round_trip() {
    let redis = RedisServer::start().await;
    let limits = "default.ip=100/hour; default.user=100/hour; default.org=100/hour";
    let house = gateway(&redis.url(), limits, |_| {}).await;
    becomes(&house, "SHARED").await;
    let bearer = house.bearer(&[]);
    let headers = [("authorization", bearer.as_str())];
    let answer = house.get("/api/v1/auth/me", &headers).await;
    assert_eq!(answer.status, 200);
    let policy = answer.header("ratelimit-policy").unwrap();
    assert_eq!(policy.split(", ").count(), 3, "{policy}");

    let mut keys: Vec<String> = redis.ask(&["KEYS", "*"]);
    keys.retain(|key| !key.contains(":probe:"));
    assert_eq!(keys.len(), 3, "{keys:?}");
    for key in &keys {
        assert!(key.starts_with("guardmesh:rl:{v1}:default."), "{key}");
        // They expire when their bucket is full: one of a hundred an hour is, in 36 seconds.
        let life: i64 = redis.ask(&["PTTL", key]);
        assert!((1..=36_001).contains(&life), "{key}: {life}");
    }
    // All three in one call: each key was read once, by a script that was asked for once.
    let token = bearer.trim_start_matches("Bearer ");
    assert!(keys.iter().all(|key| !key.contains(&token[..20])));
    let before = calls(&redis);
    for _ in 0..50 {
        assert_eq!(house.get("/api/v1/auth/me", &headers).await.status, 200);
    }
    let made = calls(&redis) - before;
    // And a heartbeat a second, of which fifty answers may take a few.
    assert!((50..=80).contains(&made), "{made}");
}

#[tokio::test]
async fn a_redis_that_lost_its_scripts_is_given_them_again() {
    let redis = RedisServer::start().await;
    let house = gateway(&redis.url(), "auth.ip=2/hour", |_| {}).await;
    becomes(&house, "SHARED").await;
    assert_eq!(login(&house).await, 200);
    let _: String = redis.ask(&["SCRIPT", "FLUSH"]);
    assert_eq!(login(&house).await, 200);
    assert_eq!(login(&house).await, 429);
    assert_eq!(state(&house).await, "SHARED");
}

#[tokio::test]
async fn a_killed_redis_is_fallen_back_from_and_returned_to() {
    let mut redis = RedisServer::start().await;
    let limits = "auth.ip=3/hour; default.user=5/hour";
    let house = gateway(&redis.url(), limits, |_| {}).await;
    becomes(&house, "SHARED").await;
    assert_eq!(login(&house).await, 200);

    redis.kill();
    // What was counted in Redis is known here: two are left, not three.
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(login(&house).await);
    }
    assert_eq!(answers, [200, 200, 429, 429]);
    assert_eq!(state(&house).await, "FALLBACK");

    redis.restart().await;
    becomes(&house, "SHARED").await;
    // Known to be refused, until its time is over, whatever the new Redis knows.
    assert_eq!(login(&house).await, 429);
    let bearer = house.bearer(&[]);
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(house.get("/api/v1/auth/me", &headers).await.status, 200);
    let keys: Vec<String> = redis.ask(&["KEYS", "*default.user*"]);
    assert_eq!(keys.len(), 1);
}

#[tokio::test]
async fn a_redis_that_is_not_there_at_the_start_is_found_later() {
    let mut redis = RedisServer::start().await;
    redis.kill();
    let house = gateway(&redis.url(), "auth.ip=2/hour", |_| {}).await;
    assert_eq!(state(&house).await, "FALLBACK");
    assert_eq!(login(&house).await, 200);
    redis.restart().await;
    becomes(&house, "SHARED").await;
    assert_eq!(login(&house).await, 200);
}

/// If each request waited for the deadline of two seconds, this would last for half an hour.
#[tokio::test]
async fn requests_do_not_wait_for_a_redis_that_hangs() {
    let redis = RedisServer::start().await;
    let deadline = |limits: &mut RateLimitArgs| {
        limits.rate_limit_redis_timeout = Duration::from_secs(2);
    };
    let house = gateway(&redis.url(), "default.ip=100000/hour", deadline).await;
    becomes(&house, "SHARED").await;
    redis.hang();
    becomes(&house, "FALLBACK").await;
    within("a thousand requests", async {
        for _ in 0..1000 {
            assert_eq!(house.get("/api/v1/auth/me", &[]).await.status, 401);
        }
    })
    .await;
    redis.resume();
    becomes(&house, "SHARED").await;
}

/// What requests in flight wait for is their deadline, and then they are counted here.
#[tokio::test]
async fn requests_that_wait_when_redis_hangs_are_answered() {
    let redis = RedisServer::start().await;
    let short = |limits: &mut RateLimitArgs| {
        limits.rate_limit_redis_timeout = Duration::from_millis(300);
    };
    let house = gateway(&redis.url(), "auth.ip=1000/hour", short).await;
    becomes(&house, "SHARED").await;
    redis.hang();
    let answers = futures_util::future::join_all((0..20).map(|_| login(&house)));
    let answers = within("the answers", answers).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    redis.resume();
    becomes(&house, "SHARED").await;
}

fn openssl(directory: &std::path::Path, arguments: &str) {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(directory);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn redis_is_reached_by_tls_and_only_with_a_certificate_that_we_trust() {
    let directory = tempfile::tempdir().unwrap();
    let ec = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for name in ["ca", "other"] {
        openssl(
            directory.path(),
            &format!("req -x509 {ec} -keyout {name}.key -out {name}.pem -subj /CN={name} -days 2"),
        );
    }
    let by_ca = "-CA ca.pem -CAkey ca.key -addext subjectAltName=IP:127.0.0.1";
    let leaf = "-addext basicConstraints=critical,CA:FALSE";
    openssl(
        directory.path(),
        &format!(
            "req -x509 {ec} -keyout redis.key -out redis.pem -subj /CN=redis -days 2 {by_ca} {leaf}"
        ),
    );
    let redis = RedisServer::start_with(directory, |port| {
        let options = format!(
            "--port 0 --tls-port {port} --tls-cert-file redis.pem --tls-key-file redis.key \
             --tls-ca-cert-file ca.pem --tls-auth-clients no"
        );
        options.split_whitespace().map(str::to_owned).collect()
    })
    .await;
    let url = format!("rediss://{}/0", redis.address());
    let trusting = async |ca: &str| {
        let file = redis.directory.path().join(ca);
        let with_ca = |limits: &mut RateLimitArgs| {
            limits.rate_limit_redis_ca_file = Some(file.clone());
        };
        gateway(&url, "auth.ip=2/hour", with_ca).await
    };
    let house = trusting("ca.pem").await;
    becomes(&house, "SHARED").await;
    assert_eq!(login(&house).await, 200);
    let other = trusting("other.pem").await;
    // Its own two, which a shared count would not leave.
    for expected in [200, 200, 429] {
        assert_eq!(login(&other).await, expected);
    }
    assert_eq!(state(&other).await, "FALLBACK");
    assert_eq!(login(&house).await, 200);
    assert_eq!(login(&house).await, 429);
}
