//! Addresses of crypto currencies whose checksum fits: Bitcoin, Litecoin, Dogecoin, Tron, XRP, Monero,
//! Cardano and Ethereum. Chains without a checksum in the address are not looked for.

mod base58;
mod bech32;

use sha3::{Digest, Keccak256};

use super::Kind;
use super::boundary::{self, named_by};
use super::lexicon::Lexicon;
use super::numbers::Row;
use crate::finding::Span;
use crate::preview::Preview;
use crate::scan::Hit;

const SCORE: f32 = 0.98;
/// Score of an Ethereum address in one case of letters: it has no checksum then (EIP-55).
const NAMED: f32 = 0.9;
/// Lengths of an address, from XRP to the longest of Monero and Cardano.
const SHORTEST: usize = 25;
const LONGEST: usize = 110;

static ETHEREUM_WORDS: Lexicon = Lexicon::of(&[
    "eth", "ethereum", "wallet", "address", "erc20", "usdt", "usdc", "metamask", "polygon",
]);

/// An address whose first digit begins the row.
pub(super) fn wallet(row: Row<'_>) -> Option<(Option<Hit>, usize)> {
    let span = word(row.text, row.groups[0].span.start)?;
    let (kind, score) = recognise(row.text, span)?;
    let shown = &row.text[span.start..span.start + 4];
    Some((
        Some(kind.hit(span, score, Preview::of(format_args!("{shown}****")))),
        1,
    ))
}

/// The word around its first digit, if it may be an address by its length.
fn word(text: &str, digit: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let from = digit.saturating_sub(LONGEST);
    let before = bytes[from..digit].iter().rev();
    let letters = before.take_while(|b| b.is_ascii_alphabetic()).count();
    let not_first = digit > letters && bytes[digit - letters - 1].is_ascii_alphanumeric();
    if not_first {
        return None;
    }
    let after = &bytes[digit..bytes.len().min(digit + LONGEST + 1)];
    let length = after
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    let span = Span::new(digit - letters, digit + length);
    let fits = (SHORTEST..=LONGEST).contains(&span.len()) && boundary::stands_alone(text, span);
    fits.then_some(span)
}

/// Which chain the word is an address of. The first characters say which one it can be.
fn recognise(text: &str, span: Span) -> Option<(Kind, f32)> {
    let word = &text[span.start..span.end];
    let bytes = word.as_bytes();
    if let Some(digits) = word.strip_prefix("0x").or(word.strip_prefix("0X")) {
        let named = || named_by(text, span.start, &ETHEREUM_WORDS);
        return ethereum(digits, named).map(|score| (Kind::Ethereum, score));
    }
    let kind = match bytes {
        [b'b' | b'B', b'c' | b'C', b'1', ..] | [b't' | b'T', b'b' | b'B', b'1', ..] => {
            bech32::is_segwit(word).then_some(Kind::Bitcoin)
        }
        [b'l' | b'L', b't' | b'T', b'c' | b'C', b'1', ..] => {
            bech32::is_segwit(word).then_some(Kind::Litecoin)
        }
        [b'a', b'd', b'd', b'r', b'1', ..] => bech32::is_valid(word).then_some(Kind::Cardano),
        [b'4' | b'8', ..] if bytes.len() >= 95 => base58::is_monero(bytes).then_some(Kind::Monero),
        [b'r', ..] => (base58::version(&base58::RIPPLE, bytes) == Some(0)).then_some(Kind::Ripple),
        _ => match base58::version(&base58::BITCOIN, bytes)? {
            0x00 | 0x05 | 0x6F | 0xC4 => Some(Kind::Bitcoin),
            0x30 | 0x32 => Some(Kind::Litecoin),
            0x1E | 0x16 => Some(Kind::Dogecoin),
            0x41 => Some(Kind::Tron),
            _ => None,
        },
    };
    kind.map(|kind| (kind, SCORE))
}

/// Forty hexadecimal digits; the case of the letters is the checksum (EIP-55).
fn ethereum(digits: &str, named: impl Fn() -> bool) -> Option<f32> {
    let hexadecimal = digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !hexadecimal || digits.bytes().all(|b| b == digits.as_bytes()[0]) {
        return None;
    }
    let upper = digits.bytes().any(|b| b.is_ascii_uppercase());
    let lower = digits.bytes().any(|b| b.is_ascii_lowercase());
    if !(upper && lower) {
        return named().then_some(NAMED);
    }
    let hash = Keccak256::digest(digits.to_ascii_lowercase());
    let nibble = |at: usize| (hash[at / 2] >> if at.is_multiple_of(2) { 4 } else { 0 }) & 0xF;
    let mut letters = digits
        .bytes()
        .enumerate()
        .filter(|(_, b)| b.is_ascii_alphabetic());
    letters
        .all(|(at, b)| b.is_ascii_uppercase() == (nibble(at) >= 8))
        .then_some(SCORE)
}
