//! A guard: a named set of rules with the code that finds them. The registry lists them all.
//!
//! A new guard is one file in `guard/`, one line in `REGISTRY`, and its table of cases.

pub(crate) mod invisible_text;
pub(crate) mod pii;
pub(crate) mod secrets;

use std::fmt;
use std::sync::Arc;

use crate::BuildError;
use crate::decode::Decoded;
use crate::finding::{Finding, Severity, Span};
use crate::reading::Reading;
use crate::scan::{self, Hit, Placed};

/// Every guard there is, in the order in which they are listed.
const REGISTRY: [fn() -> Result<Guard, BuildError>; 3] =
    [secrets::guard, pii::guard, invisible_text::guard];

/// One kind of thing to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Stable id, unique within the guard; placeholders show it.
    pub id: &'static str,
    /// What it finds, for people.
    pub description: &'static str,
    /// Group of rules that policies treat alike.
    pub category: &'static str,
    /// Harm if a finding is real.
    pub severity: Severity,
}

/// A named set of rules with the code that finds them. A clone shares the code.
#[derive(Clone)]
pub struct Guard {
    id: &'static str,
    name: &'static str,
    description: &'static str,
    categories: &'static [&'static str],
    rules: Vec<RuleInfo>,
    detector: Arc<dyn Detect>,
    sight: Sight,
    extent: Extent,
}

/// Which forms of a text a guard looks at. What is decoded is not text that a person wrote: only
/// guards for which hidden content counts look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// As it was given, for what the view removes: invisible characters, look-alikes.
    Original,
    /// The view alone, for judgements over the words of a text.
    View,
    /// As it was given, and the view: a pattern hides by being joined as well as by being split.
    Both,
    /// As [`Self::Both`], and what is decoded from it: rot13, which is by line, only for guards that
    /// read a text as a whole.
    Decoded,
}

/// How far around a hit the text can change it. A stream depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// At most [`crate::stream::REACH`] bytes beyond its words and numbers.
    Local,
    /// The text as a whole.
    Whole,
}

/// The matching code of a guard.
pub(crate) trait Detect: Send + Sync {
    /// Appends what it finds in `text`, in any order. [`Hit::rule`] is an index into the rules of
    /// the guard; spans lie on character boundaries. Must be linear in the length of the text.
    fn detect(&self, text: &str, hits: &mut Vec<Hit>);
}

// === impl Guard ===

impl Guard {
    /// Stable id, such as `"secrets"`.
    pub fn id(&self) -> &str {
        self.id
    }

    /// Name for people.
    pub fn name(&self) -> &str {
        self.name
    }

    /// What it looks for, in a sentence.
    pub fn description(&self) -> &str {
        self.description
    }

    /// The categories that its rules use.
    pub fn categories(&self) -> &[&'static str] {
        self.categories
    }

    /// Its rules, in a stable order.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// Whether it can work on a stream without all of the text.
    pub fn is_local(&self) -> bool {
        self.extent == Extent::Local
    }

    /// Everything it finds in `text`, as [`Self::read`] on a reading of its own.
    pub fn scan(&self, text: &str) -> Vec<Finding> {
        self.read(&Reading::of(text))
    }

    /// Everything it finds in a text, sorted by place in the original, also where it was hidden. A
    /// finding that lies within a better one of the same guard is left out.
    pub fn read<T: AsRef<str>>(&self, reading: &Reading<T>) -> Vec<Finding> {
        self.read_from(reading, 0)
    }

    /// As [`Self::read`], without what begins before `from`.
    pub(crate) fn read_from<T: AsRef<str>>(
        &self,
        reading: &Reading<T>,
        from: usize,
    ) -> Vec<Finding> {
        let text = reading.text();
        let mut found = Vec::new();
        let mut hits = Vec::new();
        let mut detect = |text: &str, via, place: &dyn Fn(Span) -> Span| {
            self.detector.detect(text, &mut hits);
            found.extend(hits.drain(..).map(|hit| Placed {
                hit: Hit {
                    span: place(hit.span),
                    ..hit
                },
                via,
            }));
        };
        if self.sight != Sight::View || reading.view().is_none() {
            detect(text, &[], &|span| span);
        }
        if let Some(view) = reading.view().filter(|_| self.sight != Sight::Original) {
            detect(view.text(), &[], &|span| view.original(span));
        }
        if self.sight == Sight::Decoded {
            let words = |part: &&Decoded| self.extent == Extent::Whole || !part.is_rot13();
            for part in reading.decoded().iter().filter(words) {
                let place = |span| reading.original(part.place(span));
                detect(&part.text, part.via.as_slice(), &place);
            }
        }
        found.retain(|placed| placed.hit.span.start >= from);
        scan::into_findings(text, self.id, &self.rules, found)
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("id", &self.id)
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

/// Builds every guard.
pub(crate) fn registry() -> Result<Vec<Guard>, BuildError> {
    REGISTRY.iter().map(|build| build()).collect()
}
