//! Invisible text: characters that a person does not see and a model reads.
//!
//! One pass over the characters; [`classify`] says which are invisible, `context` says which of
//! those have a job where they stand (a joiner in an emoji, a mark beside Arabic), and the rest is
//! reported in runs. What hidden text says is not judged here.

mod context;

use std::sync::Arc;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::pace::Pace;
use crate::preview::Preview;
use crate::scan::Hit;
use context::Neighbours;

/// Id of the guard.
pub(crate) const ID: &str = "invisible_text";
/// What nobody sees: taken out, it leaves no gap.
pub(crate) const CATEGORIES: &[&str] = &["hidden_text", "zero_width", "bidi"];

const RULES: [RuleInfo; 5] = [
    RuleInfo {
        id: "unicode_tag",
        description: "Tag characters, which spell hidden ASCII text",
        category: "hidden_text",
        severity: Severity::High,
    },
    RuleInfo {
        id: "zero_width",
        description: "Zero-width spaces and joiners without a job",
        category: "zero_width",
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "bidi_control",
        description: "Controls that change the order in which text is shown",
        category: "bidi",
        severity: Severity::High,
    },
    RuleInfo {
        id: "variation_selector",
        description: "Variation selectors that select nothing, which can carry hidden bytes",
        category: "hidden_text",
        severity: Severity::High,
    },
    RuleInfo {
        id: "ignorable",
        description: "Other characters that are never shown",
        category: "zero_width",
        severity: Severity::Low,
    },
];

/// What sort of invisible character one is. The order is that of [`RULES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Tag,
    ZeroWidth,
    Bidi,
    Variation,
    Ignorable,
}

/// A run of invisible characters of one kind.
struct Run {
    kind: Kind,
    span: Span,
    characters: usize,
    score: f32,
}

struct InvisibleText;

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Invisible text",
    description: "Characters that people do not see and models read.",
    categories: CATEGORIES,
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: true,
    sight: Sight::Original,
    extent: Extent::Local,
    parameters: &[],
    build: |_| Ok(Arc::new(InvisibleText)),
};

// === impl InvisibleText ===

impl Detect for InvisibleText {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let mut open: Option<Run> = None;
        let mut neighbours = Neighbours::new(text);
        while let Some((at, character, kind)) = neighbours.next_invisible(pace) {
            let Some(score) = suspicion(kind, character, &mut neighbours) else {
                continue;
            };
            let span = Span::new(at, at + character.len_utf8());
            match &mut open {
                Some(run) if run.kind == kind && run.span.end == at => {
                    run.span.end = span.end;
                    run.characters += 1;
                    run.score = run.score.max(score);
                }
                _ => {
                    let next = Run {
                        kind,
                        span,
                        characters: 1,
                        score,
                    };
                    hits.extend(open.replace(next).map(Run::into_hit));
                }
            }
        }
        hits.extend(open.map(Run::into_hit));
    }
}

// === impl Run ===

impl Run {
    fn into_hit(self) -> Hit {
        let what = match self.kind {
            Kind::Tag => "hidden text in tag characters",
            Kind::ZeroWidth => "zero-width characters",
            Kind::Bidi => "text direction controls",
            Kind::Variation => "variation selectors",
            Kind::Ignorable => "characters that are never shown",
        };
        // A run of many is no slip of a word processor.
        let score = if self.characters >= 8 {
            0.98
        } else {
            self.score
        };
        Hit {
            rule: self.kind as usize,
            span: self.span,
            score,
            preview: Preview::of(format_args!("{} × {what}", self.characters)),
        }
    }
}

/// Score of an invisible character, or nothing if it has a job where it stands.
fn suspicion(kind: Kind, character: char, near: &mut Neighbours<'_>) -> Option<f32> {
    let (useful, score) = match (kind, character) {
        (Kind::Tag, _) => (near.in_flag(), 0.98),
        (Kind::ZeroWidth, '\u{FEFF}') => (near.at_start(), 0.8),
        (Kind::ZeroWidth, '\u{200C}' | '\u{200D}') => (near.joins(character), 0.8),
        (Kind::ZeroWidth, '\u{180E}') => (near.is_of_its_script(character), 0.8),
        (Kind::ZeroWidth, _) => (near.breaks_words(), 0.8),
        // Isolates order mixed text honestly, and can also reorder code: worth a note.
        (Kind::Bidi, '\u{2066}'..='\u{2069}') if near.line_is_right_to_left() => (false, 0.4),
        (Kind::Bidi, '\u{200E}' | '\u{200F}' | '\u{061C}') => (near.line_is_right_to_left(), 0.6),
        (Kind::Bidi, _) => (false, 0.95),
        (Kind::Variation, _) => (near.selects(character), 0.7),
        (Kind::Ignorable, '\u{00AD}') => (near.hyphenates(), 0.6),
        (Kind::Ignorable, _) => (near.is_of_its_script(character), 0.6),
    };
    (!useful).then_some(score)
}

/// Whether a character is never shown, whatever its job.
pub(crate) fn is_invisible(character: char) -> bool {
    classify(character).is_some()
}

/// The kind of an invisible character. Source: Unicode `Default_Ignorable_Code_Point` and
/// `Bidi_Control` (`DerivedCoreProperties.txt`, `PropList.txt`).
fn classify(character: char) -> Option<Kind> {
    let kind = match character {
        '\u{E0000}'..='\u{E007F}' => Kind::Tag,
        '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{180E}' => Kind::ZeroWidth,
        '\u{061C}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => Kind::Bidi,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Kind::Variation,
        '\u{00AD}'
        | '\u{034F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180D}'
        | '\u{180F}'
        | '\u{2061}'..='\u{2065}'
        | '\u{206A}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0080}'..='\u{E00FF}'
        | '\u{E01F0}'..='\u{E0FFF}' => Kind::Ignorable,
        _ => return None,
    };
    Some(kind)
}
