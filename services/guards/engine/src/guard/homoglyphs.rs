//! Homoglyphs: letters that look like others, put into words to be read as those.
//!
//! A word of Latin letters with a Cyrillic, Greek, styled or other one among them that looks Latin
//! (UTS #39), and words spelled in mathematical or other styled letters. A word that is foreign as
//! a whole is left alone: it may well be one. So is a Latin letter of some alphabet, such as the `ı`
//! of Turkish: where it stands for an `i`, it is not found. What the words say is for the other guards, which
//! read a view of the text with these letters folded.

use std::sync::Arc;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::preview::Preview;
use crate::scan::Hit;
use crate::view::{is_spaceless, lookalike_of};

/// Id of the guard.
pub(crate) const ID: &str = "homoglyphs";

/// Letters of a word below which a foreign one may be a symbol, as in `Δx` or `kΩ`.
const SHORTEST_WORD: usize = 3;
/// Styled letters that make a word; fewer are formulas.
const SHORTEST_STYLED: usize = 4;
/// Letters of a word in which a single styled one is none of a formula, as in `sin𝑥`.
const SHORTEST_PARTLY_STYLED: usize = 5;

const CATEGORY: &str = "lookalike";

const RULES: [RuleInfo; 2] = [
    RuleInfo {
        id: "mixed_word",
        description: "Word with letters of another script that look like its own",
        category: CATEGORY,
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "styled_word",
        description: "Word in mathematical, full-width or enclosed letters",
        category: CATEGORY,
        severity: Severity::Low,
    },
];

struct Homoglyphs;

/// What a word is made of, so far.
#[derive(Clone, Copy, Default)]
struct Word {
    start: usize,
    letters: usize,
    latin: usize,
    ascii: usize,
    /// Letters of another script that look like an ASCII one.
    alike: usize,
    /// Latin letters that no alphabet has beside the ASCII one that they look like.
    phonetic: usize,
    styled: usize,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Homoglyphs",
    description: "Words with letters of other scripts that look alike, and styled letters.",
    categories: &[CATEGORY],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: false,
    sight: Sight::Original,
    extent: Extent::Local,
    parameters: &[],
    build: |_| Ok(Arc::new(Homoglyphs)),
};

// === impl Homoglyphs ===

impl Detect for Homoglyphs {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        if text.is_ascii() {
            return;
        }
        let mut word = Word::default();
        for (at, character) in text.char_indices().take_while(|_| pace.step()) {
            let styled = is_styled(character);
            let in_word = character.is_alphabetic() && !is_spaceless(character);
            if !in_word && !styled {
                hits.extend(word.into_hit(at));
                word = Word::default();
                continue;
            }
            if word.letters == 0 {
                word.start = at;
            }
            word.letters += 1;
            word.styled += usize::from(styled);
            word.latin += usize::from(is_latin(character));
            word.ascii += usize::from(character.is_ascii());
            word.phonetic += usize::from(matches!(character, 'ɑ' | 'ɡ'));
            let foreign = !styled && !is_latin(character);
            word.alike += usize::from(foreign && lookalike_of(character).is_some());
        }
        hits.extend(word.into_hit(text.len()));
    }
}

// === impl Word ===

impl Word {
    /// What is wrong with the word, which ends at `end`.
    fn into_hit(self, end: usize) -> Option<Hit> {
        let among_ascii =
            |count: usize| count > 0 && self.ascii >= 2 && self.ascii + count == self.letters;
        let mixed = self.letters >= SHORTEST_WORD
            && (self.alike > 0 && self.latin > 0 || among_ascii(self.phonetic))
            || self.letters >= SHORTEST_PARTLY_STYLED && among_ascii(self.styled);
        let styled = self.styled >= SHORTEST_STYLED;
        let (rule, score, preview) = if mixed {
            (
                0,
                0.85,
                Preview::of(format_args!(
                    "{} foreign among {} letters",
                    self.alike + self.phonetic + self.styled,
                    self.letters
                )),
            )
        } else if styled {
            (
                1,
                0.6,
                Preview::of(format_args!("{} styled letters", self.styled)),
            )
        } else {
            return None;
        };
        Some(Hit {
            rule,
            span: Span::new(self.start, end),
            score,
            preview,
        })
    }
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '\u{C0}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}' | '\u{2C60}'..='\u{2C7F}'
            | '\u{A722}'..='\u{A7FF}')
}

/// Letters that exist for their style: mathematical, full-width, circled, squared, flags.
fn is_styled(c: char) -> bool {
    matches!(c, '\u{1D400}'..='\u{1D7CB}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}'
        | '\u{24B6}'..='\u{24E9}' | '\u{1F110}'..='\u{1F189}' | '\u{210A}'..='\u{2115}'
        | '\u{2119}'..='\u{211D}' | '\u{2128}' | '\u{212C}'..='\u{212F}'
        | '\u{2131}'..='\u{2134}' | '\u{2139}' | '\u{2145}'..='\u{2149}'
        | '\u{2170}'..='\u{217F}')
}
