//! What holds for every text: places are sound, previews give nothing away, redaction is final.

use std::sync::LazyLock;

use guardmesh_guard_engine::{Finding, Guard, redact};
use proptest::prelude::*;
use serde_json::json;

use crate::cases::{config, configured};
use crate::engine;
use crate::pieces::{OF_VALUES, PIECES};
use crate::secrets::formats::FORMATS;
use crate::secrets::named::NAMED;
use crate::tokens::Draw;

pub(crate) fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => (0..PIECES.len()).prop_map(|index| PIECES[index].to_owned()),
        1 => any::<char>().prop_map(String::from),
        1 => (any::<u64>(), 0..FORMATS.len())
            .prop_map(|(seed, index)| Draw::seeded(seed).token(FORMATS[index].1)),
        1 => (any::<u64>(), 0..NAMED.len())
            .prop_map(|(seed, index)| Draw::seeded(seed).token(NAMED[index].1)),
    ];
    prop_oneof![
        3 => prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

/// Topics of words that random texts are likely to have.
fn topics() -> serde_json::Value {
    json!({"deny": ["weapons", "adult"], "custom": {"letters": {"threshold": 3,
        "words": {"a": 1, "é": 1, "password": 2, "zebra crossing": 1.5, "日": 1, "walked": 0.5,
                  "river in 1987": 1.25, "gesagt": 1, "ש": 2}}}})
}

/// Guards that find nothing without parameters, with some.
static CONFIGURED: LazyLock<Vec<Guard>> = LazyLock::new(|| {
    vec![
        configured(
            "keywords",
            &json!({"ban": ["zebra", "ünïcode", "é", "日"], "allow": ["zebra crossing"]}),
        ),
        configured(
            "keywords",
            &json!({"ban": ["a", "É"], "whole_words": false, "exact": true}),
        ),
        configured(
            "regex",
            &json!({"patterns": ["[A-D]+-\\d", "\\w+\\s", "é|😀"]}),
        ),
        configured(
            "urls",
            &json!({"allow": ["y.de"], "deny": ["h"], "protect": ["acme.test"]}),
        ),
        configured("exfiltration", &json!({"only_allowed_images": true})),
        configured("pii", &json!({"regions": ["PL", "NO", "KR", "MX"]})),
        configured("token_limit", &json!({"most": 3})),
        configured(
            "token_limit",
            &json!({"most": 4, "encoding": "cl100k_base"}),
        ),
        configured("topics", &topics()),
        configured(
            "toxicity",
            &json!({"kinds": ["insult", "profanity"], "threshold": 0.3}),
        ),
        configured("language", &json!({"allow": ["en"], "least_letters": 30})),
        configured(
            "json_schema",
            &json!({"schema": {"items": {"properties": {"a": {"maxLength": 1}}}}, "fenced": true}),
        ),
        configured(
            "system_prompt_leak",
            &json!({"prompts": ["You are the very model of a modern major general 日本"],
                    "canaries": ["ABCD-1234é"], "least_words": 6}),
        ),
    ]
});

/// Every guard, and every one that takes parameters once more with some.
pub(crate) fn every_guard() -> impl Iterator<Item = &'static Guard> {
    engine().guards().iter().chain(CONFIGURED.iter())
}

fn all(text: &str) -> Vec<Finding> {
    every_guard().flat_map(|guard| guard.scan(text)).collect()
}

/// Where redaction left its placeholders. What is open or holds anything but a rule id is not one.
fn placeholders(text: &str) -> Vec<(usize, usize)> {
    let id = |b: char| b.is_ascii_lowercase() || b.is_ascii_digit() || b == '_';
    text.match_indices("[REDACTED:")
        .filter_map(|(at, open)| {
            let inner = &text[at + open.len()..];
            let length = inner.find(']')?;
            let ours = inner[..length].chars().all(id);
            ours.then_some((at, at + open.len() + length + 1))
        })
        .collect()
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn places_are_sound(text in texts()) {
        for finding in all(&text) {
            let value = text.get(finding.span.start..finding.span.end);
            let value = value.expect("character boundaries");
            prop_assert!(!value.is_empty());
            prop_assert!((0.0..=1.0).contains(&finding.score));
            let before = text[..finding.span.start].encode_utf16().count();
            prop_assert_eq!(finding.utf16.start, before);
            prop_assert_eq!(finding.utf16.end, before + value.encode_utf16().count());
        }
    }

    #[test]
    fn findings_are_sorted_and_the_same_each_time(text in texts()) {
        for guard in every_guard() {
            let findings = guard.scan(&text);
            prop_assert!(findings.is_sorted_by_key(|finding| finding.span.start));
            prop_assert_eq!(findings, guard.scan(&text));
        }
    }

    #[test]
    fn previews_give_nothing_away(text in texts()) {
        for finding in all(&text) {
            prop_assert!(finding.preview.chars().count() <= 64, "{:?}", finding);
        }
        // With parameters that ask for single letters, a fixed preview holds one by chance.
        for finding in engine().guards().iter().flat_map(|guard| guard.scan(&text)) {
            let value = &text[finding.span.start..finding.span.end];
            prop_assert!(!finding.preview.contains(value), "{:?}", finding);
        }
    }

    #[test]
    fn what_was_redacted_is_not_found_again(text in texts()) {
        for guard in engine().guards() {
            let clean = redact(&text, &guard.scan(&text));
            let placeholders = placeholders(&clean);
            for finding in guard.scan(&clean) {
                let whole = !OF_VALUES.contains(&guard.id());
                let covered = placeholders.iter().any(|(start, end)| {
                    let (from, to) = (finding.span.start, finding.span.end);
                    if whole { *start <= from && to <= *end } else { from < *end && *start < to }
                });
                prop_assert!(!covered, "{:?} in {:?}, redacted from {:?}", finding, clean, text);
            }
        }
    }

    #[test]
    fn removing_invisible_text_is_final(text in texts()) {
        let guard = engine().guard("invisible_text").expect("the guard");
        let clean = redact(&text, &guard.scan(&text));
        prop_assert_eq!(guard.scan(&clean), vec![], "{:?}", clean);
    }

    #[test]
    fn redaction_keeps_the_rest_and_ignores_order(text in texts(), turn in 0_usize..8) {
        let mut findings = all(&text);
        let clean = redact(&text, &findings);
        if !findings.is_empty() {
            let turn = turn % findings.len();
            findings.rotate_left(turn);
        }
        prop_assert_eq!(&clean, &redact(&text, &findings));
        findings.reverse();
        prop_assert_eq!(&clean, &redact(&text, &findings));
        if findings.is_empty() {
            prop_assert_eq!(clean, text);
        }
    }
}

#[test]
fn a_document_of_tokens_is_clean_after_redaction() {
    let document: String = FORMATS
        .iter()
        .chain(NAMED)
        .map(|(_, template)| Draw::seeded(1).token(template) + "\nand then ")
        .collect();
    let all = |text: &str| -> Vec<Finding> {
        let guards = ["secrets", "pii", "invisible_text"].map(|id| engine().guard(id));
        let guards = guards.into_iter().flatten();
        guards.flat_map(|guard| guard.scan(text)).collect()
    };
    let findings = all(&document);
    assert!(findings.len() >= FORMATS.len() + NAMED.len());
    let clean = redact(&document, &findings);
    assert_eq!(all(&clean), []);
}
