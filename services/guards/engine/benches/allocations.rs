//! Prints how often each guard allocates in a check, and how many bytes, over text that it generates.
//!
//! `cargo bench -p guardmesh-guard-engine --bench allocations`. Nothing is timed here: the figures are
//! the same each time. What they must not depend on is for `tests/allocations.rs` to say.

#![expect(clippy::print_stdout, reason = "a bench prints")]

use guardmesh_guard_engine::{Engine, Guard};

#[path = "throughput/configured.rs"]
mod configured;
#[path = "throughput/text.rs"]
mod text;

use configured::every_guard;
use text::{Draw, code, dense, prose};

/// Sizes of the texts, in bytes.
const SIZES: [usize; 2] = [1 << 10, 64 << 10];
/// Checks before the one that counts: caches of patterns grow at first.
const FIRST: usize = 2;

fn print(guard: &Guard, name: &str, text: &str) {
    for size in SIZES {
        let text = &text[..text.floor_char_boundary(size)];
        let mut found = 0;
        let mut check = || found = guard.scan(text).len();
        (0..FIRST).for_each(|_| check());
        let made = allocation_counter::measure(check);
        println!(
            "{:<20} {name:<7} {:>3} KB {:>7} allocations {:>9} bytes {:>9} at most {found:>6} findings",
            guard.id(),
            size >> 10,
            made.count_total,
            made.bytes_total,
            made.bytes_max,
        );
    }
}

fn main() {
    let Ok(engine) = Engine::standard() else {
        println!("the rules do not compile");
        return;
    };
    let mut draw = Draw::seeded(7);
    let texts = [
        ("prose", prose(&mut draw)),
        ("code", code(&mut draw)),
        ("dense", dense(&mut draw)),
    ];
    for guard in every_guard(&engine) {
        for (name, text) in &texts {
            print(&guard, name, text);
        }
    }
}
