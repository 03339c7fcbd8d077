//! Check digits and dates: the arithmetic that several kinds of number share.
//!
//! Characters are ASCII digits and upper-case letters without separators; which of them are digits
//! is for the caller to know.

/// The value of the digit at `index`.
pub(super) fn digit(characters: &[u8], index: usize) -> u32 {
    u32::from(characters[index].wrapping_sub(b'0'))
}

/// The digits as a number; at most 18 of them.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number: u64, digit| {
        number.wrapping_mul(10) + u64::from(digit.wrapping_sub(b'0'))
    })
}

/// The two digits from `index` on as a number.
pub(super) fn pair(characters: &[u8], index: usize) -> u32 {
    digit(characters, index) * 10 + digit(characters, index + 1)
}

/// The sum of each digit times its weight; without weight a digit does not count.
pub(super) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    let products = weights.iter().enumerate();
    products
        .map(|(index, weight)| digit(digits, index) * weight)
        .sum()
}

/// The place of a character in an alphabet.
pub(super) fn place(alphabet: &[u8], character: u8) -> Option<u32> {
    let mut places = (0..).zip(alphabet);
    places
        .find(|(_, known)| **known == character)
        .map(|(place, _)| place)
}

/// Whether all characters are the same: such numbers fit many checks and are nobody's.
pub(super) fn is_uniform(characters: &[u8]) -> bool {
    characters.windows(2).all(|pair| pair[0] == pair[1])
}

/// ISO/IEC 7812-1 annex B, from the last digit on.
pub(super) fn luhn(digits: impl DoubleEndedIterator<Item = u32>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, _) => digit,
            (_, 0..=4) => digit * 2,
            _ => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Luhn over characters that are all digits.
pub(super) fn luhn_digits(digits: &[u8]) -> bool {
    luhn(digits.iter().map(|digit| u32::from(digit - b'0')))
}

/// ISO 7064, MOD 11,10.
pub(super) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((last, rest)) = digits.split_last() else {
        return false;
    };
    let product = rest.iter().fold(10, |product, digit| {
        let sum = (product + u32::from(digit - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + u32::from(last - b'0')) % 10 == 1
}

/// Verhoeff's check digit, by the dihedral group of order ten.
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    const PRODUCT: [[usize; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const TURN: [[usize; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let rest = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0, |rest, (at, digit)| {
            PRODUCT[rest][TURN[at % 8][usize::from(digit - b'0')]]
        });
    rest == 0
}

/// Whether there is such a day. Of a year with two digits only the last two are given: then 29
/// February is taken in every fourth.
pub(super) fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4)
        && (year < 100 || !year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}

/// Whether six digits are year, month and day.
pub(super) fn is_year_month_day(digits: &[u8]) -> bool {
    is_day(pair(digits, 0), pair(digits, 2), pair(digits, 4))
}

/// Whether six digits are day, month and year.
pub(super) fn is_day_month_year(digits: &[u8]) -> bool {
    is_day(pair(digits, 4), pair(digits, 2), pair(digits, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_fit() {
        assert!(luhn_digits(b"79927398713") && !luhn_digits(b"79927398710"));
        assert!(verhoeff(b"2363") && !verhoeff(b"2364"));
        assert!(mod_11_10(b"794623") && !mod_11_10(b"794624"));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert!(is_day(2024, 2, 29) && is_day(2000, 2, 29) && is_day(0, 2, 29));
        assert!(!is_day(2023, 2, 29) && !is_day(1900, 2, 29) && !is_day(2024, 4, 31));
        assert!(!is_day(2024, 13, 1) && !is_day(2024, 0, 1) && !is_day(2024, 1, 0));
    }
}
