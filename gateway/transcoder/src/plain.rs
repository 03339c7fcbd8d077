//! Finds what in a JSON string is not plain: quotation marks, backslashes, control characters.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first place from `at` with such a byte, or the end.
#[inline]
pub(crate) fn until(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let found = special(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_special = |byte: u8| byte == b'"' || byte == b'\\' || byte < 0x20;
    while bytes.get(at).is_some_and(|&byte| !is_special(byte)) {
        at += 1;
    }
    at
}

/// Sets the high bit of each special byte in eight. Borrows may set it for bytes above a special
/// one as well, so only the lowest counts.
fn special(word: u64) -> u64 {
    let quotation_mark = word ^ (ONES * 0x22);
    let backslash = word ^ (ONES * 0x5c);
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (zero(quotation_mark) | zero(backslash) | control) & HIGH
}

#[cfg(test)]
mod tests {
    use super::until;

    #[test]
    fn every_byte_at_every_place() {
        for place in 0..20 {
            for byte in 0..=255u8 {
                for filler in [
                    b' ', b'x', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff,
                ] {
                    let mut bytes = [filler; 20];
                    bytes[place] = byte;
                    let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                    let expected = if special { place } else { 20 };
                    assert_eq!(
                        until(&bytes, 0),
                        expected,
                        "{byte} at {place} among {filler}"
                    );
                    assert_eq!(until(&bytes, place + 1), 20);
                }
            }
        }
    }
}
