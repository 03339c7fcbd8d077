//! The settings of rate limits, and the language they are written in.
//!
//! What a setting means for the methods of the contracts is decided in `rate_limit/limit.rs`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use guardmesh_chassis::config::secret;
use secrecy::SecretString;

use crate::rate_limit::gcra::Quota;

/// What holds where nothing is set.
const DEFAULTS: &str = "\
    default.ip=1200/min,burst=300; default.user=1200/min,burst=300; \
    default.key=3000/min,burst=600; default.org=12000/min,burst=3000; \
    auth.ip=30/min,burst=15; failure.ip=30/min; webhook.ip=60000/min,burst=6000";

const EXPLANATION: &str = "\
Rate limits that differ from the defaults, or `off` for none at all.

Limits are separated by semicolons, each of the form `class.subject=count/unit,burst=n`, such as
`default.ip=600/min,burst=100; auth.ip=10/min; default.user=off`. A unit is sec, min, hour or day.
Without `burst`, all of a unit's requests may come at once.

Subjects are ip (an IPv6 client is its /64), user, key (an API key) and org (an organisation).
Public methods are limited by ip, others by user, key and org as well. Classes are those that
methods of the contracts name (`rate_class`), `default` for the rest, and `failure` for attempts
with credentials that do not hold. What a class leaves open is limited, and counted, as `default`.

Where nothing is set: ";

/// How often clients may call.
#[derive(Debug, Clone, Args)]
pub struct RateLimitArgs {
    /// Rate limits that differ from the defaults, or `off` for none at all, such as
    /// `default.ip=600/min,burst=100; auth.ip=10/min; default.user=off`
    #[arg(long, env = "GATEWAY_RATE_LIMITS", default_value = "",
          hide_default_value = true, long_help = format!("{EXPLANATION}{DEFAULTS}"))]
    pub rate_limits: RateLimitRules,

    /// Most buckets that this gateway counts by itself. A client, a user, a key and an
    /// organisation is one for each limit that it draws on, and takes about 50 bytes
    #[arg(long, env = "GATEWAY_RATE_LIMIT_ENTRIES", default_value = "65536",
          value_parser = RangedU64ValueParser::<usize>::new().range(64..=16_777_216))]
    pub rate_limit_entries: usize,

    /// Redis in which all gateways count together, `redis://` or with TLS `rediss://`: one server,
    /// or a primary behind one address. While it does not answer, each gateway counts by itself
    #[arg(long, env = "RATE_LIMIT_REDIS_URL", hide_env_values = true, value_parser = secret)]
    pub rate_limit_redis_url: Option<SecretString>,

    /// The certificates (PEM) that may sign Redis' own, in place of the public ones
    #[arg(
        long,
        env = "RATE_LIMIT_REDIS_CA_FILE",
        requires = "rate_limit_redis_url"
    )]
    pub rate_limit_redis_ca_file: Option<PathBuf>,

    /// Most milliseconds that a request waits for Redis
    #[arg(long = "rate-limit-redis-timeout-ms", env = "RATE_LIMIT_REDIS_TIMEOUT_MS",
          default_value = "50", value_parser = super::millis)]
    pub rate_limit_redis_timeout: Duration,
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectKind {
    /// A client's address, of IPv6 its /64.
    Ip,
    /// A user.
    User,
    /// An API key.
    Key,
    /// An organisation.
    Org,
}

/// One limit, as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) class: String,
    pub(crate) subject: SubjectKind,
    /// None for `off`.
    pub(crate) quota: Option<Quota>,
}

/// The value of `GATEWAY_RATE_LIMITS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitRules {
    /// None when limits are off altogether.
    rules: Option<Vec<Rule>>,
}

// === impl RateLimitArgs ===

impl Default for RateLimitArgs {
    /// What holds where nothing is set.
    fn default() -> Self {
        Self {
            rate_limits: RateLimitRules {
                rules: Some(Vec::new()),
            },
            rate_limit_entries: 65_536,
            rate_limit_redis_url: None,
            rate_limit_redis_ca_file: None,
            rate_limit_redis_timeout: Duration::from_millis(50),
        }
    }
}

// === impl RateLimitRules ===

impl RateLimitRules {
    /// What is set, in place of the defaults; none when limits are off.
    pub(crate) fn set(&self) -> Option<&[Rule]> {
        self.rules.as_deref()
    }

    /// What holds where nothing is set.
    pub(crate) fn defaults() -> Vec<Rule> {
        rules(DEFAULTS).unwrap_or_default()
    }
}

impl FromStr for RateLimitRules {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim() == "off" {
            return Ok(Self { rules: None });
        }
        let rules = rules(text)?;
        for (index, rule) in rules.iter().enumerate() {
            let same = |other: &Rule| (&other.class, other.subject) == (&rule.class, rule.subject);
            if rules[..index].iter().any(same) {
                return Err(format!("{}.{} is set twice", rule.class, rule.subject));
            }
        }
        Ok(Self { rules: Some(rules) })
    }
}

// === impl SubjectKind ===

impl SubjectKind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Ip, Self::User, Self::Key, Self::Org];

    /// Its name in settings, and in what clients are told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::User => "user",
            Self::Key => "key",
            Self::Org => "org",
        }
    }
}

impl fmt::Display for SubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn rules(text: &str) -> Result<Vec<Rule>, String> {
    let entries = text.split(';').map(str::trim);
    // One semicolon at the end is forgiven; anything else that is empty is a slip.
    let entries: Vec<&str> = entries.collect();
    let entries = match entries.as_slice() {
        [rest @ .., ""] => rest,
        all => all,
    };
    entries.iter().map(|entry| rule(entry)).collect()
}

fn rule(text: &str) -> Result<Rule, String> {
    let form = || format!("`{text}` is not of the form class.subject=count/unit,burst=n");
    let (name, limit) = text.split_once('=').ok_or_else(form)?;
    let (class, subject) = name.trim().split_once('.').ok_or_else(form)?;
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if class.is_empty() || !class.bytes().all(is_name) {
        return Err(format!("`{class}` is no name of a class"));
    }
    let mut subjects = SubjectKind::ALL.into_iter();
    let subject = subjects
        .find(|kind| kind.name() == subject)
        .ok_or_else(|| format!("`{subject}` is none of ip, user, key, org"))?;
    let quota = match limit.trim() {
        "off" => None,
        limit => Some(quota(limit).ok_or_else(|| {
            format!("`{limit}` is no limit: `off`, or such as `600/min` or `600/min,burst=100`")
        })?),
    };
    Ok(Rule {
        class: class.to_owned(),
        subject,
        quota,
    })
}

fn quota(text: &str) -> Option<Quota> {
    let (rate, burst) = match text.split_once(',') {
        Some((rate, burst)) => (rate, Some(burst.trim().strip_prefix("burst=")?)),
        None => (text, None),
    };
    let (count, unit) = rate.trim().split_once('/')?;
    let window = match unit {
        "sec" => Duration::from_secs(1),
        "min" => Duration::from_mins(1),
        "hour" => Duration::from_hours(1),
        "day" => Duration::from_hours(24),
        _ => return None,
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok())?
    };
    let count = number(count)?;
    Quota::new(count, window, burst.map_or(Some(count), number)?)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        args: RateLimitArgs,
    }

    fn quota_of(count: u32, window: u64, burst: u32) -> Option<Quota> {
        Quota::new(count, Duration::from_secs(window), burst)
    }

    #[test]
    fn limits_are_read() {
        let text = " default.ip=600/min,burst=100 ;auth.ip = 10/min; a_1.key=1/sec, burst=2; \
                    b.org=5/hour; c.user=7/day;default.user=off; ";
        let set: RateLimitRules = text.parse().unwrap();
        let set = set.rules.unwrap();
        let expected = [
            ("default", SubjectKind::Ip, quota_of(600, 60, 100)),
            ("auth", SubjectKind::Ip, quota_of(10, 60, 10)),
            ("a_1", SubjectKind::Key, quota_of(1, 1, 2)),
            ("b", SubjectKind::Org, quota_of(5, 3600, 5)),
            ("c", SubjectKind::User, quota_of(7, 86_400, 7)),
            ("default", SubjectKind::User, None),
        ];
        assert_eq!(set.len(), expected.len());
        for (rule, (class, subject, quota)) in set.iter().zip(expected) {
            assert_eq!(
                (&*rule.class, rule.subject, rule.quota),
                (class, subject, quota)
            );
        }
    }

    #[test]
    fn slips_are_refused() {
        for text in [
            ";",
            "default",
            "default.ip",
            "default.ip=",
            "ip=1/min",
            "default.address=1/min",
            "Default.ip=1/min",
            ".ip=1/min",
            "default.ip=600",
            "default.ip=600/m",
            "default.ip=600/minute",
            "default.ip=+600/min",
            "default.ip=-1/min",
            "default.ip=0/min",
            "default.ip=1.5/min",
            "default.ip=9999999/sec",
            "default.ip=1/min,burst=0",
            "default.ip=1/min,burst",
            "default.ip=1/min,burst=",
            "default.ip=1/min,100",
            "default.ip=1/min,burst=2,burst=3",
            "default.ip=1/day,burst=1000",
            "default.ip=1/min;;auth.ip=1/min",
            "default.ip=1/min;default.ip=2/min",
            "default.ip=1/min;off",
            "OFF",
        ] {
            assert!(text.parse::<RateLimitRules>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_defaults_are_limits_and_can_be_set_or_switched_off() {
        let parse = |arguments: &[&str]| {
            let command = [&["gateway"], arguments].concat();
            Command::try_parse_from(command).map(|command| command.args)
        };
        let defaults = parse(&[]).unwrap().rate_limits;
        assert_eq!(defaults, RateLimitArgs::default().rate_limits);
        assert_eq!(RateLimitRules::defaults(), rules(DEFAULTS).unwrap());
        assert!(RateLimitRules::defaults().len() > 4);
        let off = parse(&["--rate-limits", "off"]).unwrap().rate_limits;
        assert_eq!(off.set(), None);
        assert!(parse(&["--rate-limits", "nonsense"]).is_err());
        assert!(parse(&["--rate-limit-redis-ca-file", "/a"]).is_err());
    }

    #[test]
    fn help_teaches_the_language() {
        let help = <Command as clap::CommandFactory>::command().render_long_help();
        let help = help.to_string();
        for text in [
            "default.ip=600/min,burst=100",
            "auth.ip=30/min,burst=15",
            "/64",
        ] {
            assert!(help.contains(text), "{help}");
        }
    }
}
