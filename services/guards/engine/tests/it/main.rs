//! The engine from outside: each guard's table of cases, and what holds for every text.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails where something is missing"
)]

mod cases;
mod code;
mod doubt;
mod encoded;
mod exempt;
mod exfiltration;
mod gibberish;
mod hidden;
mod homoglyphs;
mod injection;
mod insecure_code;
mod invisible_text;
mod json_schema;
mod keywords;
mod language;
mod pieces;
mod pii;
mod properties;
mod regex;
mod secrets;
mod sql_shell_injection;
mod stream;
mod stream_injection;
mod system_prompt_leak;
mod time;
mod token_limit;
mod tokens;
mod topics;
mod toxicity;
mod urls;
mod weight;

use guardmesh_guard_engine::{Engine, Finding, Guard};

/// The guards, compiled once for all tests of this binary.
fn engine() -> &'static Engine {
    static ENGINE: std::sync::LazyLock<Engine> =
        std::sync::LazyLock::new(|| Engine::standard().expect("the rules compile"));
    &ENGINE
}

/// What one guard finds.
fn scan(guard: &str, text: &str) -> Vec<Finding> {
    engine().guard(guard).expect("a known guard").scan(text)
}

/// What one guard finds, as pairs of rule and matched text.
fn found<'a>(guard: &str, text: &'a str) -> Vec<(String, &'a str)> {
    scan(guard, text)
        .into_iter()
        .map(|finding| {
            let value = &text[finding.span.start..finding.span.end];
            (finding.rule_id.into_owned(), value)
        })
        .collect()
}

#[test]
fn guards_are_listed_in_a_stable_order() {
    let ids: Vec<&str> = engine().guards().iter().map(Guard::id).collect();
    assert_eq!(
        ids,
        [
            "secrets",
            "pii",
            "invisible_text",
            "exfiltration",
            "urls",
            "sql_shell_injection",
            "insecure_code",
            "keywords",
            "regex",
            "system_prompt_leak",
            "homoglyphs",
            "token_limit",
            "json_schema",
            "code",
            "language",
            "topics",
            "toxicity",
            "gibberish",
            "prompt_injection"
        ]
    );
    assert!(engine().guard("none").is_none());
}

#[test]
fn an_engine_is_shared_between_threads() {
    let shared = engine().clone();
    let found = std::thread::spawn(move || shared.guards()[1].scan("a@host.test").len()).join();
    assert_eq!(found.expect("no panic"), 1);
}

#[test]
fn rules_are_named_once_and_use_listed_categories() {
    for guard in engine().guards() {
        let mut ids: Vec<&str> = guard.rules().iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "{}", guard.id());
        for rule in guard.rules() {
            assert!(guard.categories().contains(&rule.category), "{}", rule.id);
            assert!(!rule.description.is_empty(), "{}", rule.id);
        }
        for category in guard.categories() {
            let used = guard.rules().iter().any(|rule| rule.category == *category);
            assert!(used, "{category}");
        }
    }
}
