//! Bech32 and Bech32m (BIP 173, BIP 350).

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// What the checksum of each comes to.
const BECH32: u32 = 1;
const BECH32M: u32 = 0x2BC8_30A3;

/// A segregated witness address: version 0 with Bech32, later ones with Bech32m.
pub(super) fn is_segwit(address: &str) -> bool {
    let lengths = 14..=90;
    let Some((version, checksum)) = read(address).filter(|_| lengths.contains(&address.len()))
    else {
        return false;
    };
    match version {
        0 => checksum == BECH32,
        1..=16 => checksum == BECH32M,
        _ => false,
    }
}

/// Any Bech32 string, of any length.
pub(super) fn is_valid(address: &str) -> bool {
    read(address).is_some_and(|(_, checksum)| checksum == BECH32)
}

/// The first value after the separator, and what the checksum comes to.
fn read(address: &str) -> Option<(u8, u32)> {
    let mixed = address.bytes().any(|b| b.is_ascii_uppercase())
        && address.bytes().any(|b| b.is_ascii_lowercase());
    let (name, data) = address.rsplit_once('1')?;
    if mixed || data.len() < 7 {
        return None;
    }
    let name = || name.bytes().map(|b| b.to_ascii_lowercase());
    let expanded = name()
        .map(|b| b >> 5)
        .chain([0])
        .chain(name().map(|b| b & 31));
    let mut checksum = expanded.fold(1, step);
    let mut first = None;
    for byte in data.bytes() {
        let byte = byte.to_ascii_lowercase();
        let (value, _) = (0..).zip(ALPHABET).find(|(_, known)| **known == byte)?;
        first.get_or_insert(value);
        checksum = step(checksum, value);
    }
    Some((first?, checksum))
}

/// One step of the BCH code.
fn step(checksum: u32, value: u8) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3B6A_57B2,
        0x2650_8E6D,
        0x1EA1_19FA,
        0x3D42_33DD,
        0x2A14_62B3,
    ];
    let top = checksum >> 25;
    let shifted = ((checksum & 0x01FF_FFFF) << 5) ^ u32::from(value);
    GENERATOR
        .iter()
        .enumerate()
        .filter(|(bit, _)| top >> bit & 1 == 1)
        .fold(shifted, |checksum, (_, part)| checksum ^ part)
}
