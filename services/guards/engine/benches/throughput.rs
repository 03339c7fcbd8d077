//! Prints megabytes a second of each guard on one core, over text that it generates.
//!
//! `cargo bench -p guardmesh-guard-engine`. Beside each figure stands the ratio to a plain scan of
//! the same text for one rare byte (memchr), measured in the same round. With `-- hostile` it
//! prints the texts alone that are made to be slow; with ids of guards, such as `-- hostile token_limit`,
//! it measures only these; with `-- late`, how long guards work on these texts without asking whether to go on.
//! Times of these are the processor's, of this thread: other work on the machine hardly changes them.

#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use guardmesh_guard_engine::{Engine, Guard};
use nix::time::{ClockId, clock_gettime};

#[path = "throughput/configured.rs"]
mod configured;
#[path = "throughput/hostile.rs"]
mod hostile;
#[path = "throughput/late.rs"]
mod late;
#[path = "throughput/text.rs"]
mod text;
#[path = "throughput/worst.rs"]
mod worst;

use configured::every_guard;
use text::{Draw, code, dense, prose};

/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 9;
/// Checks of 1 KB for the latency.
const CHECKS: usize = 20_000;

/// What this thread has worked so far.
pub(crate) fn worked() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

/// The median time of a round.
fn median(mut round: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

#[expect(clippy::cast_precision_loss, reason = "sizes are small")]
fn throughput(guards: &[Guard], name: &str, text: &str) {
    let megabytes = text.len() as f64 / 1e6;
    let plain = median(|| {
        black_box(memchr::memchr_iter(b'\0', black_box(text.as_bytes())).count());
    });
    for guard in guards {
        let mut found = 0;
        let time = median(|| found = black_box(guard.scan(black_box(text))).len());
        println!(
            "{:<20} {name:<7} {:>7.1} MB/s  {:>6.1} x memchr  {found:>7} findings",
            guard.id(),
            megabytes / time.as_secs_f64(),
            time.as_secs_f64() / plain.as_secs_f64(),
        );
    }
}

/// Latency of all guards, one after the other, on 1 KB cut from different places.
fn latency(guards: &[Guard], name: &str, text: &str) {
    let mut times: Vec<Duration> = (0..CHECKS)
        .map(|round| {
            let start = text.floor_char_boundary(round * 1_024 % (text.len() - 2_048));
            let part = &text[start..text.floor_char_boundary(start + 1_024)];
            let begun = Instant::now();
            black_box(
                guards
                    .iter()
                    .map(|guard: &Guard| guard.scan(part).len())
                    .sum::<usize>(),
            );
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |share: usize| times[CHECKS * share / 100].as_secs_f64() * 1e6;
    println!(
        "1 KB, all guards, {name:<7} p50 {:>6.1} us  p99 {:>6.1} us",
        at(50),
        at(99)
    );
}

fn main() {
    let begun = Instant::now();
    let Ok(engine) = Engine::standard() else {
        println!("the rules do not compile");
        return;
    };
    println!("built in {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let mut guards = every_guard(&engine);
    let asked = |guard: &Guard| std::env::args().any(|argument| argument == guard.id());
    if guards.iter().any(asked) {
        guards.retain(asked);
    }
    if std::env::args().any(|argument| argument == "late") {
        return late::latest(&guards);
    }
    let mut draw = Draw::seeded(7);
    let prose = prose(&mut draw);
    if !std::env::args().any(|argument| argument == "hostile") {
        let (code, dense) = (code(&mut draw), dense(&mut draw));
        for (name, text) in [("prose", &prose), ("code", &code), ("dense", &dense)] {
            throughput(&guards, name, text);
            latency(&guards, name, text);
        }
    }
    worst::worst(&guards, &prose);
}
