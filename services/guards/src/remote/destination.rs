//! Where a remote guard is: scheme, host and port, in one spelling. Whether it may be called is for
//! `reachable`.

use std::fmt;
use std::net::IpAddr;

use url::{Host as UrlHost, Url};

/// Characters of a URI.
const MAX_URI: usize = 300;

/// A place to which calls go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    secure: bool,
    host: Host,
    port: u16,
}

/// What a URI has between scheme and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// In lower case, without a dot at the end.
    Name(String),
    Address(IpAddr),
}

// === impl Destination ===

impl Destination {
    /// Reads `https://host`, `http://host`, or one of these with a port.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_URI {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let host = match url.host()? {
            UrlHost::Domain(name) if name.ends_with('.') => return None,
            UrlHost::Domain(name) => Host::Name(name.to_owned()),
            UrlHost::Ipv4(address) => Host::Address(address.into()),
            UrlHost::Ipv6(address) => Host::Address(IpAddr::from(address).to_canonical()),
        };
        let port = url.port_or_known_default().filter(|port| *port != 0)?;
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none();
        bare.then_some(Self { secure, host, port })
    }

    /// Whether it is spoken to over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Destination {
    /// The URI, always with the port.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        match &self.host {
            Host::Name(name) => write!(f, "{scheme}://{name}:{}", self.port),
            Host::Address(IpAddr::V4(address)) => write!(f, "{scheme}://{address}:{}", self.port),
            Host::Address(IpAddr::V6(address)) => write!(f, "{scheme}://[{address}]:{}", self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_has_one_spelling() {
        for (text, spelling) in [
            (
                "https://guards.example.org",
                "https://guards.example.org:443",
            ),
            (
                "HTTP://Guards.Example.org:8080/",
                "http://guards.example.org:8080",
            ),
            // Other ways to write an address are that address.
            ("http://0x7f.1", "http://127.0.0.1:80"),
            ("http://2130706433:81", "http://127.0.0.1:81"),
            ("https://[::1]:8443", "https://[::1]:8443"),
            ("https://[::ffff:10.0.0.1]", "https://10.0.0.1:443"),
            (
                "https://bücher.example",
                "https://xn--bcher-kva.example:443",
            ),
        ] {
            let destination = Destination::parse(text).map(|one| one.to_string());
            assert_eq!(destination.as_deref(), Some(spelling), "{text}");
            let again = Destination::parse(spelling).map(|one| one.to_string());
            assert_eq!(again.as_deref(), Some(spelling));
        }
    }

    #[test]
    fn what_is_more_than_a_place_is_refused() {
        for text in [
            "",
            "guards.example.org:443",
            "ftp://guards.example.org",
            "https://",
            "https://ada@guards.example.org",
            "https://ada:pw@guards.example.org",
            "https://guards.example.org/path",
            "https://guards.example.org?a",
            "https://guards.example.org#a",
            "https://guards.example.org:0",
            "https://guards.example.org:65536",
            "https://guards.example.org.",
            "unix:///run/guards.sock",
            &format!("https://{}.org", "a".repeat(300)),
        ] {
            assert_eq!(Destination::parse(text), None, "{text}");
        }
    }
}
