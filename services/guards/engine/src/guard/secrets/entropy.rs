//! How random a value looks. Measures only; what follows from it is for the rules to say.

/// Shannon entropy of the bytes, in bits a byte.
#[expect(
    clippy::cast_precision_loss,
    reason = "values are at most a few thousand bytes"
)]
pub(super) fn bits_per_byte(value: &str) -> f32 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    // Over the bytes that occur, not over all: most values are short.
    let sum: f32 = value
        .bytes()
        .map(|byte| std::mem::take(&mut counts[usize::from(byte)]))
        .filter(|count| *count > 1)
        .map(|count| count as f32 * (count as f32).log2())
        .sum();
    let length = value.len().max(1) as f32;
    length.log2() - sum / length
}

/// Whether most of the value counts up or down, four and more in a row, as in `abcdefgh12345678`:
/// typed, not drawn.
pub(super) fn is_typed(value: &str) -> bool {
    /// Steps of four in a row.
    const ROW: usize = 3;
    let bytes = value.as_bytes();
    let (mut steps, mut row) = (0, 0);
    for pair in bytes.windows(2) {
        let step = matches!(pair[1].wrapping_sub(pair[0]), 1 | 255);
        row = if step { row + 1 } else { 0 };
        steps += match row {
            0..ROW => 0,
            ROW => ROW,
            _ => 1,
        };
    }
    bytes.len() >= 8 && steps * 2 > bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_known_values() {
        for (value, wanted) in [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0)] {
            assert!((bits_per_byte(value) - wanted).abs() < 1e-6, "{value}");
        }
        assert!((bits_per_byte("0123456789abcdef") - 4.0).abs() < 1e-6);
    }

    #[test]
    fn counting_is_typed() {
        assert!(is_typed("abcdefgh12345678"));
        assert!(!is_typed("k3Jf9wQz7PxLm2Ns"));
        assert!(is_typed("abcd1234fedc5678"));
        assert!(!is_typed("abc123def456ghi789"));
        assert!(!is_typed("abc"));
    }
}
