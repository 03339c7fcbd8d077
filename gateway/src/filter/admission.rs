//! Admission: what HTTP forbids, or what two readers could read in two ways, goes no further.

use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, Version};
use pingora::http::RequestHeader;

use crate::problem::Problem;

const MAX_TARGET: usize = 8 * 1024;

/// Checks the head of a request; gives its path, still escaped.
pub(crate) fn admit(request: &RequestHeader) -> Result<&str, Problem> {
    host(request)?;
    if request.version != Version::HTTP_2 {
        framing(&request.headers)?;
    }
    path(request)
}

/// One Host for HTTP/1.1 (RFC 9112, section 3.2), and no second one for anybody.
fn host(request: &RequestHeader) -> Result<(), Problem> {
    let mut hosts = request.headers.get_all(HOST).iter();
    let first = hosts.next();
    let valid = match (request.version, first) {
        (Version::HTTP_11, None) => false,
        (_, Some(host)) => {
            let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-._~:[]%".contains(b);
            !host.is_empty() && host.as_bytes().iter().all(allowed)
        }
        (_, None) => true,
    };
    if valid && hosts.next().is_none() {
        return Ok(());
    }
    Err(Problem::bad_request(
        "INVALID_HOST",
        "The request needs one valid Host header.",
    ))
}

/// The body's length is stated once, in one way (RFC 9112, section 6.3).
fn framing(headers: &HeaderMap) -> Result<(), Problem> {
    let lengths = headers.get_all(CONTENT_LENGTH).iter().count();
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let chunked = match codings.next() {
        None => false,
        Some(coding) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => true,
        Some(_) => return Err(ambiguous()),
    };
    if lengths > 1 || codings.next().is_some() || (chunked && lengths > 0) {
        return Err(ambiguous());
    }
    Ok(())
}

fn ambiguous() -> Problem {
    Problem::bad_request(
        "AMBIGUOUS_FRAMING",
        "The length of the body is stated ambiguously.",
    )
}

/// Origin-form (RFC 9112, section 3.2.1) in plain ASCII; dot segments and NUL are refused by the
/// router, escaped or not.
fn path(request: &RequestHeader) -> Result<&str, Problem> {
    let raw = request.raw_path();
    let invalid = |detail| Problem::bad_request("INVALID_TARGET", detail);
    if raw.len() > MAX_TARGET {
        return Err(invalid("The request target is too long."));
    }
    if raw.first() != Some(&b'/') || !raw.iter().all(u8::is_ascii_graphic) {
        return Err(invalid(
            "The request target must be a path, escaped to ASCII.",
        ));
    }
    Ok(request.uri.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &[u8], headers: &[(&'static str, &str)]) -> RequestHeader {
        let mut request = RequestHeader::build_no_case("GET", path, None).unwrap();
        request.set_version(Version::HTTP_11);
        for (name, value) in headers {
            request.append_header(*name, *value).unwrap();
        }
        request
    }

    #[test]
    fn ordinary_requests_are_admitted() {
        for host in [
            "localhost:8080",
            "api.example.com",
            "[::1]:8080",
            "10.0.0.1",
        ] {
            let request = request(b"/health?x=1", &[("host", host), ("content-length", "0")]);
            assert_eq!(admit(&request).unwrap(), "/health");
        }
    }

    #[test]
    fn ambiguous_requests_are_refused() {
        let host = ("host", "localhost");
        for (path, headers) in [
            (&b"/"[..], &[][..]),
            (b"/", &[("host", "")]),
            (b"/", &[("host", "a b/c")]),
            (b"/", &[host, ("host", "other")]),
            (
                b"/",
                &[
                    host,
                    ("content-length", "1"),
                    ("transfer-encoding", "chunked"),
                ],
            ),
            (b"/", &[host, ("transfer-encoding", "gzip, chunked")]),
            (
                b"/",
                &[
                    host,
                    ("transfer-encoding", "chunked"),
                    ("transfer-encoding", "chunked"),
                ],
            ),
            (
                b"/",
                &[host, ("content-length", "1"), ("content-length", "2")],
            ),
            (b"http://a/x", &[host]),
            ("/caf\u{e9}".as_bytes(), &[host]),
        ] {
            assert!(
                admit(&request(path, headers)).is_err(),
                "{path:?} {headers:?}"
            );
        }
    }
}
