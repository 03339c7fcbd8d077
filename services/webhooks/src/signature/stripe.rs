//! Stripe's signatures: `Stripe-Signature: t=<seconds>,v1=<hex>,…`, an HMAC-SHA256 over
//! `<seconds>.<body>` (<https://docs.stripe.com/webhooks#verify-manually>).
//!
//! The key is the whole secret as text, `whsec_` included. Schemes other than `v1` are ignored.

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use guardmesh_chassis::config::Environment;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use super::{MAX_HEADER, SignatureError, Verified, any_matches, check_time};

/// Less than Stripe ever made; what is shorter was cut off or invented, which production refuses.
const MIN_SECRET: usize = 24;

/// The signing secrets of our endpoints at Stripe. Several while they are rotated.
#[derive(Debug, Clone)]
pub struct Secrets(Vec<hmac::Key>);

/// A text that is no signing secret of Stripe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "a signing secret of Stripe is `whsec_` and at least {MIN_SECRET} letters and digits (in \
     development any visible text will do); an API key (`sk_…`) is something else"
)]
pub struct SecretError;

// === impl Secrets ===

impl Secrets {
    /// Takes secrets as Stripe shows them; in development also such as people make up.
    pub fn new(secrets: &[SecretString], environment: Environment) -> Result<Self, SecretError> {
        let keys = secrets.iter().map(|secret| {
            let text = secret.expose_secret();
            let random = text.strip_prefix("whsec_");
            let strong = random.is_some_and(|random| random.len() >= MIN_SECRET);
            let visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
            let api_key = ["sk_", "rk_", "pk_"]
                .iter()
                .any(|prefix| text.starts_with(prefix));
            if !visible || api_key || (environment == Environment::Production && !strong) {
                return Err(SecretError);
            }
            Ok(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()))
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks the value of `Stripe-Signature` over the body.
    pub fn verify<'a>(
        &self,
        header: &str,
        body: &'a [u8],
        now: DateTime<Utc>,
    ) -> Result<Verified<'a>, SignatureError> {
        if header.len() > MAX_HEADER {
            return Err(SignatureError::Malformed);
        }
        let mut time = None;
        let mut candidates = Vec::new();
        for item in header.split(',') {
            let (scheme, value) = item
                .trim()
                .split_once('=')
                .ok_or(SignatureError::Malformed)?;
            match scheme {
                "t" if time.is_some() => return Err(SignatureError::Malformed),
                "t" => time = Some(value),
                "v1" => {
                    let mut candidate = [0; 32];
                    if hex::decode_to_slice(value, &mut candidate).is_ok() {
                        candidates.push(candidate);
                    }
                }
                _ => {}
            }
        }
        let time = time.ok_or(SignatureError::Malformed)?;
        check_time(time, now)?;
        any_matches(&self.0, &[time.as_bytes(), b".", body], &candidates)?;
        Ok(Verified {
            delivery_id: None,
            body,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "whsec_4f1c2e7d9a8b6053c1d2e3f4";
    const OTHER: &str = "whsec_00112233445566778899aabb";
    const BODY: &[u8] = br#"{"id":"evt_1","type":"invoice.paid"}"#;
    const TIME: i64 = 1_790_000_000;

    fn secrets(texts: &[&str]) -> Secrets {
        let texts: Vec<SecretString> = texts.iter().map(|&text| text.into()).collect();
        Secrets::new(&texts, Environment::Production).unwrap()
    }

    fn v1(secret: &str, time: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signed = [format!("{time}.").as_bytes(), body].concat();
        hex::encode(hmac::sign(&key, &signed))
    }

    fn at(time: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(time, 0).unwrap()
    }

    fn check(header: &str) -> Result<(), SignatureError> {
        secrets(&[SECRET])
            .verify(header, BODY, at(TIME))
            .map(|verified| assert_eq!(verified.body(), BODY))
    }

    #[test]
    fn a_known_answer() {
        // printf '1790000000.{"id":"evt_1","type":"invoice.paid"}' |
        //   openssl dgst -sha256 -hmac whsec_4f1c2e7d9a8b6053c1d2e3f4
        let known = "7338b82da9f8397d7ff05f4c031ef4caed028b4efb4d384795bbd4e5d1e5e83e";
        assert_eq!(check(&format!("t={TIME},v1={known}")), Ok(()));
    }

    #[test]
    fn headers_and_what_becomes_of_them() {
        use SignatureError::{Malformed, Mismatch};
        let good = v1(SECRET, TIME, BODY);
        let wrong = v1(OTHER, TIME, BODY);
        for (header, expected) in [
            (format!("t={TIME},v1={good}"), Ok(())),
            (format!("v1={good},t={TIME}"), Ok(())),
            (format!("t={TIME}, v1={good}"), Ok(())),
            (format!("t={TIME},v1={wrong},v1={good}"), Ok(())),
            (format!("t={TIME},v1={good},v0={wrong}"), Ok(())),
            (format!("t={TIME},v1={}", good.to_uppercase()), Ok(())),
            (format!("t={TIME},v0={good}"), Err(Mismatch)),
            (format!("t={TIME},v1={wrong}"), Err(Mismatch)),
            (format!("t={TIME},v1={}", &good[..62]), Err(Mismatch)),
            (format!("t={TIME},v1={good}00"), Err(Mismatch)),
            (format!("t={TIME},v1="), Err(Mismatch)),
            (format!("t={TIME}"), Err(Mismatch)),
            (format!("t=0{TIME},v1={good}"), Err(Mismatch)),
            (format!("t=+{TIME},v1={good}"), Err(Malformed)),
            (format!("t={TIME},t={TIME},v1={good}"), Err(Malformed)),
            (format!("v1={good}"), Err(Malformed)),
            (format!("t=,v1={good}"), Err(Malformed)),
            (format!("t=99999999999999999999,v1={good}"), Err(Malformed)),
            (String::new(), Err(Malformed)),
            (
                format!("t={TIME},v1={good},x={}", "y".repeat(MAX_HEADER)),
                Err(Malformed),
            ),
        ] {
            assert_eq!(check(&header), expected, "{header}");
        }
    }

    #[test]
    fn five_minutes_either_way_and_not_a_second_more() {
        let header = format!("t={TIME},v1={}", v1(SECRET, TIME, BODY));
        for (now, accepted) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let result = secrets(&[SECRET]).verify(&header, BODY, at(TIME + now));
            assert_eq!(result.is_ok(), accepted, "{now}: {result:?}");
        }
    }

    #[test]
    fn every_configured_secret_counts_and_none_means_refusal() {
        let header = format!("t={TIME},v1={}", v1(SECRET, TIME, BODY));
        for (known, accepted) in [
            (&[SECRET, OTHER][..], true),
            (&[OTHER, SECRET][..], true),
            (&[OTHER][..], false),
            (&[][..], false),
        ] {
            let result = secrets(known).verify(&header, BODY, at(TIME));
            assert_eq!(result.is_ok(), accepted, "{known:?}");
        }
    }

    #[test]
    fn what_is_no_signing_secret_is_refused() {
        for text in [
            "",
            "whsec_",
            "whsec_short",
            "sk_live_4f1c2e7d9a8b6053c1d2e3f4",
            "whsec_4f1c2e7d9a8b 6053c1d2e3f4",
        ] {
            assert_eq!(
                Secrets::new(&[text.into()], Environment::Production).unwrap_err(),
                SecretError,
                "{text}"
            );
        }
        for (text, taken) in [
            ("whsec_short", true),
            ("made-up", true),
            ("", false),
            ("sk_live_x", false),
        ] {
            let secrets = Secrets::new(&[text.into()], Environment::Development);
            assert_eq!(secrets.is_ok(), taken, "{text}");
        }
        assert!(!format!("{:?}", secrets(&[SECRET])).contains("4f1c"));
    }

    proptest! {
        #[test]
        fn nothing_unsigned_verifies(header in "\\PC*", body: Vec<u8>, time in 0_i64..4_000_000_000) {
            prop_assert!(secrets(&[SECRET]).verify(&header, &body, at(time)).is_err());
        }

        #[test]
        fn nothing_that_looks_signed_verifies(
            time in 0_i64..4_000_000_000, schemes in "(,v[01]=[0-9a-f]{64}){0,4}", body: Vec<u8>,
        ) {
            let header = format!("t={time}{schemes}");
            prop_assert!(secrets(&[SECRET]).verify(&header, &body, at(time)).is_err());
        }

        #[test]
        fn what_is_signed_verifies_and_one_changed_bit_does_not(
            body in prop::collection::vec(any::<u8>(), 1..200), at_byte: prop::sample::Index, bit in 0_u32..8,
        ) {
            let header = format!("t={TIME},v1={}", v1(SECRET, TIME, &body));
            prop_assert!(secrets(&[SECRET]).verify(&header, &body, at(TIME)).is_ok());
            let mut changed = body.clone();
            changed[at_byte.index(body.len())] ^= 1_u8 << bit;
            prop_assert_eq!(
                secrets(&[SECRET]).verify(&header, &changed, at(TIME)),
                Err(SignatureError::Mismatch)
            );
        }
    }
}
