//! Where an invisible character stands, and whether it has a job there.
//!
//! Follows UTS #51 (emoji sequences), Unicode chapters 9 and 12 (joiners in Arabic and Indic
//! scripts), chapter 23 (variation selectors, marks). Scripts are told by their blocks, so a
//! rare letter may be judged wrongly; it then costs a finding, never a panic.

use super::{Kind, classify};
use crate::pace::Pace;

const BLACK_FLAG: char = '\u{1F3F4}';
const CANCEL_TAG: char = '\u{E007F}';
const COMBINING_KEYCAP: char = '\u{20E3}';
/// How far around a mark letters say which way the line is written, in bytes.
const NEAR: usize = 256;

/// Reads a text once and knows the characters around the present one.
pub(super) struct Neighbours<'a> {
    text: &'a str,
    /// Where the next character begins.
    next: usize,
    /// Where the present character begins.
    at: usize,
    /// The last two characters before the present one.
    before: [Option<char>; 2],
    /// End of the flag sequence that was accepted last.
    flag_end: usize,
    /// Where the last letter was that is written from right to left.
    right_to_left: Option<usize>,
    /// How far ahead was looked, and the first such letter or end of line there.
    ahead: usize,
    stop: Option<(usize, char)>,
}

// === impl Neighbours ===

impl<'a> Neighbours<'a> {
    /// At the start of `text`.
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            text,
            next: 0,
            at: 0,
            before: [None; 2],
            flag_end: 0,
            right_to_left: None,
            ahead: 0,
            stop: None,
        }
    }

    /// Moves on to the next invisible character; to none once the work is to end.
    pub(super) fn next_invisible(&mut self, pace: &Pace<'_>) -> Option<(usize, char, Kind)> {
        while pace.step() {
            self.skip_ascii();
            let present = self.text[self.next..].chars().next()?;
            self.before = [self.before[1], self.previous()];
            self.at = self.next;
            self.next += present.len_utf8();
            if is_right_to_left(present) {
                self.right_to_left = Some(self.at);
            }
            if let Some(kind) = classify(present) {
                return Some((self.at, present, kind));
            }
        }
        None
    }

    /// Skips to the next character beyond ASCII, many bytes at a time.
    fn skip_ascii(&mut self) {
        const STEP: usize = 64;
        let bytes = &self.text.as_bytes()[self.next..];
        let steps = bytes
            .chunks(STEP)
            .take_while(|chunk| chunk.is_ascii())
            .count();
        let plain = (steps * STEP).min(bytes.len());
        let rest = bytes[plain..]
            .iter()
            .take_while(|byte| byte.is_ascii())
            .count();
        let skipped = plain + rest;
        if skipped >= 2 {
            self.before[1] = Some(char::from(bytes[skipped - 2]));
        } else if skipped == 1 {
            self.before[1] = self.previous();
        }
        self.next += skipped;
    }

    /// The character that ends where the next one begins.
    fn previous(&self) -> Option<char> {
        self.text[..self.next].chars().next_back()
    }

    fn following(&self) -> Option<char> {
        self.text[self.next..].chars().next()
    }

    /// Whether nothing stands before it: a byte order mark.
    pub(super) const fn at_start(&self) -> bool {
        self.at == 0
    }

    /// Whether a tag belongs to a flag: 🏴, a region of three to six letters or digits, cancel.
    pub(super) fn in_flag(&mut self) -> bool {
        if self.at < self.flag_end {
            return true;
        }
        if self.before[1] != Some(BLACK_FLAG) {
            return false;
        }
        let mut length = 0;
        for tag in self.text[self.at..].chars().take(7) {
            match tag {
                CANCEL_TAG if length >= 3 => {
                    self.flag_end = self.at + (length + 1) * CANCEL_TAG.len_utf8();
                    return true;
                }
                '\u{E0061}'..='\u{E007A}' => length += 1,
                '\u{E0030}'..='\u{E0039}' if length >= 2 => length += 1,
                _ => return false,
            }
        }
        false
    }

    /// Whether a joiner or non-joiner shapes letters or builds an emoji.
    pub(super) fn joins(&self, joiner: char) -> bool {
        let before = self.before[1];
        let after = self.following();
        let letters = before.is_some_and(is_joining_script)
            && after.is_none_or(|c| is_joining_script(c) || is_word_end(c));
        let emoji = joiner == '\u{200D}'
            && (before.is_some_and(is_emoji) || self.follows_emoji_style())
            && after.is_some_and(is_emoji);
        letters || emoji
    }

    /// Whether U+FE0F stands before it and itself has a job there.
    fn follows_emoji_style(&self) -> bool {
        let [earlier, before] = self.before;
        before == Some('\u{FE0F}') && earlier.is_some_and(|c| is_emoji(c) || is_symbol(c))
    }

    /// Whether a zero-width space separates words of a script that is written without spaces.
    pub(super) fn breaks_words(&self) -> bool {
        self.text[self.at..].starts_with('\u{200B}')
            && self.before[1].is_some_and(is_spaceless_script)
            && self.following().is_some_and(is_spaceless_script)
    }

    /// Whether a variation selector selects something: one, after a character that can vary.
    pub(super) fn selects(&self, selector: char) -> bool {
        let Some(base) = self.before[1] else {
            return false;
        };
        match selector {
            '\u{FE0E}' | '\u{FE0F}' if base.is_ascii() => {
                is_keycap_base(base) && self.following() == Some(COMBINING_KEYCAP)
            }
            '\u{FE0E}' | '\u{FE0F}' => is_emoji(base) || is_symbol(base),
            '\u{FE00}'..='\u{FE0D}' => !base.is_ascii() && classify(base).is_none(),
            _ => is_ideograph(base),
        }
    }

    /// Whether a soft hyphen stands between letters, as hyphenation puts it.
    pub(super) fn hyphenates(&self) -> bool {
        let letter =
            |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && classify(c).is_none());
        // Two letters before: text split after every letter is hidden from filters.
        letter(self.before[0]) && letter(self.before[1]) && letter(self.following())
    }

    /// Whether a filler or selector of one script stands after a letter of that script.
    pub(super) fn is_of_its_script(&self, character: char) -> bool {
        let before =
            |low: char, high: char| self.before[1].is_some_and(|c| (low..=high).contains(&c));
        let after =
            |low: char, high: char| self.following().is_some_and(|c| (low..=high).contains(&c));
        match character {
            '\u{180B}'..='\u{180F}' => before('\u{1820}', '\u{18AA}'),
            '\u{17B4}' | '\u{17B5}' => before('\u{1780}', '\u{17A2}'),
            '\u{115F}' => after('\u{1161}', '\u{11A7}'),
            '\u{1160}' => before('\u{1100}', '\u{115E}'),
            '\u{034F}' => before('\u{0300}', '\u{034E}') || after('\u{0350}', '\u{036F}'),
            '\u{1BCA0}'..='\u{1BCA3}' => before('\u{1BC00}', '\u{1BC9F}'),
            '\u{1D173}'..='\u{1D17A}' => before('\u{1D100}', '\u{1D1FF}'),
            _ => false,
        }
    }

    /// Whether a letter of a script that is written from right to left stands near in the line.
    /// Looks at each byte ahead once.
    pub(super) fn line_is_right_to_left(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let behind = self.right_to_left.is_some_and(|letter| {
            self.at - letter <= NEAR && memchr::memchr(b'\n', &bytes[letter..self.at]).is_none()
        });
        if self.stop.is_some_and(|(place, _)| place < self.at) {
            self.stop = None;
        }
        self.ahead = self.ahead.max(self.at);
        let limit = self.text.floor_char_boundary(self.at + NEAR);
        while self.stop.is_none() && self.ahead < limit {
            let c = self.text[self.ahead..].chars().next().unwrap_or('\n');
            let stops = c == '\n' || is_right_to_left(c);
            self.stop = stops.then_some((self.ahead, c));
            self.ahead += c.len_utf8();
        }
        let before_limit = self.stop.filter(|(place, _)| *place < limit);
        behind || before_limit.is_some_and(|(_, c)| c != '\n')
    }
}

/// Scripts whose letters join or form conjuncts, so that joiners shape them.
fn is_joining_script(c: char) -> bool {
    matches!(c,
        '\u{0600}'..='\u{061B}' | '\u{0620}'..='\u{08FF}' | '\u{0900}'..='\u{0DFF}'
        | '\u{0F00}'..='\u{109F}' | '\u{1780}'..='\u{17B3}' | '\u{17B6}'..='\u{17FF}'
        | '\u{1820}'..='\u{18AF}' | '\u{1A20}'..='\u{1AAF}' | '\u{1B00}'..='\u{1C4F}'
        | '\u{A840}'..='\u{A87F}' | '\u{A8E0}'..='\u{A8FF}' | '\u{A980}'..='\u{A9FF}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10A00}'..='\u{11FFF}'
        | '\u{1E900}'..='\u{1E95F}')
}

fn is_word_end(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation() || matches!(c, '،' | '؛' | '؟' | '।' | '۔')
}

/// Thai, Lao, Tibetan, Myanmar, Khmer, Balinese, Javanese: line breaks are marked by zero-width spaces.
fn is_spaceless_script(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0FFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17B3}'
        | '\u{17B6}'..='\u{17FF}' | '\u{1950}'..='\u{19DF}' | '\u{1B00}'..='\u{1B7F}'
        | '\u{A980}'..='\u{A9DF}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{061B}' | '\u{061D}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

fn is_keycap_base(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

/// Characters that emoji sequences are built of.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{231A}'..='\u{23FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B05}'..='\u{2B55}'
        | '\u{1F000}'..='\u{1FAFF}')
}

/// Symbols with a text and an emoji form.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{00A9}' | '\u{00AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21FF}' | '\u{24C2}' | '\u{25A0}'..='\u{25FF}' | '\u{2934}'
        | '\u{2935}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}')
}
