//! The words of sentences, in any script, without addresses, paths and names of code.

use crate::pace::Pace;

/// The words of a text with their places, without what is no word of a sentence.
/// Ends early once the work is to end.
pub(crate) fn words<'a>(
    text: &'a str,
    pace: &'a Pace<'_>,
) -> impl Iterator<Item = (usize, &'a str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = next(text, at, is_letter, pace)?;
            let end = next(text, start, |c| !is_letter(c) && !is_joint(c), pace);
            let end = end.unwrap_or(text.len());
            let word = text[start..end].trim_end_matches(is_joint);
            at = end;
            if pace.step() && is_plain(text, start, word, pace) {
                return Some((start, word));
            }
        }
    })
}

/// Where the first character after `from` stands that is sought.
fn next(text: &str, from: usize, sought: impl Fn(char) -> bool, pace: &Pace<'_>) -> Option<usize> {
    let mut rest = pace.along(text[from..].char_indices());
    let (at, _) = rest.find(|(_, c)| sought(*c))?;
    Some(from + at)
}

/// Whether a word is one of a sentence: no part of an address, a path, a name in code.
fn is_plain(text: &str, start: usize, word: &str, pace: &Pace<'_>) -> bool {
    let glue = |c: char| c.is_ascii_digit() || "@/\\_=#$%&<>{}[]*+~^|`".contains(c);
    let before = text[..start].chars().next_back();
    let mut after = text[start + word.len()..].chars();
    let next = after.next();
    let goes_on = |c: char| c.is_alphanumeric() || c == '/';
    let inner_dot = matches!(next, Some('.' | ':')) && after.next().is_some_and(goes_on);
    let capital = |pair: (char, char)| pair.0.is_ascii_lowercase() && pair.1.is_ascii_uppercase();
    let pairs = word.chars().zip(word.chars().skip(1));
    let camel = || pace.along(pairs).any(capital);
    let glued =
        before.is_some_and(|c| glue(c) || matches!(c, '.' | ':' | '-')) || next.is_some_and(glue);
    !glued && !inner_dot && !camel()
}

fn is_letter(c: char) -> bool {
    // Vowel signs of Indic scripts are marks, not letters.
    let mark =
        matches!(c, '\u{300}'..='\u{36F}' | '\u{900}'..='\u{109F}' | '\u{1780}'..='\u{17D3}');
    c.is_alphabetic() || (mark && !c.is_numeric() && !matches!(c, '।' | '॥'))
}

pub(crate) const fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’' | '-' | '\u{200C}' | '\u{200D}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_word_of_a_sentence_is_left_out() {
        let text =
            "Don't mail me@b.test, see https://a.test/x or fooBar, x1, a_b: wörld-wide [tag] ok";
        let pace = Pace::free();
        let seen: Vec<&str> = words(text, &pace).map(|(_, word)| word).collect();
        assert_eq!(seen, ["Don't", "mail", "see", "or", "wörld-wide", "ok"]);
    }
}
