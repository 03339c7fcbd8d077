//! The handshake of a WebSocket (RFC 6455, section 4.2), who may begin it, and with what
//! credentials.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, ORIGIN,
    SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, Method, Response, StatusCode, Version, request};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::edge::Exchange;
use crate::filter::answer;
use crate::problem::Problem;

/// The subprotocol that says: the next one is my token.
const BEARER: &str = "bearer";

/// What the answer to a good handshake says.
pub(crate) struct Handshake {
    accept: String,
    bearer: bool,
}

// === impl Handshake ===

impl Handshake {
    /// Checks a handshake; `known` is an origin whose pages may call us.
    pub(crate) fn check(head: &request::Parts, known: bool) -> Result<Self, Problem> {
        let headers = &head.headers;
        if one(headers, &SEC_WEBSOCKET_VERSION) != Some("13") {
            return Err(Problem::websocket_version());
        }
        let key = one(headers, &SEC_WEBSOCKET_KEY);
        let key = key.filter(|key| STANDARD.decode(key).is_ok_and(|key| key.len() == 16));
        // A body would be taken for frames.
        let body = headers.contains_key(TRANSFER_ENCODING)
            || headers
                .get(CONTENT_LENGTH)
                .is_some_and(|length| length != "0");
        let (Some(key), true, false) = (key, lists(headers, &CONNECTION, "upgrade"), body) else {
            return Err(Problem::invalid_handshake());
        };
        if !known && !same_origin(headers) {
            return Err(Problem::foreign_origin());
        }
        Ok(Self {
            accept: derive_accept_key(key.as_bytes()),
            bearer: subprotocols(headers).next() == Some(BEARER),
        })
    }

    /// The head that ends HTTP on this connection.
    pub(crate) fn response(&self, exchange: &Exchange) -> Response<()> {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        if let Ok(accept) = HeaderValue::from_str(&self.accept) {
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        if self.bearer {
            let bearer = HeaderValue::from_static(BEARER);
            headers.insert(SEC_WEBSOCKET_PROTOCOL, bearer);
        }
        headers.insert(answer::X_REQUEST_ID, exchange.id.to_header());
        response
    }
}

/// Whether the request asks for a WebSocket. Others ways of HTTP to begin one are not offered.
pub(crate) fn is_asked(head: &request::Parts) -> bool {
    head.version == Version::HTTP_11
        && head.method == Method::GET
        && lists(&head.headers, &UPGRADE, "websocket")
}

/// The headers with the credentials that a browser, which can set no others, puts among the
/// subprotocols.
pub(crate) fn with_credentials(headers: &HeaderMap) -> Cow<'_, HeaderMap> {
    let mut offered = subprotocols(headers);
    let token = match (offered.next(), offered.next()) {
        (Some(BEARER), Some(token)) => HeaderValue::from_str(&format!("Bearer {token}")).ok(),
        _ => None,
    };
    let Some(token) = token else {
        return Cow::Borrowed(headers);
    };
    let mut headers = headers.clone();
    // Beside an `Authorization` it is one too many, and refused as such.
    headers.append(AUTHORIZATION, token);
    Cow::Owned(headers)
}

/// A page of any origin can make a browser open a WebSocket anywhere, and read it: CORS does not
/// apply. What is not a browser sends no `Origin`.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let (Ok(origin), Some(host)) = (origin.to_str(), one(headers, &HOST)) else {
        return false;
    };
    let (scheme, authority) = origin.split_once("://").unwrap_or_default();
    let port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let plain = |authority: &str| {
        authority
            .strip_suffix(port)
            .unwrap_or(authority)
            .to_lowercase()
    };
    !authority.is_empty() && plain(authority) == plain(host)
}

/// The value of a header that is there once.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value.trim())
}

/// Whether a header that is a list has this element, in any case.
fn lists(headers: &HeaderMap, name: &HeaderName, element: &str) -> bool {
    elements(headers, name).any(|given| given.eq_ignore_ascii_case(element))
}

fn subprotocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    elements(headers, &SEC_WEBSOCKET_PROTOCOL)
}

fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',').map(str::trim))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(HeaderName, &str)]) -> HeaderMap {
        let fields = fields.iter();
        fields
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn an_origin_is_that_of_the_host() {
        let same =
            |origin: &str, host: &str| same_origin(&headers(&[(ORIGIN, origin), (HOST, host)]));
        assert!(same_origin(&headers(&[(HOST, "a.example")])));
        assert!(same("https://a.example", "a.example"));
        assert!(same("https://A.example", "a.example:443"));
        assert!(same("http://a.example:80", "a.example"));
        assert!(same("http://localhost:8080", "localhost:8080"));
        for (origin, host) in [
            ("https://evil.example", "a.example"),
            ("https://a.example.evil.example", "a.example"),
            ("https://a.example:8443", "a.example"),
            ("https://a.example", "a.example:8443"),
            ("https://a.example:80", "a.example"),
            ("null", "a.example"),
            ("file://", ""),
            ("chrome-extension://a.example", "a.example"),
        ] {
            assert!(!same(origin, host), "{origin} {host}");
        }
    }

    #[test]
    fn a_token_may_come_as_a_subprotocol() {
        let of = |fields: &[(HeaderName, &str)]| {
            let headers = headers(fields);
            let headers = with_credentials(&headers);
            let values = headers.get_all(AUTHORIZATION).iter();
            values
                .map(|value| value.to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(&[(SEC_WEBSOCKET_PROTOCOL, "bearer, a.b-c")]),
            ["Bearer a.b-c"]
        );
        for other in ["bearer", "chat, bearer, x", "Bearer, x", ""] {
            assert!(of(&[(SEC_WEBSOCKET_PROTOCOL, other)]).is_empty(), "{other}");
        }
        let both = of(&[
            (AUTHORIZATION, "Bearer x"),
            (SEC_WEBSOCKET_PROTOCOL, "bearer, y"),
        ]);
        assert_eq!(both.len(), 2);
    }
}
