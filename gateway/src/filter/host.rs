//! The host that a request is for, in one form however it was written, and whether it is ours.
//!
//! Which names are ours is a setting; see [`HostArgs`].

use std::net::Ipv6Addr;

use http::header::HOST;
use http::{Version, request};

use crate::config::host::HostArgs;
use crate::problem::Problem;

const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// A host in canonical form: lower case, no trailing dot, no default port, IPv6 in its short form
/// without brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    name: String,
    port: Option<u16>,
}

// === impl Host ===

impl Host {
    /// Reads `host` or `host:port`. There is no user information, no percent-encoding and no zone
    /// in a host of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, port) = if let Some(rest) = text.strip_prefix('[') {
            let (address, rest) = rest.split_once(']')?;
            let address: Ipv6Addr = address.parse().ok()?;
            let port = if rest.is_empty() {
                None
            } else {
                Some(rest.strip_prefix(':')?)
            };
            (address.to_string(), port)
        } else {
            let (name, port) = match text.split_once(':') {
                Some((name, port)) => (name, Some(port)),
                None => (text, None),
            };
            let name = name.strip_suffix('.').unwrap_or(name);
            if !is_name(name) {
                return None;
            }
            (name.to_ascii_lowercase(), port)
        };
        let port = match port {
            None | Some("") => None,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(digits.parse::<u16>().ok()?)
            }
            Some(_) => return None,
        };
        // Who ends TLS in front of us, and with it the scheme, is not for the client to say.
        let port = port.filter(|port| !matches!(port, 80 | 443));
        Some(Self { name, port })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// The host of a request (RFC 9110, section 7.2): `:authority` in HTTP/2, `Host` in HTTP/1.1, and
/// where there are both, the same one (RFC 9113, section 8.3.1). Only HTTP/1.0 may have none.
pub(crate) fn of(request: &request::Parts) -> Result<Option<Host>, Problem> {
    let invalid = || {
        Problem::bad_request(
            "INVALID_HOST",
            "The request needs one valid Host, or `:authority`.",
        )
    };
    let parse = |text: &str| Host::parse(text).ok_or_else(invalid);
    let authority = request
        .uri
        .authority()
        .map(|authority| parse(authority.as_str()));
    let authority = authority.transpose()?;
    let mut hosts = request.headers.get_all(HOST).iter();
    let host = hosts.next().map(|value| {
        let text = value.to_str().map_err(|_| invalid())?;
        parse(text)
    });
    let host = host.transpose()?;
    if hosts.next().is_some() {
        return Err(invalid());
    }
    match (authority, host) {
        (Some(authority), Some(host)) if authority != host => Err(invalid()),
        (Some(host), _) | (None, Some(host)) => Ok(Some(host)),
        (None, None) if request.version == Version::HTTP_10 => Ok(None),
        (None, None) => Err(invalid()),
    }
}

/// Refuses a request for a host that is not ours (RFC 9110, section 15.5.20).
pub(crate) fn check(ours: &HostArgs, host: Option<&Host>) -> Result<(), Problem> {
    if ours.contain(host) {
        return Ok(());
    }
    Err(Problem::misdirected())
}

fn is_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    name.len() <= MAX_NAME
        && name
            .split('.')
            .all(|label| (1..=MAX_LABEL).contains(&label.len()) && label.bytes().all(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_form() {
        for (text, name, port) in [
            ("example.com", "example.com", None),
            ("EXAMPLE.Com.", "example.com", None),
            ("example.com:80", "example.com", None),
            ("example.com:443", "example.com", None),
            ("example.com.:8443", "example.com", Some(8443)),
            ("example.com:", "example.com", None),
            ("127.0.0.1:8080", "127.0.0.1", Some(8080)),
            ("[::1]", "::1", None),
            ("[0:0:0:0:0:0:0:0001]:443", "::1", None),
            ("[2001:DB8::A]:9", "2001:db8::a", Some(9)),
            ("my_service", "my_service", None),
        ] {
            let host = Host::parse(text).unwrap();
            assert_eq!((host.name(), host.port), (name, port), "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        let long_label = "a".repeat(MAX_LABEL + 1);
        let long_name = "a.".repeat(MAX_NAME / 2 + 1) + "a";
        for text in [
            "",
            ".",
            ":80",
            "a..b",
            "example.com..",
            ".example.com",
            "a b",
            "a@b",
            "a,b",
            "a/b",
            "a%2eb",
            "caf\u{e9}",
            "*",
            "a:b",
            "a:+1",
            "a:65536",
            "a:1:2",
            "::1",
            "[::1",
            "[::1]80",
            "[::1]:x",
            "[::1%25eth0]",
            "[127.0.0.1]",
            "[]",
            &long_label,
            &long_name,
        ] {
            assert_eq!(Host::parse(text), None, "{text}");
        }
    }

    #[test]
    fn authority_and_host_agree() {
        let judge = |version, authority: Option<&str>, hosts: &[&str]| {
            let origin = authority.map_or(String::new(), |authority| format!("http://{authority}"));
            let mut request = http::Request::builder()
                .version(version)
                .uri(format!("{origin}/"));
            for host in hosts {
                request = request.header(HOST, *host);
            }
            let (head, ()) = request.body(()).unwrap().into_parts();
            of(&head).map(|host| host.map(|host| host.name))
        };
        let name = |name: &str| Some(name.to_owned());
        let two = Version::HTTP_2;
        assert_eq!(judge(two, Some("A.b"), &[]).unwrap(), name("a.b"));
        assert_eq!(judge(two, Some("a:443"), &["A."]).unwrap(), name("a"));
        assert_eq!(judge(two, None, &["a"]).unwrap(), name("a"));
        assert!(judge(two, Some("a"), &["b"]).is_err());
        assert!(judge(two, Some("a:1"), &["a:2"]).is_err());
        assert!(judge(two, Some("u@a"), &[]).is_err());
        assert!(judge(two, None, &[]).is_err());
        let one = Version::HTTP_11;
        assert_eq!(judge(one, None, &["a:80"]).unwrap(), name("a"));
        assert!(judge(one, None, &[]).is_err());
        assert!(judge(one, None, &["a", "a"]).is_err());
        assert_eq!(judge(Version::HTTP_10, None, &[]).unwrap(), None);
    }
}
