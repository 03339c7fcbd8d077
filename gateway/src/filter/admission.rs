//! Admission: what HTTP forbids, or what two readers could read in two ways, goes no further.
//!
//! A fragment in the target is refused over HTTP/1. Over HTTP/2 it is cut off with its `#` as the
//! path is decoded, before it can be seen: all that follows, here and behind us, knows one path.
//!
//! Pingora parses leniently and tidies up (it drops a `Content-Length` beside a
//! `Transfer-Encoding`, say), so lines and framing are judged by the bytes that arrived.

use http::Method;
use http::header::CONTENT_LENGTH;
use http::uri::PathAndQuery;
use memchr::{memchr, memchr_iter};

use crate::downstream::{Downstream, Protocol};
use crate::problem::Problem;

const MAX_TARGET: usize = 8 * 1024;
/// Request line and headers. A token has at most 8 KiB, so cookies have room.
const MAX_HEAD: usize = 32 * 1024;
const MAX_LINES: usize = 128;

/// What a target may consist of.
const ALLOWED: [bool; 256] = {
    let mut allowed = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        allowed[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut others: &[u8] = b"-._~!$&'()*+,;=:@/?%";
    while let [byte, rest @ ..] = others {
        allowed[*byte as usize] = true;
        others = rest;
    }
    allowed
};

/// Checks the head of a request; gives its path, still escaped.
pub(crate) fn admit(downstream: &Downstream) -> Result<&str, Problem> {
    let request = downstream.head();
    // Its target is a host, not a path.
    if request.method == Method::CONNECT {
        let others = [Method::GET, Method::POST, Method::PATCH, Method::DELETE];
        return Err(Problem::method_not_allowed(&others).closing());
    }
    match &downstream.protocol {
        Protocol::Http1(http1) => {
            let head = http1.raw_head();
            lines(&head)?;
            let mut words = head.split(|byte| *byte == b' ');
            target(words.nth(1).unwrap_or_default())?;
            framing(&head)?;
        }
        // Bytes of the head are bounded, and its framing is judged, where it is decoded.
        Protocol::Http2(_) => {
            if request.headers.len() > MAX_LINES {
                return Err(Problem::headers_too_large());
            }
            // Where both are the same the decoder lets them pass.
            if request.headers.get_all(CONTENT_LENGTH).iter().count() > 1 {
                return Err(ambiguous_framing());
            }
            let path = request.uri.path_and_query();
            target(path.map_or("", PathAndQuery::as_str).as_bytes())?;
        }
    }
    Ok(request.uri.path())
}

/// A head that is bounded, and whose lines all end in CRLF (RFC 9112, section 2.2).
fn lines(head: &[u8]) -> Result<(), Problem> {
    let (mut lines, mut bare) = (0, false);
    for end in memchr_iter(b'\n', head) {
        lines += 1;
        bare |= !head[..end].ends_with(b"\r");
    }
    if head.len() > MAX_HEAD || lines > MAX_LINES {
        return Err(Problem::headers_too_large());
    }
    if bare {
        return Err(Problem::bad_request(
            "INVALID_LINE",
            "Lines of a request end in CR LF.",
        ));
    }
    Ok(())
}

/// The body's length is stated at most once, in one way (RFC 9112, section 6.3).
fn framing(head: &[u8]) -> Result<(), Problem> {
    let (mut stated, mut rest) = (0, head);
    while !rest.is_empty() {
        let (line, further) = rest.split_at(memchr(b'\n', rest).unwrap_or(rest.len()));
        rest = further.get(1..).unwrap_or_default();
        let (name, value) = line.split_at(memchr(b':', line).unwrap_or(line.len()));
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        let clear = if name.eq_ignore_ascii_case(b"content-length") {
            !value.is_empty() && value.iter().all(u8::is_ascii_digit)
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            value.eq_ignore_ascii_case(b"chunked")
        } else {
            continue;
        };
        stated += 1;
        if !clear || stated > 1 {
            return Err(ambiguous_framing());
        }
    }
    Ok(())
}

fn ambiguous_framing() -> Problem {
    let detail = "The length of the body is stated ambiguously.";
    Problem::bad_request("AMBIGUOUS_FRAMING", detail)
}

/// Origin-form (RFC 9112, section 3.2.1) of the characters that RFC 3986 allows in a path and a
/// query; dot segments and NUL are refused by the router, escaped or not.
fn target(target: &[u8]) -> Result<(), Problem> {
    let invalid = |detail| Problem::bad_request("INVALID_TARGET", detail);
    if target.len() > MAX_TARGET {
        return Err(invalid("The request target is too long."));
    }
    let allowed = |byte: &u8| ALLOWED[usize::from(*byte)];
    if !target.starts_with(b"/") || target.starts_with(b"//") || !target.iter().all(allowed) {
        return Err(invalid(
            "The request target must be a path, escaped to ASCII.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_stated_once_and_clearly() {
        let judge = |headers: &str| framing(format!("GET / HTTP/1.1\r\n{headers}\r\n").as_bytes());
        for headers in [
            "",
            "content-length: 10\r\n",
            "Content-Length:0 \r\n",
            "Transfer-Encoding: Chunked\r\n",
            "x: content-length: 1\r\ncontent-length: 1\r\n",
        ] {
            assert!(judge(headers).is_ok(), "{headers}");
        }
        for headers in [
            "content-length: 1\r\ntransfer-encoding: chunked\r\n",
            "content-length: 1\r\ncontent-length: 1\r\n",
            "content-length: 1, 1\r\n",
            "content-length: +1\r\n",
            "content-length:\r\n",
            "transfer-encoding: gzip, chunked\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        ] {
            assert!(judge(headers).is_err(), "{headers}");
        }
    }

    #[test]
    fn lines_end_in_crlf_and_are_not_too_many() {
        assert!(lines(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").is_ok());
        assert!(lines(b"GET / HTTP/1.1\nhost: a\r\n\r\n").is_err());
        assert!(lines(b"GET / HTTP/1.1\r\nhost: a\n\n").is_err());
        assert!(lines("x: y\r\n".repeat(MAX_LINES).as_bytes()).is_ok());
        assert!(lines("x: y\r\n".repeat(MAX_LINES + 1).as_bytes()).is_err());
        assert!(lines("x".repeat(MAX_HEAD + 1).as_bytes()).is_err());
    }

    #[test]
    fn the_target_is_a_path_in_ascii() {
        let judge = |path: &str| target(path.as_bytes());
        for path in [
            "/",
            "/api/v1/guards:check",
            "/a%2Fb?c=d&e=/?",
            "/~a-._!$'()*+,;=@",
        ] {
            assert!(judge(path).is_ok(), "{path}");
        }
        let long = format!("/{}", "x".repeat(MAX_TARGET));
        for path in [
            "",
            "*",
            "a",
            "//a/b",
            "http://a/",
            "/a#b",
            "/a\\b",
            "/\"",
            "/é",
            &long,
        ] {
            assert!(judge(path).is_err(), "{path}");
        }
    }
}
