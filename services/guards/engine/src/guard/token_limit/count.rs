//! Tokens counted by a vocabulary, no further than the limit, in time linear in the text.

use tiktoken::CoreBpe;

use crate::pace::Pace;

/// Bytes that are counted at once, with those up to the next place over which no token reaches.
const SLICE: usize = 256;
/// Most bytes. Merging the pairs of one long word takes longer than linear time: a word that is longer is
/// cut, which adds at most some tokens at each cut.
const CUT: usize = 1024;

/// Where the first token stands that is beyond `most`.
pub(super) fn beyond(
    vocabulary: &CoreBpe,
    text: &str,
    most: usize,
    pace: &Pace<'_>,
) -> Option<usize> {
    // A token is a byte at least.
    if text.len() <= most {
        return None;
    }
    let mut start = 0;
    let mut left = most;
    while start < text.len() && pace.long_step() {
        let end = slice_end(text, start);
        let slice = &text[start..end];
        let Some(rest) = left.checked_sub(count(vocabulary, slice)) else {
            let within = &vocabulary.encode(slice)[..left];
            let bytes = vocabulary.decode(within).len();
            return Some(start + slice.floor_char_boundary(bytes));
        };
        left = rest;
        start = end;
    }
    None
}

/// Tokens of a slice. A space between a sign and a digit is a token by itself; the crate leaves it to
/// its general expression, which is slow.
fn count(vocabulary: &CoreBpe, slice: &str) -> usize {
    let bytes = slice.as_bytes();
    let (mut start, mut tokens) = (0, 0);
    for at in memchr::memchr_iter(b' ', bytes) {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let after = bytes.get(at + 1);
        if before.is_some_and(|byte| byte.is_ascii_graphic())
            && after.is_some_and(u8::is_ascii_digit)
        {
            tokens += vocabulary.count(&slice[start..at]) + 1;
            start = at + 1;
        }
    }
    tokens + vocabulary.count(&slice[start..])
}

/// Where the slice ends that begins at `start`.
fn slice_end(text: &str, start: usize) -> usize {
    let (from, most) = (
        text.floor_char_boundary(start + SLICE),
        text.floor_char_boundary(start + CUT),
    );
    let mut before = None;
    let parts = text[from..most].char_indices().find(|(_, next)| {
        let before = before.replace(*next);
        before.is_some_and(|before| parts(before, *next))
    });
    parts.map_or(most, |(at, _)| from + at)
}

/// Whether no token of any vocabulary here reaches over the place between these: none has a blank behind
/// something else, nor digits beside other characters, nor a letter before such punctuation.
fn parts(before: char, next: char) -> bool {
    let letter = |c| matches!(c, 'a'..='z' | 'A'..='Z' | 'а'..='я' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿿');
    let punctuation = |c| {
        matches!(
            c,
            ',' | '.' | ';' | ':' | '!' | '?' | '，' | '。' | '、' | '！' | '？'
        )
    };
    !before.is_whitespace()
        && (next == ' '
            || before.is_numeric() != next.is_numeric()
            || (letter(before) && punctuation(next)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(encoding: &str, text: &str) -> Vec<u32> {
        tiktoken::get_encoding(encoding).unwrap().encode(text)
    }

    #[test]
    fn tokens_are_those_that_are_published() {
        // From the cookbook of `OpenAI`, "How to count tokens with tiktoken".
        for (encoding, text, tokens) in [
            (
                "cl100k_base",
                "antidisestablishmentarianism",
                &[519, 85342, 34500, 479, 8997, 2191][..],
            ),
            (
                "cl100k_base",
                "2 + 2 = 4",
                &[17, 489, 220, 17, 284, 220, 19],
            ),
            (
                "cl100k_base",
                "お誕生日おめでとう",
                &[33334, 45918, 243, 21990, 9080, 33334, 62004, 16556, 78699],
            ),
            (
                "o200k_base",
                "antidisestablishmentarianism",
                &[493, 129_901, 376, 160_388, 21203, 2367],
            ),
            ("o200k_base", "2 + 2 = 4", &[17, 659, 220, 17, 314, 220, 19]),
            (
                "o200k_base",
                "お誕生日おめでとう",
                &[8930, 9697, 243, 128_225, 8930, 17693, 4344, 48669],
            ),
        ] {
            assert_eq!(counted(encoding, text), tokens, "{encoding} {text}");
        }
    }

    #[test]
    fn spaces_before_digits_count_as_the_vocabulary_counts_them() {
        const PARTS: [&str; 9] = [" ", "1", "2345", "a", "'s", "-", "\n", "é", "٣"];
        for encoding in ["cl100k_base", "o200k_base"] {
            let vocabulary = tiktoken::get_encoding(encoding).unwrap();
            for number in 0..PARTS.len().pow(5) {
                let part = |place| PARTS[number / PARTS.len().pow(place) % PARTS.len()];
                let text: String = (0..5).map(part).collect();
                assert_eq!(
                    count(vocabulary, &text),
                    vocabulary.count(&text),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn no_token_reaches_over_a_place_that_parts() {
        const PARTS: [char; 18] = [
            ' ', '\n', '1', '٣', '½', 'a', 'B', 'я', '日', 'か', 'é', '\u{301}', '\'', ',', '。',
            '/', '😀', 's',
        ];
        for encoding in ["cl100k_base", "o200k_base"] {
            let vocabulary = tiktoken::get_encoding(encoding).unwrap();
            for number in 0..PARTS.len().pow(4) {
                let part = |place| PARTS[number / PARTS.len().pow(place) % PARTS.len()];
                if !parts(part(1), part(2)) {
                    continue;
                }
                let (first, second) = ([part(0), part(1)], [part(2), part(3)]);
                let [first, second]: [String; 2] = [first, second].map(String::from_iter);
                assert_eq!(
                    vocabulary.count(&first) + vocabulary.count(&second),
                    vocabulary.count(&format!("{first}{second}")),
                    "{first:?} {second:?}"
                );
            }
        }
    }

    #[test]
    fn slices_change_nothing_between_words() {
        let text =
            "She didn't sell 1234 sea-shells,  by the (sea)shore.\nAnd 日本 x ".repeat(3_000);
        for encoding in ["cl100k_base", "o200k_base"] {
            let vocabulary = tiktoken::get_encoding(encoding).unwrap();
            let all = vocabulary.count(&text);
            assert_eq!(beyond(vocabulary, &text, all, &Pace::free()), None);
            let last = beyond(vocabulary, &text, all - 1, &Pace::free()).unwrap();
            assert_eq!(&text[last..], " ");
        }
    }

    #[test]
    fn a_place_within_a_character_is_its_beginning() {
        let vocabulary = tiktoken::get_encoding("cl100k_base").unwrap();
        let text = "お誕生日";
        assert_eq!(counted("cl100k_base", text).len(), 5);
        let places: Vec<_> = (1..5)
            .map(|most| beyond(vocabulary, text, most, &Pace::free()))
            .collect();
        assert_eq!(places, [Some(3), Some(3), Some(6), Some(9)]);
    }

    #[test]
    fn long_words_are_cut() {
        let vocabulary = tiktoken::get_encoding("o200k_base").unwrap();
        let word = "é".repeat(2 * CUT);
        let whole = vocabulary.count(&word);
        let place = beyond(vocabulary, &word, whole - 1, &Pace::free()).map(|at| word.len() - at);
        assert!(place.is_none_or(|rest| rest <= 8), "{place:?}");
    }
}
