//! Scans a text that arrives in chunks, and lets go only what can no longer be part of a finding.
//!
//! What comes out, redacted text and findings, is the same for every way of cutting the text, and
//! the same as for the text as a whole. For that a guard must be local ([`Extent::Local`]): a hit
//! depends on [`REACH`] bytes around its words and constructs. The text is let go up to a [`cut`]
//! that far from its end, which tears no construct. About 1 KiB is held back in prose, more within a word, a row of numbers or a key block; when
//! [`MOST_HELD`] bytes are held, the stream fails and nothing more comes out: what cannot be
//! checked does not pass. Guards that judge a text as a whole need [`Hold::All`].

mod construct;
mod cut;
mod utf8;

use construct::Constructs;

use crate::finding::{Finding, Span};
use crate::guard::Guard;
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
#[derive(Debug)]
pub struct StreamScanner {
    guards: Vec<Guard>,
    hold: Hold,
    utf8: utf8::Decoder,
    /// The text that is held, after what guards may still look back to.
    kept: String,
    /// How much of `kept` is decided.
    decided: usize,
    /// Where `kept` begins, in bytes and in UTF-16 code units of the whole text.
    base: (usize, usize),
    /// Length of `kept` at which the next attempt is due.
    due: usize,
    /// Whether more may come.
    failed: bool,
}

// === impl StreamScanner ===

impl StreamScanner {
    /// At the start of a text.
    pub fn new(guards: Vec<Guard>, hold: Hold) -> Result<Self, StreamError> {
        let whole = guards.iter().find(|guard| !guard.is_local());
        if let Some(guard) = whole.filter(|_| hold == Hold::Undecided) {
            let guard = guard.id().to_owned();
            return Err(StreamError::NeedsWhole { guard });
        }
        Ok(Self {
            guards,
            hold,
            utf8: utf8::Decoder::default(),
            kept: String::new(),
            decided: 0,
            base: (0, 0),
            due: LEAST_NEWS,
            failed: false,
        })
    }

    /// Takes a chunk, cut anywhere; gives what is decided with it.
    pub fn push(&mut self, mut chunk: &[u8]) -> Result<Release, StreamError> {
        let mut all = Release::default();
        while !chunk.is_empty() && !self.failed {
            let room = STEP - self.utf8.seen() % STEP;
            let (piece, rest) = chunk.split_at(room.min(chunk.len()));
            chunk = rest;
            self.utf8.decode(piece, &mut self.kept);
            let at_step = self.utf8.seen().is_multiple_of(STEP);
            if self.hold == Hold::Undecided && (at_step || self.kept.len() >= self.due) {
                all.join(self.let_go());
                self.failed = at_step && self.kept.len() - self.decided > MOST_HELD;
            }
        }
        if self.failed {
            return Err(StreamError::Undecided);
        }
        Ok(all)
    }

    /// The rest of the text.
    pub fn finish(mut self) -> Result<Release, StreamError> {
        if self.failed {
            return Err(StreamError::Undecided);
        }
        self.utf8.end(&mut self.kept);
        let findings = self.scan(&Reading::of(&*self.kept));
        Ok(self.release(self.kept.len(), findings))
    }

    /// Decides as much as can be, and forgets what no guard looks back to.
    fn let_go(&mut self) -> Release {
        let reading = Reading::of(self.kept.as_str());
        let constructs = Constructs::of(&self.guards, &reading);
        let end = cut::last(&reading, &constructs).filter(|end| *end > self.decided);
        let release = end.map(|end| {
            let mut findings = self.scan(&reading);
            let end = before_findings(end, &findings);
            findings.retain(|finding| finding.span.start < end);
            (end, self.release(end, findings))
        });
        let decided = release.as_ref().map_or(self.decided, |(end, _)| *end);
        let forgotten = cut::before(&reading, &constructs, decided);
        self.base.0 += forgotten;
        self.base.1 += self.kept[..forgotten].encode_utf16().count();
        self.decided = decided - forgotten;
        self.kept.drain(..forgotten);
        // In proportion to what is held, so that the work stays linear.
        self.due = self.kept.len() + LEAST_NEWS.max((self.kept.len() - self.decided) / 4);
        release.map(|(_, release)| release).unwrap_or_default()
    }

    /// What is found in what is held and not yet decided, by place in `kept`.
    fn scan(&self, reading: &Reading<&str>) -> Vec<Finding> {
        let found = self.guards.iter();
        let mut findings: Vec<Finding> = found
            .flat_map(|guard| guard.read_from(reading, self.decided))
            .collect();
        findings
            .sort_by(|a, b| (a.span, &a.guard, &a.rule_id).cmp(&(b.span, &b.guard, &b.rule_id)));
        findings
    }

    /// The text from what is decided to `end`, with the findings in it.
    fn release(&self, end: usize, mut findings: Vec<Finding>) -> Release {
        for finding in &mut findings {
            finding.span = moved_back(finding.span, self.decided);
        }
        let text = redact(&self.kept[self.decided..end], &findings);
        for finding in &mut findings {
            finding.span = moved_on(finding.span, self.base.0 + self.decided);
            finding.utf16 = moved_on(finding.utf16, self.base.1);
        }
        Release { text, findings }
    }
}

// === impl Release ===

impl Release {
    fn join(&mut self, later: Self) {
        self.text.push_str(&later.text);
        self.findings.extend(later.findings);
    }
}

/// The greatest place up to `end` that lies in no finding and touches the end of none: places that
/// touch are redacted as one.
fn before_findings(mut end: usize, sorted: &[Finding]) -> usize {
    for finding in sorted.iter().rev() {
        if finding.span.start < end && finding.span.end >= end {
            end = finding.span.start;
        }
    }
    end
}

const fn moved_back(span: Span, by: usize) -> Span {
    Span::new(span.start - by, span.end - by)
}

const fn moved_on(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}
