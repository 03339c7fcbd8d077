//! What a guard reports: where, which rule, how sure, and a preview that gives nothing away.
//!
//! No matching and no judgement here: guards make findings, [`crate::decide`] weighs them.

use std::borrow::Cow;

use crate::decode::Encodings;
use crate::preview::Preview;

/// A half-open range of positions, `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First position.
    pub start: usize,
    /// One past the last position.
    pub end: usize,
}

/// How much harm a finding can do if it is real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Personal or misleading.
    Medium,
    /// Sensitive, or access to something limited.
    High,
    /// Access to money, data or infrastructure.
    Critical,
}

/// One thing that a guard found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Id of the guard.
    pub guard: Cow<'static, str>,
    /// Id of the rule, unique within the guard.
    pub rule_id: Cow<'static, str>,
    /// Category of the rule, one of [`crate::Guard::categories`].
    pub category: Cow<'static, str>,
    /// Bytes of the original UTF-8 text; both ends lie on character boundaries.
    pub span: Span,
    /// The same place in UTF-16 code units, as JavaScript, Java and C# count.
    pub utf16: Span,
    /// How likely the finding is real, from 0 to 1.
    pub score: f32,
    /// Harm if it is real.
    pub severity: Severity,
    /// Masked description for people; never holds the value.
    pub preview: Preview,
    /// Where it was found encoded: the encodings, the outermost first; the place is then that of
    /// the whole encoded run.
    pub decoded_via: Encodings,
}

// === impl Span ===

impl Span {
    /// The range `start..end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// How many positions it covers.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers nothing.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly within it.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

// === impl Severity ===

impl Severity {
    /// The name in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
