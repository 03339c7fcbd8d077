//! The keywords of all rules, found in one pass over the text.
//!
//! Four bytes decide whether one may begin, for the shortest three: tables of bits, small enough for the
//! nearest cache, hold which do, and few of a text's do. An automaton of this many keywords takes
//! several times as long, as its states do not fit there. What a keyword leads to is not known here.

use crate::finding::Span;
use crate::pace::Pace;

/// Bits of a table, and how many bits of a hash name one.
const BITS: usize = 1 << HASH_BITS;
const HASH_BITS: u32 = 16;
/// How much text is read between two questions whether to go on, in bytes.
const STRETCH: usize = 4096;
/// The bit that tells a capital from a small letter.
const FOLD: u8 = 0x20;
/// Bytes of a window.
const WINDOW: usize = 4;

/// Literals to look for, without regard to case.
pub(super) struct Keywords {
    long: Table,
    /// Those of two and three bytes.
    short: Table,
}

/// Keywords by the hash of how they begin.
struct Table {
    /// The bytes of a window that are asked for.
    mask: u32,
    /// Which hashes a keyword begins with.
    begins: Box<[u64]>,
    /// For each hash, the place of its first keyword.
    first: Box<[u16]>,
    /// Hash, keyword and its number, in the order of the hashes.
    keywords: Vec<(usize, &'static [u8], usize)>,
}

// === impl Keywords ===

impl Keywords {
    /// Of literals in lower case, of at least two bytes. Their numbers are their places in the row. Of two
    /// bytes, another has to follow.
    pub(super) fn of(keywords: &[&'static str]) -> Self {
        let (mut long, mut short) = (Vec::new(), Vec::new());
        for (number, keyword) in keywords.iter().enumerate() {
            let keyword = keyword.as_bytes();
            match *keyword {
                [a, b, c, d, ..] => long.push((window([a, b, c, d]), keyword, number)),
                [a, b, c] => short.push((window([a, b, c, 0]), keyword, number)),
                [a, b] => {
                    let third = (0..=u8::MAX).filter(|c| c & FOLD != 0);
                    short.extend(third.map(|c| (window([a, b, c, 0]), keyword, number)));
                }
                _ => {}
            }
        }
        Self {
            long: Table::of(u32::MAX, long),
            short: Table::of(0x00FF_FFFF, short),
        }
    }

    /// Tells of each keyword in the text, roughly in the order of the text: its number and its place.
    pub(super) fn each(&self, text: &str, pace: &Pace<'_>, mut tell: impl FnMut(usize, Span)) {
        let bytes = text.as_bytes();
        for from in (0..bytes.len()).step_by(STRETCH) {
            if !pace.step() {
                return;
            }
            let stretch = &bytes[from..bytes.len().min(from + STRETCH + WINDOW - 1)];
            for (at, four) in stretch.windows(WINDOW).enumerate() {
                let window = window([four[0], four[1], four[2], four[3]]);
                if self.long.may_begin(window) | self.short.may_begin(window) {
                    if !pace.step() {
                        return;
                    }
                    self.long.tell(bytes, from + at, window, &mut tell);
                    self.short.tell(bytes, from + at, window, &mut tell);
                }
            }
        }
        if let [.., a, b, c] = *bytes {
            let at = bytes.len() - 3;
            self.short.tell(bytes, at, window([a, b, c, 0]), &mut tell);
        }
    }
}

// === impl Table ===

impl Table {
    /// Of keywords with the windows that they begin with, and their numbers.
    fn of(mask: u32, keywords: Vec<(u32, &'static [u8], usize)>) -> Self {
        let keywords = keywords.into_iter();
        let mut keywords: Vec<_> = keywords
            .map(|(window, keyword, number)| (hash(window & mask), keyword, number))
            .collect();
        keywords.sort_unstable();
        keywords.dedup();
        let mut begins = vec![0; BITS / 64].into_boxed_slice();
        let mut first = vec![0; BITS].into_boxed_slice();
        for (place, (hash, ..)) in (0_u16..).zip(&keywords) {
            let bit = 1 << (hash % 64);
            if begins[hash / 64] & bit == 0 {
                begins[hash / 64] |= bit;
                first[*hash] = place;
            }
        }
        Self {
            mask,
            begins,
            first,
            keywords,
        }
    }

    fn may_begin(&self, window: u32) -> bool {
        let hash = hash(window & self.mask);
        self.begins[hash / 64] >> (hash % 64) & 1 == 1
    }

    /// Tells of each keyword that stands at `at`, where the window is.
    fn tell(&self, bytes: &[u8], at: usize, window: u32, tell: &mut impl FnMut(usize, Span)) {
        let wanted = hash(window & self.mask);
        let from = usize::from(self.first[wanted]);
        let same = self.keywords[from..].iter();
        for (_, keyword, number) in same.take_while(|(hash, ..)| *hash == wanted) {
            let place = Span::new(at, at + keyword.len());
            let there = bytes.get(place.start..place.end);
            if there.is_some_and(|there| there.eq_ignore_ascii_case(keyword)) {
                tell(*number, place);
            }
        }
    }
}

/// Four bytes as a number, letters in lower case; some signs become others.
fn window(four: [u8; WINDOW]) -> u32 {
    u32::from_le_bytes(four) | u32::from_le_bytes([FOLD; WINDOW])
}

/// The upper bits of a product (Knuth, "The Art of Computer Programming", 6.4).
fn hash(window: u32) -> usize {
    const GOLDEN: u32 = 0x9E37_79B1;
    (window.wrapping_mul(GOLDEN) >> (u32::BITS - HASH_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(keywords: &[&'static str], text: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let keywords = Keywords::of(keywords);
        keywords.each(text, &Pace::free(), |number, place| {
            found.push((number, place.start));
        });
        found.sort_unstable();
        found
    }

    #[test]
    fn keywords_are_found_in_any_case_and_in_one_another() {
        let keywords = ["sk-", "sk", "sk-proj", "key", "ask"];
        assert_eq!(
            found(&keywords, "aSK-PROj kEYsk!"),
            [(0, 1), (1, 1), (1, 12), (2, 1), (3, 9), (4, 0)]
        );
        assert_eq!(found(&keywords, "ke"), []);
        assert_eq!(found(&keywords, "s k ke y"), []);
        assert_eq!(found(&keywords, "key"), [(3, 0)]);
        assert_eq!(found(&["contraseña"], "Contraseña"), [(0, 0)]);
    }

    #[test]
    fn keywords_are_found_where_two_stretches_meet() {
        for at in STRETCH - 8..STRETCH + 2 {
            let text = format!("{}token{}", " ".repeat(at), " ".repeat(9));
            assert_eq!(found(&["token"], &text), [(0, at)]);
        }
    }
}
