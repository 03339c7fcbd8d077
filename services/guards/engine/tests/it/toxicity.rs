//! Cases of the toxicity guard. Coarse words are put together here, not written out.

mod groups;

use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured, refused};
use crate::engine;

const FOUND: &[(&str, &str)] = &[
    ("insult", "You are such an «idiot»."),
    ("insult", "you're a pathetic «loser»"),
    ("insult", "Your stupid «clown» of a boss lied."),
    ("insult", "«Moron»!!"),
    ("insult", "Go away, «imbecile», and stay there."),
    ("insult", "u r «dumb»"),
    ("insult", "You «1d1ot»"),
    ("insult", "you are a WORTHLESS «CREEP»"),
    ("insult", "You total ｉｄｉｏｔ"),
    ("insult", "You are scum."),
    ("threat", "«I will kill you» tonight."),
    ("threat", "i'm gonna hurt your family"),
    ("threat", "I’ll stab you"),
    ("threat", "Just «kill yourself»."),
    ("threat", "I know where you live."),
    ("threat", "you should watch your back"),
    ("insult", "«I hate you» and all you do."),
    ("threat", "«youre dead meat»"),
    ("insult", "You are f**king «stupid»!"),
    ("insult", "Shut up, you «fat pig»."),
    ("insult", "Du bist ein «Trottel»."),
    ("insult", "Tu es un «crétin»."),
    ("insult", "ты «дурак»"),
    ("threat", "go «jump off a bridge»"),
    ("threat", "«The world would be better without you»."),
    ("threat", "«Nobody would miss you»."),
    ("threat", "«someone should shoot him»"),
    ("threat", "«Je vais te tuer»"),
    ("threat", "«te voy a matar»"),
    ("threat", "«Я тебя убью»"),
    ("insult", "«No one will ever love you»"),
    ("threat", "I am «coming after you»."),
    ("slur", "These «immigrants are parasites»."),
    ("threat", "«Death to all muslims»"),
    ("insult", "what a pathetic little «loser» you are"),
    ("insult", "You really are the «dumbest» person I know."),
    ("insult", "Eres un «imbécil» y siempre lo has sido."),
    ("slur", "«I despise immigrants»."),
    ("slur", "«So sick of being around women» like you."),
    ("slur", "These «gay people disgust me» so much."),
    ("sexual", "hey, «send nudes»"),
];

const FINE: &[&str] = &[
    "Kill the process, then kill the zombie children of the parent.",
    "Shoot me an email when you are free.",
    "The town of Scunthorpe is in Lincolnshire, Penistone in Yorkshire; we assess assets in class.",
    "I feel like such an idiot for missing the train.",
    "I'm so stupid, I forgot the keys.",
    "He called me \"a stupid idiot\" in front of everyone, what can I do?",
    "The word moron comes from Greek.",
    "You are not stupid, you are only tired.",
    "That was a stupid mistake in the parser; the garbage collector runs too late.",
    "Make it idiot-proof and keep it simple stupid.",
    "The patient's growth was retarded; a breast exam and a rectal exam were normal.",
    "A guinea pig is a good pet for your children.",
    "I will kill you at chess next time!",
    "Do you know a stupid trick to open this jar?",
    "There is a chink in the armour.",
    "The fool on the hill, by the Beatles, is a song about you and me.",
    "Is it useless to you, or may I keep it?",
    "The dumb terminal shows a power failure.",
    "She will destroy the old documents, I will find you a new folder.",
    "You can beat the eggs, then break your chocolate into pieces.",
    "IN NO EVENT IS THE HOLDER LIABLE TO YOU FOR LOSS OF DATA OR A FAILURE OF THE PROGRAM.",
    "Cut your losses. Break a leg tonight!",
    "It is wrong to say that all immigrants are criminals.",
    "Not all men are dogs, and refugees are people.",
    "Immigrants are an important part of the workforce; women are doctors.",
    "I want to kill myself, please help me.",
    "The novel says that \"jews are vermin\", as propaganda did.",
    "It is not okay to call somebody an idiot, even if you are angry.",
    "Women like you make me proud. These trans people are the best; I am sick of being around noise.",
    "What a fool I was; you are right.",
    "Er war der Geber, il est crevé, el burro come, troppo stupido da capire.",
    "You are dead tired; bomb the interview and you will pass the next.",
    "We will find you a hotel and pick you up; they will end your session.",
];

/// The text with a word that is written backwards turned round.
fn turned(text: &str, backwards: &str) -> String {
    text.replace("{}", &backwards.chars().rev().collect::<String>())
}

#[test]
fn what_is_meant_ill_is_found() {
    assert_found(engine().guard("toxicity").expect("the guard"), FOUND);
}

#[test]
fn what_is_not_meant_ill_is_not() {
    assert_clean(engine().guard("toxicity").expect("the guard"), FINE);
}

#[test]
fn coarse_words_and_slurs_are_found_also_masked() {
    let guard = configured(
        "toxicity",
        &json!({"kinds": ["insult", "slur", "profanity"], "threshold": 0.4}),
    );
    for (rule, text, backwards) in [
        ("insult", "«{} you»", "kcuf"),
        ("insult", "You «son of a {}»", "hctib"),
        ("insult", "«{}»!", "elohssa"),
        ("insult", "«{}»!", "el0h$$a"),
        ("insult", "what an «{}» you are", "el*hssa"),
        ("slur", "they are all «{}»", "stoggaf"),
        ("slur", "they are all «{}»", "stogg*f"),
        ("profanity", "this is «{}»", "tihs"),
        ("profanity", "this is «{}»", "t**s"),
    ] {
        assert_found(&guard, &[(rule, &turned(text, backwards))]);
    }
    let by_default = engine().guard("toxicity").expect("the guard");
    assert_clean(by_default, &[&turned("{}, I missed the bus.", "tihs")]);
}

#[test]
fn the_sentence_decides() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let score = |text: &str| {
        let lenient = configured("toxicity", &json!({"threshold": 0.3}));
        lenient
            .scan(text)
            .first()
            .map_or(0.0, |finding| finding.score)
    };
    let plain = score("He is an idiot.");
    assert!((0.3..0.5).contains(&plain), "{plain}");
    assert!(score("You are an idiot.") > plain + 0.2);
    assert!(score("You are an IDIOT!!") > score("You are an idiot."));
    assert!(score("You are not an idiot.") < plain + 0.1);
    assert!(score("He said: \"you are an idiot\"") < score("You are an idiot."));
    let lyrics = format!("The lyrics of {}he is an idiot.", "la ".repeat(25));
    for (text, order) in [
        ("He is an idiot, you know.", Greater),
        ("He is an idiot, they know.", Equal),
        ("He is an IDIOT.", Greater),
        ("HE IS AN IDIOT.", Greater),
        ("He is an idiot!!", Greater),
        ("He is an idiot!", Equal),
        ("He is not a very big idiot.", Less),
        ("He is not a very very very big old idiot.", Equal),
        ("I am an idiot.", Less),
        ("He is \"an idiot\".", Less),
        ("He is `an idiot`.", Less),
        ("He is “an idiot”.", Less),
        ("He is «an idiot».", Less),
        ("“So,” he is an idiot.", Equal),
        (&*lyrics, Less),
        ("Idiot, go away.", Greater),
        ("Idiot go away.", Equal),
    ] {
        assert_eq!(score(text).total_cmp(&plain), order, "{text}");
    }
    assert_eq!(
        score("He is a PIG.").total_cmp(&score("He is a pig.")),
        Equal
    );
    let directed = |who: &str| score(&turned(&format!("{who} {{}}."), "drater"));
    assert!(directed("You are a") > directed("You know, he is a") + 0.1);
    // Another sentence does not count.
    assert!((score("I like you. He is an idiot.") - plain).abs() < 1e-6);
}

#[test]
fn a_sentence_weighs_the_same_whatever_stands_before_it() {
    let lenient = configured("toxicity", &json!({"threshold": 0.3}));
    for sentence in [
        "You are an idiot",
        "I am such an idiot",
        "He is no idiot",
        "idiot",
        "«you idiot»",
        "cannot, idiot",
    ] {
        let last = |text: &str| lenient.scan(text).last().map(|finding| finding.score);
        let alone = last(sentence);
        let near = format!("You moron! Such a loser; {sentence}");
        let far = format!("You moron! {}. {sentence}", "word ".repeat(60));
        let within = format!("You moron! {}.{sentence}", "é".repeat(300));
        for text in [near, far, within] {
            let found = last(&text);
            // Where it does not count itself, one before it is the last.
            assert!(
                alone.is_none() || found == alone,
                "{text}: {found:?}, {alone:?}"
            );
        }
    }
}

#[test]
fn kinds_and_threshold_are_chosen() {
    let threats = configured("toxicity", &json!({"kinds": ["threat"]}));
    assert_clean(&threats, &["You idiot!", "Refugees aren't even human."]);
    assert_found(&threats, &[("threat", "You idiot, «I'll kill you»!")]);
    let strict = configured("toxicity", &json!({"threshold": 0.95}));
    assert!(strict.scan("You are an idiot.").is_empty());
    assert!(
        refused("toxicity", &json!({"kinds": ["spam"]})).starts_with("kinds[0] must be one of")
    );
}
