//! Checks of what a shape cannot say: checksums and decoded headers. Each gives the score of a
//! value, or nothing if it cannot be what its rule looks for.

use super::assignment::is_drawn_part;

/// Score of a value that is drawn behind its prefix.
const DRAWN: f32 = 0.9;
/// Score of a value whose checksum or structure was verified.
const VERIFIED: f32 = 1.0;
/// Score of a value whose checksum does not fit: copied with a slip, or made up.
const UNVERIFIED: f32 = 0.8;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// GitHub and npm end a token of 36 characters with the CRC-32 of the first 30, in base 62.
/// Source: GitHub, "Behind GitHub's new authentication token formats" (2021).
#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature that all checks share"
)]
pub(super) fn crc32_base62(token: &str) -> Option<f32> {
    let (random, checksum) = token
        .rfind('_')
        .map(|at| &token[at + 1..])
        .and_then(|body| body.split_at_checked(30))
        .unwrap_or_default();
    let fits = checksum.len() == 6 && base62(crc32(random.as_bytes())) == checksum.as_bytes();
    Some(if fits { VERIFIED } else { UNVERIFIED })
}

/// The header of a JWT is a JSON object that names its algorithm (RFC 7515 §4.1.1).
pub(super) fn jwt(token: &str) -> Option<f32> {
    let header = base64url(token.split('.').next()?)?;
    let header = std::str::from_utf8(&header).ok()?.trim();
    let object = header.strip_prefix('{')?.strip_suffix('}')?;
    let (_, after) = object.split_once("\"alg\"")?;
    let algorithm = after.trim_start().strip_prefix(':')?.trim_start();
    algorithm.starts_with('"').then_some(0.95)
}

/// A prefix that words begin with as well says something only before what is drawn.
pub(super) fn drawn(token: &str) -> Option<f32> {
    const DIGITS: usize = 3;
    let random = token.split_once(['-', '_', '.']);
    let random = random.map_or(token, |(_, random)| random);
    let digits = random.bytes().filter(u8::is_ascii_digit).count();
    (digits >= DIGITS || is_drawn_part(random)).then_some(DRAWN)
}

/// Whether the value is base64 of a text that can be read: drawn bytes are none.
pub(super) fn is_encoded_text(value: &str) -> bool {
    let value = value.trim_end_matches('=');
    base64url(value).is_some_and(|text| text.iter().all(|b| (b' '..=b'~').contains(b)))
}

/// CRC-32 as in IEEE 802.3, bit by bit: it runs on 30 bytes.
fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    });
    !crc
}

/// Six digits to the base 62, most significant first.
fn base62(mut number: u32) -> [u8; 6] {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(number % 62) as usize];
        number /= 62;
    }
    digits
}

/// Decodes base64url without padding, at most 1 KiB of it.
fn base64url(text: &str) -> Option<Vec<u8>> {
    const LONGEST: usize = 1024;
    let sextet = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    };
    let mut decoded = Vec::with_capacity(text.len().min(LONGEST) * 3 / 4);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for byte in text.bytes().take(LONGEST) {
        buffer = (buffer << 6) | u32::from(sextet(byte)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            decoded.push(u8::try_from((buffer >> bits) & 0xFF).ok()?);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_check_value() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_published_checksum_fits() {
        // Random part and checksum, published as a sample of the format.
        let token = ["ghp", "_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"].concat();
        assert_eq!(crc32_base62(&token), Some(VERIFIED));
        let slip = token.replace("mLq17", "mLq18");
        assert_eq!(crc32_base62(&slip), Some(UNVERIFIED));
    }

    #[test]
    fn text_in_base64_is_no_drawn_value() {
        assert!(is_encoded_text("c29tZSBwbGFpbiB3b3Jkcw=="));
        assert!(!is_encoded_text("k3Jf9wQz7PxLm2NsT5vBq8Yr"));
    }

    #[test]
    fn a_jwt_names_its_algorithm() {
        assert!(jwt("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln").is_some());
        assert!(jwt("eyJ0eXAiOiJKV1QifQ.e30.c2ln").is_none());
        assert!(jwt("eyJ!.e30.x").is_none());
    }
}
