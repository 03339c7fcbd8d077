//! What guards said of texts before, known by a keyed hash of organisation, text, guard and
//! parameters. It dies with the process, so that every entry is of this version of the engine.
//!
//! No text is held, only findings with their masked previews. Each organisation has a share of its
//! own: nobody's texts push out, or tell by their speed of, another's.

use std::mem::size_of;
use std::sync::Arc;
use std::thread;

use aws_lc_rs::hmac::{self, HMAC_SHA256, Tag};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use guardmesh_chassis::id::OrganizationId;
use guardmesh_guard_engine::{Channel, Finding};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::error::Error;

/// Organisations with a share.
const MAX_ORGANIZATIONS: usize = 64;
/// Bytes of a share: some thousand results.
const SHARE: u64 = 1024 * 1024;
/// Results with more findings are not kept: to copy one is work for a thread that serves calls.
const MAX_FINDINGS: usize = 500;

/// Bytes of a text that are hashed before the thread gives way to others.
const PART: usize = 128 * 1024;

/// Results by hash.
#[derive(Debug)]
pub(super) struct ResultCache {
    key: hmac::Key,
    shares: Cache<OrganizationId, Arc<Share>>,
}

type Share = Cache<ResultKey, Arc<[Finding]>, Bytes>;

/// What a text is known by.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextKey {
    organization: OrganizationId,
    hash: [u8; 32],
}

/// What one guard's result over a text is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ResultKey([u8; 32]);

#[derive(Debug, Clone, Copy)]
struct Bytes;

// === impl ResultCache ===

impl ResultCache {
    pub(super) fn new() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        let random = SystemRandom::new();
        random.fill(&mut bytes).map_err(|_| Error::Random)?;
        Ok(Self {
            key: hmac::Key::new(HMAC_SHA256, &bytes),
            shares: Cache::new(MAX_ORGANIZATIONS),
        })
    }

    /// A key for a text; takes about a millisecond a megabyte.
    pub(super) fn text(
        &self,
        organization: OrganizationId,
        channel: Channel,
        text: &str,
    ) -> TextKey {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(organization.uuid().as_bytes());
        context.update(channel.as_str().as_bytes());
        // No channel has it in its name.
        context.update(b"\0");
        for part in text.as_bytes().chunks(PART) {
            context.update(part);
            if part.len() == PART {
                thread::yield_now();
            }
        }
        TextKey {
            organization,
            hash: bytes(&context.sign()),
        }
    }

    /// The key of what the guard with this fingerprint says of a text.
    pub(super) fn result(&self, text: &TextKey, fingerprint: &str) -> ResultKey {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&text.hash);
        context.update(fingerprint.as_bytes());
        ResultKey(bytes(&context.sign()))
    }

    pub(super) fn get(&self, text: &TextKey, key: &ResultKey) -> Option<Arc<[Finding]>> {
        self.shares.get(&text.organization)?.get(key)
    }

    pub(super) fn put(&self, text: &TextKey, key: ResultKey, findings: &[Finding]) {
        if findings.len() > MAX_FINDINGS {
            return;
        }
        let new =
            || Ok::<_, std::convert::Infallible>(Arc::new(Cache::with_weighter(64, SHARE, Bytes)));
        let Ok(share) = self.shares.get_or_insert_with(&text.organization, new);
        share.insert(key, findings.into());
    }
}

// === impl Bytes ===

impl Weighter<ResultKey, Arc<[Finding]>> for Bytes {
    fn weight(&self, _key: &ResultKey, findings: &Arc<[Finding]>) -> u64 {
        // The entry with what the cache itself needs for it, and what the findings point to.
        let one = |finding: &Finding| size_of::<Finding>() + finding.preview.len() + 8;
        let bytes = 128 + findings.iter().map(one).sum::<usize>();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

fn bytes(tag: &Tag) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use guardmesh_guard_engine::Engine;

    use super::*;

    #[test]
    fn a_result_is_known_by_all_that_it_depends_on() {
        let cache = ResultCache::new().unwrap();
        let organization = OrganizationId::generate();
        let key = |cache: &ResultCache, organization, channel, text: &str, guard: &str| {
            let text = cache.text(organization, channel, text);
            cache.result(&text, guard)
        };
        let (user, code) = (Channel::User, Channel::Code);
        let one = key(&cache, organization, user, "text", "pii{}");
        assert_eq!(one, key(&cache, organization, user, "text", "pii{}"));
        let other = OrganizationId::generate();
        let again = ResultCache::new().unwrap();
        for different in [
            key(&cache, other, user, "text", "pii{}"),
            key(&cache, organization, code, "text", "pii{}"),
            key(&cache, organization, user, "text.", "pii{}"),
            key(&cache, organization, user, "text", "pii{\"a\":1}"),
            key(&again, organization, user, "text", "pii{}"),
        ] {
            assert_ne!(one, different);
        }
    }

    #[test]
    fn a_share_is_bounded_and_nobody_elses() {
        let cache = ResultCache::new().unwrap();
        let (many, other) = (OrganizationId::generate(), OrganizationId::generate());
        let engine = Engine::standard().unwrap();
        let found = engine
            .guard("pii")
            .unwrap()
            .scan(&"ada@example.org ".repeat(100));
        let keep = |organization, text: String| {
            let text = cache.text(organization, Channel::User, &text);
            let key = cache.result(&text, "pii{}");
            cache.put(&text, key.clone(), &found);
            (text, key)
        };
        let (text, key) = keep(other, "theirs".to_owned());
        for number in 0..1000 {
            keep(many, number.to_string());
        }
        let share = cache.shares.get(&many).unwrap();
        assert!(
            share.len() > 10 && share.weight() <= SHARE,
            "{}",
            share.weight()
        );
        assert_eq!(cache.get(&text, &key).unwrap().len(), 100);
    }
}
