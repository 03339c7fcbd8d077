//! UTF-8 that arrives in pieces. What is not UTF-8 becomes U+FFFD, as in
//! [`String::from_utf8_lossy`].

/// Decodes across pieces.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The start of a character whose rest is to come: at most three bytes.
    open: Vec<u8>,
    /// Bytes taken so far.
    seen: usize,
}

// === impl Decoder ===

impl Decoder {
    /// Bytes taken so far.
    pub(super) const fn seen(&self) -> usize {
        self.seen
    }

    /// Appends the characters that end in `piece`.
    pub(super) fn decode(&mut self, piece: &[u8], text: &mut String) {
        self.seen += piece.len();
        self.open.extend_from_slice(piece);
        let mut rest = self.open.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(valid) => {
                    text.push_str(valid);
                    self.open.clear();
                    return;
                }
                Err(error) => {
                    let (valid, after) = rest.split_at(error.valid_up_to());
                    text.push_str(&String::from_utf8_lossy(valid));
                    let Some(wrong) = error.error_len() else {
                        self.open = after.to_vec();
                        return;
                    };
                    text.push(char::REPLACEMENT_CHARACTER);
                    rest = &after[wrong..];
                }
            }
        }
    }

    /// Appends what stands for a character that never ended.
    pub(super) fn end(&mut self, text: &mut String) {
        text.push_str(&String::from_utf8_lossy(&self.open));
        self.open.clear();
    }
}
