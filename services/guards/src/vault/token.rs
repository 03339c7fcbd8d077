//! Tokens: what stands in a text for a value that the vault keeps, such as `[EMAIL_KQTBXW]`.
//!
//! Upper-case words in brackets are what models carry over unchanged, and the kind tells them what
//! stood there. The six letters are drawn from the value by a keyed hash: the same value has the
//! same token throughout a scope without being looked up, and a token that has expired is never
//! given to another value, as a running number would be. There are no vowels, so no words, and no
//! digits, so nothing that a guard could take for a number.
//!
//! No storage and no cryptography here.

use std::ops::Range;

/// How many letters tell values of a kind apart: 20⁶ of them.
const LETTERS: usize = 6;
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Longest name of a kind.
const MAX_KIND: usize = 40;
/// Bytes of a token with whatever backslashes and spaces a model may have added.
const LONGEST_WRITTEN: usize = 2 * (MAX_KIND + LETTERS + 3);

/// The token of a value of this kind (a rule's id) whose keyed hash is `hash`.
pub(super) fn spell(kind: &str, hash: u64) -> String {
    let mut text = String::with_capacity(MAX_KIND + LETTERS + 3);
    text.push('[');
    text.extend(kind.chars().take(MAX_KIND).map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => c.to_ascii_uppercase(),
        _ => '_',
    }));
    text.push('_');
    let mut rest = hash;
    for _ in 0..LETTERS {
        let letter = usize::try_from(rest % 20).unwrap_or_default();
        text.push(char::from(ALPHABET[letter]));
        rest /= 20;
    }
    text.push(']');
    text
}

/// Whatever is spelled as a token in a text, with its place. Whether the vault knows it is another
/// question. Models change the spelling: case, spaces and hyphens in the place of `_` or within the
/// brackets, and the backslashes of Markdown are read over.
pub(super) fn find(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    let opened = text.match_indices('[');
    opened.filter_map(|(at, _)| {
        let end = LONGEST_WRITTEN.min(text.len() - at);
        let written = text.as_bytes()[at..at + end].iter();
        let length = written.into_iter().position(|&byte| byte == b']')? + 1;
        let inner = text.get(at + 1..at + length - 1)?;
        let token = format!("[{}]", spelled(inner));
        let escaped = inner.ends_with('\\') && text[..at].ends_with('\\');
        is_token(&token).then(|| (at - usize::from(escaped)..at + length, token))
    })
}

/// What a model was given where it wrote this between brackets.
fn spelled(inner: &str) -> String {
    let letters = inner.chars().filter(|&letter| letter != '\\');
    let letters: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    letters
        .trim_matches(' ')
        .replace([' ', '-', '\u{2011}'], "_")
}

fn is_token(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let Some((kind, letters)) = inner.and_then(|inner| inner.rsplit_once('_')) else {
        return false;
    };
    let of_kind = |byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    (1..=MAX_KIND).contains(&kind.len())
        && kind.bytes().all(of_kind)
        && letters.len() == LETTERS
        && letters.bytes().all(|byte| ALPHABET.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_found_again_where_it_stands() {
        for (kind, hash) in [
            ("email", 0),
            ("payment_card", u64::MAX),
            ("custom:Straße 7", 20_u64.pow(6) - 1),
            (&"x".repeat(100), 12345),
        ] {
            let token = spell(kind, hash);
            let text = format!("é [{token}] [");
            let found: Vec<_> = find(&text).collect();
            assert_eq!(found, [(4..4 + token.len(), token)], "{kind}");
        }
        assert_eq!(spell("email", 0), "[EMAIL_BBBBBB]");
        assert_ne!(spell("email", 1), spell("email", 20));
    }

    #[test]
    fn a_token_is_read_as_models_write_it() {
        let token = "[PAYMENT_CARD_KQTBXW]".to_owned();
        for written in [
            "[payment_card_kqtbxw]",
            "[Payment Card KQTBXW]",
            "[ PAYMENT_CARD_KQTBXW ]",
            "[PAYMENT-CARD-KQTBXW]",
            "[PAYMENT\\_CARD\\_KQTBXW]",
            "\\[PAYMENT\\_CARD\\_KQTBXW\\]",
        ] {
            let text = format!("é {written}, é");
            let found: Vec<_> = find(&text).collect();
            assert_eq!(found, [(3..3 + written.len(), token.clone())], "{text}");
        }
        // What is escaped on one side alone keeps what stands before it.
        let found: Vec<_> = find("\\[EMAIL_KQTBXW]").collect();
        assert_eq!(found, [(1..15, "[EMAIL_KQTBXW]".to_owned())]);
    }

    #[test]
    fn other_brackets_are_no_tokens() {
        for text in [
            "[EMAIL_1]",
            "[EMAIL_BBBBBA]",
            "[EMAIL_BBBBB]",
            "[EMAIL_BBBBBBB]",
            "[email_bbbbb1]",
            "[EMAIL BBBBBB's]",
            "[EMAIL\n_BBBBBB]",
            "[_BBBBBB]",
            "[BBBBBB]",
            "EMAIL_BBBBBB",
            "[REDACTED:email]",
            "[EMÄIL_BBBBBB]",
            &format!("[{}_BBBBBB]", "X".repeat(41)),
            "[EMAIL_BBBBBB",
        ] {
            assert_eq!(find(text).count(), 0, "{text}");
        }
    }
}
