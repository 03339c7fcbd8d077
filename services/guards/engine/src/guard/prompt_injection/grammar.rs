//! Rules: words of several classes near each other in one sentence, which are an attack whatever
//! else the text says. They hold for kinds of attack that the model has not learnt.
//!
//! Each rule is a conjunction over the last place of each class, so that a token costs the same
//! wherever it stands. No weights here.

use super::channel::Channel;
use super::features::Token;
use super::lexicon::{CLASSES, Class};

/// A rule: each of `all` was seen in this sentence, at most `near` tokens ago, and none of `but`.
struct Rule {
    /// Index into the guard's rules.
    id: usize,
    all: &'static [u32],
    near: usize,
    but: u32,
    /// Whether it holds for data alone, which has no orders to give.
    in_data: bool,
}

/// Index of the first rule among those of the guard: the model is zero.
pub(crate) const OVERRIDE: usize = 1;
pub(crate) const LEAK: usize = 2;
pub(crate) const PERSONA: usize = 3;
pub(crate) const ADDRESS: usize = 4;

const EARLIER_OR_YOURS: u32 = Class::Earlier.bit() | Class::Yours.bit();

const RULES: [Rule; 7] = [
    Rule {
        id: OVERRIDE,
        all: &[Class::Forsake.bit(), Class::Orders.bit(), EARLIER_OR_YOURS],
        near: 8,
        but: Class::Mention.bit(),
        in_data: false,
    },
    Rule {
        id: OVERRIDE,
        all: &[Class::Forsake.bit(), Class::Every.bit(), Class::Yours.bit()],
        near: 5,
        but: Class::Mention.bit() | Class::Without.bit(),
        in_data: false,
    },
    Rule {
        id: OVERRIDE,
        all: &[
            Class::Forsake.bit() | Class::Leave.bit(),
            Class::Yours.bit(),
            Class::Bounds.bit(),
        ],
        near: 6,
        but: Class::Mention.bit() | Class::Without.bit(),
        in_data: false,
    },
    Rule {
        id: LEAK,
        all: &[
            Class::Show.bit(),
            Class::Yours.bit(),
            Class::Hidden.bit() | Class::Earlier.bit(),
            Class::Orders.bit(),
        ],
        near: 9,
        but: Class::Mention.bit() | Class::Forsake.bit(),
        in_data: false,
    },
    Rule {
        id: PERSONA,
        all: &[
            Class::Become.bit(),
            Class::Machine.bit(),
            Class::Unbound.bit(),
        ],
        near: 14,
        but: Class::Mention.bit(),
        in_data: false,
    },
    Rule {
        id: PERSONA,
        all: &[
            Class::Become.bit() | Class::Yours.bit(),
            Class::Machine.bit(),
            Class::Without.bit(),
            Class::Bounds.bit(),
            Class::Instead.bit() | Class::Become.bit(),
        ],
        near: 14,
        but: Class::Mention.bit(),
        in_data: false,
    },
    Rule {
        id: ADDRESS,
        all: &[Class::Note.bit(), Class::Machine.bit(), Class::Act.bit()],
        near: 12,
        but: Class::Mention.bit(),
        in_data: true,
    },
];

/// Where a rule held: its index, and the tokens from the first to the last of its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) rule: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// What was seen of a text so far.
pub(crate) struct Grammar {
    in_data: bool,
    /// Number of tokens.
    count: usize,
    /// One more than the last token of each class; zero: none yet.
    seen: [usize; CLASSES],
    /// Where the sentence began.
    sentence: usize,
}

// === impl Grammar ===

impl Grammar {
    /// At the start of a text.
    pub(crate) fn new(channel: Channel) -> Self {
        Self {
            in_data: matches!(channel, Channel::ToolOutput | Channel::Retrieved),
            count: 0,
            seen: [0; CLASSES],
            sentence: 0,
        }
    }

    /// Takes the next token; calls `found` with each rule that holds with it.
    pub(crate) fn push(&mut self, token: &Token<'_>, mut found: impl FnMut(Match)) {
        self.count += 1;
        if token.classes != 0 {
            for (class, seen) in self.seen.iter_mut().enumerate() {
                if token.classes & (1 << class) != 0 {
                    *seen = self.count;
                }
            }
            for rule in &RULES {
                if let Some(first) = self.holds(rule, token.classes) {
                    found(Match {
                        rule: rule.id,
                        first: first - 1,
                        last: self.count - 1,
                    });
                }
            }
        }
        if token.ends {
            self.sentence = self.count;
        }
    }

    /// The first token of the rule's words, counted from one, if the last one completes it.
    fn holds(&self, rule: &Rule, classes: u32) -> Option<usize> {
        if (rule.in_data && !self.in_data) || rule.all.iter().all(|any| classes & any == 0) {
            return None;
        }
        let oldest = self.count.saturating_sub(rule.near).max(self.sentence);
        let mut first = self.count;
        for any in rule.all {
            let last = self.last(*any);
            if last <= oldest {
                return None;
            }
            first = first.min(last);
        }
        (self.last(rule.but) <= self.sentence).then_some(first)
    }

    /// One more than the last token of any of these classes.
    fn last(&self, classes: u32) -> usize {
        let of = |class: &usize| classes & (1 << class) != 0;
        let places = (0..CLASSES).filter(of).map(|class| self.seen[class]);
        places.max().unwrap_or(0)
    }
}
