//! How much slower than prose a guard is on the texts that are made to be slow, and whether longer ones
//! take more than their share of time.

use std::hint::black_box;

use guardmesh_guard_engine::Guard;

use crate::hostile::texts;
use crate::worked;

/// Size of each text, about, and of the short ones beside it.
const SIZE: usize = 512 << 10;
const SHORT: usize = SIZE / 8;
/// The quickest of so many rounds counts.
const ROUNDS: usize = 2;
/// The slowest texts that are named for each guard.
const NAMED: usize = 4;

/// Megabytes a second of the quickest round.
#[expect(clippy::cast_precision_loss, reason = "sizes are small")]
fn speed(guard: &Guard, text: &str) -> f64 {
    let times = (0..ROUNDS).map(|_| {
        let begun = worked();
        black_box(guard.scan(black_box(text)).len());
        worked().saturating_sub(begun).as_secs_f64()
    });
    text.len() as f64 / 1e6 / times.fold(f64::INFINITY, f64::min)
}

/// Prints the slowest of the texts for each guard, beside prose, and how much slower a byte of a long
/// text is than one of a short text of the same sort: 1 where the time is linear.
pub(crate) fn worst(guards: &[Guard], prose: &str) {
    let texts = texts(SIZE);
    let prose = &prose[..prose.floor_char_boundary(SIZE)];
    for guard in guards {
        let usual = speed(guard, prose);
        let mut speeds: Vec<(f64, &str, &str)> = texts
            .iter()
            .map(|(name, text)| (speed(guard, text), &**name, &**text))
            .collect();
        speeds.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (slow, name, text) in speeds.iter().take(NAMED) {
            let short = speed(guard, &text[..text.floor_char_boundary(SHORT)]);
            println!(
                "{:<20} hostile {slow:>7.1} MB/s  {:>6.1} x prose  {:>5.2} x short  {name}",
                guard.id(),
                usual / slow,
                short / slow
            );
        }
    }
}
