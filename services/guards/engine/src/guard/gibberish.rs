//! Gibberish: letters that form no words of any language, such as keys struck at random.
//!
//! Counts how surprising each pair of letters is, in a table from sentences in forty languages with
//! Latin letters; accents do not count, and a word on one row of keys counts more. Words that surprise
//! are found where they follow each other; other scripts are not judged, nor are code fences,
//! addresses, names with digits or capitals within, short words, drawn-out ones, and a single strange
//! word among others, which may be a name or a hash. Real words in senseless order are not found.

mod pairs;

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape};
use crate::prose::words;
use crate::redact::PLACEHOLDER;
use crate::scan::Hit;
use pairs::COSTS;

/// Id of the guard.
pub(crate) const ID: &str = "gibberish";

const RULES: [RuleInfo; 1] = [RuleInfo {
    id: "gibberish",
    description: "Letters that form no words",
    category: "quality",
    severity: Severity::Low,
}];

/// What a letter may cost, in sixteenths of a bit. Sentences in languages that the table has not seen
/// take about 70 a letter, keys struck at random 95 and more.
const FAIR: i32 = 80;
/// What words must cost together beyond that.
const EXCESS: i32 = 288;
/// What two letters of one row of keys cost more in a word that hardly leaves a row: fingers that
/// strike keys at random stay there.
const SAME_ROW: i32 = 16;
/// Letters of a word that is judged.
const LEAST_WORD: usize = 4;
/// Most bytes between words that follow each other.
const GAP: usize = 24;

/// The row of keys that each letter from a to z is on, where most keyboards have it.
const ROW_OF: [u8; 26] = *b"23321222122233111121131313";

struct Gibberish {
    least_letters: usize,
}

/// Words that follow each other, and what they cost beyond what is fair.
#[derive(Clone, Copy, Default)]
struct Run {
    start: usize,
    end: usize,
    words: usize,
    letters: usize,
    excess: i32,
}

/// A word with Latin letters.
struct Word {
    letters: usize,
    excess: i32,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Gibberish",
    description: "Letters that form no words, such as keys struck at random; Latin script alone.",
    categories: &["quality"],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: false,
    sight: Sight::View,
    extent: Extent::Whole,
    parameters: &[Parameter {
        name: "least_letters",
        description: "Least letters of a finding",
        shape: Shape::Integer {
            least: 12,
            most: 1000,
            default: Some(20),
        },
    }],
    build: |values| {
        let least = values.integer("least_letters");
        Ok(Arc::new(Gibberish {
            least_letters: least
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(usize::MAX),
        }))
    },
};

// === impl Gibberish ===

impl Detect for Gibberish {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let mut found = Vec::new();
        let mut run = Run::default();
        // The best beginning of the run.
        let mut best = Run::default();
        let mut known = 0;
        let mut fences = text.match_indices("```").map(|(at, _)| at).peekable();
        let mut fenced = false;
        for (start, spelled) in words(text, pace) {
            while fences.next_if(|at| *at < start).is_some() {
                fenced = !fenced;
            }
            let Some(word) = Word::of(spelled, pace).filter(|_| !fenced) else {
                continue;
            };
            known += 1;
            let gap = text.get(run.end..start).unwrap_or_default();
            let follows = gap.len() <= GAP && !gap.contains("\n\n") && !gap.contains(PLACEHOLDER);
            if !follows || run.excess <= 0 || word.is_plain() {
                found.extend(self.worth(best));
                run = Run {
                    start,
                    ..Run::default()
                };
                best = run;
            }
            run.end = start + spelled.len();
            run.words += 1;
            run.letters += word.letters;
            run.excess += word.excess;
            if run.excess > best.excess {
                best = run;
            }
        }
        found.extend(self.worth(best));
        // One strange word may be a name; as all of a text it is no name.
        let strange = found.into_iter().filter(|run| run.words > 1 || known == 1);
        hits.extend(strange.map(Run::into_hit));
    }
}

impl Gibberish {
    fn worth(&self, run: Run) -> Option<Run> {
        (run.excess >= EXCESS && run.letters >= self.least_letters).then_some(run)
    }
}

// === impl Run ===

impl Run {
    fn into_hit(self) -> Hit {
        Hit {
            rule: 0,
            span: Span::new(self.start, self.end),
            score: if self.excess >= 2 * EXCESS {
                0.85
            } else {
                0.65
            },
            preview: "[letters that form no words]".into(),
        }
    }
}

// === impl Word ===

impl Word {
    /// What a word costs; nothing for one that is too short, an abbreviation, or of another script.
    fn of(spelled: &str, pace: &Pace<'_>) -> Option<Self> {
        let capitals = pace.along(spelled.chars()).all(|c| !c.is_lowercase());
        let mut word = Self {
            letters: 0,
            excess: 0,
        };
        let mut before = 0;
        let mut drawn = 0;
        // Pairs of letters, and those of one row.
        let (mut pairs, mut in_row) = (0, 0);
        for letter in pace.along(letters(spelled)) {
            let letter = letter?;
            let row = &COSTS[before];
            drawn = if before == letter + 1 { drawn + 1 } else { 0 };
            if before > 0 && drawn == 0 {
                pairs += 1;
                in_row += i32::from(ROW_OF[before - 1] == ROW_OF[letter]);
            }
            before = letter + 1;
            // A letter that is drawn out says nothing.
            if drawn < 2 {
                word.letters += 1;
                word.excess += i32::from(row[letter]) - FAIR;
            }
        }
        if pairs >= 3 && in_row * 5 >= pairs * 4 {
            word.excess += SAME_ROW * in_row;
        }
        let abbreviation = capitals && word.letters < 6;
        (word.letters >= LEAST_WORD && !abbreviation).then_some(word)
    }

    /// Whether it could stand in any sentence: it costs a bit a letter less than is fair.
    fn is_plain(&self) -> bool {
        usize::try_from(-self.excess).is_ok_and(|saved| saved >= 16 * self.letters)
    }
}

/// What the letters from a to z of a value cost beyond what is fair in words of any language, in
/// sixteenths of a bit, and how many they are. Whatever stands between letters begins a word.
pub(in crate::guard) fn excess(value: &str) -> (i32, usize) {
    let (mut before, mut excess, mut letters) = (0, 0, 0);
    for byte in value.bytes().map(|b| b.to_ascii_lowercase()) {
        let letter = usize::from(byte.wrapping_sub(b'a'));
        before = if let Some(cost) = COSTS[before].get(letter) {
            excess += i32::from(*cost) - FAIR;
            letters += 1;
            letter + 1
        } else {
            0
        };
    }
    (excess, letters)
}

/// The letters of a word from 0 to 25, without their accents; nothing for one of another script.
fn letters(word: &str) -> impl Iterator<Item = Option<usize>> {
    word.nfkd()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'a'..='z' => Some(Some(c as usize - 'a' as usize)),
            '\'' | '’' | '-' | '\u{300}'..='\u{36F}' => None,
            'ł' => Some(Some(11)),
            'ø' => Some(Some(14)),
            'đ' | 'ð' => Some(Some(3)),
            'ß' => Some(Some(18)),
            'æ' => Some(Some(0)),
            'þ' => Some(Some(19)),
            'ı' => Some(Some(8)),
            _ => Some(None),
        })
}
