//! Cases of the regex guard: patterns of a policy, and those that it refuses.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};

#[test]
fn patterns_are_found() {
    let guard = configured(
        "regex",
        &json!({"patterns": ["ACME-\\d{4}", "(?i)project \\p{Lu}\\w+"]}),
    );
    assert_found(
        &guard,
        &[
            ("pattern_match", "see «ACME-1234»."),
            ("pattern_match", "é «project Éclair» é"),
        ],
    );
    assert_clean(&guard, &["acme-1234, ACME-123, projects"]);
    let guard = configured("regex", &json!({"patterns": ["acme"], "ignore_case": true}));
    assert_eq!(guard.scan("ACME").len(), 1);
}

#[test]
fn patterns_out_of_bounds_are_refused() {
    for (pattern, rule) in [
        (
            "(",
            "is not a regular expression of the RE2 syntax: unclosed group",
        ),
        (
            "(?=a)b",
            "is not a regular expression of the RE2 syntax: look-around, including look-ahead and \
             look-behind, is not supported",
        ),
        ("a*", "must not match the empty text"),
        ("(?:\\w{1000}){1000}", "is too large when compiled"),
        ("\\w{40}", "is too large when compiled"),
    ] {
        let wrong = refused("regex", &json!({"patterns": ["fine", pattern]}));
        assert_eq!(wrong, format!("patterns[1] {rule}"), "{pattern}");
    }
    // Each may be as large as that, but not all of them.
    let wrong = refused("regex", &json!({"patterns": vec!["\\pL{6}"; 20]}));
    assert!(
        wrong.ends_with("] is too large with those before it"),
        "{wrong}"
    );
    let wrong = refused("regex", &json!({"patterns": vec!["a"; 21]}));
    assert_eq!(wrong, "patterns must be a list of at most 20");
}

#[test]
fn the_rest_is_found_whole_when_there_are_too_many() {
    let guard = configured("regex", &json!({"patterns": ["ab"]}));
    let text = "ab ".repeat(2000);
    let findings = guard.scan(&text);
    assert_eq!(findings.len(), 501);
    let last = findings.last().expect("many");
    assert_eq!(
        (&*last.rule_id, last.span.end),
        ("too_many_matches", text.len())
    );
}
