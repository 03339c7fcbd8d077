//! Guards as a pure library: text in, findings out.
//!
//! [`Engine`] holds the compiled guards. [`Guard::scan`] finds, [`decide`] judges under the
//! default policy, [`redact`] takes out what was found. Work is linear in the length of the text.
//!
//! ```
//! use guardmesh_guard_engine::{Decision, Engine, decide, redact};
//!
//! let engine = Engine::standard()?;
//! let text = "Write to ada@host.test.";
//! let findings: Vec<_> = engine.guards().iter().flat_map(|guard| guard.scan(text)).collect();
//! assert_eq!(decide(&findings), Decision::Redact);
//! assert_eq!(redact(text, &findings), "Write to [REDACTED:email].");
//! # Ok::<(), guardmesh_guard_engine::BuildError>(())
//! ```
//!
//! What must not enter: I/O, async, clocks, storage, RPC types, policies of a tenant.

mod channel;
mod decision;
mod decode;
mod exempt;
mod finding;
mod fold;
mod guard;
mod link;
mod literal;
mod order;
mod pace;
mod parameter;
mod past;
mod pattern;
mod preview;
mod prose;
mod reading;
mod redact;
mod runs;
mod scan;
mod share;
mod stream;
mod view;
mod words;

use std::sync::Arc;

pub use channel::Channel;
pub use decision::{Decision, LOW_SCORE, decide};
pub use decode::{Encoding, Encodings};
pub use finding::{Finding, Severity, Span};
pub use guard::language::language_of;
pub use guard::{Cost, Guard, RuleInfo, SecondOpinion};
pub use preview::Preview;
pub use reading::Reading;
pub use redact::{Place, placeholder, redact, redact_with};
pub use share::{Seen, Share};
pub use stream::{Held, Hold, MOST_HELD, Piece, Release, StreamError, StreamScanner};

/// Every guard, compiled once and shared: a clone costs one reference count.
#[derive(Clone, Debug)]
pub struct Engine {
    guards: Arc<[Guard]>,
}

/// Why an engine or a guard could not be built: a wrong rule table, weights file or parameter.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The pattern of a rule is not a valid regular expression.
    #[error("the pattern of rule {rule} does not compile")]
    Pattern {
        /// Id of the rule.
        rule: &'static str,
        /// What the regex compiler said.
        #[source]
        source: regex::Error,
    },
    /// A parameter breaks a rule.
    #[error("{at} {rule}")]
    Parameter {
        /// Name of the parameter, with the place in it, such as `"allow[2]"`.
        at: String,
        /// The rule, as the rest of a sentence.
        rule: String,
    },
    /// The keyword automaton could not be built.
    #[error("the keywords do not compile")]
    Keywords(#[from] aho_corasick::BuildError),
    /// The weights of the injection model are damaged, or made for other features.
    #[error("the weights of the injection model do not fit")]
    Weights,
}

// === impl Engine ===

impl Engine {
    /// Compiles every guard of the registry. Takes milliseconds: do it once, then clone.
    pub fn standard() -> Result<Self, BuildError> {
        Ok(Self {
            guards: guard::registry()?.into(),
        })
    }

    /// The guards, in a stable order.
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// The guard with this id, such as `"secrets"`.
    pub fn guard(&self, id: &str) -> Option<&Guard> {
        self.guards.iter().find(|guard| guard.id() == id)
    }
}
