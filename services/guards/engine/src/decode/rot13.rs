//! Rot13: lines in which English words stand that thirteen places have moved.

use memchr::memmem;

use super::{Encoding, Piece};
use crate::finding::Span;
use crate::pace::Pace;

/// Longest line that is tried, in bytes.
const LONGEST: usize = 4096;
/// Parts of the frequent words below: a line without any is passed over.
const PARTS: [&str; 4] = ["gur", "naq", "lbh", "taber"];
/// Frequent words of English text and of instructions, moved; none is a word itself.
const WORDS: [&str; 20] = [
    "gur",
    "naq",
    "lbh",
    "lbhe",
    "vtaber",
    "nyy",
    "cerivbhf",
    "vafgehpgvbaf",
    "flfgrz",
    "cebzcg",
    "cnffjbeq",
    "frperg",
    "cyrnfr",
    "sbetrg",
    "gung",
    "guvf",
    "jvgu",
    "sebz",
    "erirny",
    "cevag",
];
/// How many of them a line must have.
const LEAST: usize = 2;

/// Finds lines that are rot13.
pub(super) fn find(text: &str, pace: &Pace<'_>, found: &mut Vec<Piece>) {
    let bytes = text.as_bytes();
    let mut done = Vec::new();
    for part in PARTS {
        let mut passed = 0;
        for at in memmem::find_iter(bytes, part) {
            if at < passed {
                continue;
            }
            let start =
                memchr::memrchr(b'\n', &bytes[passed..at]).map_or(passed, |n| passed + n + 1);
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n);
            passed = end;
            done.push(Span::new(start, end));
        }
    }
    done.sort_unstable();
    done.dedup();
    for line in done.into_iter().take_while(|_| pace.step()) {
        let words = text[line.start..line.end].split(|c: char| !c.is_ascii_alphabetic());
        let known = |word: &&str| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
        if line.len() <= LONGEST && words.filter(known).count() >= LEAST {
            found.push(Piece {
                run: line,
                text: text[line.start..line.end].chars().map(turn).collect(),
                edits: Vec::new(),
                encoding: Encoding::Rot13,
            });
        }
    }
}

fn turn(c: char) -> char {
    let moved = |first: u8, byte: u8| char::from((byte - first + 13) % 26 + first);
    match c {
        'a'..='z' => moved(b'a', c as u8),
        'A'..='Z' => moved(b'A', c as u8),
        _ => c,
    }
}
