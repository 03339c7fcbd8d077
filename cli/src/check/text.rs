//! From the bytes of a file to the text that guards read.

/// Git's own rule: a file with a NUL among its first bytes is binary.
const LOOKED_AT: usize = 8000;

/// The text in a file: UTF-8, UTF-16 with its byte order mark, or an older encoding, whose ASCII
/// part is what secrets are made of. Nothing for binary files.
pub(super) fn decode(bytes: Vec<u8>) -> Option<String> {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    // Of UTF-32, which nobody writes: no text, rather than one with a NUL in each gap.
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) {
        return None;
    }
    match bytes.get(..2) {
        Some([0xff, 0xfe]) => return Some(utf16(u16::from_le_bytes)),
        Some([0xfe, 0xff]) => return Some(utf16(u16::from_be_bytes)),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    (!head.contains(&0)).then(|| lossy(bytes))
}

/// As UTF-8; what is none becomes replacement characters.
pub(super) fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// For a line of a terminal: control characters, as file names may have, are written out.
pub(super) fn printable(line: &str) -> String {
    let mut printable = String::with_capacity(line.len());
    for character in line.chars() {
        if character.is_control() {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_is_what_has_a_nul_near_its_beginning() {
        let late = [&[b'x'; LOOKED_AT][..], b"\0 tail"].concat();
        let early = [&[b'x'; LOOKED_AT - 1][..], b"\0 tail"].concat();
        for (bytes, wanted) in [
            (b"".to_vec(), Some("")),
            (b"\xff\xfea\0\0\0".to_vec(), Some("a\0")),
            (b"\xfe\xff\0a".to_vec(), Some("a")),
            (b"caf\xe9".to_vec(), Some("caf\u{fffd}")),
            (b"PK\x03\x04\0".to_vec(), None),
            (b"\xff\xfe\0\0a\0\0\0".to_vec(), None),
            (early, None),
        ] {
            assert_eq!(decode(bytes.clone()).as_deref(), wanted, "{bytes:?}");
        }
        assert!(decode(late).is_some_and(|text| text.ends_with("tail")));
    }

    #[test]
    fn a_name_cannot_steer_a_terminal() {
        assert_eq!(printable("a\u{1b}[2J\n\u{e9}"), "a\\u{1b}[2J\\n\u{e9}");
    }
}
