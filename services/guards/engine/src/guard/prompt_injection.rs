//! Prompt injection: text that tries to take over the model that reads it.
//!
//! A linear model over hashed words, four characters in a row and classes of words, weighed in windows;
//! the heaviest window counts. Beside it a few rules over the same classes, for what is an attack wherever
//! it stands. Where the model is in [`doubt`], somebody else may be asked. What they cannot do stands in
//! `docs/prompt-injection.md`, with their figures. The
//! weights come from `training/`; nothing here is edited to fit a text.

pub(crate) mod doubt;
pub(crate) mod features;
pub(crate) mod grammar;
pub(crate) mod lexicon;
pub(crate) mod marker;
mod open;
pub(crate) mod part;
mod segment;
pub(crate) mod weights;
pub(crate) mod window;

pub(crate) use crate::channel;

use std::ops::Range;
use std::sync::Arc;

use channel::Channel;
use doubt::Band;
use features::Reader;
use lexicon::Lexicon;
use part::Packed;
use segment::{Judged, Segment};
use weights::{Limits, Weights};

use crate::BuildError;
use crate::decision::LOW_SCORE;
use crate::decode;
use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Setting, Sight, Spec};
use crate::pace::Pace;
use crate::past::{Begin, Tally};
use crate::redact::placeholders;
use crate::scan::Hit;
use crate::share::{Part, SHARE, Sighting};

/// Id of the guard.
pub(crate) const ID: &str = "prompt_injection";

/// The model, then the rules in the order of [`grammar`], then [`marker`]'s, then whoever is asked.
const RULES: [RuleInfo; 7] = [
    rule(
        "injection",
        "Text that tries to take over the model that reads it",
    ),
    rule("override", "An order to leave earlier instructions aside"),
    rule(
        "prompt_leak",
        "An order to show what the model was told in secret",
    ),
    rule(
        "unbound_persona",
        "A role for the model that is without bounds",
    ),
    rule(
        "addressed_to_model",
        "A note to the model within data, with something to do",
    ),
    rule(
        "spoofed_turn",
        "Marks of a chat template: a turn that somebody else did not take",
    ),
    rule(
        "second_opinion",
        "Text that left the model in doubt, and that a transformer holds for an injection",
    ),
];
const MODEL: usize = 0;
const SPOOFED: usize = 5;
const SECOND_OPINION: usize = 6;
/// The least score of a finding.
const FLAGGED: f32 = LOW_SCORE / 2.0;
/// What a rule scores: they were right on all but a few benign texts.
const RULED: f32 = 0.9;

static WEIGHTS: &[u8] = include_bytes!("prompt_injection/weights.bin");

struct PromptInjection {
    lexicon: Lexicon,
    weights: Weights<'static>,
    band: Band,
}

pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Prompt injection",
    description: "Instructions that try to override the model's own, by a linear model and rules.",
    categories: &["injection"],
    rules: || RULES.to_vec(),
    cost: Cost::Moderate,
    by_default: true,
    sight: Sight::Decoded,
    extent: Extent::Counted,
    parameters: &doubt::PARAMETERS,
    build: |values| {
        Ok(Arc::new(PromptInjection {
            lexicon: Lexicon::new(),
            weights: Weights::parse(WEIGHTS).ok_or(BuildError::Weights)?,
            band: Band::of(values)?,
        }))
    },
};

// === impl PromptInjection ===

impl Detect for PromptInjection {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        self.detect_in(text, &Setting::default(), pace, hits);
    }

    fn detect_in(&self, text: &str, setting: &Setting, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        let mut seen = Sighting::default();
        for part in self.parts(text, 0, SHARE, pace) {
            self.look(text, part, setting, pace, &mut seen);
        }
        let tokens = [seen.tokens.all()];
        self.conclude(text, Begin::default(), setting, &tokens, pace, hits);
    }

    fn constructs(&self, text: &str, found: &mut dyn FnMut(Span)) {
        open::find(text, &mut *found);
        decode::find_open(text, &mut *found);
    }

    fn parts(&self, text: &str, start: usize, size: usize, pace: &Pace<'_>) -> Vec<Part> {
        part::parts(text, start, size, pace)
    }

    fn look(
        &self,
        text: &str,
        part: Part,
        setting: &Setting,
        pace: &Pace<'_>,
        seen: &mut Sighting,
    ) {
        let Part { from, span } = part;
        for segment in segments(text, from, span.end).take_while(|_| pace.step()) {
            self.read(text, segment, setting.channel, |token| {
                if token.place.start >= span.start {
                    seen.tokens.push(&token);
                }
                pace.step()
            });
        }
    }

    fn conclude(
        &self,
        text: &str,
        begin: Begin,
        setting: &Setting,
        tokens: &[&[Packed]],
        pace: &Pace<'_>,
        hits: &mut Vec<Hit>,
    ) {
        let limits = self.weights.limits[setting.channel as usize];
        let from = setting.opinion.as_ref().map(|_| self.band.from());
        let keeps = |margin| from.is_some_and(|from| score(margin, limits) >= from);
        let tokens = tokens.iter().copied().flatten();
        let mut tokens = tokens.map(Packed::token).peekable();
        let mut past = begin.tally;
        for place in segments(text, begin.place, text.len()) {
            let model = (self.weights.unit, limits);
            let mut segment = Segment::new(setting.channel, model, past, &keeps);
            while let Some(token) = tokens.next_if(|token| token.place.start < place.end) {
                if !pace.step() {
                    return;
                }
                segment.push(&token);
            }
            self.judge(text, place, &segment.end(), setting, pace, hits);
            past = Tally::default();
        }
    }

    fn back(&self, text: &str, place: usize) -> usize {
        part::back(text, place)
    }

    fn tally(&self, text: &str, begin: Begin, end: usize) -> Tally {
        let mut tally = begin.tally;
        for segment in segments(text, part::back(text, begin.place), end) {
            if segment.start > begin.place {
                tally = Tally::default();
            }
            self.read(text, segment, Channel::default(), |token| {
                if token.place.start >= begin.place {
                    tally.tokens += 1;
                    tally.classes |= token.classes;
                    if token.ends {
                        tally.classes = 0;
                    }
                }
                true
            });
        }
        tally
    }
}

impl PromptInjection {
    /// Reads a segment of the text; gives its tokens to `sink`, in order, while that gives true.
    fn read(
        &self,
        text: &str,
        segment: Span,
        channel: Channel,
        mut sink: impl FnMut(part::Token) -> bool,
    ) {
        let mut reader = Reader::new(&self.lexicon, channel);
        reader.read(&text[segment.start..segment.end], |token| {
            let (mut weight, mut square) = (0, 0);
            for feature in token.features {
                weight += self.weights.weight(feature.bucket) * i64::from(feature.value);
                square += i64::from(feature.value * feature.value);
            }
            let Range { start, end } = token.place;
            sink(part::Token {
                place: Span::new(segment.start + start, segment.start + end),
                weight,
                square,
                classes: token.classes,
                ends: token.ends,
            })
        });
    }

    /// What was seen of a segment, as hits.
    fn judge(
        &self,
        text: &str,
        segment: Span,
        seen: &Judged,
        setting: &Setting,
        pace: &Pace<'_>,
        hits: &mut Vec<Hit>,
    ) {
        let channel = setting.channel;
        let limits = self.weights.limits[channel as usize];
        let ruled = seen.ruled.iter();
        let mut ruled: Vec<Hit> = ruled.map(|(rule, span)| hit(*rule, *span, RULED)).collect();
        if !matches!(channel, Channel::System | Channel::Code) {
            let inner = &text[segment.start..segment.end];
            marker::find(
                inner,
                || pace.step(),
                |span| {
                    let span = Span::new(segment.start + span.start, segment.start + span.end);
                    ruled.push(hit(SPOOFED, span, RULED));
                },
            );
        }
        let told = seen.above().into_iter();
        let mut told: Vec<Hit> = told
            .map(|(span, margin)| hit(MODEL, span, score(margin, limits)))
            .collect();
        if let Some(opinion) = setting.opinion.as_ref().filter(|_| ruled.is_empty()) {
            let windows = seen.windows();
            let windows = windows.map(|window| (window.place, score(window.margin, limits)));
            let passages = self
                .band
                .passages(&text[..segment.end], segment.start, windows);
            let answers = doubt::ask(opinion, text, &passages);
            told.retain(|hit| !doubt::is_answered(hit.span, &answers));
            let held = answers.iter().filter(|(_, answer)| *answer >= FLAGGED);
            told.extend(held.map(|(passage, answer)| hit(SECOND_OPINION, passage.place, *answer)));
        }
        hits.append(&mut told);
        hits.append(&mut ruled);
    }
}

/// The parts of `text[start..end]` that no placeholder interrupts: nothing is read over one.
fn segments(text: &str, start: usize, end: usize) -> impl Iterator<Item = Span> {
    let ends = placeholders(&text[start..end]).chain([(end - start, end - start)]);
    ends.scan(start, move |from, (until, next)| {
        let segment = Span::new(*from, start + until);
        *from = start + next;
        Some(segment)
    })
}

const fn rule(id: &'static str, description: &'static str) -> RuleInfo {
    RuleInfo {
        id,
        description,
        category: "injection",
        severity: Severity::High,
    }
}

fn hit(rule: usize, span: Span, score: f32) -> Hit {
    Hit {
        rule,
        span,
        score,
        preview: "[instructions to the model]".into(),
    }
}

/// From [`FLAGGED`] where a text is flagged (as far below as above for what weighs less), over [`LOW_SCORE`] where it is blocked, towards 1.
fn score(margin: f32, limits: Limits) -> f32 {
    let over = margin - limits.block;
    if over < 0.0 {
        let share = (margin - limits.flag) / (limits.block - limits.flag);
        (FLAGGED * (1.0 + share)).clamp(0.0, LOW_SCORE - f32::EPSILON)
    } else {
        LOW_SCORE + (1.0 - LOW_SCORE) * over / (1.0 + over)
    }
}
