//! Which web pages of other origins may call the API, and how.

use std::str::FromStr;

use clap::Args;
use guardmesh_chassis::config::Environment;
use http::HeaderName;

use crate::StartError;
use crate::filter::host::Host;

/// Cross-origin requests (CORS). Off until an origin is named.
#[derive(Debug, Clone, Default, Args)]
pub struct CorsArgs {
    /// Origins whose pages may call the API, separated by commas: `https://app.example.com`,
    /// `https://*.example.com` for all names below it, or `*` for any (refused in production)
    #[arg(long, env = "GATEWAY_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<OriginPattern>,

    /// Pages may send credentials that the browser keeps. Access tokens and API keys, which pages
    /// set themselves, do not need it. Refused beside the origin `*`
    #[arg(long, env = "GATEWAY_CORS_CREDENTIALS", default_value_t = false,
          num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub cors_credentials: bool,

    /// Request headers that pages may send beside those the gateway knows, separated by commas
    #[arg(long, env = "GATEWAY_CORS_HEADERS", value_delimiter = ',')]
    pub cors_headers: Vec<HeaderName>,

    /// Seconds for which a browser may keep the answer to a preflight
    #[arg(long, env = "GATEWAY_CORS_MAX_AGE_SECONDS", default_value_t = 600,
          value_parser = clap::value_parser!(u32).range(0..=86_400))]
    pub cors_max_age: u32,
}

/// One origin (RFC 6454), or many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginPattern {
    /// `*`
    Any,
    /// This scheme, host and port.
    Exact(Origin),
    /// `https://*.example.com`; the host is kept as `.example.com`.
    Below(Origin),
}

/// Scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

// === impl CorsArgs ===

impl CorsArgs {
    pub(crate) fn check(&self, environment: Environment) -> Result<(), StartError> {
        if !self.cors_origins.contains(&OriginPattern::Any) {
            return Ok(());
        }
        if self.cors_credentials {
            return Err(StartError::Setting(
                "GATEWAY_CORS_CREDENTIALS cannot be combined with the origin `*`",
            ));
        }
        if environment == Environment::Production {
            return Err(StartError::Setting(
                "production refuses the origin `*` in GATEWAY_CORS_ORIGINS: name the origins",
            ));
        }
        Ok(())
    }
}

// === impl OriginPattern ===

impl OriginPattern {
    pub(crate) fn matches(&self, origin: &Origin) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => exact == origin,
            Self::Below(below) => {
                let name = origin.host.strip_suffix(below.host.as_str());
                (below.scheme, below.port) == (origin.scheme, origin.port)
                    && name.is_some_and(|name| !name.is_empty())
            }
        }
    }
}

impl FromStr for OriginPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::Any);
        }
        let invalid = || {
            format!("`{text}` is not an origin: expected `https://host`, `https://*.host` or `*`")
        };
        match text.split_once("://*.") {
            Some((scheme, rest)) => {
                let mut origin =
                    Origin::parse(&format!("{scheme}://{rest}")).ok_or_else(invalid)?;
                origin.host.insert(0, '.');
                Ok(Self::Below(origin))
            }
            None => Origin::parse(text).map(Self::Exact).ok_or_else(invalid),
        }
    }
}

// === impl Origin ===

impl Origin {
    /// Reads `https://host` or `https://host:port`, nothing else: `null` is the origin of anything
    /// that hides its own (RFC 6454, section 7.3), and so of nobody.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let (scheme, default_port) = if scheme.eq_ignore_ascii_case("https") {
            (Scheme::Https, 443)
        } else if scheme.eq_ignore_ascii_case("http") {
            (Scheme::Http, 80)
        } else {
            return None;
        };
        let host = Host::parse(authority)?;
        let port = match authority.rsplit_once(':') {
            Some((_, digits)) if !digits.ends_with(']') => digits.parse().ok()?,
            _ => default_port,
        };
        Some(Self {
            scheme,
            host: host.name().to_owned(),
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> OriginPattern {
        text.parse().unwrap()
    }

    #[test]
    fn a_pattern_matches_scheme_host_and_port() {
        for (pattern_text, origin, expected) in [
            ("https://app.example.com", "https://app.example.com", true),
            (
                "https://app.example.com",
                "https://app.example.com:443",
                true,
            ),
            (
                "HTTPS://App.Example.com:443",
                "https://app.example.com",
                true,
            ),
            ("https://app.example.com", "http://app.example.com", false),
            (
                "https://app.example.com",
                "https://app.example.com:8443",
                false,
            ),
            (
                "https://app.example.com",
                "https://app.example.com:80",
                false,
            ),
            (
                "https://app.example.com",
                "https://app.example.com.evil.com",
                false,
            ),
            ("http://localhost:5173", "http://localhost:5173", true),
            ("http://localhost:5173", "http://localhost:5174", false),
            ("http://[::1]:5173", "http://[::1]:5173", true),
            ("http://[::1]", "http://[::1]", true),
            ("https://*.example.com", "https://a.example.com", true),
            ("https://*.example.com", "https://a.b.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("https://*.example.com", "https://evilexample.com", false),
            ("https://*.example.com", "http://a.example.com", false),
            ("https://*.example.com", "https://a.example.com:8443", false),
            (
                "https://*.example.com:8443",
                "https://a.example.com:8443",
                true,
            ),
            ("*", "http://anything.test", true),
        ] {
            let parsed = Origin::parse(origin).unwrap();
            assert_eq!(
                pattern(pattern_text).matches(&parsed),
                expected,
                "{pattern_text} {origin}"
            );
        }
    }

    #[test]
    fn what_is_no_origin_is_nobody() {
        for text in [
            "null",
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https://example.com/",
            "https://example.com/path",
            "https://user@example.com",
            "https://a b",
            "https://a.com https://b.com",
            "https://exa*mple.com",
            "https://*",
            "file://",
        ] {
            assert_eq!(Origin::parse(text), None, "{text}");
            assert!(text.parse::<OriginPattern>().is_err(), "{text}");
        }
        for text in ["https://*.", "https://*.*.example.com", "https://a.*.com"] {
            assert!(text.parse::<OriginPattern>().is_err(), "{text}");
        }
    }

    #[test]
    fn any_origin_is_for_development_and_without_credentials() {
        let args = |origin: &str, cors_credentials| CorsArgs {
            cors_origins: vec![pattern(origin)],
            cors_credentials,
            ..CorsArgs::default()
        };
        let (development, production) = (Environment::Development, Environment::Production);
        assert!(args("*", false).check(development).is_ok());
        assert!(args("*", false).check(production).is_err());
        assert!(args("*", true).check(development).is_err());
        assert!(
            args("https://*.example.com", true)
                .check(production)
                .is_ok()
        );
        assert!(CorsArgs::default().check(production).is_ok());
    }
}
