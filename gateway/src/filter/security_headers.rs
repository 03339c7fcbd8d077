//! Headers that tell browsers to be careful (OWASP's REST security sheet). They are on every
//! answer: a browser can be led to show any of them as a page.

use http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// For whatever does not bring its own: an answer that is no page needs nothing.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NO_DEVICES: HeaderValue =
    HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()");
/// A year (RFC 6797). Names below ours are not ours to decide on.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds the headers. `tls`: the client's connection is encrypted, so the browser may insist on it
/// from now on; where a proxy in front of us ends TLS, that is for the proxy to say.
pub(crate) fn add(answer: &mut HeaderMap, tls: bool) {
    let is_page = answer.contains_key(CONTENT_SECURITY_POLICY);
    if is_page {
        answer.insert(PERMISSIONS_POLICY, NO_DEVICES);
    } else {
        answer.insert(CONTENT_SECURITY_POLICY, NOTHING);
    }
    answer.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    answer.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if tls {
        answer.insert(STRICT_TRANSPORT_SECURITY, TLS_ONLY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_encrypted_connection_asks_for_encryption() {
        let headers = |tls| {
            let mut headers = HeaderMap::new();
            add(&mut headers, tls);
            headers
        };
        assert!(!headers(false).contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers(true)[STRICT_TRANSPORT_SECURITY], TLS_ONLY);
        assert_eq!(headers(false)[CONTENT_SECURITY_POLICY], NOTHING);
        assert!(!headers(false).contains_key(PERMISSIONS_POLICY));
    }

    #[test]
    fn a_page_keeps_its_own_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'self'"),
        );
        add(&mut headers, false);
        assert_eq!(headers[CONTENT_SECURITY_POLICY], "default-src 'self'");
        assert!(headers.contains_key(PERMISSIONS_POLICY));
    }
}
