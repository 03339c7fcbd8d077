//! Settings of identity: whose word is taken, for how long, and what is refused while it cannot
//! be known who was locked out.

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum};
use url::Url;

use super::millis;
use crate::identity::{Bounds, RevocationRules};

/// Whom the gateway believes, and for how long.
#[derive(Debug, Clone, Args)]
pub struct IdentityArgs {
    /// The Clerk instances whose session tokens are accepted, by their `iss`, separated by
    /// commas: `https://clerk.example.com`. Their keys are fetched from
    /// `/.well-known/jwks.json` below it. Without any, Clerk's tokens are refused
    #[arg(long, env = "CLERK_ISSUERS", value_delimiter = ',', value_parser = issuer,
          requires = "clerk_authorized_parties")]
    pub clerk_issuers: Vec<String>,

    /// The origins whose Clerk session tokens are accepted (their `azp`), separated by commas:
    /// `https://app.example.com`. Keeps a token made for another site of the same Clerk instance
    /// from being used here
    #[arg(long, env = "CLERK_AUTHORIZED_PARTIES", value_delimiter = ',', value_parser = origin)]
    pub clerk_authorized_parties: Vec<String>,

    /// A PEM file of certificate authorities that are trusted for the keys of Clerk, besides the
    /// public ones: for a private network, or a proxy that inspects TLS
    #[arg(long, env = "CLERK_CA_FILE")]
    pub clerk_ca_file: Option<PathBuf>,

    /// How many milliseconds the word of auth on an API key or a Clerk identity is taken before
    /// it is asked again. Changed permissions count after this time; revoked keys at once
    #[arg(long = "identity-fresh-ms", env = "IDENTITY_FRESH_MS", default_value = "30000",
          value_parser = up_to_five_minutes)]
    pub fresh: Duration,

    /// How many milliseconds that word is taken at most while auth does not answer, up to 5
    /// minutes; afterwards such requests get a 503
    #[arg(long = "identity-outage-ms", env = "IDENTITY_OUTAGE_MS", default_value = "300000",
          value_parser = up_to_five_minutes)]
    pub outage: Duration,

    /// Most bytes of each cache: verified access tokens, verified Clerk tokens, API keys, Clerk
    /// identities. One MiB holds about 500 of them
    #[arg(long = "identity-cache-bytes", env = "IDENTITY_CACHE_BYTES", default_value = "16777216",
          value_parser = RangedU64ValueParser::<usize>::new().range(65_536..=1_073_741_824))]
    pub cache_bytes: usize,

    /// Most revocations known at a time, some 100 bytes each. A revoked session counts until its
    /// last access token has expired. With more than this the gateway takes itself for stale
    #[arg(long, env = "MAX_REVOCATIONS", default_value = "250000",
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=10_000_000))]
    pub max_revocations: usize,

    /// After how many milliseconds without a word from auth (which speaks every second) its
    /// revocations count as stale
    #[arg(long = "revocations-stale-ms", env = "REVOCATIONS_STALE_MS", default_value = "5000",
          value_parser = millis)]
    pub revocations_stale: Duration,

    /// What is refused with a 503 while revocations are stale
    #[arg(
        long,
        env = "ON_STALE_REVOCATIONS",
        value_enum,
        default_value = "sensitive"
    )]
    pub on_stale_revocations: Stale,
}

/// What is refused while revocations are stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stale {
    /// The methods whose contract calls them sensitive; the rest go on
    Sensitive,
    /// Every method that needs a caller
    All,
    /// Nothing: a revoked credential may work until it expires
    None,
}

// === impl IdentityArgs ===

impl IdentityArgs {
    /// How long and how much is remembered of what auth says.
    pub(crate) fn answers(&self) -> Bounds {
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Bounds {
            fresh: delta(self.fresh),
            outage: delta(self.outage.max(self.fresh)),
            bytes: self.cache_bytes,
        }
    }

    /// How revocations are kept.
    pub(crate) fn revocations(&self) -> RevocationRules {
        RevocationRules {
            most: self.max_revocations,
            stale_after: self.revocations_stale,
            refuse: self.on_stale_revocations,
        }
    }
}

/// An `iss` is compared as text: it must be spelled as Clerk spells it.
fn issuer(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = Url::parse(text).is_ok_and(|url| {
        url.scheme() == "https"
            && url.host().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.as_str().trim_end_matches('/') == text
    });
    if fits {
        return Ok(text.to_owned());
    }
    Err("expected an https URL such as https://clerk.example.com, with no slash at its end".into())
}

/// Auth answers for no longer: it forgets revocations of keys some minutes later.
fn up_to_five_minutes(text: &str) -> Result<Duration, String> {
    match millis(text) {
        Ok(time) if time <= Duration::from_mins(5) => Ok(time),
        _ => Err("expected milliseconds, 1 to 300000".to_owned()),
    }
}

fn origin(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    });
    if fits {
        return Ok(text.to_owned());
    }
    Err("expected an origin such as https://app.example.com".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        identity: IdentityArgs,
    }

    fn parse(arguments: &[&str]) -> Result<IdentityArgs, clap::Error> {
        let parsed = Arguments::try_parse_from([&["gateway"], arguments].concat());
        parsed.map(|arguments| arguments.identity)
    }

    #[test]
    fn clerk_needs_issuers_as_clerk_spells_them_and_parties() {
        let parties = [
            "--clerk-authorized-parties",
            "https://app.test,http://localhost:3000",
        ];
        let with = |issuers| parse(&[&["--clerk-issuers", issuers][..], &parties].concat());
        let good = with("https://clerk.test,https://app.test/__clerk").unwrap();
        assert_eq!(good.clerk_issuers.len(), 2);
        assert_eq!(good.clerk_authorized_parties.len(), 2);
        for bad in [
            "",
            "clerk.test",
            "http://clerk.test",
            "https://clerk.test/",
            "https://CLERK.test",
            "https://clerk.test?x",
            "https://clerk.test#x",
            "https://user@clerk.test",
        ] {
            assert!(with(bad).is_err(), "{bad}");
        }
        assert!(parse(&["--clerk-issuers", "https://clerk.test"]).is_err());
        for bad in ["app.test", "https://app.test/", "https://app.test/x", "*"] {
            assert!(
                parse(&["--clerk-authorized-parties", bad]).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn sensitive_methods_are_refused_by_default() {
        let settings = parse(&[]).unwrap();
        assert_eq!(settings.on_stale_revocations, Stale::Sensitive);
        assert_eq!(settings.revocations_stale, Duration::from_secs(5));
        let all = parse(&["--on-stale-revocations", "all"]).unwrap();
        assert_eq!(all.on_stale_revocations, Stale::All);
        for bad in [
            ["--on-stale-revocations", "some"],
            ["--revocations-stale-ms", "0"],
            ["--identity-fresh-ms", "300001"],
            ["--identity-outage-ms", "300001"],
            ["--identity-cache-bytes", "0"],
            ["--max-revocations", "0"],
        ] {
            assert!(parse(&bad).is_err(), "{bad:?}");
        }
    }
}
