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
