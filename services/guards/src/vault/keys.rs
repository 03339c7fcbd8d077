//! The keys of the vault: from each, an organisation has a key of its own to seal with and one to
//! name values by, so that neither tokens nor sealed values of one mean anything to another.

use std::fmt;

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{digest, hmac};
use guardmesh_chassis::config;
use guardmesh_chassis::id::{OrganizationId, Uuid};
use guardmesh_chassis::sealing::{self, SealingKey, SealingKeyError};
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};

const SERVICE: &[u8] = b"guardmesh guards v1";
/// Bytes of a key's hash by which rows name it.
const ID: usize = 8;

/// The keys that the operator set. The first one seals; all open, so that they can be rotated.
#[derive(Default)]
pub(crate) struct VaultKeys(Vec<Key>);

struct Key {
    id: String,
    secret: SecretBox<[u8; 32]>,
}

/// A key for one organisation.
pub(super) struct OrganizationKey<'a> {
    /// By which rows name the key that they were sealed with.
    pub(super) id: &'a str,
    organization: OrganizationId,
    sealing: SealingKey,
    texts: SealingKey,
    naming: hmac::Key,
}

// === impl VaultKeys ===

impl VaultKeys {
    /// Reads keys of 64 hexadecimal digits each, separated by commas; none is the vault switched
    /// off.
    pub(crate) fn parse(text: &SecretString) -> Result<Self, SealingKeyError> {
        let keys = config::secrets(text).into_iter().map(|text| {
            let secret = SecretBox::new(Box::new(sealing::key_bytes(&text)?));
            let hash = digest::digest(&digest::SHA256, secret.expose_secret());
            let id = hex::encode(&hash.as_ref()[..ID]);
            Ok(Key { id, secret })
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none, and so no vault.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of the key to seal with.
    pub(super) fn first_id(&self) -> Option<&str> {
        self.0.first().map(|key| &*key.id)
    }

    /// The keys of an organisation, the one to seal with first.
    pub(super) fn of(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<OrganizationKey<'_>>, Unspecified> {
        let keys = self.0.iter().map(|key| {
            let purpose = |what: &[u8]| [what, organization.uuid().as_bytes()].concat();
            let secret = key.secret.expose_secret();
            let naming = sealing::derive(secret, SERVICE, &purpose(b"vault names"))?;
            Ok(OrganizationKey {
                id: &key.id,
                organization,
                sealing: SealingKey::derive(secret, SERVICE, &purpose(b"vault values"))?,
                texts: SealingKey::derive(secret, SERVICE, &purpose(b"run texts"))?,
                naming: hmac::Key::new(hmac::HMAC_SHA256, &naming),
            })
        });
        keys.collect()
    }
}

impl fmt::Debug for VaultKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.0.iter().map(|key| &key.id);
        f.debug_list().entries(ids).finish()
    }
}

// === impl OrganizationKey ===

impl OrganizationKey<'_> {
    /// A number that stands for a value of a kind within a scope, and tells nothing of it. Another
    /// `attempt` gives another number, for when two values have the same.
    pub(super) fn name(&self, scope: &str, kind: &str, value: &str, attempt: u32) -> u64 {
        let mut context = hmac::Context::with_key(&self.naming);
        // Neither a scope nor a kind can have a NUL in it.
        for part in [scope.as_bytes(), b"\0", kind.as_bytes(), b"\0"] {
            context.update(part);
        }
        context.update(&attempt.to_be_bytes());
        context.update(value.as_bytes());
        let mut number = [0; 8];
        number.copy_from_slice(&context.sign().as_ref()[..8]);
        u64::from_be_bytes(number)
    }

    /// Seals a value so that it opens for this token of this organisation and scope alone.
    pub(super) fn seal(
        &self,
        scope: &str,
        token: &str,
        value: &str,
    ) -> Result<Vec<u8>, Unspecified> {
        self.sealing
            .seal(&self.context(scope, token), value.as_bytes())
    }

    /// The value that was sealed for this token.
    pub(super) fn open(
        &self,
        scope: &str,
        token: &str,
        sealed: &[u8],
    ) -> Result<SecretString, Unspecified> {
        let opened = self.sealing.open(&self.context(scope, token), sealed)?;
        let text = std::str::from_utf8(opened.expose_secret()).map_err(|_| Unspecified)?;
        Ok(SecretString::from(text))
    }

    /// Seals the text of a run so that it opens for this run of this organisation alone.
    pub(super) fn seal_text(&self, run: Uuid, text: &[u8]) -> Result<Vec<u8>, Unspecified> {
        self.texts.seal(&self.run_context(run), text)
    }

    /// The text that was sealed for this run.
    pub(super) fn open_text(
        &self,
        run: Uuid,
        sealed: &[u8],
    ) -> Result<SecretSlice<u8>, Unspecified> {
        self.texts.open(&self.run_context(run), sealed)
    }

    fn run_context(&self, run: Uuid) -> Vec<u8> {
        [*self.organization.uuid().as_bytes(), *run.as_bytes()].concat()
    }

    fn context(&self, scope: &str, token: &str) -> Vec<u8> {
        let organization = self.organization.uuid();
        [
            organization.as_bytes(),
            scope.as_bytes(),
            b"\0",
            token.as_bytes(),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(digits: &[&str]) -> VaultKeys {
        let keys: Vec<_> = digits.iter().map(|digits| digits.repeat(4)).collect();
        VaultKeys::parse(&keys.join(",").into()).unwrap()
    }

    #[test]
    fn a_value_opens_for_its_organization_scope_and_token_alone() {
        let keys = keys(&["0123456789abcdef"]);
        let [ada, eve] = [OrganizationId::generate(), OrganizationId::generate()];
        let ada = keys.of(ada).unwrap().remove(0);
        let sealed = ada.seal("chat", "[A]", "ada@example.org").unwrap();
        let opened = ada.open("chat", "[A]", &sealed).unwrap();
        assert_eq!(opened.expose_secret(), "ada@example.org");
        assert!(ada.open("chat", "[B]", &sealed).is_err());
        assert!(ada.open("other", "[A]", &sealed).is_err());
        let eve = keys.of(eve).unwrap().remove(0);
        assert!(eve.open("chat", "[A]", &sealed).is_err());
        // The key alone separates them as well.
        let moved = OrganizationKey {
            organization: ada.organization,
            ..eve
        };
        assert!(moved.open("chat", "[A]", &sealed).is_err());
    }

    #[test]
    fn a_text_opens_for_its_organization_and_run_alone() {
        let keys = keys(&["0123456789abcdef"]);
        let [ada, eve] = [OrganizationId::generate(), OrganizationId::generate()];
        let [one, other] = [Uuid::now_v7(), Uuid::now_v7()];
        let ada = keys.of(ada).unwrap().remove(0);
        let sealed = ada.seal_text(one, b"text").unwrap();
        let opened = ada.open_text(one, &sealed).unwrap();
        assert_eq!(opened.expose_secret(), b"text");
        assert!(ada.open_text(other, &sealed).is_err());
        let eve = keys.of(eve).unwrap().remove(0);
        assert!(eve.open_text(one, &sealed).is_err());
    }

    #[test]
    fn names_are_stable_and_differ_by_everything_they_are_for() {
        let keys = keys(&["0123456789abcdef", "123456789abcdef0"]);
        let organization = OrganizationId::generate();
        let own = keys.of(organization).unwrap();
        let other = keys.of(OrganizationId::generate()).unwrap();
        let name = |key: &OrganizationKey<'_>| key.name("chat", "email", "ada", 0);
        assert_eq!(name(&own[0]), name(&keys.of(organization).unwrap()[0]));
        let all = [
            name(&own[0]),
            name(&own[1]),
            name(&other[0]),
            own[0].name("chats", "email", "ada", 0),
            own[0].name("chat", "emails", "ada", 0),
            own[0].name("chat", "email", "adas", 0),
            own[0].name("chat", "email", "ada", 1),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[..index].contains(one), "{index}");
        }
    }

    #[test]
    fn weak_keys_are_refused_and_none_is_printed() {
        let good = "0123456789abcdef".repeat(4);
        for text in [
            &*"00".repeat(32),
            "secret",
            &format!("{good},{}", "ab".repeat(32)),
        ] {
            assert!(VaultKeys::parse(&text.into()).is_err(), "{text}");
        }
        assert!(VaultKeys::parse(&" , ".into()).unwrap().0.is_empty());
        let keys = keys(&["0123456789abcdef", "123456789abcdef0"]);
        assert_ne!(keys.0[0].id, keys.0[1].id);
        assert!(!format!("{keys:?}").contains("0123456789abcdef"));
    }
}
