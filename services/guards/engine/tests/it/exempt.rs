//! What guards are told to leave alone.

use serde_json::json;

use crate::cases::{configured, refused};

const TOKEN: &str = "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";

/// The rules that fire in a text.
fn rules(guard: &str, parameters: &serde_json::Value, text: &str) -> Vec<String> {
    let findings = configured(guard, parameters).scan(text).into_iter();
    findings
        .map(|finding| finding.rule_id.into_owned())
        .collect()
}

#[test]
fn a_rule_that_is_ignored_is_not_applied() {
    let text = "ada@example.org, card 4111 1111 1111 1111";
    for (ignore, found) in [
        (json!([]), vec!["email", "payment_card"]),
        (json!(["email"]), vec!["payment_card"]),
        (json!(["payment_card", "email"]), vec![]),
    ] {
        assert_eq!(rules("pii", &json!({"ignore": ignore}), text), found);
    }
    let text = format!("{TOKEN} postgres://ada:4fNP0UcnZw@db.example.org/x");
    let ignore = json!({"ignore": ["github_personal_token"]});
    assert_eq!(rules("secrets", &ignore, &text), ["connection_string"]);
}

#[test]
fn a_value_that_is_allowed_is_no_finding() {
    let text = "help@example.org or ada@example.org or help@example.org.uk";
    let allow = json!({"allow": ["help@example.org"]});
    let findings = configured("pii", &allow).scan(text);
    let found: Vec<&str> = findings
        .iter()
        .map(|finding| &text[finding.span.start..finding.span.end])
        .collect();
    assert_eq!(found, ["ada@example.org", "help@example.org.uk"]);

    let other = TOKEN.replace("pINUx", "pINUy");
    let text = format!("{TOKEN} {other}");
    let allow = json!({"allow": [other]});
    let findings = configured("secrets", &allow).scan(&text);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].span.start, 0);
}

#[test]
fn what_is_allowed_is_so_where_it_is_encoded() {
    let digits: Vec<String> = TOKEN.bytes().map(|byte| format!("{byte:02x}")).collect();
    let hidden = digits.concat();
    assert_eq!(
        rules("secrets", &json!({}), &hidden),
        ["github_personal_token"]
    );
    assert!(rules("secrets", &json!({"allow": [TOKEN]}), &hidden).is_empty());
}

#[test]
fn a_rule_that_there_is_not_is_refused() {
    for guard in ["pii", "secrets"] {
        let wrong = refused(guard, &json!({"ignore": ["jwt", "e-mail"]}));
        let at = usize::from(guard == "secrets");
        assert_eq!(
            wrong,
            format!("ignore[{at}] is not the id of a rule of this guard")
        );
    }
}
