//! Lists of words that a text is held against at every number.
//!
//! Most words of a text are on no list: two bytes say so. Which words explain what is for the files
//! that have them.

/// Words in lower case, unless the case counts.
pub(super) struct Lexicon {
    words: &'static [&'static str],
    /// How they begin.
    begins: Index,
    /// How they end.
    ends: Index,
    /// Whether a word is a single byte. Such a list is gone through as a whole.
    single: bool,
}

/// Words by two of their bytes.
struct Index {
    pairs: Pairs,
    /// By the pair, taken to the number of chains, one more than the index of the first of its words; and
    /// for each word, of the next of its chain.
    chains: [u8; CHAINS],
    next: [u8; MOST],
}

/// Most words of a list.
const MOST: usize = 96;
const CHAINS: usize = 64;

/// A set of two bytes each, without regard to the case of ASCII. May hold more than was put in.
struct Pairs([u64; Self::COUNT]);

// === impl Lexicon ===

impl Lexicon {
    pub(super) const fn of(words: &'static [&'static str]) -> Self {
        let (mut begins, mut ends) = (Index::NONE, Index::NONE);
        let mut single = false;
        // From the last on, so that a chain has them in order.
        let mut index = words.len();
        while index > 0 {
            index -= 1;
            let word = words[index].as_bytes();
            match word {
                [only] => {
                    single = true;
                    begins.pairs = begins.pairs.with_first(*only);
                    ends.pairs = ends.pairs.with_last(*only);
                }
                [first, second, ..] => {
                    begins = begins.with([*first, *second], index);
                    ends = ends.with([word[word.len() - 2], word[word.len() - 1]], index);
                }
                [] => {}
            }
        }
        Self {
            words,
            begins,
            ends,
            single,
        }
    }

    pub(super) fn words(&self) -> &'static [&'static str] {
        self.words
    }

    /// The words that `text` begins with, without regard to the case of ASCII.
    pub(super) fn beginning(&self, text: &[u8]) -> impl Iterator<Item = &'static str> {
        let begins = |word: &&str| {
            let start = text.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        self.like(&self.begins, first(text)).filter(begins)
    }

    /// The words that a text may end with, also in another case; more than these at times.
    pub(super) fn like_the_end_of(&self, text: &str) -> impl Iterator<Item = &'static str> {
        let pair = last(text.as_bytes());
        let other = !pair.is_ascii();
        let all = if other { self.words } else { &[] };
        let some = (!other).then(|| self.like(&self.ends, pair));
        all.iter().copied().chain(some.into_iter().flatten())
    }

    /// The words that an index may have for a pair, in order: all, or those of its chain.
    fn like<'a>(
        &self,
        index: &'a Index,
        pair: [u8; 2],
    ) -> impl Iterator<Item = &'static str> + use<'a> {
        let words = self.words;
        let some = index.pairs.has(pair);
        let all = if some && self.single { words } else { &[] };
        let mut link = if some && !self.single {
            index.chains[Pairs::chain(pair)]
        } else {
            0
        };
        let chain = std::iter::from_fn(move || {
            let place = usize::from(link).checked_sub(1)?;
            link = index.next[place];
            Some(words[place])
        });
        all.iter().copied().chain(chain)
    }

    /// Whether a word may begin like one of the list, also in another case.
    pub(super) fn may_begin(&self, word: &str) -> bool {
        let pair = first(word.as_bytes());
        !pair.is_ascii() || self.begins.pairs.has(pair)
    }

    /// Whether a word is on the list as it is.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.like(&self.begins, first(word.as_bytes()))
            .any(|known| known == word)
    }

    /// Whether a word is on the list, without regard to case and a dot at its end.
    pub(super) fn has(&self, word: &str) -> bool {
        let bare = word.strip_suffix('.').unwrap_or(word);
        let is = |known: &str| same(bare, known) || same(word, known);
        let pair = first(word.as_bytes());
        if pair.is_ascii() {
            self.like(&self.begins, pair).any(is)
        } else {
            self.words.iter().any(|known| is(known))
        }
    }

    /// The first of the list that `text` ends in, without regard to case.
    pub(super) fn ending(&self, text: &str) -> Option<&'static str> {
        let ends = |known: &&str| {
            let start = text.len().checked_sub(known.len());
            let end = start.and_then(|start| text.get(start..));
            end.is_some_and(|end| same(end, known))
        };
        self.like_the_end_of(text).find(ends)
    }
}

// === impl Index ===

impl Index {
    const NONE: Self = Self {
        pairs: Pairs::NONE,
        chains: [0; CHAINS],
        next: [0; MOST],
    };

    /// With a word, which comes before those that were put in earlier.
    const fn with(mut self, pair: [u8; 2], word: usize) -> Self {
        let chain = Pairs::chain(pair);
        self.pairs = self.pairs.with(pair[0], pair[1]);
        self.next[word] = self.chains[chain];
        self.chains[chain] = one_more(word);
        self
    }
}

// === impl Pairs ===

impl Pairs {
    /// Five bits of each byte, which are the same for both cases of a letter.
    const BITS: u32 = 5;
    const COUNT: usize = 1 << (2 * Self::BITS) >> 6;
    const NONE: Self = Self([0; Self::COUNT]);

    /// The word of the set, and the bit in it.
    const fn place([first, second]: [u8; 2]) -> (usize, u64) {
        let mask = (1 << Self::BITS) - 1;
        let (first, second) = (first as usize & mask, second as usize & mask);
        let place = first << Self::BITS | second;
        (place >> 6, 1 << (place & 63))
    }

    const fn chain(pair: [u8; 2]) -> usize {
        let (word, bit) = Self::place(pair);
        (word * 5 + bit.trailing_zeros() as usize) % CHAINS
    }

    const fn with(mut self, first: u8, second: u8) -> Self {
        let (word, bit) = Self::place([first, second]);
        self.0[word] |= bit;
        self
    }

    /// With every pair that begins with `first`.
    const fn with_first(mut self, first: u8) -> Self {
        let mut second = 0;
        while second < 1 << Self::BITS {
            self = self.with(first, second);
            second += 1;
        }
        self
    }

    /// With every pair that ends with `second`.
    const fn with_last(mut self, second: u8) -> Self {
        let mut first = 0;
        while first < 1 << Self::BITS {
            self = self.with(first, second);
            first += 1;
        }
        self
    }

    const fn has(&self, pair: [u8; 2]) -> bool {
        let (word, bit) = Self::place(pair);
        self.0[word] & bit != 0
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a longer list is refused")]
const fn one_more(index: usize) -> u8 {
    assert!(index < MOST, "a list of too many words");
    index as u8 + 1
}

/// The first two bytes; zero where there are none.
fn first(text: &[u8]) -> [u8; 2] {
    match text {
        [first, second, ..] => [*first, *second],
        [only] => [*only, 0],
        [] => [0; 2],
    }
}

/// The last two bytes; zero where there are none.
fn last(text: &[u8]) -> [u8; 2] {
    match text {
        [.., first, second] => [*first, *second],
        [only] => [0, *only],
        [] => [0; 2],
    }
}

/// Whether two words differ in case alone.
#[inline]
fn same(word: &str, known: &str) -> bool {
    word.len() == known.len()
        && (word.eq_ignore_ascii_case(known)
            || (!word.is_ascii() && word.chars().flat_map(char::to_lowercase).eq(known.chars())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static WORDS: Lexicon = Lexicon::of(&[
        "street", "st", "r", "c/", "út", "straße", "_tel", "née le", "卡", "ul.", "d'", "Ohio",
        "ул", "k",
    ]);

    fn texts() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            proptest::sample::select(WORDS.words()).prop_map(str::to_owned),
            proptest::sample::select(WORDS.words()).prop_map(str::to_uppercase),
            proptest::sample::select(WORDS.words()).prop_map(|word| word.chars().take(2).collect()),
            ".|[a-z]{1,3}|K|\\.|ẞ",
        ];
        prop::collection::vec(part, 0..3).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn two_bytes_rule_out_no_word(text in texts()) {
            let bytes = text.as_bytes();
            let plain = |word: &&&str| bytes.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
            let wanted: Vec<&str> = WORDS.words.iter().filter(plain).copied().collect();
            prop_assert_eq!(WORDS.beginning(bytes).collect::<Vec<_>>(), wanted);
            let bare = text.strip_suffix('.').unwrap_or(&text);
            let known = |known: &&str| same(bare, known) || same(&text, known);
            prop_assert_eq!(WORDS.has(&text), WORDS.words.iter().any(known));
            prop_assert_eq!(WORDS.contains(&text), WORDS.words.contains(&&*text));
            let lower = text.to_lowercase();
            let ends = |word: &&&str| lower.len() == text.len() && lower.ends_with(**word);
            let wanted = WORDS.words.iter().find(ends);
            if wanted.is_some() {
                prop_assert_eq!(WORDS.ending(&text), wanted.copied());
            }
        }
    }
}
