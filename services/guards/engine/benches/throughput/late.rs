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
/// The texts that are named for each guard.
const NAMED: usize = 4;

/// The longest time of work between two questions whether to go on, before the first or after the last.
fn longest(guard: &Guard, text: &str) -> Duration {
    let (asked, longest) = (Cell::new(worked()), Cell::new(Duration::ZERO));
    let go_on = || {
        let now = worked();
        longest.set(longest.get().max(now.saturating_sub(asked.get())));
        asked.set(now);
        true
    };
    {
        let reading = Reading::of(text);
        let read = || {
            let shares = guard.shares(&reading, &go_on)?;
            let seen = shares
                .iter()
                .map(|share| guard.look(&reading, share, &go_on));
            let seen: Option<Vec<_>> = seen.collect();
            guard.conclude(&reading, seen?, &go_on)
        };
        black_box(read());
    }
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
        for (late, name) in times.iter().take(NAMED) {
            println!("{:<20} does not ask for {late:?}  {name}", guard.id());
        }
    }
}
