//! Hosts that imitate others: other letters of the same look, digits for letters, one letter off,
//! the real name as a mere subdomain, or beside words that press for an account.

use std::collections::HashSet;

use super::brand::{self, HOSTING, WELL_KNOWN};
use super::host;
use crate::link::is_within;

/// Names shorter than this are one letter off from too many words.
const SHORTEST_TYPO: usize = 7;
/// Names shorter than this have a letter doubled or swapped in too many words.
const SHORTEST_SLIP: usize = 6;

/// Domains that may be imitated.
pub(super) struct Brands {
    brands: Vec<Brand>,
    /// Their names, as they are and as they look.
    names: HashSet<String>,
}

struct Brand {
    domain: String,
    /// What stands before the public suffix.
    name: String,
    /// The name as it looks.
    folded: String,
}

/// The host of an address, as it is held against each brand.
struct Seen<'a> {
    /// Up to the label before the public suffix.
    before: &'a str,
    /// That label.
    label: &'a str,
    folded: String,
    /// What stands between its hyphens and is or looks like one of the names, and how it looks.
    parts: Vec<(&'a str, String)>,
    /// Whether one of them presses for an account.
    is_baited: bool,
}

// === impl Brands ===

impl Brands {
    pub(super) fn new(protected: &[&str]) -> Self {
        let domains = WELL_KNOWN.iter().chain(protected);
        let brands = domains.filter_map(|domain| {
            let domain = domain.to_ascii_lowercase();
            let name = domain
                .split('.')
                .next()
                .filter(|name| name.len() >= 3)?
                .to_owned();
            let folded = fold(&name);
            Some(Brand {
                domain,
                name,
                folded,
            })
        });
        let brands: Vec<Brand> = brands.collect();
        let names = brands.iter().flat_map(|brand| [&brand.name, &brand.folded]);
        Self {
            names: names.cloned().collect(),
            brands,
        }
    }

    /// How likely the host imitates one of them.
    pub(super) fn imitated(&self, host: &str) -> Option<f32> {
        let own = |domain: &str| is_within(host, domain);
        if host.len() > 253
            || self.brands.iter().any(|brand| own(&brand.domain))
            || HOSTING.iter().any(|domain| own(domain))
        {
            return None;
        }
        let host = host.to_lowercase();
        let labels: Vec<&str> = host.split('.').collect();
        let place = registered(&labels)?;
        let letters = host::decoded(labels[place]);
        let label = letters.as_deref().unwrap_or(labels[place]);
        let parts = label.split('-');
        let seen = Seen {
            before: &labels[..=place].join("."),
            label,
            folded: fold(label),
            parts: if label.contains('-') {
                let parts = parts.clone().map(|part| (part, fold(part)));
                let known = |name: &str| self.names.contains(name);
                parts
                    .filter(|(part, folded)| known(part) || known(folded))
                    .collect()
            } else {
                Vec::new()
            },
            is_baited: parts.clone().any(brand::is_bait),
        };
        let brands = self.brands.iter();
        brands
            .filter_map(|brand| brand.imitation(&seen))
            .max_by(f32::total_cmp)
    }
}

/// Whether the name of a host is made of words that press for an account: `verify-your-account`.
pub(super) fn presses(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    registered(&labels).is_some_and(|place| brand::presses(labels[place], labels[labels.len() - 1]))
}

/// The place of the label before the suffix; suffixes such as `co.uk` take the one before.
fn registered(labels: &[&str]) -> Option<usize> {
    match labels {
        [.., _, second, top] if second.len() <= 3 && top.len() == 2 => Some(labels.len() - 3),
        [.., _, _] => Some(labels.len() - 2),
        _ => None,
    }
}

// === impl Brand ===

impl Brand {
    fn imitation(&self, seen: &Seen<'_>) -> Option<f32> {
        let &Seen { before, label, .. } = seen;
        // `paypal.com.evil.test`, `login.paypal.com-check.test`
        if leads(before, &self.domain) {
            return Some(0.95);
        }
        let subdomain = || {
            let above = before.strip_suffix(label).unwrap_or_default();
            above.split('.').any(|part| part == self.name)
        };
        // The same name under another suffix may well be the owner's, or an honest namesake.
        if label == self.name {
            return None;
        }
        if seen.folded == self.folded {
            return Some(0.9);
        }
        let mut parts = seen.parts.iter();
        if parts.any(|(part, folded)| *part != self.name && *folded == self.folded) {
            return Some(0.85);
        }
        // `paypal-verify.test`, `securepaypal.test`, `paypal.verification-needed.test`
        let beside = seen.is_baited && seen.parts.iter().any(|(part, _)| *part == self.name);
        if beside || self.is_joined(label) || seen.is_baited && label.contains('-') && subdomain() {
            return Some(0.75);
        }
        let (typed, name) = (label.as_bytes(), self.name.as_bytes());
        let long = self.name.len() >= SHORTEST_TYPO && is_one_off(typed, name);
        let slipped = self.name.len() >= SHORTEST_SLIP && is_slip(typed, name);
        (long || slipped).then_some(0.6)
    }

    /// Whether a label is the name and such a word at once: `paypalsupport`.
    fn is_joined(&self, label: &str) -> bool {
        let beside = label
            .strip_prefix(&self.name)
            .or(label.strip_suffix(&self.name));
        let word = beside.map(|word| word.trim_matches('-'));
        self.name.len() >= SHORTEST_SLIP
            && word.is_some_and(|word| word.len() > 3 && brand::is_bait(word))
    }
}

/// Whether a domain stands in `before` as if it were the host: at a beginning of a label, with more after it.
fn leads(before: &str, domain: &str) -> bool {
    // More than the domain must stand there.
    before.len() > domain.len()
        && before.match_indices(domain).any(|(at, _)| {
            let begins = at == 0 || before.as_bytes()[at - 1] == b'.';
            begins && before[at + domain.len()..].starts_with(['.', '-'])
        })
}

/// The label with each letter as the one that it looks like.
fn fold(label: &str) -> String {
    // The view folds other scripts; what is left are digits and accents.
    let single: String = crate::view::folded(label)
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            '0' | 'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
            '1' | 'i' | '!' | '|' | 'ì' | 'í' | 'î' | 'ï' | 'ı' => 'l',
            '3' | 'è' | 'é' | 'ê' | 'ë' => 'e',
            '4' | 'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
            '5' | 'š' | 'ś' => 's',
            '7' => 't',
            '8' => 'b',
            'ç' | 'ć' => 'c',
            'ý' | 'ÿ' => 'y',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            'ñ' | 'ń' => 'n',
            other => other,
        })
        .collect();
    single.replace("rn", "m").replace("vv", "w")
}

/// Whether a letter was doubled, or swapped with the next.
fn is_slip(typed: &[u8], name: &[u8]) -> bool {
    let same = typed.iter().zip(name).take_while(|(a, b)| a == b).count();
    let (rest, wanted) = (&typed[same..], &name[same..]);
    let doubled =
        same > 0 && rest.first() == Some(&typed[same - 1]) && rest.get(1..) == Some(wanted);
    let swapped = match wanted {
        [first, second, after @ ..] => rest.starts_with(&[*second, *first]) && rest[2..] == *after,
        _ => false,
    };
    doubled || swapped
}

/// Whether one letter was added, left out, replaced or swapped with the next.
fn is_one_off(a: &[u8], b: &[u8]) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([], []) => false,
        (_, [first, second, ..]) if a.starts_with(&[*second, *first]) && a[2..] == b[2..] => true,
        ([_, rest @ ..], [_, other @ ..]) if rest == other => true,
        _ => a.get(1..) == Some(b) || b.get(1..) == Some(a),
    }
}
