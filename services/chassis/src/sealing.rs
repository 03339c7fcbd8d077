//! Encryption of what the database keeps and must not be able to read: AES-256-GCM under a key
//! that is not in the database.
//!
//! What is sealed and why is the business of the services.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use thiserror::Error;

/// A key that seals and opens.
#[derive(Debug)]
pub struct SealingKey(RandomizedNonceKey);

/// A text that is no key to seal with.
#[derive(Debug, Clone, Copy, Error, PartialEq, Eq)]
#[error("it must be 64 hexadecimal digits (32 random bytes, as `openssl rand -hex 32` prints)")]
pub struct SealingKeyError;

// === impl SealingKey ===

impl SealingKey {
    /// Reads 64 hexadecimal digits. Thirty-two times the same byte is a placeholder, not a key.
    pub fn parse(text: &SecretString) -> Result<Self, SealingKeyError> {
        Self::new(&key_bytes(text)?).map_err(|_| SealingKeyError)
    }

    /// Derives a key from a secret of full entropy (RFC 5869). `service` and `purpose` separate its
    /// uses.
    pub fn derive(secret: &[u8], service: &[u8], purpose: &[u8]) -> Result<Self, Unspecified> {
        Self::new(&derive(secret, service, purpose)?)
    }

    fn new(key: &[u8]) -> Result<Self, Unspecified> {
        RandomizedNonceKey::new(&AES_256_GCM, key).map(Self)
    }

    /// Seals `content`; opens again only together with the same `context`.
    pub fn seal(&self, context: &[u8], content: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let mut sealed = content.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(context), &mut sealed)?;
        sealed.splice(..0, *nonce.as_ref());
        Ok(sealed)
    }

    /// What was sealed under this key with this `context`.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<SecretSlice<u8>, Unspecified> {
        let (nonce, content) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Unspecified)?;
        let mut content = content.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .0
            .open_in_place(nonce, Aad::from(context), &mut content)?
            .len();
        content.truncate(length);
        Ok(content.into())
    }
}

/// Reads the 32 bytes of a key, which [`SealingKey::parse`] would take.
pub fn key_bytes(text: &SecretString) -> Result<[u8; 32], SealingKeyError> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.expose_secret().trim(), &mut bytes).map_err(|_| SealingKeyError)?;
    if bytes.iter().all(|byte| *byte == bytes[0]) {
        return Err(SealingKeyError);
    }
    Ok(bytes)
}

/// Thirty-two bytes for one use of a secret of full entropy (RFC 5869).
pub fn derive(secret: &[u8], service: &[u8], purpose: &[u8]) -> Result<[u8; 32], Unspecified> {
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, service)
        .extract(secret)
        .expand(&[purpose], HKDF_SHA256)?
        .fill(&mut key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digits: &str) -> SealingKey {
        SealingKey::parse(&digits.repeat(4).into()).unwrap()
    }

    #[test]
    fn only_the_same_key_and_context_open_an_unchanged_seal() {
        let sealing_key = key("0123456789abcdef");
        let sealed = sealing_key.seal(b"kid", b"private").unwrap();
        let opened = sealing_key.open(b"kid", &sealed).unwrap();
        assert_eq!(opened.expose_secret(), b"private");

        assert!(sealing_key.open(b"other", &sealed).is_err());
        let other = key("123456789abcdef0");
        assert!(other.open(b"kid", &sealed).is_err());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(sealing_key.open(b"kid", &changed).is_err(), "byte {index}");
        }
        assert!(sealing_key.open(b"kid", &sealed[..5]).is_err());
    }

    #[test]
    fn the_same_content_is_never_sealed_alike() {
        let key = key("0123456789abcdef");
        assert_ne!(key.seal(b"", b"x").unwrap(), key.seal(b"", b"x").unwrap());
    }

    #[test]
    fn derived_keys_differ_by_secret_and_purpose() {
        let derive = |secret: &str, purpose| {
            SealingKey::derive(secret.as_bytes(), b"service", purpose).unwrap()
        };
        let sealed = derive("a", b"p").seal(b"", b"x").unwrap();
        assert!(derive("a", b"p").open(b"", &sealed).is_ok());
        assert!(derive("b", b"p").open(b"", &sealed).is_err());
        assert!(derive("a", b"q").open(b"", &sealed).is_err());
    }

    #[test]
    fn weak_keys_are_refused() {
        let short = "0123456789abcdef".repeat(3);
        let long = "0123456789abcdef".repeat(5);
        for text in ["", "secret", &"00".repeat(32), &short, &long] {
            assert_eq!(
                SealingKey::parse(&text.into()).err(),
                Some(SealingKeyError),
                "{text}"
            );
        }
    }
}
