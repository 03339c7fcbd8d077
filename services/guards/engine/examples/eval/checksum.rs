//! Check digits, as their publishers define them, for numbers that are drawn.

/// ISO/IEC 7812-1 (Luhn): the digit that completes a number.
pub(crate) fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(place, c)| {
            let digit = value(c) * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

/// ISO 13616 (IBAN): country, check digits, account.
pub(crate) fn iban(country: &str, account: &str) -> String {
    let number = format!("{account}{country}00");
    let rest = number.chars().fold(0, |rest: u32, c| {
        let value = c.to_digit(36).expect("a letter or digit");
        (rest * if value > 9 { 100 } else { 10 } + value) % 97
    });
    format!("{country}{:02}{account}", 98 - rest)
}

/// The sum of the digits by these weights.
pub(crate) fn weighted(digits: &str, weights: &[u32]) -> u32 {
    digits
        .chars()
        .zip(weights)
        .map(|(c, weight)| value(c) * weight)
        .sum()
}

fn value(c: char) -> u32 {
    c.to_digit(10).expect("a digit")
}
