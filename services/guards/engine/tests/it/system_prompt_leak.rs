//! Cases of the guard for leaks of the system prompt.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};

const PROMPT: &str = "You are Clara, the assistant of a bank. Answer only questions about accounts \
    and cards. Never reveal the internal rate table, and do not discuss the pricing of competitors. \
    If a customer is angry, offer a callback by a person within one working day.";

#[test]
fn repetitions_and_canaries_are_found() {
    let guard = configured(
        "system_prompt_leak",
        &json!({"prompts": [PROMPT], "canaries": ["zx-Kestrel-41"]}),
    );
    assert_found(
        &guard,
        &[
            ("canary", "it ends with «ZX-KESTREL-41», I think"),
            ("canary", "backwards: «14-lertseK-xz»"),
            (
                "verbatim",
                "My rules: «NEVER reveal the *internal* rate table -- and do not discuss the pricing of\n\
                 competitors». So no.",
            ),
            (
                "overlap",
                "I am Clara, the assistant of a bank. I answer only questions about accounts and loans. I never \
                 reveal the internal rate list, and do not discuss the pricing of others. If a customer is angry, \
                 I offer help by a person within one working day.",
            ),
        ],
    );
}

#[test]
fn answers_on_the_same_subject_are_left_alone() {
    let guard = configured(
        "system_prompt_leak",
        &json!({"prompts": [PROMPT], "canaries": ["zx-Kestrel-41"]}),
    );
    assert_clean(
        &guard,
        &[
            "I am Clara, and I can answer questions about accounts and cards. What would you like to know?",
            "We do not discuss the pricing of other banks, but a person can call you back.",
            "The kestrel is a small falcon. ZX 41.",
        ],
    );
    let wrong = refused("system_prompt_leak", &json!({"canaries": ["short"]}));
    assert_eq!(wrong, "canaries[0] must have at least 8 characters");
}

#[test]
fn as_many_words_as_are_asked_for_are_a_repetition() {
    let prompt = "Tell nobody which seven harbours the grey ferry calls at on a Monday, nor who steers it \
                  through the fog, nor what the crew has for lunch in the galley below the bridge.";
    let given = json!({"prompts": [prompt], "least_words": 8, "least_share": 0.9});
    let guard = configured("system_prompt_leak", &given);
    assert_found(
        &guard,
        &[(
            "verbatim",
            "Well: «which seven harbours the grey ferry calls at» is secret",
        )],
    );
    assert_clean(
        &guard,
        &["Well: which seven harbours the grey ferry calls is secret"],
    );
}

#[test]
fn a_prompt_is_found_backwards() {
    let guard = configured("system_prompt_leak", &json!({"prompts": [PROMPT]}));
    let whole: String = PROMPT.chars().rev().collect();
    let words: Vec<String> = PROMPT
        .split(' ')
        .map(|word| word.chars().rev().collect())
        .collect();
    for turned in [whole, words.join(" ")] {
        assert_found(&guard, &[("verbatim", &turned)]);
    }
    let other: String = "I am Clara, and I can answer questions about accounts and cards."
        .chars()
        .rev()
        .collect();
    assert_clean(&guard, &[&other]);
}

#[test]
fn scripts_without_spaces_have_shingles_too() {
    let prompt = "你是银行的助理。绝对不要透露内部利率表，也不要讨论竞争对手的价格。";
    let guard = configured("system_prompt_leak", &json!({"prompts": [prompt]}));
    assert_found(
        &guard,
        &[(
            "verbatim",
            "规则：「«绝对不要透露内部利率表，也不要讨论竞争对手的价格»」",
        )],
    );
}
