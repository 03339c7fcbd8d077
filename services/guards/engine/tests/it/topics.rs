//! Cases of the topics guard: texts on a topic, and the same words elsewhere.

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};

const ON_TOPIC: &[(&str, &str)] = &[
    (
        "violence",
        "The «murderer» strangled two people before he was caught.",
    ),
    (
        "violence",
        "He threatened to stab the victim and left blood everywhere.",
    ),
    (
        "weapons",
        "Where can I buy ammunition for a handgun without papers?",
    ),
    (
        "weapons",
        "Load the magazine, set the scope, and the rifle is armed.",
    ),
    ("drugs", "How do I cook «crystal meth» at home?"),
    (
        "drugs",
        "The dealer sold us some weed and a few grams of powder.",
    ),
    (
        "self_harm",
        "Sometimes I want to die and I think about «suicide».",
    ),
    ("self_harm", "I hate myself, I feel worthless and alone."),
    ("gambling", "Get free spins at our casino tonight!"),
    ("gambling", "I put a bet on the race, the odds were great."),
    (
        "medical_advice",
        "What dosage of ibuprofen may I take for a fever?",
    ),
    (
        "medical_advice",
        "I feel dizzy, my heart races, and the doctor said my liver is sore.",
    ),
    (
        "legal_advice",
        "Can I file a claim against my landlord for breach of contract?",
    ),
    (
        "legal_advice",
        "My lawyer says the judge will reject the evidence.",
    ),
    (
        "financial_advice",
        "Should I buy bitcoin or put it into an index fund?",
    ),
    (
        "financial_advice",
        "Sell the shares before the price falls, the risk is too high.",
    ),
    (
        "politics",
        "The senator lost the election by ten thousand votes.",
    ),
    (
        "politics",
        "The opposition party wants a debate on the bill in parliament.",
    ),
    ("adult", "Send me a nude photo and watch this porn."),
    ("adult", "She began to strip, naked and horny, on the bed."),
];

const ELSEWHERE: &[&str] = &[
    "Kill the process and restart the server; the attack on the problem starts tomorrow.",
    "Shoot me an email with bullet points.",
    "The trigger function fires when the row is updated.",
    "A magazine article on how to save time in the kitchen.",
    "The drug store is next to the bank, close to the bus stop.",
    "Take the joint out of the pipe and apply some acid-free glue.",
    "This song hits the right note; her voice is a knife through butter.",
    "The odds are that it rains.",
    "My doctor lives next door, and his patience is endless.",
    "I will sign the contract on Monday.",
    "The market on the square sells fresh fish.",
    "We had a birthday party at the office, the state of the kitchen was bad.",
    "A hot bath, then straight to bed.",
    "Assassin's Creed was released for consoles; Sussex and Middlesex are counties.",
    "Der Tod in Venedig ist eine Novelle.",
];

fn all_of(threshold: f64) -> serde_json::Value {
    let ids: Vec<&str> = ON_TOPIC.iter().map(|(id, _)| *id).collect();
    let mut distinct = ids.clone();
    distinct.dedup();
    json!({"deny": distinct, "threshold": threshold})
}

#[test]
fn texts_on_a_topic_are_found() {
    assert_found(&configured("topics", &all_of(3.0)), ON_TOPIC);
    for (id, text) in ON_TOPIC {
        let bare = text.replace(['«', '»'], "");
        let only = configured("topics", &json!({ "deny": [id] }));
        assert!(!only.scan(&bare).is_empty(), "{id}");
    }
}

#[test]
fn the_same_words_elsewhere_are_not() {
    assert_clean(&configured("topics", &all_of(3.0)), ELSEWHERE);
    assert_clean(&configured("topics", &json!({})), &["murder in the casino"]);
    let strict = configured("topics", &all_of(8.0));
    assert_clean(&strict, &["The murderer got away."]);
}

#[test]
fn words_count_once_and_only_near_each_other() {
    let guard = configured("topics", &json!({"deny": ["weapons"]}));
    assert_clean(&guard, &["a gun, the gun, her gun, our gun"]);
    assert_found(
        &guard,
        &[("weapons", "a gun, a «bullet», a sword, a dagger")],
    );
    let far = format!(
        "gun bullet {} sword {} dagger",
        "x ".repeat(150),
        "y ".repeat(150)
    );
    assert_clean(&guard, &[&far]);
}

#[test]
fn a_policy_brings_topics_of_its_own() {
    let guard = configured(
        "topics",
        &json!({"custom": {
            "cooking": {"words": {"oven": 1.5, "récipe": 1}, "threshold": 2.5},
            "pets": {"words": ["dog", "Katze", "日本犬"]},
        }}),
    );
    assert_found(
        &guard,
        &[
            ("custom_topic", "A «recipe» for the oven."),
            ("custom_topic", "Two «dogs»."),
            ("custom_topic", "Die «KATZE»."),
            ("custom_topic", "«ｄｏｇ»"),
            ("custom_topic", "これは«日本犬»です"),
        ],
    );
    assert_clean(
        &guard,
        &["The oven is hot, the oven is on.", "dogma", "hotdog"],
    );
    let preview = &guard.scan("dog")[0].preview;
    assert_eq!(&**preview, "topic pets");
}

#[test]
fn wrong_topics_are_named() {
    let wrong = |custom: serde_json::Value| refused("topics", &json!({ "custom": custom }));
    let rule = "must be up to 500 words of 1 to 40 characters, with weights of 0.01 to 10";
    for (custom, message) in [
        (
            json!({"a": 1}),
            "custom.a must be an object with words".to_owned(),
        ),
        (json!({"a": {}}), format!("custom.a.words {rule}")),
        (
            json!({"a": {"words": [1]}}),
            format!("custom.a.words {rule}"),
        ),
        (
            json!({"a": {"words": [" "]}}),
            format!("custom.a.words {rule}"),
        ),
        (
            json!({"a": {"words": {"x": 11}}}),
            format!("custom.a.words {rule}"),
        ),
        (
            json!({"a": {"words": vec!["x"; 501]}}),
            format!("custom.a.words {rule}"),
        ),
        (
            json!({"a": {"words": ["x"], "threshold": 0}}),
            "custom.a.threshold must be a number, 0.01 to 1000".to_owned(),
        ),
        (
            json!({"a": {"words": ["x"], "limit": 1}}),
            "custom.a must have words and a threshold alone".to_owned(),
        ),
        (
            json!({"": {"words": ["x"]}}),
            "custom. must have a name of 1 to 40 characters".to_owned(),
        ),
    ] {
        assert_eq!(wrong(custom), message);
    }
    let many: serde_json::Map<_, _> = (0..21)
        .map(|n| (format!("t{n}"), json!({"words": ["x"]})))
        .collect();
    assert_eq!(wrong(many.into()), "custom must have at most 20 topics");
}
