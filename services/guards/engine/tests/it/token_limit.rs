//! Cases of the token limit: what is beyond it, and the estimate beside counts of `o200k_base`.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};

#[test]
fn tokens_are_counted_by_a_vocabulary() {
    let guard = |encoding: &str, most: usize| {
        configured("token_limit", &json!({"most": most, "encoding": encoding}))
    };
    let birthday = "お誕生日おめでとう";
    assert_clean(&guard("cl100k_base", 9), &[birthday]);
    assert_found(
        &guard("cl100k_base", 8),
        &[("too_many_tokens", "お誕生日おめで«とう»")],
    );
    assert_clean(&guard("o200k_base", 8), &[birthday]);
    assert_found(
        &guard("o200k_base", 7),
        &[("too_many_tokens", "お誕生日おめで«とう»")],
    );
    assert_found(
        &guard("o200k_base", 5),
        &[(
            "too_many_tokens",
            "The quick brown fox jumps« over the lazy dog.»",
        )],
    );
    // What looks like a control token is text.
    assert_found(
        &guard("o200k_base", 3),
        &[("too_many_tokens", "<|endoftext|>")],
    );
    let wrong = refused("token_limit", &json!({"encoding": "p50k"}));
    assert_eq!(
        wrong,
        "encoding must be one of estimate, o200k_base, cl100k_base"
    );
}

#[test]
fn what_is_beyond_the_limit_is_found() {
    let guard = configured("token_limit", &json!({"most": 4}));
    assert_found(
        &guard,
        &[("too_many_tokens", "one two three four «five six»")],
    );
    assert_clean(&guard, &["one two three four", "", "1234567890"]);
    let unset = configured("token_limit", &json!({}));
    assert_clean(&unset, &[&"word ".repeat(10_000)]);
    for most in [json!(0), json!(1.5), json!("9"), json!(10_000_001)] {
        let wrong = refused("token_limit", &json!({"most": most}));
        assert_eq!(wrong, "most must be a whole number, 1 to 10000000");
    }
}
