//! How long a guard works without asking whether to go on: as long, at most, it goes on when its time is
//! over.

use std::cell::Cell;
use std::hint::black_box;
use std::time::Duration;

use guardmesh_guard_engine::{Guard, Reading};

use crate::hostile::texts;
use crate::worked;

/// Size of each text, about: of the longest that a service takes.
const SIZE: usize = 1 << 20;
/// Findings that are given back before others have the core, as in a service.
const BLOCK: usize = 1024;
/// The texts that are named for each guard.
const NAMED: usize = 4;

/// The longest time of work between two questions whether to go on, and what was done then.
fn longest(guard: &Guard, text: &str) -> (Duration, &'static str) {
    let (asked, doing) = (Cell::new(worked()), Cell::new("prepares"));
    let longest = Cell::new((Duration::ZERO, ""));
    let go_on = || {
        let now = worked();
        let late = now.saturating_sub(asked.get());
        longest.set(longest.get().max((late, doing.get())));
        asked.set(now);
        true
    };
    let then = |next| {
        go_on();
        doing.set(next);
    };
    let reading = Reading::of(text);
    let read = || {
        let shares = guard.shares(&reading, &go_on)?;
        then("looks");
        let seen = shares
            .iter()
            .map(|share| guard.look(&reading, share, &go_on));
        let seen = seen.collect::<Option<Vec<_>>>()?;
        then("concludes");
        guard.conclude(&reading, seen, &go_on)
    };
    let mut found = black_box(read()).unwrap_or_default();
    then("gives back findings");
    while let Some(rest) = found.len().checked_sub(BLOCK) {
        found.truncate(rest);
        go_on();
    }
    drop(found);
    then("gives back forms of the text");
    drop(reading);
    go_on();
    longest.get()
}

/// Prints on which texts each guard works for longest without asking.
pub(crate) fn latest(guards: &[Guard]) {
    let texts = texts(SIZE);
    for guard in guards {
        let mut times: Vec<_> = texts
            .iter()
            .map(|(name, text)| (longest(guard, text), name))
            .collect();
        times.sort_by_key(|(late, _)| std::cmp::Reverse(*late));
        for ((late, doing), name) in times.iter().take(NAMED) {
            println!(
                "{:<20} does not ask for {late:?}  {name}, {doing}",
                guard.id()
            );
        }
    }
}
