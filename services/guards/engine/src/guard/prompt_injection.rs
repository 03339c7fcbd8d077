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
pub(crate) mod part;
pub(crate) mod weights;
pub(crate) mod window;

pub(crate) use crate::channel;

use std::ops::Range;
use std::sync::Arc;

use channel::Channel;
use doubt::Band;
use features::{Reader, Token};
use grammar::{Grammar, Match};
use lexicon::Lexicon;
use weights::{Limits, Weights};
use window::{LENGTHS, Sums, Window, windows};

use crate::BuildError;
use crate::decision::LOW_SCORE;
use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Setting, Sight, Spec};
use crate::pace::Pace;
use crate::redact::placeholders;
use crate::scan::Hit;
use crate::share::{Part, Sighting};

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
    extent: Extent::Whole,
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
        let seen = self.look(text, Part::whole(text), setting, pace);
        self.conclude(text, setting, vec![seen], pace, hits);
    }

    fn parts(&self, text: &str, size: usize) -> Vec<Part> {
        part::parts(text, size)
    }

    fn look(&self, text: &str, part: Part, setting: &Setting, pace: &Pace<'_>) -> Sighting {
        let Part { from, span } = part;
        // A word and a blank or a mark, on average.
        let mut tokens = Vec::with_capacity(span.len() / 4);
        for segment in segments(&text[from..span.end]).take_while(|_| pace.step()) {
            let segment = Span::new(from + segment.start, from + segment.end);
            self.read(text, segment, setting.channel, |token| {
                if token.place.start >= span.start {
                    tokens.push(token);
                }
                pace.step()
            });
        }
        Sighting {
            tokens,
            ..Sighting::default()
        }
    }

    fn conclude(
        &self,
        text: &str,
        setting: &Setting,
        seen: Vec<Sighting>,
        pace: &Pace<'_>,
        hits: &mut Vec<Hit>,
    ) {
        let mut tokens = seen.iter().flat_map(|part| &part.tokens).peekable();
        for segment in segments(text) {
            let own = std::iter::from_fn(|| tokens.next_if(|t| t.place.start < segment.end));
            self.judge(text, segment, own, setting, pace, hits);
        }
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

    /// Judges a segment by its tokens.
    fn judge<'a>(
        &self,
        text: &str,
        segment: Span,
        tokens: impl Iterator<Item = &'a part::Token>,
        setting: &Setting,
        pace: &Pace<'_>,
        hits: &mut Vec<Hit>,
    ) {
        let channel = setting.channel;
        let mut places = Vec::new();
        let mut sums = Sums::default();
        sums.clear();
        let mut grammar = Grammar::new(channel);
        let mut matches: [Option<Match>; RULES.len()] = [None; RULES.len()];
        let mut ruled = Vec::new();
        for token in tokens.take_while(|_| pace.step()) {
            sums.push(token.weight, token.square);
            places.push(token.place);
            let token = Token {
                place: token.place.start..token.place.end,
                features: &[],
                classes: token.classes,
                ends: token.ends,
            };
            grammar.push(&token, |found| match &mut matches[found.rule] {
                // Matches that share words are one.
                Some(open) if found.first <= open.last => open.last = found.last,
                open => ruled.extend(open.replace(found)),
            });
        }
        ruled.extend(matches.into_iter().flatten());
        let limits = self.weights.limits[channel as usize];
        let place = |first: usize, last: usize| Span::new(places[first].start, places[last].end);
        let mut ruled: Vec<Hit> = ruled
            .iter()
            .map(|found| hit(found.rule, place(found.first, found.last), RULED))
            .collect();
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
        let scored = |(window, margin): (Window, f32)| {
            (place(window.start, window.end - 1), score(margin, limits))
        };
        let told = self.above(&sums, limits, pace).into_iter().map(scored);
        let mut told: Vec<Hit> = told.map(|(span, score)| hit(MODEL, span, score)).collect();
        if let Some(opinion) = setting.opinion.as_ref().filter(|_| ruled.is_empty()) {
            let margin = |window| sums.margin(window) * self.weights.unit + limits.bias;
            let windows = LENGTHS.iter().flat_map(|of| windows(sums.tokens(), *of));
            let windows = windows.map(|window| scored((window, margin(window))));
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

    /// Where the text weighs too much, each place with its greatest margin: the shortest windows
    /// that tell, joined where they overlap, and longer ones only where no shorter one told.
    fn above(&self, sums: &Sums, limits: Limits, pace: &Pace<'_>) -> Vec<(Window, f32)> {
        let mut found: Vec<(Window, f32)> = Vec::new();
        for length in LENGTHS {
            let mut told = found.iter().map(|(window, _)| *window).collect::<Vec<_>>();
            told.sort_unstable_by_key(|window| window.start);
            let mut told = told.into_iter().peekable();
            let first = found.len();
            let windows = windows(sums.tokens(), length);
            for window in windows.take_while(|_| pace.step()) {
                let margin = sums.margin(window) * self.weights.unit + limits.bias;
                while told.next_if(|other| other.end <= window.start).is_some() {}
                let known = told.peek().is_some_and(|other| other.start < window.end);
                if margin < limits.flag || known {
                    continue;
                }
                match found[first..].last_mut() {
                    Some((last, best)) if window.start <= last.end => {
                        last.end = window.end;
                        *best = best.max(margin);
                    }
                    _ => found.push((window, margin)),
                }
            }
        }
        found
    }
}

/// The parts of a text that no placeholder interrupts: nothing is read over one.
fn segments(text: &str) -> impl Iterator<Item = Span> {
    let ends = placeholders(text).chain([(text.len(), text.len())]);
    ends.scan(0, |start, (end, next)| {
        let segment = Span::new(*start, end);
        *start = next;
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
        preview: String::from("[instructions to the model]"),
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
