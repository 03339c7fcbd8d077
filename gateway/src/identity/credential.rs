//! The credential of a request: exactly one, in one place, told apart by its shape.
//!
//! Two credentials are refused even when both hold: proxies and servers would disagree on which
//! of them counts.

use guardmesh_chassis::api_key::{ApiKeySecret, PREFIX};
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::digest::Digest;
use super::refusal::Refusal;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

const NOT_A_KEY: Refusal = Refusal::InvalidApiKey("malformed");

/// What a request identifies itself with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential<'a> {
    /// By the hash of its secret: the secret itself goes nowhere.
    ApiKey(Digest),
    /// A JWT, by its place if not by its form.
    Token(&'a str),
}

/// The one credential among the headers (RFC 6750, section 2.1, and `X-API-Key`).
pub(crate) fn of(headers: &HeaderMap) -> Result<Credential<'_>, Refusal> {
    match (one(headers, &AUTHORIZATION)?, one(headers, &API_KEY)?) {
        (None, None) => Err(Refusal::NoCredentials),
        (Some(_), Some(_)) => Err(Refusal::SeveralCredentials),
        (Some(value), None) => authorization(value),
        (None, Some(value)) => {
            let secret = value.to_str().map_err(|_| NOT_A_KEY)?;
            api_key(secret.trim())
        }
    }
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (first, None) => Ok(first),
        _ => Err(Refusal::SeveralCredentials),
    }
}

fn authorization(value: &HeaderValue) -> Result<Credential<'_>, Refusal> {
    let value = value.to_str();
    let value = value.map_err(|_| Refusal::InvalidToken("not ASCII"))?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            let token = token.trim();
            if token.starts_with(PREFIX) {
                api_key(token)
            } else {
                Ok(Credential::Token(token))
            }
        }
        _ => Err(Refusal::NoCredentials),
    }
}

/// By its check digits most of what is no key is known here, and costs auth nothing.
fn api_key(secret: &str) -> Result<Credential<'_>, Refusal> {
    let secret = ApiKeySecret::parse(secret.into()).ok_or(NOT_A_KEY)?;
    Ok(Credential::ApiKey(secret.sha256().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "gmk_68s75cqk6dsv7x1mejtfadbnpq6rv7ddqq6xvvfy1rf2wfjebsq7fkzgsf";

    fn headers(entries: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in entries {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn refusal(entries: &[(&'static str, &str)]) -> Refusal {
        of(&headers(entries)).err().unwrap()
    }

    #[test]
    fn a_key_is_the_same_key_in_both_places() {
        let key = Credential::ApiKey(Digest::of(KEY.as_bytes()));
        for entry in [
            ("x-api-key", KEY.to_owned()),
            ("authorization", format!("Bearer {KEY}")),
            ("authorization", format!("bEARER  {KEY}")),
        ] {
            assert!(of(&headers(&[(entry.0, &entry.1)])) == Ok(key), "{entry:?}");
        }
    }

    #[test]
    fn everything_else_after_bearer_is_a_token() {
        for token in ["a.b.c", "", "GMK_0123456789abcdefghij", "x gmk_"] {
            let value = format!("Bearer {token}");
            assert!(of(&headers(&[("authorization", &value)])) == Ok(Credential::Token(token)));
        }
    }

    #[test]
    fn two_credentials_are_none() {
        let bearer = &format!("Bearer {KEY}");
        for entries in [
            &[("authorization", "Bearer a.b.c"); 2][..],
            &[("x-api-key", KEY); 2],
            &[("authorization", "Bearer a.b.c"), ("x-api-key", KEY)],
            &[("authorization", bearer), ("x-api-key", KEY)],
            &[("authorization", "Basic YTpi"), ("x-api-key", KEY)],
            &[("authorization", ""), ("x-api-key", "")],
        ] {
            assert_eq!(refusal(entries), Refusal::SeveralCredentials, "{entries:?}");
        }
    }

    #[test]
    fn other_schemes_are_no_credentials() {
        for value in ["", "Bearer", "Basic YTpi", KEY] {
            assert_eq!(refusal(&[("authorization", value)]), Refusal::NoCredentials);
        }
        assert_eq!(refusal(&[]), Refusal::NoCredentials);
    }

    #[test]
    fn a_key_has_the_form_of_one() {
        for value in [
            "",
            "a.b.c",
            "gmk_",
            &KEY[..61],
            &KEY.replace("gsf", "gsg"),
            &format!("{KEY}0"),
            &format!("x{KEY}"),
            &format!("{KEY} {KEY}"),
        ] {
            assert!(
                matches!(refusal(&[("x-api-key", value)]), Refusal::InvalidApiKey(_)),
                "{value}"
            );
        }
    }
}
