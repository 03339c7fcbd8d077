//! The public keys of auth, as the strict loader lets them in: ES256 keys for signatures with
//! distinct ids, nothing else.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use guardmesh_proto::guardmesh::auth::v1::JsonWebKey;
use jsonwebtoken::DecodingKey;

/// More keys than any rotation has in use.
const MAX_KEYS: usize = 32;
const MAX_KID: usize = 128;

/// Verification keys by key id.
#[derive(Default)]
pub(crate) struct KeySet(HashMap<String, DecodingKey>);

// === impl KeySet ===

impl KeySet {
    /// Takes the keys that fit. One that does not is left out with a warning: a single bad key
    /// must not lock everybody out. Two keys with one id are both left out.
    pub(crate) fn load(keys: &[JsonWebKey]) -> Self {
        let mut set: HashMap<String, Option<DecodingKey>> = HashMap::new();
        for key in keys.iter().take(MAX_KEYS) {
            let fits = key.kty == "EC"
                && key.crv == "P-256"
                && key.alg == "ES256"
                && key.r#use == "sig"
                && (1..=MAX_KID).contains(&key.kid.len());
            let loaded = fits
                .then(|| DecodingKey::from_ec_components(&key.x, &key.y).ok())
                .flatten();
            let Some(loaded) = loaded else {
                tracing::warn!("a published key is not an ES256 signature key and is left out");
                continue;
            };
            match set.entry(key.kid.clone()) {
                Entry::Vacant(entry) => drop(entry.insert(Some(loaded))),
                Entry::Occupied(mut entry) => {
                    tracing::warn!("two published keys share an id and are left out");
                    entry.insert(None);
                }
            }
        }
        Self(
            set.into_iter()
                .filter_map(|(kid, key)| Some((kid, key?)))
                .collect(),
        )
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&DecodingKey> {
        self.0.get(kid)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
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
        let set = KeySet::load(&[
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
}
