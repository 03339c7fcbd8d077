//! The keywords of all rules, found in one pass over the text.
//!
//! Three bytes decide whether one may begin: a table of bits, small enough for the nearest cache, holds which
//! do, and few of a text's do. An automaton of this many keywords takes several times as long, as its
//! states do not fit there. What a keyword leads to is not known here.

use crate::finding::Span;
use crate::pace::Pace;

/// Bytes of a keyword that are asked first.
const BEGINNING: usize = 3;
/// Bits of the table, and how many bits of a hash name one.
const BITS: usize = 1 << HASH_BITS;
const HASH_BITS: u32 = 16;
/// How much text is read between two questions whether to go on, in bytes.
const STRETCH: usize = 4096;

/// Literals to look for, without regard to case.
pub(super) struct Keywords {
    /// Beginning, keyword and its number, in the order of the beginnings.
    all: Vec<(u32, &'static [u8], usize)>,
    /// The keywords that are shorter than a beginning, with their numbers.
    short: Vec<(&'static [u8], usize)>,
    /// Which hashes of three bytes begin a keyword.
    begins: Box<[u64]>,
}

// === impl Keywords ===

impl Keywords {
    /// Of literals in lower case, of at least two bytes. Their numbers are their places in the row.
    pub(super) fn of(keywords: &[&'static str]) -> Self {
        let (mut all, mut short) = (Vec::new(), Vec::new());
        let mut begins = vec![0; BITS / 64].into_boxed_slice();
        let mut set = |beginning: u32| {
            let bit = hash(beginning);
            begins[bit / 64] |= 1 << (bit % 64);
        };
        for (number, keyword) in keywords
            .iter()
            .map(|keyword| keyword.as_bytes())
            .enumerate()
        {
            if let [a, b, c, ..] = *keyword {
                set(beginning([a, b, c]));
                all.push((beginning([a, b, c]), keyword, number));
            } else if let [a, b] = *keyword {
                (0..=u8::MAX).for_each(|c| set(beginning([a, b, c])));
                short.push((keyword, number));
            }
        }
        all.sort_unstable();
        Self { all, short, begins }
    }

    /// Tells of each keyword in the text, by its beginning: its number and its place.
    pub(super) fn each(&self, text: &str, pace: &Pace<'_>, mut tell: impl FnMut(usize, Span)) {
        let bytes = text.as_bytes();
        for from in (0..bytes.len()).step_by(STRETCH) {
            if !pace.step() {
                return;
            }
            let stretch = &bytes[from..bytes.len().min(from + STRETCH + BEGINNING - 1)];
            for (at, three) in stretch.windows(BEGINNING).enumerate() {
                let beginning = beginning([three[0], three[1], three[2]]);
                if self.may_begin(beginning) {
                    if !pace.step() {
                        return;
                    }
                    self.tell(bytes, from + at, beginning, &mut tell);
                }
            }
        }
    }

    fn may_begin(&self, beginning: u32) -> bool {
        let bit = hash(beginning);
        self.begins[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Tells of each keyword that stands at `at`.
    fn tell(&self, bytes: &[u8], at: usize, beginning: u32, tell: &mut impl FnMut(usize, Span)) {
        let from = self.all.partition_point(|(other, ..)| *other < beginning);
        let same = self.all[from..]
            .iter()
            .take_while(|(other, ..)| *other == beginning);
        let same = same.map(|(_, keyword, number)| (keyword, number));
        for (keyword, number) in
            same.chain(self.short.iter().map(|(keyword, number)| (keyword, number)))
        {
            let place = Span::new(at, at + keyword.len());
            let there = bytes.get(place.start..place.end);
            if there.is_some_and(|there| there.eq_ignore_ascii_case(keyword)) {
                tell(*number, place);
            }
        }
    }
}

/// Three bytes as a number, letters in lower case; some signs become others.
fn beginning(three: [u8; BEGINNING]) -> u32 {
    u32::from_le_bytes([three[0], three[1], three[2], 0]) | 0x0020_2020
}

/// The upper bits of a product (Knuth, "The Art of Computer Programming", 6.4).
fn hash(beginning: u32) -> usize {
    const GOLDEN: u32 = 0x9E37_79B1;
    (beginning.wrapping_mul(GOLDEN) >> (u32::BITS - HASH_BITS)) as usize
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
            found(&keywords, "aSK-PROj kEYsk"),
            [(0, 1), (1, 1), (2, 1), (3, 9), (4, 0)]
        );
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
