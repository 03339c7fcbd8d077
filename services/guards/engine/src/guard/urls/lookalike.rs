//! Hosts that imitate others: other letters of the same look, digits for letters, one letter off,
//! or the real name as a mere subdomain.

use super::host;
use crate::link::is_within;

/// Domains that are imitated most.
const WELL_KNOWN: &[&str] = &[
    "paypal.com",
    "google.com",
    "gmail.com",
    "microsoft.com",
    "microsoftonline.com",
    "outlook.com",
    "office.com",
    "apple.com",
    "icloud.com",
    "amazon.com",
    "facebook.com",
    "instagram.com",
    "whatsapp.com",
    "netflix.com",
    "linkedin.com",
    "dropbox.com",
    "github.com",
    "gitlab.com",
    "docusign.com",
    "coinbase.com",
    "binance.com",
    "metamask.io",
    "stripe.com",
    "openai.com",
    "anthropic.com",
    "chatgpt.com",
    "cloudflare.com",
    "discord.com",
    "telegram.org",
    "youtube.com",
    "wellsfargo.com",
    "chase.com",
    "steamcommunity.com",
];

/// Names shorter than this are one letter off from too many words.
const SHORTEST_TYPO: usize = 7;

/// Domains that may be imitated.
pub(super) struct Brands(Vec<Brand>);

struct Brand {
    domain: String,
    /// What stands before the public suffix.
    name: String,
    /// The name as it looks.
    folded: String,
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
        Self(brands.collect())
    }

    /// How likely the host imitates one of them.
    pub(super) fn imitated(&self, host: &str) -> Option<f32> {
        if host.len() > 253 || self.0.iter().any(|brand| is_within(host, &brand.domain)) {
            return None;
        }
        let host = host.to_lowercase();
        let labels: Vec<&str> = host.split('.').collect();
        // The label before the suffix; suffixes such as `co.uk` take the one before.
        let place = match labels.as_slice() {
            [.., _, second, top] if second.len() <= 3 && top.len() == 2 => labels.len() - 3,
            [.., _, _] => labels.len() - 2,
            _ => return None,
        };
        let before = labels[..=place].join(".");
        let label = labels[place];
        let letters = host::decoded(label);
        let shown = letters.as_deref().unwrap_or(label);
        let folded = fold(shown);
        self.0
            .iter()
            .filter_map(|brand| brand.imitation(&before, shown, &folded))
            .max_by(f32::total_cmp)
    }
}

// === impl Brand ===

impl Brand {
    fn imitation(&self, before: &str, label: &str, folded: &str) -> Option<f32> {
        // The same name under another suffix may well be the owner's, or an honest namesake.
        if label == self.name {
            return None;
        }
        // `paypal.com.evil.test`, `paypal.com-login.test`
        let leads = before
            .strip_prefix(&self.domain)
            .or_else(|| before.strip_prefix("www.")?.strip_prefix(&self.domain));
        if leads.is_some_and(|rest| rest.starts_with(['.', '-'])) {
            return Some(0.95);
        }
        if folded == self.folded {
            return Some(0.9);
        }
        let parts_imitate = || {
            label
                .split('-')
                .any(|part| part != self.name && fold(part) == self.folded)
        };
        if label.contains('-') && parts_imitate() {
            return Some(0.85);
        }
        let long = self.name.len() >= SHORTEST_TYPO;
        (long && is_one_off(label.as_bytes(), self.name.as_bytes())).then_some(0.6)
    }
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
