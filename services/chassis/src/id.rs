//! Prefixed, sortable identifiers: `usr_06e…`, a UUIDv7 in Crockford's base32, lower case.
//!
//! The text form sorts as the time of creation does. PostgreSQL stores the bare UUID; the typed
//! newtypes keep one kind of id from being taken for another.

use thiserror::Error;
pub use uuid::Uuid;

pub(crate) const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in groups of 5, the first group holding 3.
pub(crate) const ENCODED_LEN: usize = 26;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a valid id: expected `{prefix}_` and 26 characters of base32")]
pub struct IdError {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

/// Defines typed ids, each with its prefix.
#[macro_export]
macro_rules! define_id {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::id::Uuid);

        impl $name {
            /// A new id, later than those made before.
            pub fn generate() -> Self {
                Self($crate::id::Uuid::now_v7())
            }

            /// The form that PostgreSQL stores.
            pub const fn uuid(self) -> $crate::id::Uuid {
                self.0
            }
        }

        impl From<$crate::id::Uuid> for $name {
            fn from(uuid: $crate::id::Uuid) -> Self {
                Self(uuid)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::id::encode($prefix, self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::decode($prefix, text).map(Self)
            }
        }
    )+};
}

define_id! {
    /// A user.
    UserId = "usr";
    /// An organisation: the tenant.
    OrganizationId = "org";
    /// A session of a user.
    SessionId = "ses";
    /// An API key of an organisation.
    ApiKeyId = "key";
}

/// The text form of an id. Called by the types that [`define_id!`](crate::define_id) makes.
pub fn encode(prefix: &str, uuid: Uuid) -> String {
    let mut text = String::with_capacity(prefix.len() + 1 + ENCODED_LEN);
    text.push_str(prefix);
    text.push('_');
    let (mut digits, mut rest) = ([0; ENCODED_LEN], uuid.as_u128());
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[usize::try_from(rest & 31).unwrap_or_default()];
        rest >>= 5;
    }
    text.push_str(std::str::from_utf8(&digits).unwrap_or_default());
    text
}

/// The lowest `count` digits of a number in base32, the highest first.
pub(crate) fn digits(value: u128, count: usize) -> impl Iterator<Item = char> {
    (0..count).rev().map(move |group| {
        let digit = usize::try_from((value >> (5 * group)) & 31).unwrap_or_default();
        char::from(ALPHABET[digit])
    })
}

/// Reads the text form: exactly what [`encode`] writes, nothing looser, so that an id has one
/// spelling.
pub fn decode(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let error = IdError { prefix };
    let digits = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|digits| digits.len() == ENCODED_LEN)
        .ok_or(error)?;
    if digits.as_bytes()[0] > b'7' {
        return Err(error); // more than 128 bits
    }
    let mut value = 0_u128;
    for byte in digits.bytes() {
        let digit = ALPHABET
            .iter()
            .position(|&known| known == byte)
            .ok_or(error)?;
        value = value << 5 | digit as u128;
    }
    Ok(Uuid::from_u128(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_form_round_trips_and_keeps_order(a: u128, b: u128) {
            let (a, b) = (Uuid::from_u128(a), Uuid::from_u128(b));
            let (text_a, text_b) = (encode("usr", a), encode("usr", b));
            prop_assert_eq!(decode("usr", &text_a), Ok(a));
            prop_assert_eq!(text_a.cmp(&text_b), a.cmp(&b));
        }

        #[test]
        fn whatever_decodes_is_spelled_canonically(text in "usr_[0-9a-zA-Z]{26}") {
            if let Ok(uuid) = decode("usr", &text) {
                prop_assert_eq!(encode("usr", uuid), text);
            }
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let good = UserId::generate().to_string();
        for bad in [
            "",
            "usr_",
            &good[..29],
            &format!("{good}0"),
            &good.replace("usr_", "org_"),
            &good.to_uppercase(),
            "usr_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "usr_0000000000000000000000000i",
            "usr_0000000000000000000000000é",
        ] {
            assert!(bad.parse::<UserId>().is_err(), "{bad}");
        }
        assert!(good.parse::<UserId>().is_ok());
    }
}
