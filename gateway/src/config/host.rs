//! Which hosts the gateway answers for.

use std::net::Ipv6Addr;
use std::str::FromStr;

use clap::Args;
use guardmesh_chassis::config::Environment;

use crate::StartError;
use crate::filter::host::Host;

/// The hosts that requests may be for.
#[derive(Debug, Clone, Default, Args)]
pub struct HostArgs {
    /// Hosts to answer for, separated by commas: `api.example.com`, `*.example.com` for all names
    /// below it at any depth (not for `example.com` itself), or `*` for any. Ports are not
    /// compared. Unset stands for any in development; production insists on a choice
    #[arg(long, env = "GATEWAY_HOSTS", value_delimiter = ',')]
    pub hosts: Vec<HostPattern>,
}

/// One host, or many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostPattern {
    /// `*`
    Any,
    /// This very name or address, in canonical form.
    Exact(String),
    /// `*.example.com`, kept as `.example.com`.
    Below(String),
}

// === impl HostArgs ===

impl HostArgs {
    /// Production does not answer for any host by oversight: links and caches made from a name
    /// that an attacker chose would be in our name.
    pub(crate) fn check(&self, environment: Environment) -> Result<(), StartError> {
        if environment == Environment::Production && self.hosts.is_empty() {
            return Err(StartError::Setting(
                "production needs GATEWAY_HOSTS: the public host names, or `*` for any",
            ));
        }
        Ok(())
    }

    /// Whether the gateway answers for this host; without one, where it answers for any.
    pub(crate) fn contain(&self, host: Option<&Host>) -> bool {
        self.hosts.is_empty()
            || self.hosts.iter().any(|pattern| match (pattern, host) {
                (HostPattern::Any, _) => true,
                (_, None) => false,
                (HostPattern::Exact(name), Some(host)) => name == host.name(),
                (HostPattern::Below(suffix), Some(host)) => host
                    .name()
                    .strip_suffix(suffix.as_str())
                    .is_some_and(|below| !below.is_empty()),
            })
    }
}

// === impl HostPattern ===

impl FromStr for HostPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        let name = |text: &str| {
            let address = text.trim_matches(['[', ']']).parse::<Ipv6Addr>();
            let host = match address {
                Ok(address) => Host::parse(&format!("[{address}]")),
                Err(_) if text.contains(':') => None,
                Err(_) => Host::parse(text),
            };
            host.map(|host| host.name().to_owned()).ok_or_else(|| {
                format!("`{text}` is not a host name: expected one without scheme and port")
            })
        };
        match text.strip_prefix("*.") {
            Some(rest) => Ok(Self::Below(format!(".{}", name(rest)?))),
            None => Ok(Self::Exact(name(text)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(patterns: &[&str]) -> HostArgs {
        let hosts = patterns.iter().map(|text| text.parse().unwrap()).collect();
        HostArgs { hosts }
    }

    #[test]
    fn a_pattern_matches_whole_labels() {
        let hosts = hosts(&["API.example.com.", "*.ngrok.io", "::1", "10.0.0.1"]);
        for (host, expected) in [
            ("api.example.com", true),
            ("API.Example.Com.:8443", true),
            ("www.api.example.com", false),
            ("example.com", false),
            ("a.ngrok.io", true),
            ("A.B.NGROK.IO:443", true),
            ("ngrok.io", false),
            ("evilngrok.io", false),
            ("a.ngrok.io.evil.com", false),
            ("ngrok.io.a", false),
            ("[::1]:8080", true),
            ("[0:0:0:0:0:0:0:1]", true),
            ("[::2]", false),
            ("10.0.0.1:80", true),
            ("10.0.0.10", false),
        ] {
            let parsed = Host::parse(host).unwrap();
            assert_eq!(hosts.contain(Some(&parsed)), expected, "{host}");
        }
        assert!(!hosts.contain(None));
    }

    #[test]
    fn any_host_must_be_asked_for_in_production() {
        let production = Environment::Production;
        assert!(hosts(&[]).check(production).is_err());
        assert!(hosts(&[]).check(Environment::Development).is_ok());
        assert!(hosts(&["*"]).check(production).is_ok());
        for any in [hosts(&[]), hosts(&["example.com", "*"])] {
            assert!(any.contain(None));
            assert!(any.contain(Host::parse("other.test").as_ref()));
        }
    }

    #[test]
    fn what_is_no_host_is_no_pattern() {
        for text in [
            "",
            "*.",
            "*example.com",
            "a.*.com",
            "https://example.com",
            "example.com:443",
            "example.com:8080",
            "example.com/",
            "[::1]:80",
            ".example.com",
        ] {
            assert!(text.parse::<HostPattern>().is_err(), "{text}");
        }
    }
}
