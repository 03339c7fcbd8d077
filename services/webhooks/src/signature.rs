//! Whether bytes come from whom they claim to come from: the signatures that senders put on
//! their events.
//!
//! Pure functions of secret, headers, bytes and time. Nothing is parsed here; a handler can read
//! an event only as [`Verified`], which only a matching signature makes.

use aws_lc_rs::hmac;
use aws_lc_rs::{constant_time, digest};
use chrono::{DateTime, Utc};
use thiserror::Error;

pub mod standard;
pub mod stripe;

/// How far the time of a signature may be from ours, in seconds, in both directions. The senders'
/// own libraries bound the past alone; a signature from the future could be replayed for longer.
pub const TOLERANCE_SECONDS: u64 = 300;
/// No honest header is longer.
const MAX_HEADER: usize = 4096;

/// An event whose signature matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified<'a> {
    delivery_id: Option<&'a str>,
    body: &'a [u8],
}

/// Why a signature is refused. For the log: the sender is told only that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// A header that the scheme needs is absent.
    #[error("missing")]
    Missing,
    /// A header came more than once.
    #[error("repeated")]
    Repeated,
    /// A header that the scheme cannot have.
    #[error("malformed")]
    Malformed,
    /// Made too long ago, or in the future.
    #[error("outside the tolerance of {TOLERANCE_SECONDS} s")]
    OutOfTime,
    /// No secret of ours made it for these bytes.
    #[error("mismatch")]
    Mismatch,
}

// === impl Verified ===

impl<'a> Verified<'a> {
    /// The sender's id of the event, where the signature covers one beside the body.
    pub fn delivery_id(&self) -> Option<&'a str> {
        self.delivery_id
    }

    /// The very bytes that arrived.
    pub fn body(&self) -> &'a [u8] {
        self.body
    }
}

/// Refuses a signature time, in seconds since the Unix epoch, that is out of tolerance.
fn check_time(text: &str, now: DateTime<Utc>) -> Result<(), SignatureError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(SignatureError::Malformed);
    }
    let time: i64 = text.parse().map_err(|_| SignatureError::Malformed)?;
    if now.timestamp().abs_diff(time) > TOLERANCE_SECONDS {
        return Err(SignatureError::OutOfTime);
    }
    Ok(())
}

/// Whether any key makes any of `candidates` over `parts`. One MAC a key, however many
/// candidates a header holds; compared in constant time.
fn any_matches(
    keys: &[hmac::Key],
    parts: &[&[u8]],
    candidates: &[[u8; digest::SHA256_OUTPUT_LEN]],
) -> Result<(), SignatureError> {
    let matches = keys.iter().any(|key| {
        let mut context = hmac::Context::with_key(key);
        for part in parts {
            context.update(part);
        }
        let tag = context.sign();
        candidates.iter().any(|candidate| {
            constant_time::verify_slices_are_equal(tag.as_ref(), candidate).is_ok()
        })
    });
    if matches {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}
