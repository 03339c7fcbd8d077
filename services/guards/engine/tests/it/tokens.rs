//! Tokens drawn at run time from templates, so that no file holds one that a code host refuses.

/// Draws the random parts of a template: `<a36>` is 36 letters and digits, and so on.
pub(crate) struct Draw(u64);

// === impl Draw ===

impl Draw {
    /// The same seed draws the same tokens.
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// The template with each `<class length>` drawn: a alphanumeric, h lower-case hex, H hex in
    /// both cases, d digit, u upper-case or digit, l lower-case or digit, w word or dash, b base64,
    /// q bech32, s base32 in lower case, c base58.
    pub(crate) fn token(&mut self, template: &str) -> String {
        let mut token = String::new();
        let mut rest = template;
        while let Some((literal, part)) = rest.split_once('<') {
            let (part, after) = part.split_once('>').expect("a closed part");
            token.push_str(literal);
            let length: usize = part[1..].parse().expect("a length");
            let alphabet = alphabet(part.as_bytes()[0]);
            token.extend((0..length).map(|_| char::from(alphabet[self.below(alphabet.len())])));
            rest = after;
        }
        token + rest
    }

    /// A number below `limit` (splitmix64).
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).expect("small")
    }
}

fn alphabet(class: u8) -> &'static [u8] {
    match class {
        b'a' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        b'h' => b"0123456789abcdef",
        b'H' => b"0123456789abcdefABCDEF",
        b'd' => b"0123456789",
        b'u' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        b'l' => b"abcdefghijklmnopqrstuvwxyz0123456789",
        b'w' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
        b'b' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        b'q' => b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
        b's' => b"abcdefghijklmnopqrstuvwxyz234567",
        b'c' => b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
        _ => panic!("an unknown class"),
    }
}
