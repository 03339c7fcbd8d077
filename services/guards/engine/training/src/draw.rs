//! Pseudo-random numbers (splitmix64), the same each time. No other source of chance enters.

/// A sequence of numbers.
pub struct Draw(pub u64);

// === impl Draw ===

impl Draw {
    /// The next number below `limit`, which is not zero.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "below a limit that is a usize"
    )]
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    /// Puts a slice into another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
