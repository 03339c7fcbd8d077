//! Signed tokens (RFC 7515, RFC 7519), read strictly where libraries are lenient (RFC 8725): the
//! algorithm and the type are fixed by who reads, no header names a key elsewhere, and nothing
//! is believed before its signature holds. What claims mean is not told here.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::de::DeserializeOwned;

use super::refusal::Refusal;

/// Most bytes of a token.
const MAX_TOKEN: usize = 8 * 1024;
/// Clocks differ; a token from further in the future is none.
const MAX_SKEW_SECONDS: i64 = 60;

/// What the header of a token must say.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) algorithm: Algorithm,
    /// `typ`, in lower case.
    pub(crate) typ: &'static str,
}

/// When a token is valid: seconds since the epoch.
pub(crate) struct Validity {
    pub(crate) issued_at: i64,
    pub(crate) not_before: i64,
    pub(crate) expires_at: i64,
}

/// Refuses what is too long to be looked at.
pub(crate) fn check_length(token: &str) -> Result<(), Refusal> {
    if token.len() > MAX_TOKEN {
        return Err(Refusal::InvalidToken("too long"));
    }
    Ok(())
}

// === impl Form ===

impl Form {
    /// The key id, of a header of exactly this form.
    pub(crate) fn key_id(self, token: &str) -> Result<String, Refusal> {
        let invalid = Refusal::InvalidToken;
        let header = decode_header(token).map_err(|_| invalid("malformed"))?;
        if header.alg != self.algorithm {
            return Err(invalid("algorithm"));
        }
        let typ = header.typ.as_deref();
        if !typ.is_some_and(|typ| typ.eq_ignore_ascii_case(self.typ)) {
            return Err(invalid("type"));
        }
        let foreign = header.jku.is_some()
            || header.jwk.is_some()
            || header.x5u.is_some()
            || header.x5c.is_some()
            || header.crit.is_some()
            || header.enc.is_some()
            || header.zip.is_some();
        if foreign {
            return Err(invalid("foreign header"));
        }
        header.kid.ok_or(invalid("no key id"))
    }

    /// The claims, once the signature holds. They are the caller's to check, against our clock.
    pub(crate) fn claims<T: DeserializeOwned>(
        self,
        token: &str,
        key: &DecodingKey,
    ) -> Result<T, Refusal> {
        let mut validation = Validation::new(self.algorithm);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let token = decode(token, key, &validation);
        let token = token.map_err(|_| Refusal::InvalidToken("signature or claims"))?;
        Ok(token.claims)
    }
}

// === impl Validity ===

impl Validity {
    /// Refuses what is not valid at `now`.
    pub(crate) fn check(&self, now: i64) -> Result<(), Refusal> {
        if self.expires_at <= now {
            return Err(Refusal::InvalidToken("expired"));
        }
        if self.not_before.max(self.issued_at) > now + MAX_SKEW_SECONDS {
            return Err(Refusal::InvalidToken("not valid yet"));
        }
        Ok(())
    }
}
