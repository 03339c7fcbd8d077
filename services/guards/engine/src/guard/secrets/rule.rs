//! The form of a secrets rule, and how one is tried at a place where its keyword occurs.
//!
//! No provider is named here: they are in `rules/`.

use regex::bytes::{Regex, RegexBuilder};

use super::assignment::is_drawn;
use super::{CONNECTION, GENERIC, PRIVATE_KEY, TOKEN, allow, drawn, entropy, in_placeholder};
use crate::BuildError;
use crate::finding::{Severity, Span};
use crate::guard::RuleInfo;

/// How much text after its keyword a pattern may see, in bytes, unless the rule says otherwise.
const WINDOW: usize = 320;

/// Shortest token without a keyword, in bytes: most runs are shorter.
const SHORTEST_OF_RUN: usize = 49;

/// Score of a value that has the published shape.
const SHAPED: f32 = 0.9;
/// Score of a value that a vendor's name nearby explains: more than its own name alone gives.
const IN_CONTEXT: f32 = 0.8;
/// Score of a value that counts up or repeats: the shape fits, but people type such. Also of one that only
/// begins as tokens of a provider do.
pub(super) const TYPED: f32 = 0.4;
/// Bits a byte below which a long value is filler.
const LEAST_ENTROPY: f32 = 2.2;
/// Values shorter than this are too short to measure.
const MEASURABLE: usize = 16;

/// A row of the rules table.
pub(super) struct Rule {
    pub(super) info: RuleInfo,
    /// Literals, in lower case, one of which begins every match. Case is ignored. A rule without any
    /// is tried at each run of key characters.
    pub(super) keywords: &'static [&'static str],
    pub(super) matcher: Matcher,
    /// Bytes before the keyword at which a match may begin.
    before: usize,
    /// Whether it begins exactly there.
    fixed: bool,
    window: usize,
    /// Length of each of its tokens, in bytes, if its provider gives them all one.
    length: Option<usize>,
    /// A byte that every match holds: looking for it is cheaper than the pattern.
    needed: Option<u8>,
    score: f32,
    /// Score of a value that has the shape, or nothing if it is not one after all.
    verify: Option<fn(&str) -> Option<f32>>,
}

/// How a rule is tried.
#[derive(Clone, Copy)]
pub(super) enum Matcher {
    /// The token itself, standing alone: begins with the keyword, ends at a boundary.
    Token(&'static str),
    /// The value is group 1 of a pattern that begins with the keyword.
    Named(&'static str),
    /// Code, given the text and the place of the keyword. It gives the span and the score.
    Code(fn(&str, Span) -> Option<(Span, f32)>),
}

/// A rule with its pattern compiled.
pub(super) struct Compiled {
    rule: &'static Rule,
    pattern: Option<Regex>,
}

// === impl Rule ===

impl Rule {
    /// A token with a prefix of its own.
    pub(super) const fn token(
        id: &'static str,
        description: &'static str,
        keywords: &'static [&'static str],
        pattern: &'static str,
    ) -> Self {
        let severity = Severity::Critical;
        Self::new(
            id,
            description,
            TOKEN,
            severity,
            keywords,
            Matcher::Token(pattern),
            SHAPED,
        )
    }

    /// A token without a prefix, known by its vendor's name before it.
    pub(super) const fn named(
        id: &'static str,
        description: &'static str,
        keywords: &'static [&'static str],
        pattern: &'static str,
    ) -> Self {
        let severity = Severity::High;
        Self::new(
            id,
            description,
            TOKEN,
            severity,
            keywords,
            Matcher::Named(pattern),
            IN_CONTEXT,
        )
    }

    /// A password in an address. Group 1 is the password.
    pub(super) const fn connection(
        id: &'static str,
        description: &'static str,
        keywords: &'static [&'static str],
        pattern: &'static str,
    ) -> Self {
        let (severity, matcher) = (Severity::Critical, Matcher::Named(pattern));
        Self::new(
            id,
            description,
            CONNECTION,
            severity,
            keywords,
            matcher,
            SHAPED,
        )
    }

    /// A private key, found by code.
    pub(super) const fn private_key(
        id: &'static str,
        description: &'static str,
        keywords: &'static [&'static str],
        find: fn(&str, Span) -> Option<(Span, f32)>,
    ) -> Self {
        let (severity, matcher) = (Severity::Critical, Matcher::Code(find));
        Self::new(
            id,
            description,
            PRIVATE_KEY,
            severity,
            keywords,
            matcher,
            SHAPED,
        )
    }

    /// A value that only its name makes a secret, found by code.
    pub(super) const fn generic(
        id: &'static str,
        description: &'static str,
        keywords: &'static [&'static str],
        find: fn(&str, Span) -> Option<(Span, f32)>,
    ) -> Self {
        let (severity, matcher) = (Severity::High, Matcher::Code(find));
        Self::new(
            id,
            description,
            GENERIC,
            severity,
            keywords,
            matcher,
            IN_CONTEXT,
        )
    }

    const fn new(
        id: &'static str,
        description: &'static str,
        category: &'static str,
        severity: Severity,
        keywords: &'static [&'static str],
        matcher: Matcher,
        score: f32,
    ) -> Self {
        Self {
            info: RuleInfo {
                id,
                description,
                category,
                severity,
            },
            keywords,
            matcher,
            before: 0,
            fixed: true,
            window: WINDOW,
            length: None,
            needed: None,
            score,
            verify: None,
        }
    }

    /// With another severity.
    pub(super) const fn severity(mut self, severity: Severity) -> Self {
        self.info.severity = severity;
        self
    }

    /// With a match that may begin up to `bytes` before the keyword.
    pub(super) const fn before(mut self, bytes: usize) -> Self {
        self.before = bytes;
        self.fixed = false;
        self
    }

    /// With a match that begins exactly `bytes` before the keyword: a mark within the token.
    pub(super) const fn behind(mut self, bytes: usize) -> Self {
        self.before = bytes;
        self
    }

    /// With matches that hold this byte.
    pub(super) const fn holding(mut self, byte: u8) -> Self {
        self.needed = Some(byte);
        self
    }

    /// With matches up to `bytes` long.
    pub(super) const fn window(mut self, bytes: usize) -> Self {
        self.window = bytes;
        self
    }

    /// With tokens of this length alone, and a prefix that nobody else uses. What begins so and is shorter
    /// was cut, or made up; what has the length is one, though its signs may be others than published.
    pub(super) const fn of_length(mut self, bytes: usize) -> Self {
        self.length = Some(bytes);
        self
    }

    /// With a check of what the shape cannot say, such as a checksum.
    pub(super) const fn verified(mut self, verify: fn(&str) -> Option<f32>) -> Self {
        self.verify = Some(verify);
        self
    }

    /// Compiles the pattern.
    pub(super) fn compile(&'static self) -> Result<Compiled, BuildError> {
        let pattern = match self.matcher {
            Matcher::Token(pattern) | Matcher::Named(pattern) => Some(pattern),
            Matcher::Code(_) => None,
        };
        let anchor = if self.fixed { "^" } else { "" };
        let pattern = pattern
            .map(|pattern| {
                RegexBuilder::new(&format!("{anchor}(?:{pattern})"))
                    .unicode(false)
                    .build()
            })
            .transpose()
            .map_err(|source| BuildError::Pattern {
                rule: self.info.id,
                source,
            })?;
        Ok(Compiled {
            rule: self,
            pattern,
        })
    }
}

// === impl Compiled ===

impl Compiled {
    /// The secret whose keyword is at `start..end`, with its score.
    pub(super) fn find(&self, text: &str, start: usize, end: usize) -> Option<(Span, f32)> {
        let run = Span::new(start, end);
        // A run is no keyword: of it, the pattern says where the token ends.
        let of_run = self.rule.keywords.is_empty() && self.pattern.is_some();
        if of_run && run.len() < SHORTEST_OF_RUN {
            return None;
        }
        let end = if of_run { start } else { end };
        let value = match (self.rule.matcher, &self.pattern) {
            (Matcher::Token(_), Some(pattern)) => self.token(pattern, text, start, end)?,
            (Matcher::Named(_), Some(pattern)) => self.named(pattern, text, start, end)?,
            (Matcher::Code(find), _) => return find(text, run),
            (_, None) => return None,
        };
        let secret = text.get(value.start..value.end)?;
        let random = &secret[public_prefix(value, start, end)..];
        let example = allow::is_placeholder(random) || allow::is_documented(secret);
        if example || in_placeholder(text, value.start) {
            return None;
        }
        if random.len() >= MEASURABLE && entropy::bits_per_byte(random) < LEAST_ENTROPY {
            return None;
        }
        let score = match self.rule.verify {
            Some(verify) => verify(secret)?,
            None => self.rule.score,
        };
        let typed = entropy::is_typed(random);
        Some((value, if typed { score.min(TYPED) } else { score }))
    }

    /// Whether no provider's form is sought.
    pub(super) fn is_generic(&self) -> bool {
        self.rule.info.category == GENERIC
    }

    /// Whether the value begins as tokens of this rule do and is too short for one.
    pub(super) fn is_cut(&self, value: &str) -> bool {
        (self.rule.length).is_some_and(|length| value.len() < length) && self.begins(value)
    }

    /// Whether the value begins with a keyword of this rule.
    pub(super) fn begins(&self, value: &str) -> bool {
        self.rule.keywords.iter().any(|keyword| {
            (value.get(..keyword.len())).is_some_and(|start| start.eq_ignore_ascii_case(keyword))
        })
    }

    fn token(&self, pattern: &Regex, text: &str, start: usize, end: usize) -> Option<Span> {
        let bytes = text.as_bytes();
        let from = start.checked_sub(self.rule.before);
        let from = from.or((!self.rule.fixed).then_some(0))?;
        if self.rule.fixed && !begins_here(bytes, from) {
            return None;
        }
        let to = bytes.len().min(end + self.rule.window);
        let found = pattern.find(&bytes[from..to]);
        let found = found.map(|found| Span::new(from + found.start(), from + found.end()));
        let span = found.or_else(|| self.of_its_length(text, start))?;
        let alone = begins_here(bytes, span.start) && ends_here(bytes, span.end);
        (alone && span.start <= start && end <= span.end).then_some(span)
    }

    /// What begins as a token of this rule does, has its length and is drawn, of whichever signs.
    fn of_its_length(&self, text: &str, start: usize) -> Option<Span> {
        let sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        let value = text.get(start..start + self.rule.length?)?;
        let over = text.as_bytes().get(start + value.len());
        let whole =
            value.bytes().all(sign) && !over.is_some_and(|over| sign(*over) && *over != b'.');
        (whole && is_drawn(value)).then(|| Span::new(start, start + value.len()))
    }

    fn named(&self, pattern: &Regex, text: &str, start: usize, end: usize) -> Option<Span> {
        let bytes = text.as_bytes();
        let from = start.saturating_sub(self.rule.before);
        let to = bytes.len().min(end + self.rule.window);
        let window = &bytes[from..to];
        let holds = |byte| memchr::memchr(byte, window).is_some();
        if within_word(bytes, start) || !self.rule.needed.is_none_or(holds) {
            return None;
        }
        // Most candidates fail: the search without groups is the cheaper one.
        if !pattern.is_match(window) || in_placeholder(text, start) {
            return None;
        }
        let value = pattern.captures(window)?.get(1)?;
        let span = Span::new(from + value.start(), from + value.end());
        let cut = to < bytes.len() && span.end == to;
        if (text.get(end..span.start)).is_some_and(drawn::says_identity) {
            return None;
        }
        (!cut && ends_here(bytes, span.end)).then_some(span)
    }
}

/// Length of the part of the value that every token of the rule shares.
fn public_prefix(value: Span, start: usize, end: usize) -> usize {
    if value.start == start {
        (end - start).min(value.len())
    } else {
        0
    }
}

/// Whether a token may begin at `at`: not inside of a word, but after an escape such as `\n` or
/// `%3D`.
fn begins_here(bytes: &[u8], at: usize) -> bool {
    match &bytes[..at] {
        [.., b'\\', b'n' | b'r' | b't'] | [] => true,
        [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        [.., last] => !(last.is_ascii_alphanumeric() || matches!(last, b'_' | b'-')),
    }
}

/// Whether a name that begins at `at` in small letters goes on from a word: `okta` in `rooktable`.
fn within_word(bytes: &[u8], at: usize) -> bool {
    let small = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    at > 0 && small(at - 1) && small(at)
}

/// Whether a token may end at `at`: no letter, digit or underscore follows.
fn ends_here(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at)
        .is_none_or(|next| !(next.is_ascii_alphanumeric() || *next == b'_'))
}
