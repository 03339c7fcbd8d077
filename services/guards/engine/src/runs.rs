//! Bytes of a kind in a text, such as digits: where they stand, and where many follow each other.
//!
//! A text is gone through in blocks, of which the bytes are looked at all at once: nearly all blocks of
//! nearly all texts have nothing, and a question to each byte costs more than its answer. What
//! a run means is for others to say.

use crate::finding::Span;
use crate::pace::Pace;

/// Bytes that are looked at together: one a bit.
pub(crate) const BLOCK: usize = 64;
/// Bytes that are a step of the work.
const STEP: usize = 2 * BLOCK;

/// Where bytes are of a kind, one bit a byte, for up to [`BLOCK`] of them; those beyond are passed over.
/// `of_kind` is asked about many at once if it compares alone, and looks nothing up.
#[inline]
pub(crate) fn places(bytes: &[u8], of_kind: impl Fn(u8) -> bool) -> u64 {
    if let Some(block) = bytes.first_chunk() {
        return places_in(block, of_kind);
    }
    let mut block = [0; BLOCK];
    block[..bytes.len()].copy_from_slice(bytes);
    places_in(&block, of_kind) & !(u64::MAX << bytes.len())
}

#[inline]
fn places_in(block: &[u8; BLOCK], of_kind: impl Fn(u8) -> bool) -> u64 {
    // Moves the lowest bits of eight bytes into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let kinds = block.map(|byte| u8::from(of_kind(byte)));
    let eights = kinds.as_chunks().0.iter().enumerate();
    eights.fold(0, |places, (at, eight)| {
        places | (u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56) << (8 * at)
    })
}

/// Runs of at least `LEAST` bytes of a kind, with other bytes or the ends of the text around them, in
/// order; none any more once the work is to end. `LEAST` is a power of two, and not more than a block.
pub(crate) struct Runs<'a, const LEAST: usize, F> {
    text: &'a [u8],
    of_kind: F,
    pace: &'a Pace<'a>,
    /// Where the next block begins.
    next: usize,
    /// Bytes of the kind in the block before it, without those that were passed.
    kinds: u64,
    /// Where a run begins that goes on from before that block.
    open: Option<usize>,
}

/// Digits of ASCII without a break, in order.
pub(crate) fn of_digits<'a>(text: &'a str, pace: &'a Pace<'_>) -> impl Iterator<Item = Span> + 'a {
    Runs::<1, _>::of(text.as_bytes(), pace, |byte| byte.is_ascii_digit())
}

// === impl Runs ===

impl<'a, const LEAST: usize, F: Fn(u8) -> bool> Runs<'a, LEAST, F> {
    pub(crate) fn of(text: &'a [u8], pace: &'a Pace<'_>, of_kind: F) -> Self {
        const { assert!(LEAST.is_power_of_two() && LEAST <= BLOCK) };
        Self {
            text,
            of_kind,
            pace,
            next: 0,
            kinds: 0,
            open: None,
        }
    }

    /// The next run that ends in the block.
    fn in_block(&mut self) -> Option<Span> {
        let block = self.next.checked_sub(BLOCK)?;
        if let Some(start) = self.open {
            let more = self.kinds.trailing_ones();
            self.kinds &= u64::MAX.checked_shl(more)?;
            self.open = None;
            let run = Span::new(start, block + more as usize);
            if run.len() >= LEAST {
                return Some(run);
            }
        }
        let long = Self::starts(self.kinds);
        let (start, length) = if long == 0 {
            let length = self.kinds.leading_ones() as usize;
            (BLOCK - length, length)
        } else {
            let start = long.trailing_zeros() as usize;
            (start, (self.kinds >> start).trailing_ones() as usize)
        };
        let end = start + length;
        if end == BLOCK {
            self.open = (length > 0).then_some(block + start);
            return None;
        }
        self.kinds &= u64::MAX << end;
        Some(Span::new(block + start, block + end))
    }

    /// Where so many bits are set that a run may begin.
    const fn starts(kinds: u64) -> u64 {
        let (mut starts, mut width) = (kinds, 1);
        while width < LEAST {
            starts &= starts >> width;
            width *= 2;
        }
        starts
    }
}

impl<const LEAST: usize, F: Fn(u8) -> bool> Iterator for Runs<'_, LEAST, F> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            if let Some(run) = self.in_block() {
                return Some(run);
            }
            if self.next.is_multiple_of(STEP) && !self.pace.step() {
                return None;
            }
            // One that is empty ends a run that goes up to the end of the text.
            let rest = self.text.get(self.next..)?;
            self.kinds = places(rest, &self.of_kind);
            self.next += BLOCK;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain<const LEAST: usize>(text: &[u8]) -> Vec<Span> {
        let mut start = 0;
        let runs = text.split(|byte| !byte.is_ascii_digit()).map(|run| {
            let span = Span::new(start, start + run.len());
            start = span.end + 1;
            span
        });
        runs.filter(|run| run.len() >= LEAST).collect()
    }

    fn check<const LEAST: usize>(text: &[u8]) -> Result<(), TestCaseError> {
        let pace = Pace::free();
        let runs = Runs::<LEAST, _>::of(text, &pace, |byte| byte.is_ascii_digit());
        prop_assert_eq!(runs.collect::<Vec<_>>(), plain::<LEAST>(text));
        Ok(())
    }

    proptest! {
        #[test]
        fn runs_are_those_of_a_plain_reading(text in "(1{0,3}a|1{12,20}a{0,3}|1{60,70}a|1{120,140}|a{50,70}){0,8}") {
            check::<1>(text.as_bytes())?;
            check::<2>(text.as_bytes())?;
            check::<16>(text.as_bytes())?;
            check::<64>(text.as_bytes())?;
        }
    }
}
