//! Codes of the languages that can be told, and which are easily taken for each other.

use whatlang::Lang;

/// ISO 639-1 codes, in order; `nb` is Norwegian Bokmål, `zh` Chinese of any kind.
pub(super) const CODES: [&str; 70] = [
    "af", "ak", "am", "ar", "az", "be", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "eo",
    "es", "et", "fa", "fi", "fr", "gu", "he", "hi", "hr", "hu", "hy", "id", "it", "ja", "jv", "ka",
    "km", "kn", "ko", "la", "lt", "lv", "mk", "ml", "mr", "my", "nb", "ne", "nl", "or", "pa", "pl",
    "pt", "ro", "ru", "si", "sk", "sl", "sn", "sr", "sv", "ta", "te", "th", "tk", "tl", "tr", "uk",
    "ur", "uz", "vi", "yi", "zh", "zu",
];

/// The languages of the codes.
const LANGUAGES: [Lang; CODES.len()] = [
    Lang::Afr,
    Lang::Aka,
    Lang::Amh,
    Lang::Ara,
    Lang::Aze,
    Lang::Bel,
    Lang::Bul,
    Lang::Ben,
    Lang::Cat,
    Lang::Ces,
    Lang::Cym,
    Lang::Dan,
    Lang::Deu,
    Lang::Ell,
    Lang::Eng,
    Lang::Epo,
    Lang::Spa,
    Lang::Est,
    Lang::Pes,
    Lang::Fin,
    Lang::Fra,
    Lang::Guj,
    Lang::Heb,
    Lang::Hin,
    Lang::Hrv,
    Lang::Hun,
    Lang::Hye,
    Lang::Ind,
    Lang::Ita,
    Lang::Jpn,
    Lang::Jav,
    Lang::Kat,
    Lang::Khm,
    Lang::Kan,
    Lang::Kor,
    Lang::Lat,
    Lang::Lit,
    Lang::Lav,
    Lang::Mkd,
    Lang::Mal,
    Lang::Mar,
    Lang::Mya,
    Lang::Nob,
    Lang::Nep,
    Lang::Nld,
    Lang::Ori,
    Lang::Pan,
    Lang::Pol,
    Lang::Por,
    Lang::Ron,
    Lang::Rus,
    Lang::Sin,
    Lang::Slk,
    Lang::Slv,
    Lang::Sna,
    Lang::Srp,
    Lang::Swe,
    Lang::Tam,
    Lang::Tel,
    Lang::Tha,
    Lang::Tuk,
    Lang::Tgl,
    Lang::Tur,
    Lang::Ukr,
    Lang::Urd,
    Lang::Uzb,
    Lang::Vie,
    Lang::Yid,
    Lang::Cmn,
    Lang::Zul,
];

/// Languages that are taken for each other in texts of some sentences.
const FAMILIES: [&[Lang]; 10] = [
    &[Lang::Dan, Lang::Nob, Lang::Swe],
    &[Lang::Spa, Lang::Por, Lang::Cat],
    &[Lang::Ces, Lang::Slk],
    &[Lang::Hrv, Lang::Slv, Lang::Srp],
    &[
        Lang::Rus,
        Lang::Ukr,
        Lang::Bel,
        Lang::Bul,
        Lang::Mkd,
        Lang::Srp,
    ],
    &[Lang::Ind, Lang::Jav],
    &[Lang::Tur, Lang::Aze, Lang::Tuk, Lang::Uzb],
    &[Lang::Hin, Lang::Mar, Lang::Nep],
    &[Lang::Nld, Lang::Afr],
    &[Lang::Pes, Lang::Urd],
];

/// The language of a code.
pub(super) fn language(code: &str) -> Option<Lang> {
    let index = CODES.iter().position(|other| *other == code)?;
    Some(LANGUAGES[index])
}

/// The code of a language.
pub(super) fn code(language: Lang) -> &'static str {
    let index = LANGUAGES.iter().position(|other| *other == language);
    index.map_or("another language", |index| CODES[index])
}

/// Languages that it is easily taken for, with itself.
pub(super) fn relatives(language: Lang) -> &'static [Lang] {
    let family = FAMILIES.iter().find(|family| family.contains(&language));
    family.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_code() {
        assert!(CODES.is_sorted());
        for known in Lang::all() {
            assert_eq!(language(code(*known)), Some(*known));
        }
        assert_eq!(Lang::all().len(), CODES.len());
    }
}
