//! What follows a street: unit, town, state and postcode, over some words and lines.

use super::words;
use crate::guard::pii::boundary;

/// Most words between a street and its postcode.
const MOST_WORDS: usize = 14;
/// Words that are read with each: itself, another of its postcode, and a town of four.
const AHEAD: usize = 6;

/// A unit, a town or a postcode, found after a street.
pub(super) struct Place {
    /// How far it goes, in bytes.
    pub(super) length: usize,
    /// How much it speaks for an address.
    pub(super) evidence: u32,
}

#[derive(Clone, Copy, Default)]
struct Word<'a> {
    /// Without the dot at its end.
    bare: &'a str,
    end: usize,
    /// Whether a comma or line break stands before it.
    breaks: bool,
}

/// The place at the beginning of `rest`, up to its postcode or at least its unit.
pub(super) fn after(rest: &str) -> Option<Place> {
    let mut read = Read::of(rest);
    let mut unit = 0;
    let mut unit_end = None;
    let mut state = false;
    let mut state_end = None;
    let mut after_unit = false;
    for index in 0..MOST_WORDS {
        let known = read.up_to(index + AHEAD);
        let Some(word) = known.get(index) else {
            break;
        };
        let state_or_unit = state || unit > 0;
        if let Some((end, evidence)) = postcode(rest, known, index, state_or_unit) {
            let length = with_country(rest, end);
            return Some(Place {
                length,
                evidence: evidence + unit,
            });
        }
        let unit_word = words::UNITS.has(word.bare);
        let is_unit = unit_word || word.bare.starts_with('#');
        let numbered = known
            .get(index + 1)
            .is_some_and(|next| is_number(next.bare));
        if is_unit && (numbered || word.bare.starts_with('#')) {
            unit = 1;
            unit_end = Some(
                known
                    .get(index + 1)
                    .filter(|_| numbered)
                    .unwrap_or(word)
                    .end,
            );
        }
        if is_state(word.bare) || words::STATE_NAMES.has(word.bare) {
            state = true;
            state_end = Some(word.end).filter(|_| index > 0);
        }
        if !(is_unit || belongs(word, after_unit)) {
            break;
        }
        after_unit = unit_word;
    }
    // Without a postcode: the state after the town, or the unit and the names after it.
    let length = state_end.max(unit_end)?;
    let names = read
        .up_to(MOST_WORDS)
        .iter()
        .skip_while(|word| word.end <= length)
        .take_while(|word| is_name(word.bare) || is_particle(word.bare));
    let named = names.filter(|word| is_name(word.bare)).last();
    let length = named.filter(|_| unit > 0).map_or(length, |word| word.end);
    Some(Place {
        length,
        evidence: unit + u32::from(state_end.is_some()),
    })
}

/// Where the postcode at word `index` ends with its town, and how much it speaks for an address.
fn postcode(
    rest: &str,
    known: &[Word<'_>],
    index: usize,
    state_or_unit: bool,
) -> Option<(usize, u32)> {
    let word = known[index];
    let next = known.get(index + 1);
    let before = index.checked_sub(1).map(|index| known[index]);
    let split = next.filter(|next| !next.breaks);
    if split.is_some_and(|next| is_outward(word.bare) && is_inward(next.bare)) {
        return Some((known[index + 1].end, 2));
    }
    if is_joined(word.bare) {
        return Some((word.end, 2));
    }
    let named_state = || before.is_some_and(|before| words::STATE_NAMES.has(before.bare));
    if is_zip(word.bare) && (state_or_unit || named_state()) {
        return Some((word.end, 2));
    }
    let australian = before.is_some_and(|before| words::AUSTRALIAN.contains(before.bare));
    if australian && is_digits(word.bare, 4) {
        return Some((word.end, 2));
    }
    // A postcode of two words has no break between them.
    let (code, evidence) = match split.map(|next| next.bare) {
        Some(back) if is_digits(word.bare, 3) && is_digits(back, 2) => (index + 1, 1),
        Some(back) if is_digits(word.bare, 4) && is_dutch(back) => (index + 1, 2),
        _ => (index, form(word.bare)?),
    };
    let town_end = town(&known[code + 1..]);
    let town_before = before.is_some_and(|before| is_name(before.bare)) && word.breaks;
    // `Hamilton East 3216`: the town on a line of its own, and the postcode after it.
    let own_line = known[..index].iter().any(|word| word.breaks) && is_digits(word.bare, 4);
    let town_before =
        town_before || (before.is_some_and(|before| is_name(before.bare)) && own_line);
    match town_end {
        Some(end) if index == 0 || word.breaks => Some((end, evidence)),
        _ if town_before || evidence > 1 => Some((with_bracket(rest, known[code].end), evidence)),
        _ => None,
    }
}

/// Where a postcode and its town begin that end right before `at`: `2120 Dunakeszi, Síp utca 95`.
pub(super) fn before(text: &str, at: usize) -> Option<usize> {
    let from = text.floor_char_boundary(at.saturating_sub(48));
    let town = text[from..at].strip_suffix(", ")?;
    let line = town.rfind('\n').map_or(0, |at| at + 1);
    let code = town[line..].rfind(|c: char| c.is_ascii_digit())? + line;
    let digits = town[..=code]
        .bytes()
        .rev()
        .take_while(u8::is_ascii_digit)
        .count();
    let names = town[code + 1..].strip_prefix(' ')?;
    let start = from + code + 1 - digits;
    let fits = (4..=6).contains(&digits) && names.split(' ').all(is_name);
    (fits && boundary::begins(text, start)).then_some(start)
}

/// How much a postcode speaks for an address by its form alone.
fn form(word: &str) -> Option<u32> {
    let bytes = word.as_bytes();
    let digits = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit))
    };
    match bytes.len() {
        3..=6 if digits(0, bytes.len()) => Some(1),
        // Poland, Portugal, Brazil.
        6 if digits(0, 2) && bytes[2] == b'-' && digits(3, 6) => Some(2),
        8 if digits(0, 4) && bytes[4] == b'-' && digits(5, 8) => Some(2),
        9 if digits(0, 5) && bytes[5] == b'-' && digits(6, 9) => Some(2),
        _ => with_country_code(bytes).then_some(2),
    }
}

/// `D-10115`, `CH-8000`, `FIN-00100`.
fn with_country_code(bytes: &[u8]) -> bool {
    let letters = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let Some((b'-', digits)) = bytes[letters..].split_first() else {
        return false;
    };
    matches!(letters, 1..=3)
        && matches!(digits.len(), 4 | 5)
        && digits.iter().all(u8::is_ascii_digit)
}

/// Where the town at the beginning of `words` ends: capitalised words up to a break, at most four.
fn town(words: &[Word<'_>]) -> Option<usize> {
    let first = words.first()?;
    if !is_name(first.bare) {
        return None;
    }
    let named = |(index, word): &(usize, &Word<'_>)| {
        *index == 0 || (!word.breaks && (is_name(word.bare) || is_particle(word.bare)))
    };
    let last = words.iter().enumerate().take(4).take_while(named).last()?;
    Some(last.1.end)
}

/// Where a province in brackets ends that follows `end`: `00184 Roma (RM)`.
fn with_bracket(rest: &str, end: usize) -> usize {
    let bracket = rest[end..]
        .strip_prefix(" (")
        .and_then(|inner| inner.find(')'));
    bracket
        .filter(|length| *length <= 3)
        .map_or(end, |length| end + 2 + length + 1)
}

/// Where a country ends that follows `end`.
fn with_country(rest: &str, end: usize) -> usize {
    const COUNTRIES: [&str; 16] = [
        "USA",
        "U.S.A.",
        "United States",
        "UK",
        "United Kingdom",
        "England",
        "Scotland",
        "Wales",
        "Canada",
        "Australia",
        "Germany",
        "Deutschland",
        "France",
        "España",
        "Italia",
        "Nederland",
    ];
    let end = with_bracket(rest, end);
    let after = rest[end..].trim_start_matches([',', ' ', '\n']);
    let gap = rest.len() - end - after.len();
    let country = COUNTRIES.iter().find(|name| after.starts_with(*name));
    match country {
        Some(name) if (1..=2).contains(&gap) => end + gap + name.len(),
        _ => end,
    }
}

/// Whether a word that names no unit can stand between a street and its postcode.
fn belongs(word: &Word<'_>, after_unit: bool) -> bool {
    is_name(word.bare)
        || is_particle(word.bare)
        || (is_number(word.bare) && (after_unit || word.bare.len() <= 4))
        || matches!(word.bare, "-" | "/" | "–" | "&")
}

fn is_name(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
        && word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.' | '/'))
}

fn is_particle(word: &str) -> bool {
    let start = word.starts_with("d'") || word.starts_with("l'");
    start || words::PARTICLES.contains(word)
}

/// `12`, `12b`, `4B`.
fn is_number(word: &str) -> bool {
    word.len() <= 5
        && word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'))
        || (word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase())
}

fn is_state(word: &str) -> bool {
    words::STATES.contains(word)
}

fn is_digits(word: &str, length: usize) -> bool {
    word.len() == length && word.bytes().all(|b| b.is_ascii_digit())
}

/// `62704` or `62704-1234`.
fn is_zip(word: &str) -> bool {
    // Nearly all words have another length.
    let (five, four) = match word.len() {
        5 => (word, "0000"),
        10 => word.split_once('-').unwrap_or_default(),
        _ => return false,
    };
    is_digits(five, 5) && is_digits(four, 4)
}

/// The first half of a British postcode, `NW1`, or of a Canadian one, `K1A`.
fn is_outward(word: &str) -> bool {
    let bytes = word.as_bytes();
    (2..=4).contains(&bytes.len())
        && bytes[0].is_ascii_uppercase()
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The second half: `6XE` or `0B1`.
fn is_inward(word: &str) -> bool {
    let [first, second, third] = word.as_bytes() else {
        return false;
    };
    let british = second.is_ascii_uppercase() && third.is_ascii_uppercase();
    let canadian = second.is_ascii_uppercase() && third.is_ascii_digit();
    first.is_ascii_digit() && (british || canadian)
}

/// Both halves without a space: `NW16XE`, `K1A0B1`.
fn is_joined(word: &str) -> bool {
    let split = word
        .len()
        .checked_sub(3)
        .filter(|at| word.is_char_boundary(*at));
    split.is_some_and(|at| is_outward(&word[..at]) && is_inward(&word[at..]))
}

/// The letters of a Dutch postcode.
fn is_dutch(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// The first words of an address, read as they are asked for: mostly none but these few.
struct Read<'a> {
    rest: Words<'a>,
    known: [Word<'a>; MOST_WORDS],
    count: usize,
}

// === impl Read ===

impl<'a> Read<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            rest: Words { text, at: 0 },
            known: [Word::default(); MOST_WORDS],
            count: 0,
        }
    }

    /// The first words, up to `count` of them.
    fn up_to(&mut self, count: usize) -> &[Word<'a>] {
        let more = self.known.iter_mut().take(count).skip(self.count);
        for (slot, word) in more.zip(&mut self.rest) {
            *slot = word;
            self.count += 1;
        }
        &self.known[..self.count]
    }
}

/// The words of an address: no blank line, no end of a sentence between them.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

// === impl Words ===

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let rest = &self.text[self.at..];
        let (gap, trimmed) = rest.split_at(gap_length(rest.as_bytes()));
        let lines = gap.bytes().filter(|b| *b == b'\n').count();
        let length = word_length(trimmed.as_bytes());
        let word = &trimmed[..length];
        let bare = word.trim_end_matches('.');
        // Whether a sentence ended before: only short words are cut with a dot.
        let ended = self.text[..self.at].ends_with('.') && gap == " " && {
            let before = self.text[..self.at].trim_end_matches('.');
            let last = before.rsplit([' ', ',', '\n']).next().unwrap_or_default();
            last.len() > 4 || last.bytes().any(|b| b.is_ascii_digit())
        };
        if bare.is_empty() || lines > 1 || ended || gap.is_empty() {
            return None;
        }
        let start = self.at + gap.len();
        self.at = start + length;
        Some(Word {
            bare,
            end: start + bare.len(),
            breaks: gap.contains([',', '\n']),
        })
    }
}

/// How much of a text, from its beginning, stands between words.
fn gap_length(text: &[u8]) -> usize {
    let mut length = 0;
    loop {
        length += match text[length..] {
            [b' ' | b',' | b'\n' | b'\r' | b'\t', ..] => 1,
            // A space without a break.
            [0xC2, 0xA0, ..] => 2,
            _ => return length,
        };
    }
}

/// How much of a text, from its beginning, is one word.
fn word_length(text: &[u8]) -> usize {
    let ends = |at: &usize| {
        matches!(
            text[*at..],
            [
                b' ' | b','
                    | b'\n'
                    | b'\r'
                    | b'\t'
                    | b';'
                    | b'"'
                    | b'('
                    | b')'
                    | b'?'
                    | b'!'
                    | b'<'
                    | b':',
                ..
            ] | [0xC2, 0xA0, ..]
        )
    };
    (0..text.len()).find(ends).unwrap_or(text.len())
}
