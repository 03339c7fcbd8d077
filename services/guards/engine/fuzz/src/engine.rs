//! The guards, compiled once: as they come, and those that take parameters with some.

use std::sync::LazyLock;

use guardmesh_guard_engine::{Engine, Guard};
use serde_json::{Value, json};

pub(crate) static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::standard().expect("the rules compile"));

/// Guards that find nothing without parameters, and others, with some.
pub(crate) static CONFIGURED: LazyLock<Vec<Guard>> = LazyLock::new(|| {
    vec![
        with(
            "keywords",
            &json!({"ban": ["zebra", "ünïcode", "é", "日"], "allow": ["zebra crossing"]}),
        ),
        with(
            "keywords",
            &json!({"ban": ["a", "É"], "whole_words": false, "exact": true}),
        ),
        with(
            "regex",
            &json!({"patterns": ["[A-D]+-\\d", "\\w+\\s", "é|😀"]}),
        ),
        with(
            "urls",
            &json!({"allow": ["y.de"], "deny": ["h"], "protect": ["acme.test"]}),
        ),
        with("exfiltration", &json!({"only_allowed_images": true})),
        with("token_limit", &json!({"most": 3})),
        with(
            "token_limit",
            &json!({"most": 4, "encoding": "cl100k_base"}),
        ),
        with(
            "topics",
            &json!({"deny": ["weapons", "adult"], "custom": {"letters": {"threshold": 3,
                "words": {"a": 1, "é": 1, "password": 2, "zebra crossing": 1.5, "日": 1, "walked": 0.5}}}}),
        ),
        with("language", &json!({"allow": ["en"], "least_letters": 30})),
        with(
            "json_schema",
            &json!({"schema": {"items": {"properties": {"a": {"maxLength": 1}}}}, "fenced": true}),
        ),
        with(
            "system_prompt_leak",
            &json!({"prompts": ["You are the very model of a modern major general 日本"],
                    "canaries": ["ABCD-1234é"], "least_words": 6}),
        ),
    ]
});

/// Every guard, and every one of [`CONFIGURED`].
pub(crate) fn every_guard() -> impl Iterator<Item = &'static Guard> {
    ENGINE.guards().iter().chain(CONFIGURED.iter())
}

fn with(id: &str, parameters: &Value) -> Guard {
    let guard = ENGINE.guard(id).expect("a known guard");
    let parameters = parameters.as_object().expect("an object");
    guard.with_parameters(parameters).expect("good parameters")
}
