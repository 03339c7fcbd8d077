//! What its parameters make a guard hold is told, for who bounds it.

use serde_json::{Value, json};

use crate::cases::configured;
use crate::engine;

#[test]
fn what_the_parameters_compile_to_is_told() {
    const KIB: usize = 1024;
    for guard in engine().guards() {
        assert!(guard.weight() < 4 * KIB, "{} by default", guard.id());
    }
    let words: Vec<String> = (0..500).map(|number| format!("word {number}")).collect();
    let patterns = json!({"properties": {"a": {"pattern": "a"}, "b": {"pattern": "b"}}});
    let cases: [(&str, Value, Value, usize); 5] = [
        (
            "keywords",
            json!({"ban": ["a"]}),
            json!({"ban": words}),
            8 * KIB,
        ),
        (
            "regex",
            json!({"patterns": ["a"]}),
            json!({"patterns": [r"\pL{6}"]}),
            256 * KIB,
        ),
        (
            "pii",
            json!({"regions": ["PL"]}),
            json!({"regions": ["PL", "NO"]}),
            512 * KIB,
        ),
        (
            "insecure_code",
            json!({}),
            json!({"rules": ["code_eval"]}),
            1024 * KIB,
        ),
        (
            "json_schema",
            json!({"schema": {"pattern": "a"}}),
            json!({"schema": patterns}),
            32 * KIB,
        ),
    ];
    for (guard, little, more, least) in cases {
        let [little, more] = [little, more].map(|given| configured(guard, &given).weight());
        assert!(little < more && least <= more, "{guard}: {little}, {more}");
    }
}
