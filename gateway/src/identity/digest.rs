//! What a secret is known by once it has been read: its SHA-256. Nothing here keeps the secret.

use aws_lc_rs::digest::{SHA256, digest};

/// The SHA-256 of a credential or of a set of claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest([u8; 32]);

// === impl Digest ===

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Self(hash)
    }

    /// Of several texts, each behind its length, so that no two lists give the same input.
    pub(crate) fn of_parts(parts: &[&str]) -> Self {
        let mut input = Vec::new();
        for part in parts {
            input.extend_from_slice(&part.len().to_be_bytes());
            input.extend_from_slice(part.as_bytes());
        }
        Self::of(&input)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<[u8; 32]> for Digest {
    fn from(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let digest = Digest::of_parts(&["ab", "c"]);
        assert_eq!(digest, Digest::of_parts(&["ab", "c"]));
        for other in [&["a", "bc"][..], &["abc"], &["ab", "c", ""], &["c", "ab"]] {
            assert_ne!(digest, Digest::of_parts(other), "{other:?}");
        }
    }
}
