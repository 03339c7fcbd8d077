//! Cross-origin requests, as <https://fetch.spec.whatwg.org/#http-cors-protocol> has them: what a
//! browser may show to pages of other origins.
//!
//! The headers go on every answer, errors too: a page that may call the API may also learn why a
//! call failed. A request of another origin than those allowed is answered all the same, without
//! these headers, and its browser keeps the answer to itself: browsers send `Origin` within one
//! origin as well, and other clients send what they like. Only its preflight is refused.
//!
//! What is refused before its head is known (408 for one that does not come, 431 for one of more
//! than 48 KiB or, over HTTP/2, 32 KiB, 400 for what is no HTTP) has no origin to look at: it goes
//! without these headers, and a page sees that its request failed, not why.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::config::cors::{CorsArgs, Origin, OriginPattern};

/// Request headers that the gateway reads, beside those that every page may send.
const REQUEST_HEADERS: &str = "authorization, content-type, content-encoding, idempotency-key, \
    if-none-match, last-event-id, traceparent, tracestate, x-api-key, x-grpc-web, x-request-id, \
    x-user-agent, grpc-timeout";
/// Response headers that pages may read, beside those that every page may.
const RESPONSE_HEADERS: &str = "allow, content-encoding, etag, grpc-message, grpc-status, \
    grpc-status-details-bin, ratelimit, ratelimit-policy, retry-after, www-authenticate, \
    x-request-id";

/// Who may read answers.
pub(crate) struct Cors {
    origins: Vec<OriginPattern>,
    credentials: bool,
    request_headers: HeaderValue,
    max_age: HeaderValue,
}

// === impl Cors ===

impl Cors {
    /// `None` when no origin is allowed: no header of CORS is then sent.
    pub(crate) fn new(args: &CorsArgs) -> Option<Self> {
        if args.cors_origins.is_empty() {
            return None;
        }
        let further: Vec<&str> = args.cors_headers.iter().map(HeaderName::as_str).collect();
        let all = [&[REQUEST_HEADERS], &further[..]].concat().join(", ");
        Some(Self {
            origins: args.cors_origins.clone(),
            credentials: args.cors_credentials,
            request_headers: HeaderValue::from_str(&all)
                .unwrap_or(HeaderValue::from_static(REQUEST_HEADERS)),
            max_age: args.cors_max_age.into(),
        })
    }

    /// Adds what the answer to this request says of CORS.
    pub(crate) fn allow(&self, request: &HeaderMap, answer: &mut HeaderMap) {
        answer.append(VARY, HeaderValue::from_static("origin"));
        let Some(origin) = self.allowed(request) else {
            return;
        };
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.credentials {
            answer.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
        answer.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(RESPONSE_HEADERS),
        );
    }

    /// What a good answer to a preflight says beside [`Cors::allow`], for a path that has these
    /// methods; `None` for an origin that is not allowed.
    pub(crate) fn preflight(&self, request: &HeaderMap, methods: &[Method]) -> Option<HeaderMap> {
        self.allowed(request)?;
        let methods = methods.iter().map(Method::as_str).collect::<Vec<_>>();
        let mut answer = HeaderMap::new();
        answer.append(
            VARY,
            HeaderValue::from_static("access-control-request-method"),
        );
        answer.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_str(&methods.join(", ")).ok()?,
        );
        answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, self.request_headers.clone());
        answer.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
        Some(answer)
    }

    /// The one origin of the request in the form for the answer, if it is allowed.
    /// Whether pages of the request's origin may call.
    pub(crate) fn knows(&self, request: &HeaderMap) -> bool {
        self.allowed(request).is_some()
    }

    fn allowed(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let mut origins = request.get_all(ORIGIN).iter();
        let value = origins.next().filter(|_| origins.next().is_none())?;
        let origin = Origin::parse(value.to_str().ok()?)?;
        let pattern = self
            .origins
            .iter()
            .find(|pattern| pattern.matches(&origin))?;
        Some(match pattern {
            OriginPattern::Any => HeaderValue::from_static("*"),
            _ => value.clone(),
        })
    }
}

/// Whether an OPTIONS request is a preflight: the question of a browser whether it may send
/// another request.
pub(crate) fn is_preflight(options: &HeaderMap) -> bool {
    options.contains_key(ORIGIN) && options.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(origins: &[&str], cors_credentials: bool) -> Cors {
        Cors::new(&CorsArgs {
            cors_origins: origins.iter().map(|text| text.parse().unwrap()).collect(),
            cors_credentials,
            cors_headers: vec!["x-trace".parse().unwrap()],
            cors_max_age: 60,
        })
        .unwrap()
    }

    fn from(origins: &[&str]) -> HeaderMap {
        let mut request = HeaderMap::new();
        for origin in origins {
            request.append(ORIGIN, origin.parse().unwrap());
        }
        request
    }

    #[test]
    fn only_allowed_origins_are_named() {
        let listed = cors(&["https://a.test", "https://*.b.test"], true);
        let any = cors(&["*"], false);
        for (cors, origins, expected) in [
            (&listed, &["https://a.test"][..], Some("https://a.test")),
            (&listed, &["https://x.b.test"], Some("https://x.b.test")),
            (&listed, &["https://b.test"], None),
            (&listed, &["null"], None),
            (&listed, &[], None),
            (&listed, &["https://a.test", "https://a.test"], None),
            (&any, &["http://x.test"], Some("*")),
            (&any, &["null"], None),
        ] {
            let mut answer = HeaderMap::new();
            cors.allow(&from(origins), &mut answer);
            let named = answer.get(ACCESS_CONTROL_ALLOW_ORIGIN);
            assert_eq!(named.map(|v| v.to_str().unwrap()), expected, "{origins:?}");
            assert_eq!(answer[VARY], "origin", "{origins:?}");
            let credentials = answer.contains_key(ACCESS_CONTROL_ALLOW_CREDENTIALS);
            assert_eq!(credentials, expected.is_some_and(|origin| origin != "*"));
            let exposed = answer.contains_key(ACCESS_CONTROL_EXPOSE_HEADERS);
            assert_eq!(exposed, expected.is_some());
        }
    }

    #[test]
    fn a_preflight_is_told_what_the_path_has() {
        let cors = cors(&["https://a.test"], false);
        let methods = [Method::GET, Method::POST];
        let answer = cors
            .preflight(&from(&["https://a.test"]), &methods)
            .unwrap();
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_METHODS], "GET, POST");
        assert_eq!(answer[ACCESS_CONTROL_MAX_AGE], "60");
        let headers = answer[ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap();
        assert!(headers.starts_with("authorization, ") && headers.ends_with(", x-trace"));
        assert!(
            cors.preflight(&from(&["https://b.test"]), &methods)
                .is_none()
        );
        assert!(cors.preflight(&from(&["null"]), &methods).is_none());
    }

    #[test]
    fn no_origin_no_cors() {
        assert!(Cors::new(&CorsArgs::default()).is_none());
    }
}
