//! The small words of some languages: a text that has enough of them needs no trigrams.

use whatlang::Lang;

/// Words that are common in one language and, among those with the same letters, hardly known in
/// others.
const WORDS: [(Lang, &[&str]); 6] = [
    (
        Lang::Eng,
        &[
            "the", "and", "of", "that", "is", "are", "was", "were", "with", "this", "which",
            "have", "has", "from", "they", "you", "your", "not", "it", "be", "been", "would",
            "there", "their", "what", "when", "if", "or", "can", "should", "because", "before",
            "then", "she", "his", "him", "our", "could", "said", "who", "how", "about", "out",
            "any", "after", "into", "these", "those", "did", "does", "please",
        ],
    ),
    (
        Lang::Deu,
        &[
            "der", "und", "das", "ist", "nicht", "ein", "eine", "einen", "mit", "auf", "für",
            "von", "dem", "den", "des", "sich", "auch", "wird", "werden", "sind", "ich", "wir",
            "sie", "aber", "oder", "wenn", "nach", "bei", "noch", "zum", "zur", "dass",
        ],
    ),
    (
        Lang::Fra,
        &[
            "les", "est", "et", "dans", "une", "pour", "qui", "pas", "avec", "sur", "vous", "nous",
            "sont", "ce", "cette", "au", "du", "il", "elle", "je", "mais", "ou", "où", "aux",
            "être", "été", "plus", "ne", "ses", "leur",
        ],
    ),
    (
        Lang::Spa,
        &[
            "el", "los", "las", "y", "una", "por", "con", "del", "pero", "más", "muy", "está",
            "este", "esta", "hay", "son", "fue", "sus", "porque", "cuando", "también", "ha", "ser",
            "donde",
        ],
    ),
    (
        Lang::Ita,
        &[
            "il", "gli", "che", "di", "è", "per", "non", "della", "sono", "nel", "nella", "dei",
            "delle", "alla", "più", "anche", "questo", "questa", "ha", "come", "ma", "perché",
        ],
    ),
    (
        Lang::Nld,
        &[
            "het", "een", "van", "niet", "zijn", "voor", "met", "dat", "op", "aan", "ook", "wordt",
            "worden", "naar", "bij", "maar", "om", "hij", "zij", "wij", "deze", "nog", "uit",
            "heeft",
        ],
    ),
];

/// Least of them.
const LEAST: usize = 4;
/// One word in so many must be one of them.
const IN: usize = 5;

/// Whether a text has so many small words of one of these languages that it is in that.
pub(super) fn speaks_one_of(languages: &[Lang], words: &str) -> bool {
    let known = WORDS
        .iter()
        .filter(|(language, _)| languages.contains(language));
    known.into_iter().any(|(_, common)| {
        let (mut all, mut small) = (0, 0);
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            all += 1;
            small += usize::from(common.iter().any(|other| other.eq_ignore_ascii_case(word)));
        }
        small >= LEAST && small * IN >= all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_small_words_are_enough_where_they_are_one_in_five() {
        for (language, common) in WORDS {
            let words = |small: usize, others: usize| {
                common[..small].join(" ").to_uppercase() + &" zzz".repeat(others)
            };
            assert!(speaks_one_of(&[language], &words(4, 16)), "{language}");
            assert!(!speaks_one_of(&[language], &words(4, 17)), "{language}");
            assert!(!speaks_one_of(&[language], &words(3, 0)), "{language}");
            assert!(!speaks_one_of(&[Lang::Fin], &words(4, 0)), "{language}");
        }
    }
}
