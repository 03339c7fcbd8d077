//! The `Idempotency-Key` of a request, passed on to every service: with it a client may repeat a
//! call whose answer it did not get. What a repeated key means is for the service to say.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::problem::Problem;

/// As in draft-ietf-httpapi-idempotency-key-header.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const MAX: usize = 255;

/// The key, if there is one. Services keep keys and compare them, so they are bounded, and of
/// visible ASCII: the quoted form of the draft and the bare one in wide use both are.
pub(crate) fn given(request: &HeaderMap) -> Result<Option<&HeaderValue>, Problem> {
    let mut keys = request.get_all(&IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    let fits = (1..=MAX).contains(&key.len()) && key.as_bytes().iter().all(u8::is_ascii_graphic);
    if fits && keys.next().is_none() {
        return Ok(Some(key));
    }
    Err(Problem::invalid_header(
        "INVALID_IDEMPOTENCY_KEY",
        "The request may have one Idempotency-Key, of 1 to 255 visible ASCII characters.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_short_word() {
        let given = |values: &[&[u8]]| {
            let mut request = HeaderMap::new();
            for value in values {
                request.append(IDEMPOTENCY_KEY, HeaderValue::from_bytes(value).unwrap());
            }
            given(&request).map(Option::<&HeaderValue>::cloned)
        };
        assert!(matches!(given(&[]), Ok(None)));
        for key in [
            &b"8e03978e-40d5-43e8-bc93-6894a57f9324"[..],
            b"\"quoted\"",
            &[b'a'; MAX],
        ] {
            assert_eq!(given(&[key]).unwrap().unwrap().as_bytes(), key);
        }
        for keys in [
            &[&b""[..]][..],
            &[b"a b"],
            &[b"a\tb"],
            &[b"caf\xc3\xa9"],
            &[&[b'a'; MAX + 1]],
            &[b"a", b"a"],
        ] {
            assert!(given(keys).is_err(), "{keys:?}");
        }
    }
}
