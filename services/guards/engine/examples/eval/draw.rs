//! Pseudo-random choices (splitmix64), the same each time.

/// A sequence of choices.
pub(crate) struct Draw(pub(crate) u64);

// === impl Draw ===

impl Draw {
    /// A number below `limit`, which is not zero.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).expect("below a usize")
    }

    /// One of a list.
    pub(crate) fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// So many letters of an alphabet.
    pub(crate) fn letters(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count)
            .map(|_| letters[self.below(letters.len())])
            .collect()
    }

    /// A template with each `<class length>` drawn: `d` digit, `h` hexadecimal, `a` letter or digit,
    /// `A` capital letter or digit, `l` small letter or digit, `w` also `-` and `_`, `b` base64,
    /// `c` capital letter. Other brackets are themselves.
    pub(crate) fn token(&mut self, template: &str) -> String {
        let mut token = String::new();
        let mut rest = template;
        while let Some((literal, part)) = rest.split_once('<') {
            token.push_str(literal);
            let class = part.split_once('>').and_then(|(class, after)| {
                let (class, length) = class.split_at_checked(1)?;
                Some((alphabet(class)?, length.parse().ok()?, after))
            });
            if let Some((alphabet, length, after)) = class {
                token.push_str(&self.letters(&alphabet, length));
                rest = after;
            } else {
                token.push('<');
                rest = part;
            }
        }
        token + rest
    }
}

fn alphabet(class: &str) -> Option<String> {
    const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
    const CAPITAL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const DIGITS: &str = "0123456789";
    Some(match class {
        "d" => DIGITS.to_owned(),
        "h" => "0123456789abcdef".to_owned(),
        "a" => [SMALL, CAPITAL, DIGITS].concat(),
        "A" => [CAPITAL, DIGITS].concat(),
        "l" => [SMALL, DIGITS].concat(),
        "w" => [SMALL, CAPITAL, DIGITS, "-_"].concat(),
        "b" => [SMALL, CAPITAL, DIGITS, "+/"].concat(),
        "c" => CAPITAL.to_owned(),
        _ => return None,
    })
}
