//! Tokens: what stands in a text for a value that the vault keeps, such as `[EMAIL_KQTBXW]`.
//!
//! Upper-case words in brackets are what models carry over unchanged, and the kind tells them what
//! stood there. The six letters are drawn from the value by a keyed hash: the same value has the
//! same token throughout a scope without being looked up, and a token that has expired is never
//! given to another value, as a running number would be. There are no vowels, so no words, and no
//! digits, so nothing that a guard could take for a number.
//!
//! No storage and no cryptography here.

/// How many letters tell values of a kind apart: 20⁶ of them.
const LETTERS: usize = 6;
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Longest name of a kind.
const MAX_KIND: usize = 40;

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

/// Whatever is spelled as a token in a text, by place. Whether the vault knows it is another
/// question.
pub(super) fn find(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let opened = text.match_indices('[');
    opened.filter_map(|(at, _)| {
        let end = MAX_KIND + LETTERS + 3;
        let token = text.as_bytes()[at..].iter().take(end);
        let length = token.into_iter().position(|&byte| byte == b']')? + 1;
        let token = text.get(at..at + length)?;
        is_token(token).then_some((at, token))
    })
}

fn is_token(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let Some((kind, letters)) = inner.and_then(|inner| inner.rsplit_once('_')) else {
        return false;
    };
    let of_kind = |byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    !kind.is_empty()
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
            assert_eq!(found, [(4, &*token)], "{kind}");
        }
        assert_eq!(spell("email", 0), "[EMAIL_BBBBBB]");
        assert_ne!(spell("email", 1), spell("email", 20));
    }

    #[test]
    fn other_brackets_are_no_tokens() {
        for text in [
            "[EMAIL_1]",
            "[EMAIL_BBBBBA]",
            "[EMAIL_BBBBB]",
            "[EMAIL_BBBBBBB]",
            "[email_BBBBBB]",
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
