//! Scans a text that arrives in chunks, and lets go only what can no longer be part of a finding.
//!
//! What comes out, redacted text and findings, is the same for every way of cutting the text, and
//! the same as for the text as a whole. For that a guard must judge parts: a hit depends on [`REACH`]
//! bytes around its words and constructs ([`Extent::Local`](crate::guard::Extent::Local)), or besides on
//! what the guard counted before ([`Extent::Counted`](crate::guard::Extent::Counted)), which is remembered.
//! The text is let go up to a [`cut`] that far from its end, which lies in no finding and tears no
//! construct. One of `prompt_injection` is the end of the text, 208 tokens of it, where its windows are open.
//!
//! About 0.6 KiB is held back in prose, 1.2 KiB with `prompt_injection`; more within a finding, a word, a
//! row of numbers or a key block. When [`MOST_HELD`] bytes are held, the stream fails and nothing more
//! comes out: what cannot be checked does not pass. Guards that judge a text as a whole need [`Hold::All`].

mod construct;
mod cut;
mod recall;
mod utf8;

use std::sync::Arc;

use construct::Constructs;
pub(crate) use cut::is_break;

use crate::finding::{Finding, Span};
use crate::guard::Guard;
use crate::past::Past;
use crate::reading::Reading;
use crate::redact::redact;

/// How far around its words, numbers and constructs a hit may depend on the text, in bytes of the normal form.
pub(crate) const REACH: usize = 512;
/// Most bytes that are held back before a stream fails.
pub const MOST_HELD: usize = 256 * 1024;
/// The text is taken in by pieces that end at multiples of this, so that a stream fails at the same
/// place however it is cut.
const STEP: usize = 4096;
/// Least bytes between two attempts to let go.
const LEAST_NEWS: usize = 128;

/// How much of a text is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// What may still become part of a finding.
    Undecided,
    /// All of it, until the end.
    All,
}

/// Why a stream cannot be scanned. Nothing comes out after it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// A guard judges texts as a whole: it needs [`Hold::All`].
    #[error("the guard {guard} needs the whole text")]
    NeedsWhole {
        /// Its id.
        guard: String,
    },
    /// More than [`MOST_HELD`] bytes without a place to let go, or an earlier failure.
    #[error("more than {MOST_HELD} bytes could not be decided")]
    Undecided,
}

/// A part of the text that is decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Release {
    /// Redacted as [`redact`] does.
    pub text: String,
    /// What was found in it, by place in the whole text. Bytes that are not UTF-8 count as U+FFFD,
    /// as in [`String::from_utf8_lossy`].
    pub findings: Vec<Finding>,
}

/// Scans a text chunk by chunk.
///
/// [`Self::push`] does all of it. Who runs guards in its own way, such as each within a time, does
/// the same in steps: [`Self::take`], the guards over what is [`Held`], [`Self::let_go`].
#[derive(Debug)]
pub struct StreamScanner {
    guards: Vec<Guard>,
    hold: Hold,
    utf8: utf8::Decoder,
    /// The text that is held, after what guards may still look back to.
    kept: String,
    /// How much of `kept` is decided, and what guards remember at its end.
    past: Past,
    /// Where `kept` begins, in bytes and in UTF-16 code units of the whole text.
    base: (usize, usize),
    /// Length of `kept` at which the next attempt is due.
    due: usize,
    /// Whether more may come.
    failed: bool,
}

/// What is held of a text, some of which can be let go once it was scanned.
#[derive(Debug)]
pub struct Held {
    /// The text that is held, after what guards may look back to.
    pub reading: Arc<Reading<Arc<str>>>,
    /// How much can be let go where no finding lies across; all of it at the end of the text.
    end: Option<usize>,
    constructs: Constructs,
}

/// A part of the text that is let go, as it was given.
#[derive(Debug)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Where it begins in what was held.
    from: usize,
    /// Where findings begin that are not in it.
    end: usize,
    /// Where what was held begins in the whole text, as in [`StreamScanner`].
    base: (usize, usize),
}

// === impl StreamScanner ===

impl StreamScanner {
    /// At the start of a text.
    pub fn new(guards: Vec<Guard>, hold: Hold) -> Result<Self, StreamError> {
        let whole = guards.iter().find(|guard| !guard.judges_parts());
        if let Some(guard) = whole.filter(|_| hold == Hold::Undecided) {
            let guard = guard.id().to_owned();
            return Err(StreamError::NeedsWhole { guard });
        }
        Ok(Self {
            guards,
            hold,
            utf8: utf8::Decoder::default(),
            kept: String::new(),
            past: Past::NOTHING,
            base: (0, 0),
            due: LEAST_NEWS,
            failed: false,
        })
    }

    /// Takes a chunk, cut anywhere; gives what is decided with it.
    pub fn push(&mut self, mut chunk: &[u8]) -> Result<Release, StreamError> {
        let mut all = Release::default();
        while let Some(held) = self.take(&mut chunk)? {
            all.join(self.release(&held));
        }
        Ok(all)
    }

    /// The rest of the text.
    pub fn finish(mut self) -> Result<Release, StreamError> {
        let held = self.end()?;
        Ok(self.release(&held))
    }

    /// Takes `chunk`, cut anywhere, up to where some of the text can be let go; nothing once all of
    /// it is taken. Gives what has to be scanned, and then [`Self::let_go`] is to be called.
    pub fn take(&mut self, chunk: &mut &[u8]) -> Result<Option<Held>, StreamError> {
        while !chunk.is_empty() && !self.failed {
            let room = STEP - self.utf8.seen() % STEP;
            let (piece, rest) = chunk.split_at(room.min(chunk.len()));
            *chunk = rest;
            self.utf8.decode(piece, &mut self.kept);
            let due = self.is_at_step() || self.kept.len() >= self.due;
            if self.hold == Hold::Undecided && due {
                let held = self.look();
                if held.is_some() {
                    return Ok(held);
                }
            }
        }
        if self.failed {
            return Err(StreamError::Undecided);
        }
        Ok(None)
    }

    /// The rest of the text: what has to be scanned of it, as of [`Self::take`].
    pub fn end(&mut self) -> Result<Held, StreamError> {
        if self.failed {
            return Err(StreamError::Undecided);
        }
        self.utf8.end(&mut self.kept);
        let reading = self.reading();
        Ok(Held {
            constructs: Constructs::of(&self.guards, &reading),
            reading: Arc::new(reading),
            end: None,
        })
    }

    /// Lets go what is decided, given where in what was held all findings lie.
    pub fn let_go(&mut self, held: &Held, mut findings: Vec<Span>) -> Piece {
        findings.sort_unstable();
        let reading = &*held.reading;
        let from = self.past.end;
        let beside = |end| cut::beside(reading, &held.constructs, end, &findings);
        let end = held.end.map_or(self.kept.len(), |end| {
            beside(end).filter(|end| *end > from).unwrap_or(from)
        });
        let piece = Piece {
            text: self.kept[from..end].to_owned(),
            from,
            end: held.end.map_or(usize::MAX, |_| end),
            base: self.base,
        };
        if held.end.is_some() && end > from {
            self.past = recall::past(&self.guards, reading, end);
        } else {
            self.past.end = end;
        }
        self.forget(reading, &held.constructs);
        piece
    }

    /// What there is to scan, if some of what is held can be let go.
    fn look(&mut self) -> Option<Held> {
        let reading = self.reading();
        let constructs = Constructs::of(&self.guards, &reading);
        match cut::last(&reading, &constructs).filter(|end| *end > self.past.end) {
            None => {
                self.forget(&reading, &constructs);
                None
            }
            end => Some(Held {
                reading: Arc::new(reading),
                end,
                constructs,
            }),
        }
    }

    /// What is kept, to be read from where it is not decided.
    fn reading(&self) -> Reading<Arc<str>> {
        Reading::after(self.past, Arc::from(self.kept.as_str()))
    }

    /// Forgets what no guard looks back to.
    fn forget<T: AsRef<str>>(&mut self, reading: &Reading<T>, constructs: &Constructs) {
        let forgotten = cut::before(reading, &self.guards, constructs, self.past.end);
        self.base.0 += forgotten;
        self.base.1 += self.kept[..forgotten].encode_utf16().count();
        self.past.end -= forgotten;
        self.kept.drain(..forgotten);
        // In proportion to what is kept, so that the work stays linear.
        self.due = self.kept.len() + LEAST_NEWS.max(self.kept.len() / 8);
        self.failed = self.is_at_step() && self.kept.len() - self.past.end > MOST_HELD;
    }

    fn is_at_step(&self) -> bool {
        self.utf8.seen().is_multiple_of(STEP)
    }

    /// What is decided of what is held, by the guards in turn.
    fn release(&mut self, held: &Held) -> Release {
        let found = self.guards.iter();
        let mut findings: Vec<Finding> =
            found.flat_map(|guard| guard.read(&held.reading)).collect();
        findings
            .sort_by(|a, b| (a.span, &a.guard, &a.rule_id).cmp(&(b.span, &b.guard, &b.rule_id)));
        let piece = self.let_go(held, findings.iter().map(|one| one.span).collect());
        let found = findings.into_iter().filter_map(|one| piece.place(one));
        let mut findings: Vec<Finding> = found.collect();
        let text = redact(&piece.text, &findings);
        for finding in &mut findings {
            piece.place_in_whole(finding);
        }
        Release { text, findings }
    }
}

// === impl Piece ===

impl Piece {
    /// A finding of what was held, by its bytes in this piece; none if it begins after it.
    pub fn place(&self, mut finding: Finding) -> Option<Finding> {
        if finding.span.start >= self.end {
            return None;
        }
        finding.span = Span::new(finding.span.start - self.from, finding.span.end - self.from);
        finding.utf16 = moved_on(finding.utf16, self.base.1);
        Some(finding)
    }

    /// A finding of this piece, by its place in the whole text.
    pub fn place_in_whole(&self, finding: &mut Finding) {
        finding.span = moved_on(finding.span, self.base.0 + self.from);
    }
}

// === impl Release ===

impl Release {
    fn join(&mut self, later: Self) {
        self.text.push_str(&later.text);
        self.findings.extend(later.findings);
    }
}

const fn moved_on(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}
