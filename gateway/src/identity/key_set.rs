//! Public keys that verify tokens, by key id. Who publishes them, in which form, and when they
//! are fetched is not told here.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use guardmesh_proto::guardmesh::auth::v1::JsonWebKey;
use jsonwebtoken::DecodingKey;

use super::digest::Digest;

/// More keys than any rotation has in use.
const MAX_KEYS: usize = 32;
const MAX_KID: usize = 128;

/// Verification keys.
pub(crate) struct KeySet {
    keys: HashMap<String, DecodingKey>,
    fingerprint: Digest,
}

/// A published key that its reader takes for a signature key of the wanted kind.
pub(crate) struct PublishedKey<'a> {
    pub(crate) kid: &'a str,
    /// All that the key consists of, as text.
    pub(crate) material: [&'a str; 2],
    pub(crate) key: DecodingKey,
}

// === impl KeySet ===

impl KeySet {
    /// The keys of auth: ES256 keys for signatures.
    pub(crate) fn of_auth(keys: &[JsonWebKey]) -> Self {
        Self::load(keys.iter().map(|key| {
            let fits =
                key.kty == "EC" && key.crv == "P-256" && key.alg == "ES256" && key.r#use == "sig";
            let loaded = DecodingKey::from_ec_components(&key.x, &key.y).ok();
            Some(PublishedKey {
                kid: &key.kid,
                material: [&key.x, &key.y],
                key: loaded.filter(|_| fits)?,
            })
        }))
    }

    /// Takes the keys that fit. One that does not (`None`) is left out with a warning: a single
    /// bad key must not lock everybody out. Two keys with one id are both left out.
    pub(crate) fn load<'a>(published: impl Iterator<Item = Option<PublishedKey<'a>>>) -> Self {
        let mut set: HashMap<String, Option<DecodingKey>> = HashMap::new();
        let mut parts = Vec::new();
        for key in published.take(MAX_KEYS) {
            let key = key.filter(|key| (1..=MAX_KID).contains(&key.kid.len()));
            let Some(key) = key else {
                tracing::warn!("a published key is of no use for signatures and is left out");
                continue;
            };
            parts.extend([key.kid, key.material[0], key.material[1]]);
            match set.entry(key.kid.to_owned()) {
                Entry::Vacant(entry) => drop(entry.insert(Some(key.key))),
                Entry::Occupied(mut entry) => {
                    tracing::warn!("two published keys share an id and are left out");
                    entry.insert(None);
                }
            }
        }
        let keys = set.into_iter();
        Self {
            keys: keys.filter_map(|(kid, key)| Some((kid, key?))).collect(),
            fingerprint: Digest::of_parts(&parts),
        }
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&DecodingKey> {
        self.keys.get(kid)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The same for the same keys, published in the same order.
    pub(crate) fn fingerprint(&self) -> Digest {
        self.fingerprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kid: &str) -> JsonWebKey {
        JsonWebKey {
            kty: "EC".to_owned(),
            r#use: "sig".to_owned(),
            alg: "ES256".to_owned(),
            kid: kid.to_owned(),
            crv: "P-256".to_owned(),
            // The example key of RFC 7517, appendix A.1.
            x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4".to_owned(),
            y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM".to_owned(),
        }
    }

    #[test]
    fn only_fitting_keys_with_distinct_ids_are_taken() {
        let set = KeySet::of_auth(&[
            key("a"),
            key("b"),
            key("b"),
            JsonWebKey {
                r#use: "enc".to_owned(),
                ..key("c")
            },
            JsonWebKey {
                alg: "RS256".to_owned(),
                ..key("d")
            },
            JsonWebKey {
                kty: "oct".to_owned(),
                ..key("e")
            },
            JsonWebKey {
                x: "!".to_owned(),
                ..key("f")
            },
            key(""),
        ]);
        let known: Vec<bool> = ["a", "b", "c", "d", "e", "f", ""]
            .map(|kid| set.get(kid).is_some())
            .to_vec();
        assert_eq!(known, [true, false, false, false, false, false, false]);
    }

    #[test]
    fn the_fingerprint_changes_with_ids_and_with_keys() {
        let print = |keys: &[JsonWebKey]| KeySet::of_auth(keys).fingerprint();
        let one = print(&[key("a")]);
        assert_eq!(one, print(&[key("a")]));
        let replaced = JsonWebKey {
            x: key("").y,
            ..key("a")
        };
        for other in [&[key("b")][..], &[key("a"), key("b")], &[], &[replaced]] {
            assert_ne!(one, print(other));
        }
    }
}
