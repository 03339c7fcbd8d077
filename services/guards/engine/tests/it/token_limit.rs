//! Cases of the token limit: what is beyond it, and the estimate beside counts of `o200k_base`.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};

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
