//! API keys as they are spelled: what auth makes, and the gateway reads before it asks auth.
//!
//! `gmk_`, 52 digits, 6 check digits; digits are those of ids (Crockford's base32, lower case):
//! `gmk_[0-9a-hjkmnp-tv-z]{58}`. The 52 are 32 random bytes as two 128-bit numbers, big-endian,
//! of 26 digits each. The check digits are the first 30 bits of the SHA-256 of all before them:
//! a key with a typing error is known for one, and a scanner knows a key from what only looks
//! like one, without asking anybody.
//!
//! What a key may do does not enter here.

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;
use secrecy::{ExposeSecret, SecretString};

use crate::id::{ALPHABET, ENCODED_LEN, digits};

/// Tells scanners for leaked secrets, and gateways, what they have found.
pub const PREFIX: &str = "gmk_";
const CHECK_DIGITS: usize = 6;
/// Bytes of the whole secret before its check digits.
const CHECKED_LEN: usize = PREFIX.len() + 2 * ENCODED_LEN;
/// How much of a secret is shown to recognise it by: 8 digits, which leaves over 200 random bits.
const HINT_LEN: usize = PREFIX.len() + 8;

/// The secret of an API key.
#[derive(Clone)]
pub struct ApiKeySecret(SecretString);

// === impl ApiKeySecret ===

impl ApiKeySecret {
    /// A new secret.
    pub fn generate() -> Result<Self, Unspecified> {
        let mut halves = [[0; 16]; 2];
        for half in &mut halves {
            rand::fill(half)?;
        }
        let random = halves
            .into_iter()
            .flat_map(|half| digits(u128::from_be_bytes(half), ENCODED_LEN));
        let checked: String = PREFIX.chars().chain(random).collect();
        let check: String = check_digits(&checked).collect();
        Ok(Self((checked + &check).into()))
    }

    /// Reads what could be a key; `None` when its check digits say that it is none.
    pub fn parse(text: SecretString) -> Option<Self> {
        let (checked, check) = text.expose_secret().split_at_checked(CHECKED_LEN)?;
        let random = checked.strip_prefix(PREFIX)?;
        let spelled = random.bytes().all(|byte| ALPHABET.contains(&byte));
        (spelled && check_digits(checked).eq(check.chars())).then_some(Self(text))
    }

    /// SHA-256 of the whole secret: all that is stored or sent of it. It has 256 random bits, so
    /// nothing slower is needed.
    pub fn sha256(&self) -> [u8; digest::SHA256_OUTPUT_LEN] {
        sha256(self.0.expose_secret())
    }

    /// The first characters, to recognise the key by.
    pub fn hint(&self) -> &str {
        self.0.expose_secret().get(..HINT_LEN).unwrap_or(PREFIX)
    }

    /// The text, to be handed to whoever created the key and nobody else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeySecret([REDACTED])")
    }
}

fn check_digits(checked: &str) -> impl Iterator<Item = char> {
    let [a, b, c, d, ..] = sha256(checked);
    let bits = u32::from_be_bytes([a, b, c, d]) >> 2;
    digits(u128::from(bits), CHECK_DIGITS)
}

fn sha256(text: &str) -> [u8; digest::SHA256_OUTPUT_LEN] {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    let mut hash = [0; digest::SHA256_OUTPUT_LEN];
    hash.copy_from_slice(digest.as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with another implementation (Python's hashlib).
    const KNOWN: &str = "gmk_68s75cqk6dsv7x1mejtfadbnpq6rv7ddqq6xvvfy1rf2wfjebsq7fkzgsf";

    fn parse(text: &str) -> Option<ApiKeySecret> {
        ApiKeySecret::parse(text.into())
    }

    #[test]
    fn secrets_are_random_and_read_back() {
        let secret = ApiKeySecret::generate().unwrap();
        assert_eq!(secret.expose().len(), 62);
        assert_ne!(secret.expose(), ApiKeySecret::generate().unwrap().expose());
        let read = parse(secret.expose()).unwrap();
        assert_eq!(read.sha256(), secret.sha256());
        assert_eq!(secret.hint(), &secret.expose()[..12]);
    }

    #[test]
    fn the_check_digits_are_what_anybody_computes() {
        assert!(parse(KNOWN).is_some());
    }

    #[test]
    fn a_typing_error_is_noticed() {
        for index in 0..KNOWN.len() {
            let (head, tail) = KNOWN.split_at(index);
            let other = if tail.starts_with('z') { 'y' } else { 'z' };
            assert!(
                parse(&format!("{head}{other}{}", &tail[1..])).is_none(),
                "{index}"
            );
            assert!(parse(&format!("{head}{}", &tail[1..])).is_none(), "{index}");
        }
        for text in [
            "",
            PREFIX,
            &format!("{KNOWN}0"),
            &format!(" {KNOWN}"),
            &KNOWN.to_uppercase(),
            &KNOWN.replace("gmk_", "gmr_"),
            &format!("{}é", &KNOWN[..61]),
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_secret_cannot_be_printed() {
        let secret = ApiKeySecret::generate().unwrap();
        assert!(!format!("{secret:?}").contains(&secret.expose()[4..]));
    }
}
