//! The Huffman code of HPACK (RFC 7541, section 5.2 and appendix B), decoded. What is sent from
//! here is not coded.

/// Bits in the code of each octet, and of the end of a string. The code is canonical: shorter
/// ones first, and equally long ones in the order of their octets; so the lengths say it all.
#[rustfmt::skip]
const LENGTHS: [u8; SYMBOLS] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
     6, 10, 10, 12, 13,  6,  8, 11, 10, 10,  8, 11,  8,  6,  6,  6,
     5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8, 15,  6, 12, 10,
    13,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
     7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8, 13, 19, 13, 14,  6,
    15,  5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,
     6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
];
const SYMBOLS: usize = 257;
/// The end of a string: never sent, but that its first bits fill the last octet.
const END: u16 = 256;
const LONGEST: usize = 30;

static CODE: Code = Code::new();

struct Code {
    /// All symbols in the order of their codes.
    symbols: [u16; SYMBOLS],
    /// For each length: its first code, with the highest bit first.
    first: [u64; LONGEST + 1],
    /// For each length: how many codes it has, and where their symbols begin.
    count: [usize; LONGEST + 1],
    start: [usize; LONGEST + 1],
    /// What eight bits begin with: an octet and the length of its code, zero for longer ones.
    short: [(u8, u8); 256],
}

/// Decodes a string and appends it. None if it is not in the code, or badly padded.
pub(super) fn decode(mut coded: &[u8], text: &mut Vec<u8>) -> Option<()> {
    // The bits not decoded yet, the next one highest, and how many they are.
    let (mut bits, mut count) = (0_u64, 0_u32);
    loop {
        while count <= 56
            && let Some((&octet, rest)) = coded.split_first()
        {
            bits |= u64::from(octet) << (56 - count);
            count += 8;
            coded = rest;
        }
        if count == 0 {
            return Some(());
        }
        let (octet, length) = match CODE.short[usize::from(bits.to_be_bytes()[0])] {
            (_, 0) => CODE.long(bits)?,
            (octet, length) => (octet, u32::from(length)),
        };
        if length > count {
            // Less than an octet of ones (section 5.2).
            let padding = u64::MAX << (64 - count);
            return (count < 8 && bits == padding).then_some(());
        }
        text.push(octet);
        bits <<= length;
        count -= length;
    }
}

// === impl Code ===

impl Code {
    const fn new() -> Self {
        let mut code = Self {
            symbols: [0; SYMBOLS],
            first: [0; LONGEST + 1],
            count: [0; LONGEST + 1],
            start: [0; LONGEST + 1],
            short: [(0, 0); 256],
        };
        let (mut length, mut next, mut placed) = (1, 0, 0);
        while length <= LONGEST {
            next <<= 1;
            code.first[length] = next;
            code.start[length] = placed;
            let mut symbol = 0_u16;
            while symbol <= END {
                if LENGTHS[symbol as usize] as usize == length {
                    code.symbols[placed] = symbol;
                    if length <= 8 {
                        code.shorten(symbol, length, next);
                    }
                    placed += 1;
                    next += 1;
                }
                symbol += 1;
            }
            code.count[length] = placed - code.start[length];
            length += 1;
        }
        code
    }

    /// Every octet that begins with this code.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "constant: codes of at most eight bits belong to octets, and lengths are below 31"
    )]
    const fn shorten(&mut self, symbol: u16, length: usize, code: u64) {
        let spare = 8 - length;
        let mut low = 0;
        while low < 1 << spare {
            self.short[((code as usize) << spare) | low] = (symbol as u8, length as u8);
            low += 1;
        }
    }

    /// The octet whose code of more than eight bits comes first, and the code's length.
    fn long(&self, bits: u64) -> Option<(u8, u32)> {
        (9_u32..).zip(9..=LONGEST).find_map(|(length, index)| {
            let offset = (bits >> (64 - length)).checked_sub(self.first[index])?;
            let offset = usize::try_from(offset).ok()?;
            let symbol =
                (offset < self.count[index]).then(|| self.symbols[self.start[index] + offset])?;
            Some((u8::try_from(symbol).ok()?, length))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn decoded(coded: &[u8]) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        decode(coded, &mut text).map(|()| text)
    }

    /// Codes each octet as the lengths say.
    fn encoded(text: &[u8]) -> Vec<u8> {
        let mut bits = String::new();
        for &octet in text {
            let length = usize::from(LENGTHS[usize::from(octet)]);
            let place = CODE
                .symbols
                .iter()
                .position(|&symbol| symbol == u16::from(octet));
            let place = u64::try_from(place.unwrap() - CODE.start[length]).unwrap();
            write!(bits, "{:0length$b}", CODE.first[length] + place).unwrap();
        }
        while !bits.len().is_multiple_of(8) {
            bits.push('1');
        }
        let octets = bits.as_bytes().chunks(8);
        octets
            .map(|octet| u8::from_str_radix(str::from_utf8(octet).unwrap(), 2).unwrap())
            .collect()
    }

    /// RFC 7541, C.4 and C.6.
    #[test]
    fn the_examples_of_the_rfc() {
        let cases: [(&[u8], &str); 5] = [
            (b"\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff", "www.example.com"),
            (b"\xa8\xeb\x10\x64\x9c\xbf", "no-cache"),
            (b"\x25\xa8\x49\xe9\x5b\xa9\x7d\x7f", "custom-key"),
            (b"\x64\x02", "302"),
            (
                b"\xd0\x7a\xbe\x94\x10\x54\xd4\x44\xa8\x20\x05\x95\x04\x0b\x81\x66\xe0\x82\xa6\x2d\x1b\xff",
                "Mon, 21 Oct 2013 20:13:21 GMT",
            ),
        ];
        for (coded, text) in cases {
            assert_eq!(decoded(coded).as_deref(), Some(text.as_bytes()), "{text}");
            assert_eq!(encoded(text.as_bytes()), coded, "{text}");
        }
        assert_eq!(decoded(b""), Some(Vec::new()));
    }

    /// Appendix B, of each length and at its ends.
    #[test]
    fn the_code_is_that_of_the_rfc() {
        for (octet, code) in [
            (b'0', 0x0),
            (b't', 0x9),
            (b' ', 0x14),
            (b'u', 0x2d),
            (b':', 0x5c),
            (b'z', 0x7b),
            (b'&', 0xf8),
            (b'Z', 0xfd),
            (b'!', 0x3f8),
            (b'?', 0x3fc),
            (b'|', 0x7fc),
            (b'#', 0xffa),
            (b'$', 0x1ff9),
            (b'~', 0x1ffd),
            (b'^', 0x3ffc),
            (b'}', 0x3ffd),
            (b'<', 0x7ffc),
            (b'{', 0x7ffe),
            (b'\\', 0x7_fff0),
            (0xd0, 0x7_fff2),
            (128, 0xf_ffe6),
            (153, 0x1f_ffdc),
            (129, 0x3f_ffd2),
            (1, 0x7f_ffd8),
            (9, 0xff_ffea),
            (199, 0x1ff_ffec),
            (192, 0x3ff_ffe0),
            (203, 0x7ff_ffde),
            (2, 0xfff_ffe2),
            (249, 0xfff_fffe),
            (10, 0x3fff_fffc),
            (22, 0x3fff_fffe),
        ] {
            let length = usize::from(LENGTHS[usize::from(octet)]);
            let place = CODE.symbols[CODE.start[length]..]
                .iter()
                .position(|&symbol| symbol == u16::from(octet));
            assert_eq!(
                CODE.first[length] + u64::try_from(place.unwrap()).unwrap(),
                code,
                "{octet}"
            );
        }
    }

    #[test]
    fn every_octet_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        for octet in &all {
            assert_eq!(decoded(&encoded(&[*octet])), Some(vec![*octet]));
        }
        assert_eq!(decoded(&encoded(&all)), Some(all));
    }

    #[test]
    fn bad_padding_and_the_end_of_a_string_are_refused() {
        // Padding with a zero, of a whole octet, and the code of the end itself.
        for coded in [
            &b"\xa8\xeb\x10\x64\x9c\xbe"[..],
            b"\xff",
            b"\x64\x02\xff",
            b"\xff\xff\xff\xff",
            b"\xff\xff\xff\xfc",
        ] {
            assert_eq!(decoded(coded), None, "{coded:x?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_is_decoded_or_refused(coded: Vec<u8>) {
            if let Some(text) = decoded(&coded) {
                proptest::prop_assert_eq!(encoded(&text), coded);
            }
        }
    }
}
