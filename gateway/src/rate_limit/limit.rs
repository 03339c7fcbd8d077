//! Which limits hold for which methods: the setting, resolved against the contracts at start.

use std::collections::BTreeMap;

use guardmesh_chassis::policy::Policies;
use thiserror::Error;

use super::gcra::Quota;
use super::header;
use crate::config::rate_limit::{RateLimitRules, Rule, SubjectKind};

/// The class of methods that name none.
const DEFAULT: &str = "default";
/// Attempts with credentials that do not hold.
const FAILURE: &str = "failure";
/// Classes that may have limits although no contract names them.
const OWN: [&str; 2] = [DEFAULT, FAILURE];

/// One limit. Each counts by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Tells its buckets from those of others.
    pub(crate) number: u16,
    /// `class.subject`
    pub(crate) name: String,
    pub(crate) quota: Quota,
    /// How clients are told of it.
    pub(crate) policy: String,
}

/// The limits of a class, by subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Class([Option<Limit>; SubjectKind::ALL.len()]);

/// The limits of all methods.
#[derive(Debug)]
pub(crate) struct Limits {
    classes: BTreeMap<String, Class>,
    default: Class,
    failure: Class,
}

/// The setting and the contracts do not fit.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum LimitError {
    /// A limit for nothing.
    #[error(
        "GATEWAY_RATE_LIMITS has limits for `{0}`, a class that no method names; there are: {1}"
    )]
    UnknownClass(String, String),
    /// A method without its limits.
    #[error(
        "{0} names the rate class `{1}`: set its limits in GATEWAY_RATE_LIMITS, such as `{1}.ip=60/min`"
    )]
    NoLimits(String, String),
    /// A class of the gateway's own.
    #[error("{0} names the rate class `{FAILURE}`, which is the gateway's own")]
    Reserved(String),
    /// Failed attempts come from addresses; who makes them is not known.
    #[error("GATEWAY_RATE_LIMITS: the class `{FAILURE}` is limited by ip only")]
    FailureSubject,
}

// === impl Limit ===

impl Limit {
    pub(crate) fn new(number: u16, name: String, quota: Quota) -> Self {
        let policy = header::policy(&name, &quota);
        Self {
            number,
            name,
            quota,
            policy,
        }
    }
}

// === impl Class ===

impl Class {
    /// The limit by this subject, if there is one.
    pub(crate) fn limit(&self, subject: SubjectKind) -> Option<&Limit> {
        self.0[subject as usize].as_ref()
    }
}

// === impl Limits ===

impl Limits {
    /// `None` when limits are off.
    pub(crate) fn resolve(
        setting: &RateLimitRules,
        policies: &Policies,
    ) -> Result<Option<Self>, LimitError> {
        let named: BTreeMap<&str, &str> = policies.rate_classes().collect();
        if let Some(path) = named.get(FAILURE) {
            return Err(LimitError::Reserved((*path).to_owned()));
        }
        let Some(set) = setting.set() else {
            return Ok(None);
        };
        for rule in set {
            if !named.contains_key(&*rule.class) && !OWN.contains(&&*rule.class) {
                let known = OWN.iter().chain(named.keys()).copied().collect::<Vec<_>>();
                return Err(LimitError::UnknownClass(
                    rule.class.clone(),
                    known.join(", "),
                ));
            }
            if rule.class == FAILURE && rule.subject != SubjectKind::Ip {
                return Err(LimitError::FailureSubject);
            }
        }
        let mut classes = stated(RateLimitRules::defaults().iter().chain(set));
        let mut take = |class: &str| classes.remove(class);
        let default = take(DEFAULT).unwrap_or_default();
        let failure = take(FAILURE)
            .unwrap_or_default()
            .complete(&Stated::default());
        let classes = named.iter().map(|(class, path)| {
            let class = (*class).to_owned();
            match take(&class) {
                Some(own) => Ok((class, own.complete(&default))),
                None if class == DEFAULT => Ok((class, default.complete(&default))),
                None => Err(LimitError::NoLimits((*path).to_owned(), class)),
            }
        });
        let classes = classes.collect::<Result<_, _>>()?;
        Ok(Some(Self {
            classes,
            default: default.complete(&default),
            failure,
        }))
    }

    /// The limits of methods of this class.
    pub(crate) fn class(&self, name: Option<&str>) -> &Class {
        let named = name.and_then(|name| self.classes.get(name));
        named.unwrap_or(&self.default)
    }

    /// The limits of attempts with credentials that do not hold.
    pub(crate) fn failure(&self) -> &Class {
        &self.failure
    }
}

/// What is stated of a class: by some subjects a limit, by others that there is none.
#[derive(Clone, Default)]
struct Stated(BTreeMap<SubjectKind, Option<Limit>>);

// === impl Stated ===

impl Stated {
    /// What is not stated is as in the default class, and counts together with it.
    fn complete(&self, default: &Self) -> Class {
        let limit = |subject| {
            let stated = self.0.get(&subject).or_else(|| default.0.get(&subject));
            stated.cloned().flatten()
        };
        Class(SubjectKind::ALL.map(limit))
    }
}

/// The last rule for a class and a subject holds.
fn stated<'a>(rules: impl Iterator<Item = &'a Rule>) -> BTreeMap<String, Stated> {
    let mut classes: BTreeMap<String, Stated> = BTreeMap::new();
    for (number, rule) in (0_u16..).zip(rules) {
        let limit = rule.quota.map(|quota| {
            let name = format!("{}.{}", rule.class, rule.subject);
            Limit::new(number, name, quota)
        });
        let class = classes.entry(rule.class.clone()).or_default();
        class.0.insert(rule.subject, limit);
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policies() -> Policies {
        Policies::from_descriptors(guardmesh_proto::DESCRIPTORS).unwrap()
    }

    fn resolve(text: &str) -> Result<Option<Limits>, LimitError> {
        Limits::resolve(&text.parse().unwrap(), &policies())
    }

    fn name(class: &Class, subject: SubjectKind) -> Option<&str> {
        class.limit(subject).map(|limit| &*limit.name)
    }

    #[test]
    fn a_class_has_its_own_limits_and_the_rest_of_the_defaults() {
        let limits = resolve("auth.user=5/min; default.key=off")
            .unwrap()
            .unwrap();
        let auth = limits.class(Some("auth"));
        assert_eq!(name(auth, SubjectKind::Ip), Some("auth.ip"));
        assert_eq!(name(auth, SubjectKind::User), Some("auth.user"));
        assert_eq!(name(auth, SubjectKind::Key), None);
        assert_eq!(name(auth, SubjectKind::Org), Some("default.org"));
        let default = limits.class(None);
        assert_eq!(name(default, SubjectKind::Ip), Some("default.ip"));
        // The same limit, so that both count together.
        let org = default.limit(SubjectKind::Org);
        assert_eq!(auth.limit(SubjectKind::Org), org);
        assert_eq!(name(limits.failure(), SubjectKind::Ip), Some("failure.ip"));
        assert_eq!(name(limits.failure(), SubjectKind::User), None);
    }

    #[test]
    fn limits_count_apart() {
        let limits = resolve("auth.ip=7/min").unwrap().unwrap();
        let mut numbers = Vec::new();
        for class in [
            limits.class(None),
            limits.class(Some("auth")),
            limits.failure(),
        ] {
            let ip = class.limit(SubjectKind::Ip).unwrap();
            numbers.push(ip.number);
        }
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 3);
        let auth = limits.class(Some("auth")).limit(SubjectKind::Ip).unwrap();
        assert_eq!(auth.quota.burst(), 7);
    }

    #[test]
    fn off_is_off() {
        assert!(resolve("off").unwrap().is_none());
    }

    #[test]
    fn unknown_classes_are_refused() {
        let unknown = resolve("atuh.ip=7/min").unwrap_err();
        assert!(matches!(unknown, LimitError::UnknownClass(class, known)
            if class == "atuh" && known.contains("auth")));
        assert_eq!(
            resolve("failure.user=7/min").unwrap_err(),
            LimitError::FailureSubject
        );
    }
}
