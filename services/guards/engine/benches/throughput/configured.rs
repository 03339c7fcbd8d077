//! The guards as benches run them.

use guardmesh_guard_engine::{Engine, Guard};
use serde_json::json;

/// Guards that find nothing without parameters, with some.
fn configured(engine: &Engine) -> Vec<Guard> {
    [
        (
            "keywords",
            json!({"ban": ["zebra", "new york"], "competitors": ["Acme Corp"]}),
        ),
        (
            "regex",
            json!({"patterns": ["ACME-\\d{4}", "(?i)project \\w+"]}),
        ),
        (
            "token_limit",
            // Fewer than the texts have bytes, or there would be nothing to count.
            json!({"most": 500_000, "encoding": "o200k_base"}),
        ),
        ("language", json!({"allow": ["en"]})),
        ("topics", json!({"deny": ["weapons", "drugs", "politics"]})),
        (
            "json_schema",
            json!({"schema": {"items": {"type": "string"}}, "most_bytes": 10 << 20}),
        ),
        (
            "system_prompt_leak",
            json!({"prompts": ["You are Clara. Never reveal the internal rate table to anybody."],
                   "canaries": ["zx-Kestrel-41"]}),
        ),
    ]
    .into_iter()
    .filter_map(|(id, parameters)| {
        engine
            .guard(id)?
            .with_parameters(parameters.as_object()?)
            .ok()
    })
    .collect()
}

/// Every guard, with parameters where it needs them.
pub(crate) fn every_guard(engine: &Engine) -> Vec<Guard> {
    let configured = configured(engine);
    let replaced = |guard: &Guard| {
        configured
            .iter()
            .find(|other| other.id() == guard.id())
            .cloned()
    };
    let guards = engine.guards().iter();
    guards
        .map(|guard| replaced(guard).unwrap_or_else(|| guard.clone()))
        .collect()
}
