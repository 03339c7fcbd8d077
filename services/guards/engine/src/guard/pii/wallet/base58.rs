//! Base58 with a checksum: as Bitcoin writes it, with the alphabet of XRP, and in the blocks of Monero.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

const NONE: u8 = 0xFF;

/// The value of each byte in Bitcoin's alphabet.
pub(super) static BITCOIN: [u8; 256] =
    values(b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");
/// The value of each byte in the alphabet of XRP.
pub(super) static RIPPLE: [u8; 256] =
    values(b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz");

/// Version, hash of 20 bytes, checksum.
const PAYLOAD: usize = 25;
/// Characters of an address of [`PAYLOAD`] bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 25..=36;

const fn values(alphabet: &[u8; 58]) -> [u8; 256] {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < 58 {
        values[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    values
}

/// The version byte of an address whose checksum, the double SHA-256 of the rest, fits.
pub(super) fn version(values: &[u8; 256], address: &[u8]) -> Option<u8> {
    if !LENGTHS.contains(&address.len()) {
        return None;
    }
    let mut bytes = [0_u8; PAYLOAD];
    decode(values, address, &mut bytes)?;
    let (payload, checksum) = bytes.split_at(PAYLOAD - 4);
    let hash = Sha256::digest(Sha256::digest(payload));
    // Each zero byte in front is written as the first of the alphabet, one for one.
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let written = address
        .iter()
        .take_while(|c| values[usize::from(**c)] == 0)
        .count();
    (hash[..4] == *checksum && zeros == written).then_some(bytes[0])
}

/// A public address of Monero: blocks of eleven characters for eight bytes, and Keccak-256.
pub(super) fn is_monero(address: &[u8]) -> bool {
    const BLOCK: usize = 11;
    const STANDARD: [u8; 3] = [18, 19, 42];
    // 69 bytes, or 77 with the id of a payment.
    let (length, last) = match address.len() {
        95 => (69, 5),
        106 => (77, 5),
        _ => return false,
    };
    let mut bytes = [0_u8; 77];
    let blocks = address.chunks(BLOCK).zip(bytes[..length].chunks_mut(8));
    for (block, place) in blocks {
        let whole = block.len() == BLOCK && place.len() == 8;
        let rest = block.len() == 7 && place.len() == last;
        if !(whole || rest) || decode(&BITCOIN, block, place).is_none() {
            return false;
        }
    }
    let (payload, checksum) = bytes[..length].split_at(length - 4);
    STANDARD.contains(&bytes[0]) && Keccak256::digest(payload)[..4] == *checksum
}

/// Writes the number that `digits` are to the base 58 into `bytes`, if it fits.
fn decode(values: &[u8; 256], digits: &[u8], bytes: &mut [u8]) -> Option<()> {
    for digit in digits {
        let value = values[usize::from(*digit)];
        let mut carry = (value != NONE).then_some(u32::from(value))?;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(())
}
