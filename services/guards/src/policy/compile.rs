//! From a document to routes with plans: what is asked of a policy at each check, ready to run.

mod tasks;

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use guardmesh_guard_engine::{Channel, Engine, language_of};

use super::document::{
    self, ActionName, ConditionsDocument, DirectionName, Document, MAX_VIOLATIONS, ModeName,
    OnErrorName, OnOutage, RedactionName, RouteDocument, StepDocument, Violation, WhenName,
};
use super::places;
use super::schema::Schema;
use crate::check::{Direction, Subject};
use crate::client::remotes::Remotes;
use crate::custom_guard::{CustomGuard, CustomGuardId};
use crate::hash_key::HashKey;
use crate::plan::{Action, Condition, Mode, OnError, Plan, Redaction, Step};
use crate::policy::VersionId;
use tasks::Tasks;

/// Of ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs \
    cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy \
    hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt \
    lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm \
    rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw \
    ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Makes policies of documents.
#[derive(Debug, Clone)]
pub(crate) struct Compiler {
    engine: Engine,
    /// None where there is no service, and so no custom guard.
    remotes: Option<Remotes>,
    schema: Arc<Schema>,
    /// Most time that a guard may take, and what it has if nothing is stated.
    guard_timeout: Duration,
    /// Whether there is a vault for what is taken out, and for texts.
    has_vault: bool,
    /// How long texts are kept at most.
    text_retention: TimeDelta,
    /// What runs where no policy says anything.
    standard: Arc<Plan>,
}

/// A version of a policy, ready to run.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) on_outage: OnOutage,
    /// Those that it names.
    pub(crate) custom_guards: BTreeSet<CustomGuardId>,
    routes: Vec<Route>,
    /// For texts that no route fits.
    standard: Arc<Plan>,
    /// About how many bytes its guards hold for their parameters.
    weight: usize,
}

#[derive(Debug)]
struct Route {
    conditions: Conditions,
    plan: Arc<Plan>,
}

/// What a text must be like; what is not stated does not matter.
#[derive(Debug)]
struct Conditions {
    direction: Option<Direction>,
    channels: Option<Vec<Channel>>,
    languages: Option<Vec<String>>,
    applications: Option<Vec<String>>,
    labels: BTreeMap<String, String>,
}

// === impl Compiler ===

impl Compiler {
    pub(crate) fn new(
        engine: Engine,
        remotes: Option<Remotes>,
        guard_timeout: Duration,
        has_vault: bool,
        text_retention: TimeDelta,
    ) -> Self {
        let defaults = engine.guards().iter().filter(|g| g.runs_by_default());
        let steps = defaults.map(|guard| Step::standard(guard, guard_timeout));
        Self {
            standard: Arc::new(Plan::new(None, steps.collect())),
            schema: Arc::new(Schema::new(&engine)),
            engine,
            remotes,
            guard_timeout,
            has_vault,
            text_retention,
        }
    }

    /// What holds where there is no policy.
    pub(crate) fn standard(&self) -> Compiled {
        Compiled {
            on_outage: OnOutage::default(),
            custom_guards: BTreeSet::new(),
            routes: Vec::new(),
            standard: self.standard.clone(),
            weight: 0,
        }
    }

    /// Compiles a document, which may name the guards `custom`; tells of what is wrong with it, and where.
    /// Patterns and schemas of guards take milliseconds: not on a thread that serves calls, but of a
    /// runtime.
    pub(crate) fn compile(
        &self,
        text: &str,
        version: Option<VersionId>,
        hash_key: &HashKey,
        custom: &[CustomGuard],
    ) -> Result<Compiled, Vec<Violation>> {
        let compiled = self.try_compile(text, version, hash_key, custom);
        compiled.map_err(|violations| places::told(text, violations))
    }

    fn try_compile(
        &self,
        text: &str,
        version: Option<VersionId>,
        hash_key: &HashKey,
        custom: &[CustomGuard],
    ) -> Result<Compiled, Vec<Violation>> {
        let Document {
            on_outage, routes, ..
        } = document::parse(text, &self.schema)?;
        let mut violations = Vec::new();
        let mut compiled = Vec::with_capacity(routes.len());
        let guards = routes.iter().flat_map(|route| &route.guards);
        let named: BTreeSet<&str> = guards.map(|step| &*step.guard).collect();
        let names = |guard: &&CustomGuard| named.contains(&*guard.full_name());
        let custom_guards = custom.iter().filter(names).map(|guard| guard.id).collect();
        let mut tasks = Tasks::of(self, custom, version.is_none());
        for (index, route) in routes.into_iter().enumerate() {
            let RouteDocument {
                conditions,
                keep_text_hours,
                guards,
            } = route;
            if keep_text_hours.is_some() && !self.has_vault {
                let rule = "cannot be stated: this installation keeps no vault (GUARDS_VAULT_KEYS)";
                let at = format!("routes[{index}].keep_text_hours");
                violations.push(Violation::new(at, rule));
            }
            let keeps_text = keep_text_hours.map(|hours| TimeDelta::hours(hours.into()));
            let keeps_text = keeps_text.map(|ttl| ttl.min(self.text_retention));
            let at = format!("routes[{index}].guards");
            let steps = self.steps(&guards, &at, hash_key, &mut tasks, &mut violations);
            compiled.push(Route {
                conditions: Conditions::of(conditions),
                plan: Arc::new(Plan::new(version, steps).keeping_text(keeps_text)),
            });
        }
        // What was taken as a version holds for good; a draft can still be mended.
        if version.is_none() {
            violations.extend(unknown_languages(&compiled));
            violations.extend(never_taken(&compiled));
        }
        if !violations.is_empty() {
            return Err(violations);
        }
        Ok(Compiled {
            on_outage,
            custom_guards,
            routes: compiled,
            standard: self.standard.clone(),
            weight: tasks.weight(),
        })
    }

    fn steps(
        &self,
        guards: &[StepDocument],
        at: &str,
        hash_key: &HashKey,
        tasks: &mut Tasks<'_>,
        violations: &mut Vec<Violation>,
    ) -> Vec<Step> {
        let mut names = HashSet::new();
        let mut steps = Vec::with_capacity(guards.len());
        for (index, document) in guards.iter().enumerate() {
            // Each wrong one may have taken milliseconds to be found so.
            if violations.len() >= MAX_VIOLATIONS {
                break;
            }
            match self.step(document, hash_key, tasks) {
                Err(Violation { at: field, rule }) => {
                    violations.push(Violation::new(format!("{at}[{index}].{field}"), rule));
                }
                Ok(step) if !names.insert(step.name.clone()) => {
                    let rule = "must be unique in the route: give one of them another name";
                    violations.push(Violation::new(format!("{at}[{index}].name"), rule));
                }
                Ok(step) => steps.push(step),
            }
        }
        steps
    }

    fn step(
        &self,
        document: &StepDocument,
        hash_key: &HashKey,
        tasks: &mut Tasks<'_>,
    ) -> Result<Step, Violation> {
        let task = tasks.task(document)?;
        let timeout = document.timeout_ms.map(Duration::from_millis);
        if timeout.is_some_and(|timeout| timeout > self.guard_timeout) {
            let most = self.guard_timeout.as_millis();
            let rule = format!("must be at most {most}, which the service allows a guard");
            return Err(Violation::new("timeout_ms", rule));
        }
        let name = document.name.as_deref().unwrap_or(&document.guard);
        Ok(Step {
            name: name.into(),
            threshold: document.threshold,
            action: self.action(document, hash_key)?,
            reversible: document.action == ActionName::Anonymize,
            timeout: task.within(timeout.unwrap_or(self.guard_timeout)),
            on_error: match document.on_error {
                OnErrorName::FailClosed => OnError::FailClosed,
                OnErrorName::FailOpen => OnError::FailOpen,
            },
            mode: match document.mode {
                ModeName::Enforce => Mode::Enforce,
                ModeName::Shadow => Mode::Shadow,
            },
            stage: document.stage.unwrap_or(1),
            condition: match document.when {
                WhenName::Always => Condition::Always,
                WhenName::Doubt => Condition::Doubt,
            },
            task,
        })
    }

    fn action(&self, document: &StepDocument, hash_key: &HashKey) -> Result<Action, Violation> {
        Ok(match document.action {
            ActionName::Standard => Action::Standard,
            ActionName::Block => Action::Block,
            ActionName::Review => Action::Review,
            ActionName::Redact => Action::Redact(match document.redaction {
                RedactionName::Replace => {
                    Redaction::Replace(document.replacement.as_deref().map(Arc::from))
                }
                RedactionName::Mask => Redaction::Mask,
                RedactionName::Hash => Redaction::Hash(hash_key.clone()),
            }),
            ActionName::Anonymize if !self.has_vault => {
                let rule =
                    "cannot be anonymize: this installation keeps no vault (GUARDS_VAULT_KEYS)";
                return Err(Violation::new("action", rule));
            }
            ActionName::Anonymize => Action::Redact(Redaction::Replace(None)),
            ActionName::Refrain => Action::Refrain,
            ActionName::Flag => Action::Flag,
        })
    }
}

// === impl Compiled ===

impl Compiled {
    /// About how many bytes its guards hold for their parameters.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// The plan for a text: of the first route that fits, with its number from 1. Guesses the
    /// language if that is what [`Self::guesses_language`] says, which may take milliseconds.
    pub(crate) fn route(&self, subject: &Subject) -> (usize, Arc<Plan>) {
        let guessed = LazyCell::new(|| language_of(&subject.text).unwrap_or_default());
        let mut routes = (1..).zip(&self.routes);
        let found = routes.find(|(_, Route { conditions, .. })| {
            conditions.fit_beside_language(subject)
                && conditions.fit_language(|| match &*subject.language {
                    "" => *guessed,
                    stated => stated,
                })
        });
        found.map_or((0, self.standard.clone()), |(number, route)| {
            (number, route.plan.clone())
        })
    }

    /// Whether the route depends on the language of a text that does not state it.
    pub(crate) fn guesses_language(&self, subject: &Subject) -> bool {
        let mut conditions = self.routes.iter().map(|route| &route.conditions);
        let first = conditions.find(|one| one.fit_beside_language(subject));
        subject.language.is_empty() && first.is_some_and(|first| first.languages.is_some())
    }
}

// === impl Conditions ===

impl Conditions {
    fn of(document: ConditionsDocument) -> Self {
        let channels = |names: Vec<String>| {
            let known = Channel::ALL.into_iter();
            known
                .filter(|channel| names.iter().any(|name| name == channel.as_str()))
                .collect()
        };
        Self {
            direction: document.direction.map(|name| match name {
                DirectionName::Input => Direction::Input,
                DirectionName::Output => Direction::Output,
            }),
            channels: document.channels.map(channels),
            languages: document.languages,
            applications: document.applications,
            labels: document.labels,
        }
    }

    /// Whether every text that fits `others` fits these as well.
    fn cover(&self, others: &Self) -> bool {
        fn lists<T: PartialEq>(wanted: Option<&Vec<T>>, others: Option<&Vec<T>>) -> bool {
            wanted.is_none_or(|wanted| {
                others.is_some_and(|others| others.iter().all(|one| wanted.contains(one)))
            })
        }
        (self.direction.is_none() || self.direction == others.direction)
            && lists(self.channels.as_ref(), others.channels.as_ref())
            && lists(self.languages.as_ref(), others.languages.as_ref())
            && lists(self.applications.as_ref(), others.applications.as_ref())
            && (self.labels.iter()).all(|(key, value)| others.labels.get(key) == Some(value))
    }

    fn fit_language<'a>(&self, language: impl FnOnce() -> &'a str) -> bool {
        self.languages.as_ref().is_none_or(|wanted| {
            let language = language();
            // Norwegian is written in two ways, and guessed as one of them.
            let norwegian = |one: &str| one == "no" && matches!(language, "nb" | "nn");
            wanted.iter().any(|one| one == language || norwegian(one))
        })
    }

    fn fit_beside_language(&self, subject: &Subject) -> bool {
        fn lists<T: PartialEq<U>, U: ?Sized>(wanted: Option<&Vec<T>>, value: &U) -> bool {
            wanted.is_none_or(|wanted| wanted.iter().any(|one| one == value))
        }
        self.direction.is_none_or(|one| one == subject.direction)
            && lists(self.channels.as_ref(), &subject.channel)
            && lists(self.applications.as_ref(), subject.application.as_str())
            && (self.labels.iter()).all(|(key, value)| subject.labels.get(key) == Some(value))
    }
}

/// Routes that no text takes, since one before fits all of theirs.
fn never_taken(routes: &[Route]) -> impl Iterator<Item = Violation> {
    routes.iter().enumerate().filter_map(|(index, route)| {
        let mut before = routes[..index].iter();
        let first = before.position(|one| one.conditions.cover(&route.conditions))?;
        let rule = format!(
            "is never taken, as routes[{first}] fits every text that this one fits: put this one before it"
        );
        Some(Violation::new(format!("routes[{index}]"), rule))
    })
}

/// Languages that no text is in: often the code of a country, such as `cz`.
fn unknown_languages(routes: &[Route]) -> impl Iterator<Item = Violation> {
    let stated = routes.iter().enumerate().flat_map(|(route, one)| {
        let languages = one.conditions.languages.iter().flatten().enumerate();
        languages.map(move |(index, language)| (route, index, language))
    });
    stated.filter_map(|(route, index, language)| {
        let known = LANGUAGES.split(' ').any(|one| one == language);
        let at = format!("routes[{route}].match.languages[{index}]");
        (!known).then(|| Violation::new(at, "is no language of ISO 639-1"))
    })
}
