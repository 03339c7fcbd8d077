//! What a check allocates: nothing for a rule, and next to nothing for a longer text.
//!
//! A binary of its own: `allocation_counter` brings an allocator, which counts for each thread apart. Each
//! test has an engine of its own, as compiled patterns keep caches that threads would take in turn.

#![expect(
    clippy::expect_used,
    reason = "a test fails where something is missing"
)]

use guardmesh_guard_engine::{Engine, Guard};
use serde_json::{Value, json};

/// Sentences that provoke many guards, and in which none finds anything.
const PROSE: &str = "The report of 1987 names 42 of them, see section 3.4: a password is never \
                     asked for, and no token is needed; the order 20260412 (part 7/9) was sent on \
                     12 May. Der Bericht, said she, was ready - at 10:30 in room 12. ";
/// More than a check of [`PROSE`] needs, and fewer than `secrets` has rules.
const FEW: u64 = 40;

fn engine() -> Engine {
    Engine::standard().expect("the rules compile")
}

fn with(engine: &Engine, guard: &str, parameters: &Value) -> Guard {
    let guard = engine.guard(guard).expect("a known guard");
    let parameters = parameters.as_object().expect("an object");
    guard
        .with_parameters(parameters)
        .expect("parameters that fit")
}

/// How often a check of a text without findings allocates.
fn allocations(guard: &Guard, text: &str) -> u64 {
    let mut found = 0;
    let mut check = || found = guard.scan(text).len();
    // At first caches of patterns grow.
    check();
    check();
    let made = allocation_counter::measure(check);
    assert_eq!(found, 0, "{} in {text}", guard.id());
    made.count_total
}

/// What a policy says of a guard costs memory for each step of each policy.
const LITTLE: u64 = 64 * 1024;

/// So many made words.
fn words(count: u32) -> Vec<String> {
    (0..count).map(|number| format!("zq{number}x")).collect()
}

#[test]
fn allocations_are_counted() {
    let made = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 9])));
    assert_eq!((made.count_total, made.bytes_total), (1, 9));
}

#[test]
fn a_rule_costs_no_allocation() {
    let engine = engine();
    let ids = |guard| {
        let rules = engine.guard(guard).expect("a known guard").rules();
        let ids: Vec<&str> = rules.iter().skip(1).map(|rule| rule.id).collect();
        assert!(ids.len() > 50, "{guard}");
        json!({ "ignore": ids })
    };
    let none = json!({});
    let cases = [
        ("secrets", ids("secrets"), none.clone()),
        ("pii", ids("pii"), none),
        (
            "pii",
            json!({"regions": ["DE"]}),
            json!({"regions": ["AT", "BR", "DE", "FR", "GB", "US"]}),
        ),
        (
            "keywords",
            json!({"ban": words(1)}),
            json!({"ban": words(500)}),
        ),
        (
            "regex",
            json!({"patterns": words(1)}),
            json!({"patterns": words(20)}),
        ),
        (
            "topics",
            json!({"deny": ["weapons"]}),
            json!({"deny": ["weapons", "drugs", "politics"]}),
        ),
    ];
    for (guard, few, many) in cases {
        let [few, many] =
            [few, many].map(|given| allocations(&with(&engine, guard, &given), PROSE));
        assert_eq!(few, many, "{guard}");
    }
}

#[test]
fn a_check_allocates_less_often_than_there_are_rules() {
    let engine = engine();
    for guard in engine.guards() {
        let made = allocations(guard, PROSE);
        assert!(made < FEW, "{} {made}", guard.id());
    }
    assert!(engine.guards()[0].rules().len() as u64 > 3 * FEW);
}

/// What grows with a text doubles as it grows.
#[test]
fn a_longer_text_costs_few_allocations() {
    let engine = engine();
    let long = PROSE.repeat(64 * 1024 / PROSE.len());
    for guard in engine.guards() {
        let (short, long) = (allocations(guard, PROSE), allocations(guard, &long));
        assert!(long <= short + FEW, "{} {short} {long}", guard.id());
    }
}

#[test]
fn other_parameters_share_what_is_compiled() {
    let engine = engine();
    for (guard, parameters) in [
        (
            "secrets",
            json!({"allow": ["an example"], "ignore": ["jwt"]}),
        ),
        (
            "pii",
            json!({"allow": ["help@example.org"], "ignore": ["ipv4"]}),
        ),
        ("toxicity", json!({"kinds": ["threat"], "threshold": 0.7})),
        ("code", json!({"deny": ["python"]})),
    ] {
        let mut guard = engine.guard(guard).expect("a known guard").clone();
        let made = allocation_counter::measure(|| guard = with(&engine, guard.id(), &parameters));
        assert!(made.bytes_max < LITTLE, "{} {made:?}", guard.id());
        assert_eq!(guard.weight(), 0, "{}", guard.id());
    }
}

#[test]
fn what_parameters_compile_to_is_told() {
    let engine = engine();
    for (guard, parameters) in [
        ("regex", json!({"patterns": ["\\pL{6}", "[a-z]{300}"]})),
        ("keywords", json!({"ban": words(1000)})),
        (
            "pii",
            json!({"regions": ["DE", "FR", "AT", "CH", "PL", "CZ"]}),
        ),
        (
            "insecure_code",
            json!({"rules": ["code_eval", "weak_crypto"]}),
        ),
    ] {
        let mut held = None;
        let made = allocation_counter::measure(|| held = Some(with(&engine, guard, &parameters)));
        let weight = i64::try_from(held.expect("made in there").weight()).unwrap();
        assert!(weight * 3 > made.bytes_current, "{guard} {weight} {made:?}");
        assert!(weight < made.bytes_current * 3, "{guard} {weight} {made:?}");
    }
}
