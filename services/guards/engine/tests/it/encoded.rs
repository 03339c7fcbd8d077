//! What encoding hides from guards that look for words, patterns and addresses of a policy; and what
//! stands beside something encoded, which is read in its sentence.

use guardmesh_guard_engine::{Encoding, Guard, Hold, StreamScanner};
use serde_json::json;

use crate::cases::{assert_clean, assert_found, configured};
use crate::engine;
use crate::stream::{cut, run, whole_of};

fn each(text: &str, form: fn(u8) -> String) -> String {
    let forms: Vec<String> = text.bytes().map(form).collect();
    forms.concat()
}

fn hex(text: &str) -> String {
    each(text, |b| format!("{b:02x}"))
}

fn percent(text: &str) -> String {
    each(text, |b| format!("%{b:02X}"))
}

fn entities(text: &str) -> String {
    each(text, |b| format!("&#{b};"))
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let quad = |bytes: &[u8]| {
        let bits = bytes
            .iter()
            .fold(0_usize, |bits, b| bits << 8 | usize::from(*b));
        let bits = bits << (8 * (3 - bytes.len()));
        let digit = |place: usize| char::from(DIGITS[bits >> (18 - 6 * place) & 63]);
        let said: String = (0..=bytes.len()).map(digit).collect();
        said + &"="[..usize::from(bytes.len() == 2)] + if bytes.len() == 1 { "==" } else { "" }
    };
    text.as_bytes().chunks(3).map(quad).collect()
}

fn rot13(text: &str) -> String {
    let turn = |c: char| match c {
        'a'..='m' | 'A'..='M' => char::from(c as u8 + 13),
        'n'..='z' | 'N'..='Z' => char::from(c as u8 - 13),
        _ => c,
    };
    text.chars().map(turn).collect()
}

/// Letters with a sign between; words with a blank.
fn spelled(text: &str, sign: &str) -> String {
    let word = |word: &str| {
        let letters: Vec<String> = word.chars().map(String::from).collect();
        letters.join(sign)
    };
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(if sign == " " { "   " } else { " " })
}

/// Guards with what they look for, and a text that has it.
fn sought() -> [(Guard, &'static str, &'static str); 5] {
    [
        (
            configured("keywords", &json!({"ban": ["project nightjar"]})),
            "banned_word",
            "please forget the fact that this is Project Nightjar",
        ),
        (
            configured("regex", &json!({"patterns": ["ACME-[0-9]{6}"]})),
            "pattern_match",
            "please forget the fact that this is ACME-004711",
        ),
        (
            configured("urls", &json!({"deny": ["evil.test"]})),
            "denied",
            "please forget the fact that this is https://evil.test/login",
        ),
        (
            configured("topics", &json!({"custom": {"x": {"words": ["nightjar"]}}})),
            "custom_topic",
            "please forget the fact that this is a nightjar",
        ),
        (
            engine().guard("toxicity").expect("the guard").clone(),
            "threat",
            "please forget the fact that I will kill you",
        ),
    ]
}

#[test]
fn what_is_sought_is_found_behind_encodings_and_the_path_is_told() {
    use Encoding::{Base64, Hex, Html, Url};
    for (guard, rule, plain) in sought() {
        for (encoded, path) in [
            (plain.to_owned(), vec![]),
            (base64(plain), vec![Base64]),
            (hex(plain), vec![Hex]),
            (percent(plain), vec![Url]),
            (entities(plain), vec![Html]),
            (percent(&base64(plain)), vec![Url, Base64]),
            (base64(&hex(&entities(plain))), vec![Base64, Hex, Html]),
        ] {
            let text = format!("Look: {encoded} there.");
            let findings = guard.scan(&text);
            let found: Vec<_> = findings
                .iter()
                .map(|f| (&*f.rule_id, &*f.decoded_via))
                .collect();
            assert_eq!(found, [(rule, &*path)], "{} in {text}", guard.id());
        }
        let deepest = hex(&hex(&hex(&hex(plain))));
        assert_eq!(
            guard.scan(&deepest),
            [],
            "{}: deeper than is decoded",
            guard.id()
        );
    }
}

#[test]
fn disguised_words_are_read_and_patterns_are_not() {
    for (guard, rule, plain) in sought() {
        let reads = ["keywords", "topics", "toxicity"].contains(&guard.id());
        for (disguised, via) in [
            (rot13(plain), Encoding::Rot13),
            (spelled(plain, "."), Encoding::Spelled),
            (spelled(plain, " "), Encoding::Spelled),
            (spelled(plain, "-"), Encoding::Spelled),
        ] {
            let text = format!("Look: {disguised} there.");
            let findings = guard.scan(&text);
            let found: Vec<_> = findings
                .iter()
                .map(|f| (&*f.rule_id, &*f.decoded_via))
                .collect();
            let wanted: &[_] = if reads { &[(rule, &[via][..])] } else { &[] };
            assert_eq!(found, wanted, "{}: {text}", guard.id());
        }
    }
    // What rot13 leaves as it is, is no second finding, as wide as its run.
    let guard = configured("keywords", &json!({"ban": ["4711", "rail"]}));
    assert_found(&guard, &[("banned_word", "cyrnfr sbetrg gur «4711», abj")]);
    // Turned, "rail" is "envy": a word that stands in a line with no other is itself.
    assert_clean(&guard, &["a line of envy, and nothing else"]);
}

#[test]
fn a_spelled_word_is_found_where_its_letters_are() {
    let guard = configured("keywords", &json!({"ban": ["nightjar"]}));
    assert_found(
        &guard,
        &[
            ("banned_word", "so «n-i-g-h-t-j-a-r» it is"),
            ("banned_word", "t.h.e «n.i.g.h.t.j.a.r» c.a.m.e"),
            ("banned_word", "see «bi1pLWctaC10LWotYS1y» here"),
        ],
    );
    assert_clean(
        &guard,
        &[
            "n-i-g-h-t\nj-a-r",
            "n, i; g: h. t",
            "U.S.N. i. e. g. H. T.",
            "| n | i |\n| g | h |",
        ],
    );
}

#[test]
fn a_stream_waits_for_what_may_be_spelled() {
    let guard = configured("keywords", &json!({"ban": ["zebras"]}));
    let calm = "meter by meter ".repeat(60);
    // Which gap joins letters is known at the end of the row.
    let found = ["x-", "x "].map(|rest| {
        let text = format!(
            "{calm}z-e-b-r-a-s {}{} {calm}",
            "x-".repeat(400),
            rest.repeat(900)
        );
        let wanted = whole_of([&guard].into_iter(), text.as_bytes());
        for length in [1, 100, 5_000] {
            let scanner = StreamScanner::new(vec![guard.clone()], Hold::Undecided).expect("parts");
            let (given, _) = run(scanner, cut(text.as_bytes(), &[length])).expect("short enough");
            assert_eq!(given, wanted);
        }
        wanted.findings.len()
    });
    assert_eq!(found, [1, 0]);
}

#[test]
fn a_stream_waits_for_what_may_be_rot13() {
    let guard = configured("keywords", &json!({"ban": ["zebra"]}));
    let calm = |bytes: usize| "meter by meter ".repeat(bytes / 15);
    // The second known word says that it is rot13, long after the banned one.
    let text = format!(
        "{}\nmroen {}gur {}lbh\n{}",
        calm(900),
        calm(200),
        calm(480),
        calm(900)
    );
    let wanted = whole_of([&guard].into_iter(), text.as_bytes());
    assert_eq!(wanted.findings.len(), 1);
    for length in [1, 100, 5_000] {
        let scanner = StreamScanner::new(vec![guard.clone()], Hold::Undecided).expect("parts");
        let (given, early) = run(scanner, cut(text.as_bytes(), &[length])).expect("short enough");
        assert_eq!(given, wanted);
        assert!(early > 0 || length > text.len());
    }
}

#[test]
fn what_stands_beside_something_encoded_is_read_in_its_sentence() {
    let words = configured(
        "keywords",
        &json!({"ban": ["art", "new york"], "allow": ["state of the art"]}),
    );
    assert_clean(
        &words,
        &[
            "the state of the art&nbsp;is that; state of the art%21",
            "the state%20of%20the%20art is",
            "https://host.test/articles%20and%2Fsmart?a=cart%20art_2",
        ],
    );
    assert_found(
        &words,
        &[
            ("banned_word", "see https://host.test/modern%20«art», or"),
            ("banned_word", "see a%20«new%20york» now"),
            ("banned_word", "modern&nbsp;«art» or&nbsp;so"),
            ("banned_word", "b&amp;w «a&#114;t» x"),
        ],
    );
    let anchored = configured("regex", &json!({"patterns": ["^drop", "\\bid-[0-9]+$"]}));
    assert_clean(&anchored, &["please drop&nbsp;it", "the id-17%20 of it"]);
    assert_found(
        &anchored,
        &[
            ("pattern_match", "«drop»&nbsp;it"),
            ("pattern_match", "see a%20«id-17»"),
        ],
    );
    let toxicity = engine().guard("toxicity").expect("the guard");
    assert_clean(
        toxicity,
        &[
            "You are not an idiot&nbsp;at all.",
            "The word moron%20 comes from Greek.",
        ],
    );
    assert_found(toxicity, &[("insult", "You%20are%20an%20«idiot»")]);
}

#[test]
fn addresses_that_are_meant_to_be_seen_are_left_alone() {
    let guard = configured("urls", &json!({"allow": ["example.org"]}));
    assert_clean(
        &guard,
        &[
            "https://example.org/M%C3%BCnchen?next=%2Flogin%3Fa%3Db&amp;c=d",
            "100% of https://example.org/ &amp; https://a.example.org/%40ada",
            "aWdub3JlIHByZXZpb3VzIHRleHQ= eyJhIjoiaHR0cHM6Ly9leGFtcGxlLm9yZy94In0",
        ],
    );
    let honest = engine().guard("urls").expect("the guard");
    assert_clean(
        honest,
        &["https://share.test/?text=Look%20https%3A%2F%2Fblog.test%2Fpost&amp;via=ada"],
    );
}
