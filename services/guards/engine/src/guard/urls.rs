//! URLs: addresses that hide where they lead, that a browser runs, or that a policy forbids.
//!
//! Judged from the text alone: nothing is fetched, resolved or looked up, so a new bad host with
//! an honest name is not found. What a host is, is in `host`; what it pretends to be, in
//! `lookalike`; addresses that run code have no host and are in `scheme`.

mod brand;
mod host;
mod lookalike;
mod scheme;

use std::sync::Arc;

use crate::finding::{Severity, Span};
use crate::guard::{Cost, Detect, Extent, RuleInfo, Sight, Spec};
use crate::link::{self, Link};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape};
use crate::scan::Hit;
use lookalike::Brands;

/// Id of the guard.
pub(crate) const ID: &str = "urls";

/// Category of addresses that a list forbids.
pub(crate) const POLICY: &str = "policy";

const RULES: [RuleInfo; 11] = [
    RuleInfo {
        id: "dangerous_scheme",
        description: "Address that runs code or reads files, such as `javascript:`",
        category: "active",
        severity: Severity::High,
    },
    RuleInfo {
        id: "userinfo",
        description: "A name before an `@` that looks like the host and is not",
        category: "deceptive",
        severity: Severity::High,
    },
    RuleInfo {
        id: "obfuscated_ip",
        description: "IP address written as one number, in octal or in hexadecimal",
        category: "deceptive",
        severity: Severity::High,
    },
    RuleInfo {
        id: "raw_ip",
        description: "IP address in place of a name",
        category: "unusual",
        severity: Severity::Low,
    },
    RuleInfo {
        id: "mixed_scripts",
        description: "Host with letters of several scripts, or with invisible ones",
        category: "deceptive",
        severity: Severity::High,
    },
    RuleInfo {
        id: "punycode",
        description: "Host in punycode, which shows as other letters",
        category: "unusual",
        severity: Severity::Low,
    },
    RuleInfo {
        id: "lookalike",
        description: "Host that imitates a well-known or a given one",
        category: "deceptive",
        severity: Severity::High,
    },
    RuleInfo {
        id: "not_allowed",
        description: "Host that is not on the list of allowed ones",
        category: POLICY,
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "denied",
        description: "Host on the list of denied ones",
        category: POLICY,
        severity: Severity::High,
    },
    RuleInfo {
        id: "bait",
        description: "Host named by words that press for an account, such as `verify-account`",
        category: "deceptive",
        severity: Severity::Medium,
    },
    RuleInfo {
        id: "metadata_service",
        description: "Address at which a cloud hands out the credentials of a machine",
        category: "active",
        severity: Severity::High,
    },
];

/// A rule; the order is that of [`RULES`].
#[derive(Clone, Copy)]
enum Kind {
    DangerousScheme,
    Userinfo,
    ObfuscatedIp,
    RawIp,
    MixedScripts,
    Punycode,
    Lookalike,
    NotAllowed,
    Denied,
    Bait,
    MetadataService,
}

/// What a policy says of hosts.
struct Urls {
    allowed: Vec<Box<str>>,
    denied: Vec<Box<str>>,
    brands: Brands,
}

const HOSTS: Shape = Shape::Texts {
    most: 1000,
    longest: 253,
};

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "URLs",
    description: "Addresses that run code, hide or imitate a host, or are not on a list, also encoded.",
    categories: &["active", "deceptive", "unusual", POLICY],
    rules: || RULES.to_vec(),
    cost: Cost::Cheap,
    by_default: false,
    sight: Sight::Decoded,
    extent: Extent::Local,
    parameters: &[
        Parameter {
            name: "allow",
            description: "If given, every other host is a finding. A host stands for all below it",
            shape: HOSTS,
        },
        Parameter {
            name: "deny",
            description: "Hosts that are always a finding, with all below them",
            shape: HOSTS,
        },
        Parameter {
            name: "protect",
            description: "Domains that others imitate, such as your own, beside well-known ones",
            shape: Shape::Texts {
                most: 100,
                longest: 253,
            },
        },
    ],
    build: |values| {
        let hosts = |name| values.texts(name).into_iter().map(Box::from).collect();
        Ok(Arc::new(Urls {
            allowed: hosts("allow"),
            denied: hosts("deny"),
            brands: Brands::new(&values.texts("protect")),
        }))
    },
};

// === impl Urls ===

impl Detect for Urls {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        scheme::find(text, pace, |span, score, preview| {
            hits.push(Kind::DangerousScheme.hit(span, score, preview));
        });
        for link in link::find(text, pace).filter(Link::is_web) {
            hits.extend(self.judge(&link));
        }
    }

    fn constructs(&self, text: &str, found: &mut dyn FnMut(Span)) {
        let pace = Pace::free();
        scheme::find(text, &pace, |span, _, _| {
            found(link::with_punctuation(text, span));
        });
        for link in link::find(text, &pace) {
            found(link::with_punctuation(text, link.span));
        }
    }
}

impl Urls {
    /// The worst that can be said of an address.
    fn judge(&self, link: &Link<'_>) -> Option<Hit> {
        let hit = |kind: Kind, score, preview| Some(kind.hit(link.span, score, preview));
        if link.is_at(&self.denied) {
            return hit(Kind::Denied, 0.95, "host on the list of denied ones");
        }
        if link.user.is_some_and(is_decoy) {
            return hit(Kind::Userinfo, 0.9, "something like a host before the host");
        }
        if link.is_at(&self.allowed) {
            return None;
        }
        let host = host::classify(link.host);
        let deceptive = match host {
            host::Host::ObfuscatedIp => hit(Kind::ObfuscatedIp, 0.9, "IP address in disguise"),
            host::Host::MixedScripts => hit(Kind::MixedScripts, 0.9, "host of mixed scripts"),
            host::Host::Name | host::Host::International => self
                .brands
                .imitated(link.host)
                .and_then(|score| hit(Kind::Lookalike, score, "host that imitates another")),
            host::Host::Ip | host::Host::LocalIp => None,
            host::Host::Metadata => {
                hit(Kind::MetadataService, 0.8, "address of a metadata service")
            }
        };
        if deceptive.is_some() {
            return deceptive;
        }
        if lookalike::presses(link.host) {
            return hit(Kind::Bait, 0.55, "host of words that press");
        }
        if !self.allowed.is_empty() {
            return hit(Kind::NotAllowed, 0.9, "host not on the list");
        }
        match host {
            host::Host::Ip => hit(Kind::RawIp, 0.5, "IP address in place of a name"),
            // Manuals and configurations are full of these; nobody is lured to them.
            host::Host::LocalIp => hit(Kind::RawIp, 0.3, "address of this network or for examples"),
            host::Host::International => hit(Kind::Punycode, 0.4, "host with foreign letters"),
            _ => None,
        }
    }
}

// === impl Kind ===

impl Kind {
    fn hit(self, span: Span, score: f32, preview: &'static str) -> Hit {
        Hit {
            rule: self as usize,
            span,
            score,
            preview: preview.into(),
        }
    }
}

/// Whether the part before the `@` would be taken for a host: `https://bank.test@evil.test`.
fn is_decoy(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    let dotted = name.rsplit_once('.').is_some_and(|(before, top)| {
        !before.is_empty() && top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic())
    });
    dotted || name.contains("%2F") || name.contains("%2f") || name.contains('\u{2044}')
}
