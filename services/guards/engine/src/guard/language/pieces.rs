//! A text in pieces that can be judged by themselves: some sentences in one alphabet.

use crate::finding::Span;
use crate::pace::Pace;
use crate::prose::{is_joint, words};
use crate::view::is_spaceless;

/// Letters after which a piece ends with its sentence, at the start of a text: one sentence may be in
/// another language than the next. Further on they are more, up to [`LONGER`]: a long text is judged
/// in a number of pieces that hardly grows.
const LONG: usize = 60;
const LONGER: usize = 2_000;
/// Most bytes of the words of a piece, and of a word that is read.
const LONGEST: usize = 4096;
/// Bytes of a line after which its end is no longer waited for.
const LONG_LINE: usize = 4096;

/// Words of one alphabet that follow each other.
#[derive(Debug)]
pub(super) struct Piece {
    /// From the first to the last of them.
    pub(super) span: Span,
    /// The words alone, with a blank after each.
    pub(super) words: String,
    letters: usize,
    script: Script,
}

/// Alphabets that several languages share, and all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Hebrew,
    /// Of one language, or one with signs for words and syllables.
    Own,
}

// === impl Script ===

impl Script {
    fn of(c: char) -> Self {
        match c {
            'A'..='Z' | 'a'..='z' | '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Self::Latin,
            '\u{400}'..='\u{52F}' => Self::Cyrillic,
            '\u{590}'..='\u{5FF}' => Self::Hebrew,
            '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{8A0}'..='\u{8FF}' => Self::Arabic,
            '\u{900}'..='\u{97F}' => Self::Devanagari,
            _ => Self::Own,
        }
    }

    /// How many letters one is worth.
    const fn worth(self) -> usize {
        match self {
            Self::Latin => 1,
            Self::Own => 4,
            _ => 2,
        }
    }
}

// === impl Piece ===

impl Piece {
    /// Whether it is mostly words as sentences have them: code has names and signs between them.
    fn is_prose(&self, text: &str, pace: &Pace<'_>) -> bool {
        let around = |c: char| c.is_ascii_punctuation() && !"=<>{}/\\*+|&_$@#%^~`".contains(c);
        let odd = |token: &str| {
            let inner = token.trim_matches(around);
            // Where no blanks stand between words, punctuation does.
            let spaceless = pace.along(inner.chars()).any(is_spaceless);
            let sign = |c: char| match c {
                ',' | '.' | ';' | ':' | '!' | '?' | '(' | ')' if spaceless => false,
                _ => c.is_ascii() && !c.is_ascii_alphabetic() && !is_joint(c),
            };
            pace.along(inner.chars()).any(sign) || (inner.is_empty() && token != "-")
        };
        let mut tokens = (0, 0);
        let tokens_of = text[self.span.start..self.span.end].split_whitespace();
        for token in tokens_of.take_while(|_| pace.step()) {
            tokens.0 += usize::from(odd(token));
            tokens.1 += 1;
        }
        tokens.0 * 3 <= tokens.1
    }

    /// Whether it is mostly names, which are of no language: words with a capital and small letters.
    fn is_names(&self) -> bool {
        let (mut all, mut names) = (0, 0);
        for word in self.words.split_ascii_whitespace() {
            let mut letters = word.chars();
            let capital = letters.next().is_some_and(char::is_uppercase);
            all += 1;
            names += usize::from(capital && letters.any(char::is_lowercase));
        }
        names * 5 >= all * 3
    }
}

/// The pieces of a text that are worth at least so many letters.
pub(super) fn pieces(text: &str, least_letters: usize, pace: &Pace<'_>) -> Vec<Piece> {
    let mut done: Vec<Piece> = Vec::new();
    let mut open: Option<Piece> = None;
    let mut end = |open: &mut Option<Piece>| {
        let judged = |piece: &Piece| piece.is_prose(text, pace) && !piece.is_names();
        let fits = |piece: &Piece| piece.letters >= least_letters && judged(piece);
        done.extend(open.take().filter(fits));
    };
    let mut fenced = false;
    let mut line_start = 0;
    for line in text.split_inclusive('\n').take_while(|_| pace.step()) {
        let content = line.trim();
        let fence = content.starts_with("```");
        fenced ^= fence;
        if fence || content.is_empty() {
            end(&mut open);
        }
        if !fence && !fenced {
            let shortest = LONG.max(least_letters);
            for (place, word) in words(line, pace) {
                // The place in a line counts only where the line is no longer one of prose.
                let far = line_start + place / LONG_LINE * LONG_LINE;
                let long = (far / 64).clamp(shortest, LONGER.max(least_letters));
                let script = word.chars().next().map_or(Script::Own, Script::of);
                let full = (open.as_ref()).is_some_and(|piece| {
                    piece.script != script || piece.words.len() + word.len() >= LONGEST
                });
                if full {
                    end(&mut open);
                }
                let start = line_start + place;
                let piece = open.get_or_insert_with(|| Piece {
                    span: Span::new(start, start),
                    words: String::new(),
                    letters: 0,
                    script,
                });
                piece.span.end = start + word.len();
                let word_end = word.floor_char_boundary(LONGEST);
                piece.words.push_str(&word[..word_end]);
                piece.words.push(' ');
                piece.letters += word.chars().count() * script.worth();
                if piece.letters >= long && ends_sentence(&line[place + word.len()..]) {
                    end(&mut open);
                }
            }
            if content.chars().next_back().is_some_and(is_stop) {
                end(&mut open);
            }
        }
        line_start += line.len();
    }
    end(&mut open);
    done
}

fn ends_sentence(after: &str) -> bool {
    after.chars().next().is_none_or(is_stop)
}

const fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | ':' | ';' | '…' | '。' | '！' | '？' | '।' | '؟'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, least: usize) -> Vec<(&str, String)> {
        let found = pieces(text, least, &Pace::free()).into_iter();
        found
            .map(|piece| (&text[piece.span.start..piece.span.end], piece.words))
            .collect()
    }

    #[test]
    fn pieces_are_of_one_alphabet_and_hold_only_words() {
        let text = "See https://a.test/x or (fooBar) mail x1 don't.\nПривет, мир!\n\n\
                    ```\ncode words\n```\nend";
        assert_eq!(
            texts(text, 3),
            [
                (
                    "See https://a.test/x or (fooBar) mail x1 don't",
                    "See or mail don't ".to_owned()
                ),
                ("Привет, мир", "Привет мир ".to_owned()),
                ("end", "end ".to_owned()),
            ]
        );
    }

    #[test]
    fn short_pieces_are_left_out_and_long_ones_end_with_a_sentence() {
        assert_eq!(texts("one two", 7), []);
        let sentence = format!("{}. ", "word ".repeat(70).trim_end());
        assert_eq!(texts(&sentence.repeat(3), 60).len(), 3);
        assert_eq!(texts(&sentence.repeat(4), 600).len(), 1);
        assert_eq!(texts(&"a".repeat(10_000), 60).len(), 1);
        assert_eq!(texts(&"word ".repeat(1_000), 60).len(), 2);
        assert_eq!(texts("one two\n\nsix ten", 3).len(), 2);
    }

    #[test]
    fn signs_between_words_make_code_of_them() {
        for (text, count) in [
            ("word word + word", 1),
            ("word + word = word", 0),
            ("word - word - word", 1),
            ("word wo1rd wo2rd word", 0),
        ] {
            assert_eq!(texts(text, 8).len(), count, "{text}");
        }
    }

    #[test]
    fn a_long_line_is_judged_in_few_pieces() {
        let sentence = format!("{}. ", "word ".repeat(14).trim_end());
        let count = texts(&sentence.repeat(2_000), 60).len();
        assert!(count < 400, "{count} of 2000 sentences");
        let word = "a".repeat(10_000);
        let [(_, words)] = &texts(&word, 60)[..] else {
            panic!("one word")
        };
        assert_eq!(words.len(), LONGEST + 1);
    }
}
