//! What invisible characters split is found as if they were not there, and nothing that can be
//! found is left in the redacted text.

use guardmesh_guard_engine::{Finding, decide, redact};

use crate::engine;
use crate::tokens::Draw;

fn all(text: &str) -> Vec<Finding> {
    let guards = engine().guards().iter();
    guards.flat_map(|guard| guard.scan(text)).collect()
}

#[test]
fn a_split_value_is_found_whole_and_does_not_come_back() {
    let token = Draw::seeded(7).token("AKIA<u16>");
    for value in [
        &*token,
        "bob@example.com",
        "4111 1111 1111 1111",
        "GB82WEST12345698765432",
    ] {
        let whole = format!("key {value} end");
        for invisible in [
            "\u{200b}",
            "\u{2060}",
            "\u{ad}",
            "\u{202e}",
            "\u{e0041}\u{e0042}",
        ] {
            for at in [1, 2, value.len() / 2, value.len() - 1] {
                let split = format!("key {}{invisible}{} end", &value[..at], &value[at..]);
                let findings = all(&split);
                assert!(
                    decide(&findings) >= decide(&all(&whole)),
                    "{split:?}: {findings:?}"
                );
                let clean = redact(&split, &findings);
                assert!(all(&clean).is_empty(), "{split:?} became {clean:?}");
                assert_eq!(clean, redact(&whole, &all(&whole)), "{split:?}");
            }
        }
    }
}

#[test]
fn other_forms_of_a_character_hide_nothing() {
    let token = Draw::seeded(7).token("AKIA<u16>");
    let wide = |text: &str| -> String {
        let far = |c: char| char::from_u32(u32::from(c) + 0xFEE0).expect("ASCII");
        text.chars()
            .map(|c| if c == ' ' { c } else { far(c) })
            .collect()
    };
    let cases = [
        (wide(&token), "aws_access_key_id"),
        (token.replacen('A', "\u{410}", 1), "aws_access_key_id"),
        (wide("4111 1111 1111 1111"), "payment_card"),
        ("٤١١١ ١١١١ ١١١١ ١١١١".into(), "payment_card"),
        ("bоb@еxample.com".into(), "email"),
        ("4\u{fe0f}\u{20e3}111 1111 1111 1111".into(), "payment_card"),
        (
            "GB82\u{a0}WEST\u{a0}1234\u{a0}5698\u{a0}7654\u{a0}32".into(),
            "iban",
        ),
    ];
    for (value, rule) in cases {
        let text = format!("key {value} end");
        let findings = all(&text);
        let found = findings.iter().find(|finding| finding.rule_id == rule);
        let place = found.unwrap_or_else(|| panic!("{text}: {findings:?}")).span;
        assert_eq!(&text[place.start..place.end], value);
        assert_eq!(
            redact(&text, &findings),
            format!("key [REDACTED:{rule}] end")
        );
    }
}

#[test]
fn what_is_encoded_is_found_and_the_path_is_told() {
    let token = Draw::seeded(7).token("AKIA<u16>");
    let each = |text: &str, form: fn(u8) -> String| -> String {
        let forms: Vec<String> = text.bytes().map(form).collect();
        forms.concat()
    };
    let hex = |text: &str| each(text, |b| format!("{b:02x}"));
    let percent = |text: &str| each(text, |b| format!("%{b:02X}"));
    let entities = |text: &str| each(text, |b| format!("&#{b};"));
    let literal = |text: &str| each(text, |b| format!("\\u{b:04x}"));
    let cases = [
        (hex(&token), vec!["hex"]),
        (percent(&token), vec!["url"]),
        (entities(&token), vec!["html"]),
        (percent(&hex(&token)), vec!["url", "hex"]),
        (literal(&token), vec!["literal"]),
        (literal(&token).replace('\\', r"\\"), vec!["literal"]),
        (hex(&percent(&entities(&token))), vec!["hex", "url", "html"]),
    ];
    for (encoded, path) in cases {
        let text = format!("see {encoded} end");
        let findings = all(&text);
        let found = findings.iter().find(|f| f.guard == "secrets");
        let found = found.unwrap_or_else(|| panic!("{text}: {findings:?}"));
        assert_eq!(&text[found.span.start..found.span.end], encoded);
        let via: Vec<&str> = found.decoded_via.iter().map(|e| e.as_str()).collect();
        assert_eq!(via, path);
        assert_eq!(
            redact(&text, &findings),
            "see [REDACTED:aws_access_key_id] end"
        );
    }
    // What points to a person hides no better.
    let mail = "ada@example.org";
    for (encoded, path) in [
        (mail.replace('@', "%40"), "url"),
        (mail.replace('@', "&#64;"), "html"),
        (mail.replace('@', r"\x40"), "literal"),
        (hex(mail), "hex"),
        ("YWRhQGV4YW1wbGUub3Jn".to_owned(), "base64"),
    ] {
        let text = format!("see {encoded} end");
        let findings = all(&text);
        assert_eq!(redact(&text, &findings), "see [REDACTED:email] end");
        assert_eq!(findings[0].decoded_via[0].as_str(), path);
    }
    let deepest = hex(&hex(&hex(&hex(&token))));
    assert_eq!(all(&deepest), [], "deeper than is decoded");
}
