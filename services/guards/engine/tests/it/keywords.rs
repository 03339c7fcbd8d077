//! Cases of the keywords guard: case, accents, edges of words, exceptions.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};

#[test]
fn listed_words_are_found_alone() {
    let guard = configured(
        "keywords",
        &json!({"ban": ["art", "new york", "new", "Übel", "C++", "毒品"], "competitors": ["Acme Corp"],
                "allow": ["state of the art", "brand new"]}),
    );
    assert_found(
        &guard,
        &[
            ("banned_word", "Modern «ART»."),
            ("banned_word", "a «new» yorker"),
            ("banned_word", "in «New York»!"),
            ("banned_word", "das «ÜBEL» und"),
            ("banned_word", "das «ubel» und"),
            ("banned_word", "é «Ärt» é"),
            ("banned_word", "«C++» code"),
            ("banned_word", "买«毒品»吗"),
            ("banned_word", "state of the art, art of «art»"),
            ("competitor", "ask «acme corp»?"),
        ],
    );
    assert_clean(
        &guard,
        &[
            "articles, smart, art_2, renewal, C+",
            "the State of the Art; a brand new car; brand néw",
            "Übelkeit, trübel",
            "",
        ],
    );
}

#[test]
fn parts_and_exact_case_can_be_asked_for() {
    let guard = configured(
        "keywords",
        &json!({"ban": ["Art"], "whole_words": false, "exact": true}),
    );
    assert_found(&guard, &[("banned_word", "x«Art»icle")]);
    assert_clean(&guard, &["article, ÀRT, Àrt"]);
    for blank in [" ", "\t "] {
        let wrong = refused("keywords", &json!({"competitors": ["ok", blank]}));
        assert_eq!(
            wrong,
            "competitors[1] must have a letter, a digit or a sign"
        );
    }
    let long = "x".repeat(101);
    let wrong = refused("keywords", &json!({"ban": ["ok", long]}));
    assert_eq!(wrong, "ban[1] must be a text of 1 to 100 characters");
}
