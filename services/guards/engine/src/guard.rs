//! A guard: a named set of rules with the code that finds them. The registry lists them all.
//!
//! A new guard is one file in `guard/`, one line in `REGISTRY`, and its table of cases.

pub(crate) mod code;
pub(crate) mod exfiltration;
pub(crate) mod gibberish;
pub(crate) mod homoglyphs;
pub(crate) mod insecure_code;
pub(crate) mod invisible_text;
pub(crate) mod json_schema;
pub(crate) mod keywords;
pub(crate) mod language;
pub(crate) mod pii;
pub(crate) mod prompt_injection;
pub(crate) mod regex;
pub(crate) mod secrets;
pub(crate) mod sql_shell_injection;
pub(crate) mod system_prompt_leak;
pub(crate) mod token_limit;
pub(crate) mod topics;
pub(crate) mod toxicity;
pub(crate) mod urls;

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::BuildError;
use crate::channel::Channel;
use crate::decode;
use crate::finding::{Finding, Severity, Span};
use crate::guard::prompt_injection::part::Packed;
use crate::pace::Pace;
use crate::parameter::{self, Parameter, Values};
use crate::past::{Begin, Tally};
use crate::reading::Reading;
use crate::scan::Hit;
use crate::share::{Part, Seen, Sighting};
use crate::stream::REACH;

/// Every guard there is, in the order in which they are listed.
const REGISTRY: &[&Spec] = &[
    &secrets::SPEC,
    &pii::SPEC,
    &invisible_text::SPEC,
    &exfiltration::SPEC,
    &urls::SPEC,
    &sql_shell_injection::SPEC,
    &insecure_code::SPEC,
    &keywords::SPEC,
    &regex::SPEC,
    &system_prompt_leak::SPEC,
    &homoglyphs::SPEC,
    &token_limit::SPEC,
    &json_schema::SPEC,
    &code::SPEC,
    &language::SPEC,
    &topics::SPEC,
    &toxicity::SPEC,
    &gibberish::SPEC,
    &prompt_injection::SPEC,
];

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

/// What a guard costs to run, for who decides which guards run first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// One pass with a prefilter: tens to hundreds of megabytes a second.
    Cheap,
    /// Looks at every word or character: some to tens of megabytes a second.
    Moderate,
}

/// Somebody who reads better than a guard and takes longer: how likely a passage is what the guard
/// looks for, from 0 to 1; nothing where there is no answer, and then the guard's own word holds.
pub type SecondOpinion = Arc<dyn Fn(&str) -> Option<f32> + Send + Sync>;

/// What a guard is, apart from its parameters.
pub(crate) struct Spec {
    /// Stable and unique.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) categories: &'static [&'static str],
    pub(crate) rules: fn() -> Vec<RuleInfo>,
    pub(crate) cost: Cost,
    /// Whether it runs when no guard is named: false for one that needs parameters, or whose
    /// findings are harmless in many products.
    pub(crate) by_default: bool,
    pub(crate) sight: Sight,
    pub(crate) extent: Extent,
    pub(crate) parameters: &'static [Parameter],
    /// Compiles the guard for its parameters.
    pub(crate) build: fn(&Values<'_>) -> Result<Arc<dyn Detect>, BuildError>,
}

/// A named set of rules with the code that finds them, compiled. A clone shares all of it.
#[derive(Clone)]
pub struct Guard {
    spec: &'static Spec,
    rules: Arc<[RuleInfo]>,
    detector: Arc<dyn Detect>,
    setting: Setting,
}

/// What a guard knows of a text besides its words.
#[derive(Clone, Default)]
pub(crate) struct Setting {
    /// Where it comes from.
    pub(crate) channel: Channel,
    /// Who is asked where the guard is in doubt.
    pub(crate) opinion: Option<SecondOpinion>,
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
    /// As [`Self::Both`], and what is decoded from it: disguised words only for guards that judge words, which
    /// are not [`Extent::Local`].
    Decoded,
    /// The view, and what encoding hides: of a passage in which only some characters are encoded, what
    /// these are part of. The rest is seen in the view, with all that stands around it.
    Sought {
        /// Whether the text is looked at as it was given as well.
        original: bool,
        /// Whether disguised words are read (rot13, spelled): for words, not for patterns that fit other
        /// letters as well.
        words: bool,
    },
}

/// How far around a hit the text can change it. A stream depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// At most [`crate::stream::REACH`] bytes beyond its words, its numbers and
    /// [its constructs](Detect::constructs).
    Local,
    /// As [`Self::Local`]; besides, it counts: it needs a [`Tally`] of what stood before, and more of the
    /// text, where [`Detect::back`] says so.
    Counted,
    /// The text as a whole.
    Whole,
}

/// The matching code of a guard.
pub(crate) trait Detect: Send + Sync {
    /// Appends what it finds in `text`, in any order. [`Hit::rule`] is an index into the rules of
    /// the guard; spans lie on character boundaries. Must be linear in the length of the text, and
    /// keep `pace` wherever it works for long.
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>);

    /// Calls `found` with each place of `text` that is read as one and may be longer than a word, for
    /// guards that are not [`Extent::Whole`]. One that may go on after the text reaches to its end.
    fn constructs(&self, _text: &str, _found: &mut dyn FnMut(Span)) {}

    /// [`Self::detect`] for guards to whom more matters than the text.
    fn detect_in(&self, text: &str, _setting: &Setting, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        self.detect(text, pace, hits);
    }

    /// What begins at `start` in parts of about `size` bytes that it can look at apart, in order; the
    /// text as one, unless the guard can.
    fn parts(&self, text: &str, _start: usize, _size: usize, _pace: &Pace<'_>) -> Vec<Part> {
        vec![Part::whole(text)]
    }

    /// Adds what it sees in one of these parts.
    fn look(
        &self,
        text: &str,
        _part: Part,
        setting: &Setting,
        pace: &Pace<'_>,
        seen: &mut Sighting,
    ) {
        self.detect_in(text, setting, pace, &mut seen.hits);
    }

    /// Adds to the hits, which were seen in the parts of what begins there, those that it has by
    /// [`Self::detect_in`] of the tokens seen in them.
    fn conclude(
        &self,
        _text: &str,
        _begin: Begin,
        _setting: &Setting,
        _tokens: &[&[Packed]],
        _pace: &Pace<'_>,
        _hits: &mut Vec<Hit>,
    ) {
    }

    /// From where on it has to have the text to look at what begins at `place`.
    fn back(&self, _text: &str, place: usize) -> usize {
        place.saturating_sub(REACH)
    }

    /// The same for other parameters, sharing all that does not depend on them; nothing where that is not
    /// worth it, and it is compiled anew.
    fn with(&self, _values: &Values<'_>) -> Option<Result<Arc<dyn Detect>, BuildError>> {
        None
    }

    /// Whether its parameters leave it nothing to look for.
    fn is_idle(&self) -> bool {
        false
    }

    /// About how many bytes its parameters made it compile.
    fn weight(&self) -> usize {
        0
    }

    /// What it remembers at `end`, for guards that are [`Extent::Counted`].
    fn tally(&self, _text: &str, begin: Begin, _end: usize) -> Tally {
        begin.tally
    }
}

// === impl Guard ===

impl Guard {
    fn build(
        spec: &'static Spec,
        rules: Arc<[RuleInfo]>,
        parameters: &Map<String, Value>,
    ) -> Result<Self, BuildError> {
        let values = Values::parse(spec.parameters, parameters)?;
        Ok(Self {
            spec,
            rules,
            detector: (spec.build)(&values)?,
            setting: Setting::default(),
        })
    }

    /// This guard with other parameters: those given, and the default for the rest. Shares what does
    /// not depend on them. Compiles patterns, which can take milliseconds: do it once for many texts.
    pub fn with_parameters(&self, parameters: &Map<String, Value>) -> Result<Self, BuildError> {
        let values = Values::parse(self.spec.parameters, parameters)?;
        let shared = self.detector.with(&values);
        Ok(Self {
            detector: shared.unwrap_or_else(|| (self.spec.build)(&values))?,
            ..self.clone()
        })
    }

    /// Whether it finds nothing for want of parameters that say what to look for.
    pub fn is_idle(&self) -> bool {
        self.detector.is_idle()
    }

    /// About how many bytes its parameters made it compile, which a service has to bound for all that
    /// it holds.
    pub fn weight(&self) -> usize {
        self.detector.weight()
    }

    /// This guard for texts that come by another channel than from a user.
    #[must_use]
    pub fn on(mut self, channel: Channel) -> Self {
        self.setting.channel = channel;
        self
    }

    /// This guard with somebody who is asked about passages that leave it in doubt. Guards that are
    /// never in doubt ask nothing.
    #[must_use]
    pub fn asking(mut self, opinion: SecondOpinion) -> Self {
        self.setting.opinion = Some(opinion);
        self
    }

    /// JSON Schema (2020-12) of its parameters; all are optional.
    pub fn parameters_schema(&self) -> Value {
        parameter::schema(self.spec.parameters)
    }

    /// What it costs to run.
    pub fn cost(&self) -> Cost {
        self.spec.cost
    }

    /// Whether it runs when no guard is named.
    pub fn runs_by_default(&self) -> bool {
        self.spec.by_default
    }

    /// Stable id, such as `"secrets"`.
    pub fn id(&self) -> &'static str {
        self.spec.id
    }

    /// Name for people.
    pub fn name(&self) -> &'static str {
        self.spec.name
    }

    /// What it looks for, in a sentence.
    pub fn description(&self) -> &'static str {
        self.spec.description
    }

    /// The categories that its rules use.
    pub fn categories(&self) -> &'static [&'static str] {
        self.spec.categories
    }

    /// Its rules, in a stable order.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// Whether it can work on a stream without all of the text. One that asks somebody else cannot:
    /// the text as a whole decides about what.
    pub fn judges_parts(&self) -> bool {
        self.spec.extent != Extent::Whole && self.setting.opinion.is_none()
    }

    /// Whether what it finds is a value or a construct, and no judgement over the words of a text.
    pub fn finds_values(&self) -> bool {
        self.spec.extent == Extent::Local
    }

    /// Everything it finds in `text`, as [`Self::read`] on a reading of its own.
    pub fn scan(&self, text: &str) -> Vec<Finding> {
        self.read(&Reading::of(text))
    }

    /// Everything it finds in a text, sorted by place in the original, also where it was hidden. A
    /// finding that lies within a better one of the same guard is left out, and of a text of which a
    /// part is decided, what begins there.
    pub fn read<T: AsRef<str>>(&self, reading: &Reading<T>) -> Vec<Finding> {
        let go_on = || true;
        let read = || {
            let shares = self.shares(reading, &go_on)?.into_iter();
            let seen = shares.map(|share| self.look(reading, &share, &go_on));
            let seen: Option<Vec<Seen>> = seen.collect();
            self.conclude(reading, seen?, &go_on)
        };
        read().unwrap_or_default()
    }

    /// Appends the places that it reads as one. One that may go on ends beyond the text.
    pub(crate) fn constructs<T: AsRef<str>>(&self, reading: &Reading<T>, all: &mut Vec<Span>) {
        let mut add = |text: &str, place: &dyn Fn(Span) -> Span| {
            self.detector.constructs(text, &mut |span| {
                let open = span.end == text.len();
                let span = place(span);
                all.push(Span::new(
                    span.start,
                    if open { usize::MAX } else { span.end },
                ));
            });
        };
        add(reading.text(), &|span| span);
        if let Some(view) = reading.view() {
            add(view.text(), &|span| view.original(span));
        }
        if matches!(self.spec.sight, Sight::Sought { words: true, .. }) {
            decode::find_open(reading.normal(), |span| {
                let open = span.end == reading.normal().len();
                let Span { start, end } = reading.original(span);
                all.push(Span::new(start, if open { usize::MAX } else { end }));
            });
        }
    }

    pub(crate) fn detector(&self) -> &dyn Detect {
        &*self.detector
    }

    pub(crate) fn setting(&self) -> &Setting {
        &self.setting
    }

    /// What it looks at, and how far.
    pub(crate) fn sight(&self) -> (Sight, Extent) {
        (self.spec.sight, self.spec.extent)
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("id", &self.spec.id)
            .field("rules", &self.rules.len())
            .finish_non_exhaustive()
    }
}

/// Builds every guard, with its default parameters.
pub(crate) fn registry() -> Result<Vec<Guard>, BuildError> {
    let defaults = Map::new();
    REGISTRY
        .iter()
        .map(|&spec| Guard::build(spec, (spec.rules)().into(), &defaults))
        .collect()
}
