//! Signatures as Svix and Standard Webhooks make them, Clerk among their users: three headers
//! (id, timestamp, signature), an HMAC-SHA256 over `<id>.<timestamp>.<body>`
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! The key is what follows `whsec_`, decoded from base64. Schemes other than `v1` are ignored.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use guardmesh_chassis::config::Environment;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use super::{MAX_HEADER, SignatureError, Verified, any_matches, check_time};

/// The specification wants 24 to 64 bytes.
const MIN_KEY: usize = 24;
const MAX_ID: usize = 255;

/// The signing secrets of our endpoints. Several while they are rotated.
#[derive(Debug, Clone)]
pub struct Secrets(Vec<hmac::Key>);

/// A text that is no signing secret of this scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "a signing secret is `whsec_` and base64 of at least {MIN_KEY} bytes (in development of any)"
)]
pub struct SecretError;

/// The three headers, without the `svix-` or `webhook-` of their names.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'a> {
    /// The sender's id of the event, the same in all deliveries.
    pub id: &'a str,
    /// Seconds since the Unix epoch.
    pub timestamp: &'a str,
    /// `v1,<base64>`, several of them separated by spaces.
    pub signature: &'a str,
}

// === impl Secrets ===

impl Secrets {
    /// Takes secrets as the sender shows them; in development also shorter ones.
    pub fn new(secrets: &[SecretString], environment: Environment) -> Result<Self, SecretError> {
        let keys = secrets.iter().map(|secret| {
            let encoded = secret
                .expose_secret()
                .strip_prefix("whsec_")
                .ok_or(SecretError)?;
            let key = STANDARD.decode(encoded).map_err(|_| SecretError)?;
            let short = environment == Environment::Production && key.len() < MIN_KEY;
            if key.is_empty() || short {
                return Err(SecretError);
            }
            Ok(hmac::Key::new(hmac::HMAC_SHA256, &key))
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks the headers over the body.
    pub fn verify<'a>(
        &self,
        headers: Headers<'a>,
        body: &'a [u8],
        now: DateTime<Utc>,
    ) -> Result<Verified<'a>, SignatureError> {
        let Headers {
            id,
            timestamp,
            signature,
        } = headers;
        // A dot in the id would let its end pass for the timestamp.
        let proper = |byte: u8| byte.is_ascii_graphic() && byte != b'.';
        if !(1..=MAX_ID).contains(&id.len()) || !id.bytes().all(proper) {
            return Err(SignatureError::Malformed);
        }
        if signature.len() > MAX_HEADER {
            return Err(SignatureError::Malformed);
        }
        check_time(timestamp, now)?;
        let candidates: Vec<[u8; 32]> = signature
            .split(' ')
            .filter_map(|item| item.strip_prefix("v1,"))
            .filter_map(|encoded| STANDARD.decode(encoded).ok()?.try_into().ok())
            .collect();
        let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
        any_matches(&self.0, &parts, &candidates)?;
        Ok(Verified {
            delivery_id: Some(id),
            body,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The example of the documentation of Svix.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIME: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secrets() -> Secrets {
        Secrets::new(&[SECRET.into()], Environment::Production).unwrap()
    }

    fn check(id: &str, timestamp: &str, signature: &str, now: i64) -> Result<(), SignatureError> {
        let headers = Headers {
            id,
            timestamp,
            signature,
        };
        let now = DateTime::from_timestamp(now, 0).unwrap();
        let verified = secrets().verify(headers, BODY, now)?;
        assert_eq!(verified.delivery_id(), Some(id));
        assert_eq!(verified.body(), BODY);
        Ok(())
    }

    #[test]
    fn the_known_answer_and_its_neighbours() {
        use SignatureError::{Malformed, Mismatch};
        let time = TIME.to_string();
        for (id, timestamp, signature, expected) in [
            (ID, time.as_str(), SIGNATURE.to_owned(), Ok(())),
            (ID, &time, format!("v1,AAAA {SIGNATURE}"), Ok(())),
            (ID, &time, format!("v1a,xyz {SIGNATURE} v2,z"), Ok(())),
            (ID, &time, SIGNATURE.replace("v1,", "v2,"), Err(Mismatch)),
            (ID, &time, SIGNATURE.replace('g', "h"), Err(Mismatch)),
            (ID, &time, String::new(), Err(Mismatch)),
            (&ID[1..], &time, SIGNATURE.to_owned(), Err(Mismatch)),
            (ID, "1614265331", SIGNATURE.to_owned(), Err(Mismatch)),
            ("", &time, SIGNATURE.to_owned(), Err(Malformed)),
            ("msg.1", &time, SIGNATURE.to_owned(), Err(Malformed)),
            (ID, "", SIGNATURE.to_owned(), Err(Malformed)),
            (ID, "1e9", SIGNATURE.to_owned(), Err(Malformed)),
            (ID, &time, " ".repeat(MAX_HEADER + 1), Err(Malformed)),
        ] {
            let result = check(id, timestamp, &signature, TIME);
            assert_eq!(result, expected, "{id} {timestamp} {signature}");
        }
    }

    #[test]
    fn five_minutes_either_way_and_not_a_second_more() {
        for (offset, accepted) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let result = check(ID, &TIME.to_string(), SIGNATURE, TIME + offset);
            assert_eq!(result.is_ok(), accepted, "{offset}: {result:?}");
        }
    }

    #[test]
    fn what_is_no_signing_secret_is_refused() {
        for text in [
            "",
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_not*base64",
            "whsec_c2hvcnQ=",
        ] {
            assert_eq!(
                Secrets::new(&[text.into()], Environment::Production).unwrap_err(),
                SecretError,
                "{text}"
            );
        }
        assert!(!format!("{:?}", secrets()).contains("MfKQ"));
    }

    proptest! {
        #[test]
        fn nothing_unsigned_verifies(
            id in "\\PC*", timestamp in "\\PC*", signature in "\\PC*", body: Vec<u8>,
        ) {
            let headers = Headers { id: &id, timestamp: &timestamp, signature: &signature };
            prop_assert!(secrets().verify(headers, &body, DateTime::UNIX_EPOCH).is_err());
        }

        #[test]
        fn nothing_that_looks_signed_verifies(
            id in "msg_[0-9A-Za-z]{1,30}", time in 0_i64..4_000_000_000, mac: [u8; 32], body: Vec<u8>,
        ) {
            let signature = format!("v1,{}", STANDARD.encode(mac));
            let headers = Headers { id: &id, timestamp: &time.to_string(), signature: &signature };
            let now = DateTime::from_timestamp(time, 0).unwrap();
            prop_assert_eq!(
                secrets().verify(headers, &body, now),
                Err(SignatureError::Mismatch)
            );
        }
    }
}
