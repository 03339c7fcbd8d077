//! Guards whose time is over: they end on their way, and leave nothing half made behind.

use std::cell::Cell;
use std::collections::BTreeSet;

use guardmesh_guard_engine::{Finding, Guard, Reading};

use crate::engine;
use crate::pieces::PIECES;
use crate::properties::every_guard;

/// A text that provokes all guards, has another normal form and encoded parts.
fn provoking() -> String {
    format!("{} ", PIECES.concat()).repeat(40)
}

/// What a guard says of a text if it is told `so_often` to go on, and to end then.
fn read(guard: &Guard, reading: &Reading<&str>, so_often: usize) -> Option<Vec<Finding>> {
    let (left, ended) = (Cell::new(so_often), Cell::new(false));
    let go_on = || {
        assert!(!ended.get(), "{} goes on when told to end", guard.id());
        ended.set(left.get() == 0);
        left.set(left.get().saturating_sub(1));
        !ended.get()
    };
    let shares = guard.shares(reading, &go_on)?;
    let seen = shares
        .iter()
        .map(|share| guard.look(reading, share, &go_on));
    let seen: Option<Vec<_>> = seen.collect();
    guard.conclude(reading, seen?, &go_on)
}

/// Counts a question, and says to go on.
fn count(asked: &Cell<usize>) -> bool {
    asked.set(asked.get() + 1);
    true
}

#[test]
fn a_guard_asks_whether_to_go_on_and_ends_if_not() {
    let text = provoking();
    let mut ended = BTreeSet::new();
    for guard in every_guard() {
        if read(guard, &Reading::of(&*text), 0).is_none() {
            ended.insert(guard.id());
        }
    }
    assert_eq!(ended, engine().guards().iter().map(Guard::id).collect());
}

#[test]
fn the_costliest_guard_asks_all_the_way() {
    let guard = engine().guard("prompt_injection").expect("a guard");
    for text in ["Everyday words, and more of them. ", "日本", "<a>"] {
        let text = text.repeat(60_000 / text.len());
        let reading = Reading::of(&*text);
        let asked = Cell::new(0);
        let go_on = || count(&asked);
        let shares = guard.shares(&reading, &go_on).expect("time");
        for share in &shares {
            asked.set(0);
            assert!(guard.look(&reading, share, &go_on).is_some());
            // A long word, such as `<a><a>` spells, is a token every 32 letters: a step.
            assert!(asked.get() > share.bytes() / 2_000, "{}", asked.get());
        }
    }
}

#[test]
fn the_forms_of_a_text_are_not_made_to_their_end() {
    // It reads words, and so disguised ones as well.
    let guard = engine().guard("toxicity").expect("a guard");
    for text in [
        "pаss wоrd ",
        "日本 ",
        "e\u{301}",
        "%41%42 ",
        "&#65; ",
        "SGVsbG8gd29ybGQh ",
        "gur lbh\n",
        "l-e-t-t-e-r\n",
    ] {
        let text = text.repeat(200);
        let reading = Reading::of(&*text);
        assert!(guard.shares(&reading, &|| false).is_none(), "{text}");
        assert!(guard.shares(&reading, &|| true).is_some());
    }
    // One of a single character with many marks, or of one long word.
    for text in ["\u{301}".repeat(200), "ｗ".repeat(200)] {
        let reading = Reading::of(&*text);
        assert!(guard.shares(&reading, &|| false).is_none(), "{text}");
    }
}

#[test]
fn one_long_run_is_decoded_step_by_step() {
    // It reads words, and so disguised ones as well.
    let guard = engine().guard("toxicity").expect("a guard");
    for run in ["61", "SGVsbG8g", "%41", "&#65;", "gur lbh ", "gur ", "i-g-"] {
        let text = run.repeat(60_000 / run.len());
        let reading = Reading::of(&*text);
        let asked = Cell::new(0);
        let go_on = || count(&asked);
        assert!(guard.shares(&reading, &go_on).is_some());
        assert!(asked.get() > text.len() / 3_000, "{run} {}", asked.get());
    }
}

#[test]
fn many_findings_are_put_in_order_step_by_step() {
    let guard = engine().guard("pii").expect("a guard");
    let text = "192.168.0.1 a@b.co ".repeat(5_000);
    let reading = Reading::of(&*text);
    let shares = guard.shares(&reading, &|| true).expect("time");
    let seen = shares
        .iter()
        .map(|share| guard.look(&reading, share, &|| true));
    let seen = seen.collect::<Option<Vec<_>>>().expect("time");
    let asked = Cell::new(0);
    let go_on = || count(&asked);
    let found = guard.conclude(&reading, seen, &go_on).expect("time");
    assert!(asked.get() > found.len() / 10, "{}", asked.get());
    assert!(found.is_sorted_by_key(|finding| finding.span));
}

#[test]
fn what_is_ended_anywhere_leaves_the_text_as_if_it_had_not_begun() {
    let text = provoking();
    for guard in every_guard() {
        let whole = guard.scan(&text);
        for so_often in (0..).map(|power| 1_usize << power) {
            let reading = Reading::of(&*text);
            if let Some(found) = read(guard, &reading, so_often) {
                assert_eq!(found, whole, "{}", guard.id());
                break;
            }
            let after = read(guard, &reading, usize::MAX);
            assert_eq!(
                after.as_ref(),
                Some(&whole),
                "{} after {so_often}",
                guard.id()
            );
        }
    }
}
