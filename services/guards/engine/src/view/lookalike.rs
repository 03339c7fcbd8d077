//! Which characters look like one of ASCII. Data alone: when a look-alike is folded is for
//! [`super`] to say.
//!
//! [`letter`] and [`symbol`] are the rows of Unicode's `confusables.txt` (UTS #39) whose
//! skeleton is one ASCII character of the same sort, without right-to-left scripts, CJK, and what
//! NFKC folds; a capital that looks like `l` is `I` here. A test compares them with that data.
//! Copyright © Unicode, Inc.; Unicode License v3 (<https://www.unicode.org/license.txt>).

/// The ASCII letter that a letter looks like.
#[rustfmt::skip]
pub(super) const fn letter(c: char) -> Option<char> {
    Some(match c {
        '\u{0391}' | '\u{0410}' | '\u{13AA}' | '\u{15C5}' | '\u{A4EE}' | '\u{102A0}'
            | '\u{16F40}' => 'A',
        '\u{0392}' | '\u{0412}' | '\u{13F4}' | '\u{15F7}' | '\u{2C82}' | '\u{A4D0}'
            | '\u{A557}' | '\u{A7B4}' | '\u{10282}' | '\u{102A1}' | '\u{10301}' => 'B',
        '\u{0421}' | '\u{13DF}' | '\u{2CA4}' | '\u{A4DA}' | '\u{102A2}' | '\u{10302}'
            | '\u{10415}' | '\u{1051B}' => 'C',
        '\u{13A0}' | '\u{15DE}' | '\u{15EA}' | '\u{A4D3}' => 'D',
        '\u{0395}' | '\u{0415}' | '\u{13AC}' | '\u{2D39}' | '\u{A4F0}' | '\u{A5CB}'
            | '\u{10286}' | '\u{118A6}' | '\u{118AE}' => 'E',
        '\u{03DC}' | '\u{15B4}' | '\u{A4DD}' | '\u{A798}' | '\u{10287}' | '\u{102A5}'
            | '\u{10525}' | '\u{118A2}' | '\u{118C2}' => 'F',
        '\u{050C}' | '\u{13C0}' | '\u{13F3}' | '\u{A4D6}' => 'G',
        '\u{0397}' | '\u{041D}' | '\u{13BB}' | '\u{157C}' | '\u{2C8E}' | '\u{A4E7}'
            | '\u{102CF}' => 'H',
        '\u{0196}' | '\u{0399}' | '\u{0406}' | '\u{04C0}' | '\u{2C92}' | '\u{A7AE}'
            | '\u{16EAA}' => 'I',
        '\u{037F}' | '\u{0408}' | '\u{13AB}' | '\u{148D}' | '\u{A4D9}' | '\u{A7B2}' => 'J',
        '\u{039A}' | '\u{041A}' | '\u{13E6}' | '\u{16D5}' | '\u{2C94}' | '\u{A4D7}'
            | '\u{10518}' => 'K',
        '\u{13DE}' | '\u{14AA}' | '\u{2CD0}' | '\u{A4E1}' | '\u{1041B}' | '\u{10526}'
            | '\u{118A3}' | '\u{118B2}' | '\u{16F16}' => 'L',
        '\u{039C}' | '\u{03FA}' | '\u{041C}' | '\u{13B7}' | '\u{15F0}' | '\u{16D6}'
            | '\u{2C98}' | '\u{A4DF}' | '\u{102B0}' | '\u{10311}' => 'M',
        '\u{039D}' | '\u{2C9A}' | '\u{A4E0}' | '\u{10513}' | '\u{11ABE}' => 'N',
        '\u{039F}' | '\u{041E}' | '\u{0555}' | '\u{0B20}' | '\u{12D0}' | '\u{1CBF}'
            | '\u{2C9E}' | '\u{2D54}' | '\u{A4F3}' | '\u{10292}' | '\u{102AB}' | '\u{1030F}'
            | '\u{10404}' | '\u{104C2}' | '\u{10516}' | '\u{118B5}' | '\u{16AE9}' => 'O',
        '\u{03A1}' | '\u{0420}' | '\u{13E2}' | '\u{146D}' | '\u{2CA2}' | '\u{2CCE}'
            | '\u{A4D1}' | '\u{10295}' => 'P',
        '\u{051A}' | '\u{2D55}' => 'Q',
        '\u{01A6}' | '\u{024C}' | '\u{13A1}' | '\u{13D2}' | '\u{1587}' | '\u{A4E3}'
            | '\u{104B4}' | '\u{16F35}' => 'R',
        '\u{0405}' | '\u{054F}' | '\u{10BD}' | '\u{10FD}' | '\u{13D5}' | '\u{13DA}'
            | '\u{1CBD}' | '\u{A4E2}' | '\u{A576}' | '\u{10296}' | '\u{10420}' | '\u{16AD6}'
            | '\u{16F3A}' => 'S',
        '\u{03A4}' | '\u{0422}' | '\u{13A2}' | '\u{2CA6}' | '\u{A4D4}' | '\u{A50B}'
            | '\u{10297}' | '\u{102B1}' | '\u{10315}' | '\u{118BC}' | '\u{16F0A}' => 'T',
        '\u{054D}' | '\u{1200}' | '\u{144C}' | '\u{A4F4}' | '\u{104CE}' | '\u{118B8}'
            | '\u{16F42}' => 'U',
        '\u{0474}' | '\u{13D9}' | '\u{142F}' | '\u{2D38}' | '\u{A4E6}' | '\u{A6DF}'
            | '\u{1051D}' | '\u{118A0}' | '\u{16F08}' => 'V',
        '\u{051C}' | '\u{13B3}' | '\u{13D4}' | '\u{A4EA}' => 'W',
        '\u{03A7}' | '\u{0425}' | '\u{16B7}' | '\u{1CF5}' | '\u{2CAC}' | '\u{2D5D}'
            | '\u{A4EB}' | '\u{A7B3}' | '\u{10290}' | '\u{102B4}' | '\u{10317}' | '\u{10527}' => 'X',
        '\u{03A5}' | '\u{0423}' | '\u{04AE}' | '\u{13A9}' | '\u{13BD}' | '\u{2CA8}'
            | '\u{A4EC}' | '\u{102B2}' | '\u{118A4}' | '\u{16F43}' => 'Y',
        '\u{0396}' | '\u{10CD}' | '\u{13C3}' | '\u{2C6B}' | '\u{2C8C}' | '\u{A4DC}'
            | '\u{A6C9}' | '\u{10507}' | '\u{118A9}' | '\u{11ABC}' => 'Z',
        '\u{0251}' | '\u{03B1}' | '\u{0430}' | '\u{AB64}' => 'a',
        '\u{0184}' | '\u{042C}' | '\u{13CF}' | '\u{1472}' | '\u{15AF}' | '\u{1031C}'
            | '\u{16EB6}' => 'b',
        '\u{0441}' | '\u{1004}' | '\u{105A}' | '\u{1C83}' | '\u{1D04}' | '\u{2CA5}'
            | '\u{ABAF}' | '\u{1043D}' => 'c',
        '\u{0501}' | '\u{13E7}' | '\u{146F}' | '\u{A4D2}' => 'd',
        '\u{0435}' | '\u{04BD}' | '\u{AB32}' => 'e',
        '\u{0192}' | '\u{0284}' | '\u{0584}' | '\u{1E9D}' | '\u{A799}' | '\u{AB35}' => 'f',
        '\u{018D}' | '\u{0261}' | '\u{0581}' | '\u{1D83}' => 'g',
        '\u{04BA}' | '\u{04BB}' | '\u{0570}' | '\u{10B9}' | '\u{13C2}' => 'h',
        '\u{0131}' | '\u{0269}' | '\u{026A}' | '\u{03B9}' | '\u{0456}' | '\u{0582}'
            | '\u{13A5}' | '\u{2C93}' | '\u{A647}' | '\u{AB75}' | '\u{118C3}' => 'i',
        '\u{0237}' | '\u{03F3}' | '\u{0458}' | '\u{0575}' => 'j',
        '\u{01C0}' | '\u{04CF}' | '\u{16C1}' | '\u{16D0}' | '\u{2D4A}' | '\u{2D4F}'
            | '\u{A4F2}' | '\u{A56F}' | '\u{A781}' | '\u{A7FE}' | '\u{1028A}' | '\u{10309}'
            | '\u{1050E}' | '\u{11DDA}' | '\u{16D63}' | '\u{16F28}' => 'l',
        '\u{0578}' | '\u{057C}' => 'n',
        '\u{03BF}' | '\u{03C3}' | '\u{03ED}' | '\u{043E}' | '\u{0585}' | '\u{0C02}'
            | '\u{0C82}' | '\u{0D02}' | '\u{0D20}' | '\u{0D82}' | '\u{101D}' | '\u{10FF}'
            | '\u{1A45}' | '\u{1BEA}' | '\u{1C82}' | '\u{1D0F}' | '\u{1D11}' | '\u{2C9F}'
            | '\u{AB3D}' | '\u{1042C}' | '\u{104EA}' | '\u{11124}' | '\u{11302}' | '\u{118C8}'
            | '\u{118D7}' => 'o',
        '\u{00FE}' | '\u{01BF}' | '\u{03C1}' | '\u{03F8}' | '\u{0440}' | '\u{2CA3}'
            | '\u{2CCF}' => 'p',
        '\u{051B}' | '\u{0563}' | '\u{0566}' => 'q',
        '\u{0433}' | '\u{1D26}' | '\u{2C85}' | '\u{AB47}' | '\u{AB48}' | '\u{AB81}'
            | '\u{16A19}' => 'r',
        '\u{01BD}' | '\u{0455}' | '\u{0D1F}' | '\u{A731}' | '\u{ABAA}' | '\u{10448}'
            | '\u{118C1}' => 's',
        '\u{028B}' | '\u{03C5}' | '\u{057D}' | '\u{1D1C}' | '\u{A79F}' | '\u{AB4E}'
            | '\u{AB52}' | '\u{104F6}' | '\u{118D8}' => 'u',
        '\u{03BD}' | '\u{0475}' | '\u{1D20}' | '\u{ABA9}' | '\u{11706}' | '\u{118C0}' => 'v',
        '\u{026F}' | '\u{0448}' | '\u{0461}' | '\u{051D}' | '\u{0561}' | '\u{1D21}'
            | '\u{2CBD}' | '\u{A7FA}' | '\u{AB83}' | '\u{ABA4}' | '\u{1170A}' | '\u{1170E}'
            | '\u{1170F}' => 'w',
        '\u{0445}' | '\u{1541}' | '\u{157D}' | '\u{1763}' | '\u{1BEC}' => 'x',
        '\u{0263}' | '\u{028F}' | '\u{03B3}' | '\u{0443}' | '\u{04AF}' | '\u{10E7}'
            | '\u{1D8C}' | '\u{1EFF}' | '\u{2CA9}' | '\u{AB5A}' | '\u{118C4}' | '\u{118DC}' => 'y',
        '\u{1D22}' | '\u{2C6C}' | '\u{2C8D}' | '\u{2D2D}' | '\u{AB93}' => 'z',
        _ => return None,
    })
}

/// The ASCII sign that a sign looks like.
#[rustfmt::skip]
pub(super) const fn symbol(c: char) -> Option<char> {
    Some(match c {
        '\u{1F672}' | '\u{1F674}' | '\u{1F675}' => '&',
        '\u{02F4}' | '\u{055A}' | '\u{055B}' | '\u{055D}' | '\u{2018}' | '\u{2019}'
            | '\u{201B}' | '\u{2032}' | '\u{2035}' | '\u{2CFF}' => '\'',
        '\u{2768}' | '\u{2772}' | '\u{2E62}' => '(',
        '\u{2769}' | '\u{2773}' | '\u{2E63}' => ')',
        '\u{204E}' | '\u{2217}' => '*',
        '\u{16ED}' | '\u{2795}' => '+',
        '\u{201A}' | '\u{2E12}' => ',',
        '\u{02D7}' | '\u{1BF3}' | '\u{2010}' | '\u{2012}' | '\u{2013}' | '\u{2043}'
            | '\u{2212}' | '\u{2796}' | '\u{10191}' => '-',
        '\u{A60E}' | '\u{ABEC}' | '\u{1D16D}' => '.',
        '\u{1735}' | '\u{2041}' | '\u{2044}' | '\u{2215}' | '\u{2571}' | '\u{27CB}'
            | '\u{29F8}' | '\u{1D23A}' => '/',
        '\u{02F8}' | '\u{0589}' | '\u{1361}' | '\u{1393}' | '\u{16EC}' | '\u{1803}'
            | '\u{1809}' | '\u{205A}' | '\u{2236}' | '\u{A789}' | '\u{1123A}' | '\u{1D108}' => ':',
        '\u{02C2}' | '\u{2039}' | '\u{276E}' | '\u{1D236}' => '<',
        '\u{1400}' | '\u{2E40}' | '\u{A4FF}' | '\u{A78A}' | '\u{10190}' => '=',
        '\u{02C3}' | '\u{203A}' | '\u{276F}' | '\u{1D237}' => '>',
        '\u{2216}' | '\u{2572}' | '\u{27CD}' | '\u{29F5}' | '\u{29F9}' | '\u{1D20F}'
            | '\u{1D23B}' => '\\',
        '\u{02C4}' => '^',
        '\u{2774}' | '\u{1D114}' => '{',
        '\u{2775}' => '}',
        '\u{2053}' | '\u{223C}' => '~',
        _ => return None,
    })
}

/// The ASCII letter that a letter stands for in a word with Latin letters: small capitals, and
/// Cyrillic and Greek letters that are like a Latin one in its other case. Not in the Unicode data.
#[rustfmt::skip]
pub(super) const fn loose(c: char) -> Option<char> {
    Some(match c {
        '\u{1D00}' => 'a',
        '\u{0299}' | '\u{0432}' => 'b',
        '\u{1D05}' => 'd',
        '\u{1D07}' => 'e',
        '\u{A730}' => 'f',
        '\u{0262}' => 'g',
        '\u{029C}' | '\u{043D}' => 'h',
        '\u{1D0A}' => 'j',
        '\u{1D0B}' | '\u{043A}' | '\u{03BA}' => 'k',
        '\u{029F}' => 'l',
        '\u{1D0D}' | '\u{043C}' => 'm',
        '\u{0274}' | '\u{03B7}' => 'n',
        '\u{1D18}' => 'p',
        '\u{01EB}' => 'q',
        '\u{0280}' => 'r',
        '\u{1D1B}' | '\u{0442}' | '\u{03C4}' => 't',
        '\u{03C9}' => 'w',
        _ => return None,
    })
}

/// The ASCII digit of a decimal digit (general category `Nd`) that NFKC leaves as it is.
pub(super) fn digit(c: char) -> Option<char> {
    let place = ZEROS.partition_point(|zero| *zero <= c).checked_sub(1)?;
    char::from_digit(u32::from(c) - u32::from(ZEROS[place]), 10)
}

/// The zeros of all scripts.
#[rustfmt::skip]
const ZEROS: [char; 67] = [
    '\u{0660}', '\u{06F0}', '\u{07C0}', '\u{0966}', '\u{09E6}', '\u{0A66}', '\u{0AE6}',
    '\u{0B66}', '\u{0BE6}', '\u{0C66}', '\u{0CE6}', '\u{0D66}', '\u{0DE6}', '\u{0E50}',
    '\u{0ED0}', '\u{0F20}', '\u{1040}', '\u{1090}', '\u{17E0}', '\u{1810}', '\u{1946}',
    '\u{19D0}', '\u{1A80}', '\u{1A90}', '\u{1B50}', '\u{1BB0}', '\u{1C40}', '\u{1C50}',
    '\u{A620}', '\u{A8D0}', '\u{A900}', '\u{A9D0}', '\u{A9F0}', '\u{AA50}', '\u{ABF0}',
    '\u{104A0}', '\u{10D30}', '\u{10D40}', '\u{11066}', '\u{110F0}', '\u{11136}', '\u{111D0}',
    '\u{112F0}', '\u{11450}', '\u{114D0}', '\u{11650}', '\u{116C0}', '\u{116D0}', '\u{116DA}',
    '\u{11730}', '\u{118E0}', '\u{11950}', '\u{11BF0}', '\u{11C50}', '\u{11D50}', '\u{11DA0}',
    '\u{11DE0}', '\u{11F50}', '\u{16A60}', '\u{16AC0}', '\u{16B50}', '\u{16D70}', '\u{1E140}',
    '\u{1E2F0}', '\u{1E4F0}', '\u{1E5F1}', '\u{1E950}',
];

#[cfg(test)]
mod tests {
    use unicode_normalization::{IsNormalized, is_nfkc_quick};

    use super::*;

    /// Right-to-left scripts, CJK and Hangul.
    fn is_left_out(c: char) -> bool {
        matches!(u32::from(c), 0x590..=0x8FF | 0x1100..=0x11FF | 0x2E80..=0x9FFF | 0xAC00..=0xD7FF
            | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF
            | 0x20000..=0x3FFFF)
    }

    fn of_unicode(c: char) -> Option<char> {
        let mut skeleton =
            unicode_security::skeleton(c.encode_utf8(&mut [0; 4])).collect::<Vec<_>>();
        let like = skeleton.pop().filter(char::is_ascii_graphic)?;
        let folds = is_nfkc_quick(std::iter::once(c)) != IsNormalized::No;
        let same_sort = c.is_alphabetic() == like.is_ascii_alphabetic() && !like.is_ascii_digit();
        let numeric = c.is_numeric() && !c.is_alphabetic();
        let fits = skeleton.is_empty() && folds && same_sort && !numeric && !is_left_out(c);
        let like = if like == 'l' && c.is_uppercase() {
            'I'
        } else {
            like
        };
        fits.then_some(like)
    }

    #[test]
    fn the_tables_are_those_of_unicode() {
        for c in '\u{80}'..=char::MAX {
            let like = letter(c).or_else(|| symbol(c));
            assert_eq!(like, of_unicode(c), "{c:?} U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn digits_of_every_script_have_a_value() {
        for (c, wanted) in [('٣', '3'), ('९', '9'), ('๐', '0'), ('۷', '7')] {
            assert_eq!(digit(c), Some(wanted));
        }
        for c in ['\u{65F}', 'é', '½', '日'] {
            assert_eq!(digit(c), None, "{c}");
        }
        assert!(ZEROS.is_sorted());
        for zero in ZEROS {
            let each = (0..10).map(|d| char::from_u32(u32::from(zero) + d));
            assert!(
                each.flatten().filter(|c| c.is_numeric()).count() == 10,
                "{zero:?}"
            );
        }
    }
}
