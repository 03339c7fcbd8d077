//! The work of a guard on a text in shares, which can be done in any order and on threads of their
//! own: the forms of the text, and parts of a form where the guard says that they come to the same.
//!
//! On which threads, and when, is for the caller; no thread and no clock enters here.

use std::iter;

use crate::decode::Encodings;
use crate::finding::{Finding, Span};
use crate::guard::prompt_injection::part::{Packed, Tokens};
use crate::guard::{Extent, Guard, Sight};
use crate::pace::Pace;
use crate::past::Begin;
use crate::reading::Reading;
use crate::scan::{self, Hit, Placed};

/// Least bytes of a share, and about the most where the text can be cut: a millisecond or two of work.
pub(crate) const SHARE: usize = 32 * 1024;

/// Some of what there is to look at.
#[derive(Debug)]
pub struct Share {
    pieces: Vec<(Form, Part)>,
    bytes: usize,
}

/// What a guard saw in a share: of all its pieces together, of which there may be thousands.
#[derive(Debug, Default)]
pub struct Seen {
    seen: Sighting,
    /// The pieces in which it saw something, and where in that each ends: hits, and tokens.
    ends: Vec<(Form, usize, usize)>,
}

/// A part of a text that can be looked at apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// How far back reading has to begin.
    pub(crate) from: usize,
    /// Bytes of the text.
    pub(crate) span: Span,
}

/// What a guard saw in parts of texts.
#[derive(Debug, Default)]
pub(crate) struct Sighting {
    /// Of a guard that looks at a text as one.
    pub(crate) hits: Vec<Hit>,
    /// Of one that weighs tokens.
    pub(crate) tokens: Tokens,
}

/// A form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Original,
    View,
    /// By index.
    Decoded(usize),
}

// === impl Share ===

impl Share {
    /// How much there is to look at.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

// === impl Seen ===

impl Seen {
    /// What was seen in each piece in which there was something.
    fn pieces(&self) -> impl Iterator<Item = (Form, &[Hit], &[Packed])> {
        let starts = self.ends.iter().map(|&(_, hits, tokens)| (hits, tokens));
        let starts = iter::once((0, 0)).chain(starts);
        starts
            .zip(&self.ends)
            .map(|(start, &(form, hits, tokens))| {
                let hits = &self.seen.hits[start.0..hits];
                (form, hits, self.seen.tokens.between(start.1, tokens))
            })
    }
}

// === impl Part ===

impl Part {
    pub(crate) const fn whole(text: &str) -> Self {
        Self {
            from: 0,
            span: Span::new(0, text.len()),
        }
    }
}

// === impl Guard ===

impl Guard {
    /// The work of [`Self::read`] in shares; one for a short text. Makes the forms of the text that the
    /// guard looks at; nothing if it is not to `go_on` until they are made.
    pub fn shares<T: AsRef<str>>(
        &self,
        reading: &Reading<T>,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Vec<Share>> {
        let pace = Pace::new(go_on);
        let (sight, _) = self.sight();
        if sight != Sight::Original {
            reading.view_at(&pace)?;
        }
        if let Some(words) = self.reads_decoded() {
            reading.parts_at(words, &pace)?;
        }
        let mut shares: Vec<Share> = Vec::new();
        for form in self.forms(reading).take_while(|_| pace.step()) {
            let start = begin(reading, form).place;
            for part in self
                .detector()
                .parts(text_of(reading, form), start, SHARE, &pace)
            {
                let bytes = part.span.len();
                match shares.last_mut() {
                    Some(share) if share.bytes + bytes <= SHARE => {
                        share.pieces.push((form, part));
                        share.bytes += bytes;
                    }
                    _ => shares.push(Share {
                        pieces: vec![(form, part)],
                        bytes,
                    }),
                }
            }
        }
        pace.unless_stopped(shares)
    }

    /// What it sees in one of its shares. Asks every few microseconds whether to `go_on`; if not, soon
    /// ends with nothing.
    pub fn look<T: AsRef<str>>(
        &self,
        reading: &Reading<T>,
        share: &Share,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Seen> {
        let pace = Pace::new(go_on);
        let Seen { mut seen, mut ends } = Seen::default();
        let mut end = (0, 0);
        for &(form, part) in share.pieces.iter().take_while(|_| pace.step()) {
            let text = text_of(reading, form);
            self.detector()
                .look(text, part, self.setting(), &pace, &mut seen);
            let (hits, tokens) = (seen.hits.len(), seen.tokens.len());
            if (hits, tokens) != end {
                end = (hits, tokens);
                ends.push((form, hits, tokens));
            }
        }
        seen.tokens.finish();
        pace.unless_stopped(Seen { seen, ends })
    }

    /// What [`Self::read`] gives, of what was seen in all shares, in their order. Asks whether to
    /// `go_on` as well.
    pub fn conclude<T: AsRef<str>>(
        &self,
        reading: &Reading<T>,
        seen: Vec<Seen>,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Vec<Finding>> {
        let pace = Pace::new(go_on);
        let mut pieces = seen.iter().flat_map(Seen::pieces).peekable();
        let mut found = Vec::new();
        let (mut hits, mut tokens) = (Vec::new(), Vec::new());
        for form in self.forms(reading).take_while(|_| pace.step()) {
            tokens.clear();
            while let Some((_, own, more)) = pieces.next_if(|(of, ..)| *of == form) {
                hits.extend(own.iter().take_while(|_| pace.step()).cloned());
                tokens.push(more);
            }
            let (text, begin) = (text_of(reading, form), begin(reading, form));
            self.detector()
                .conclude(text, begin, self.setting(), &tokens, &pace, &mut hits);
            let sought = hits.drain(..).take_while(|_| pace.step());
            let sought = sought.filter(|hit| self.is_sought(reading, form, hit.span));
            let placed = sought.map(|hit| Placed {
                hit: Hit {
                    span: place(reading, form, hit.span),
                    ..hit
                },
                via: via(reading, form),
            });
            found.extend(placed.filter(|placed| placed.hit.span.start >= reading.past().end));
        }
        // Room for the findings.
        drop(pieces);
        drop(seen);
        let findings = scan::into_findings(reading.text(), self.id(), self.rules(), found, &pace);
        pace.unless_stopped(findings)
    }

    /// Whether a hit in a form counts: one that is as well to be seen in the text does not.
    fn is_sought<T: AsRef<str>>(&self, reading: &Reading<T>, form: Form, span: Span) -> bool {
        match (self.sight().0, form) {
            (Sight::Sought { .. }, Form::Decoded(index)) => {
                reading.part(index).is_some_and(|part| part.hides(span))
            }
            _ => true,
        }
    }

    /// The forms of the text that it looks at.
    fn forms<T: AsRef<str>>(&self, reading: &Reading<T>) -> impl Iterator<Item = Form> {
        let (sight, extent) = self.sight();
        let past = reading.past();
        // With other tokens before, the same text may be weighed in other windows.
        let counted = extent == Extent::Counted && past.original != past.normal;
        let view = sight != Sight::Original && (counted || reading.view().is_some());
        let given = !matches!(
            sight,
            Sight::View
                | Sight::Sought {
                    original: false,
                    ..
                }
        );
        let original = given || !view;
        let parts = self.reads_decoded().map_or(0, |words| reading.parts(words));
        let forms = original.then_some(Form::Original).into_iter();
        forms
            .chain(view.then_some(Form::View))
            .chain((0..parts).map(Form::Decoded))
    }

    /// Whether it looks at what is decoded, and if so at disguised words as well.
    fn reads_decoded(&self) -> Option<bool> {
        match self.sight() {
            (Sight::Decoded, extent) => Some(extent != Extent::Local),
            (Sight::Sought { words, .. }, _) => Some(words),
            (Sight::Original | Sight::View | Sight::Both, _) => None,
        }
    }
}

fn text_of<T: AsRef<str>>(reading: &Reading<T>, form: Form) -> &str {
    match form {
        Form::Original => reading.text(),
        Form::View => reading.normal(),
        Form::Decoded(index) => reading.part(index).map_or("", |part| part.text),
    }
}

/// Where in the form what is not decided begins.
fn begin<T: AsRef<str>>(reading: &Reading<T>, form: Form) -> Begin {
    match form {
        Form::Original => reading.begin(),
        Form::View => reading.begin_in_normal(),
        Form::Decoded(_) => Begin::default(),
    }
}

/// A place of the form in the original.
fn place<T: AsRef<str>>(reading: &Reading<T>, form: Form, span: Span) -> Span {
    match form {
        Form::Original => span,
        Form::View => reading.original(span),
        Form::Decoded(index) => {
            let part = reading.part(index);
            reading.original(part.map_or(span, |part| part.place(span)))
        }
    }
}

fn via<T: AsRef<str>>(reading: &Reading<T>, form: Form) -> Encodings {
    match form {
        Form::Original | Form::View => Encodings::NONE,
        Form::Decoded(index) => reading.part(index).map_or(Encodings::NONE, |part| part.via),
    }
}
