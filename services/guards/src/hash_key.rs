//! Keyed hashes that stand in the place of what was found: the same for the same value throughout
//! an organisation, of no use to who does not have the key.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::{self, SystemRandom};
use guardmesh_guard_engine::Finding;

use crate::error::Error;

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a hash that are shown: too few to be told from others by chance once in 2⁶⁴ pairs.
const SHOWN: usize = 8;

/// The key of an organisation; it cannot be printed.
#[derive(Clone)]
pub(crate) struct HashKey(Arc<hmac::Key>);

// === impl HashKey ===

impl HashKey {
    /// New bytes for a key.
    pub(crate) fn generate() -> Result<[u8; KEY], Error> {
        let mut bytes = [0; KEY];
        rand::SecureRandom::fill(&SystemRandom::new(), &mut bytes).map_err(|_| Error::Random)?;
        Ok(bytes)
    }

    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, bytes)))
    }

    /// What stands in the place of `value`, such as `[email:2f1c…]`.
    pub(crate) fn stand_in(&self, finding: &Finding, value: &str) -> String {
        let mac = hmac::sign(&self.0, value.as_bytes());
        let shown = hex::encode(&mac.as_ref()[..SHOWN]);
        format!("[{}:{shown}]", finding.rule_id)
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey(…)")
    }
}

impl PartialEq for HashKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for HashKey {}
