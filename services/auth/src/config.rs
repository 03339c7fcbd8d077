//! Settings of this service. Each is a flag and an environment variable.

use clap::Args;
use guardmesh_chassis::caller::CallerKeyError;
use guardmesh_chassis::config::{ServiceArgs, secret};
use guardmesh_chassis::peer::AddressError;
use guardmesh_chassis::sealing::SealingKeyError;
use secrecy::SecretString;
use thiserror::Error;

/// Settings of the auth service.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// What every service has.
    #[command(flatten)]
    pub service: ServiceArgs,

    /// Seals the private signing keys in the database: 64 hexadecimal digits
    #[arg(long, env = "AUTH_SEALING_KEY", hide_env_values = true, value_parser = secret)]
    pub sealing_key: SecretString,

    /// Who issues access tokens, their `iss`: an https URL
    #[arg(
        long,
        env = "TOKEN_ISSUER",
        default_value = "https://guardmesh.localhost"
    )]
    pub token_issuer: String,

    /// Whom access tokens are for, their `aud`
    #[arg(long, env = "TOKEN_AUDIENCE", default_value = "guardmesh")]
    pub token_audience: String,

    /// Where guards serves gRPC, such as `http://guards:50051`. Without it, what guards keep of
    /// deleted users and organisations stays there
    #[arg(long, env = "GUARDS_ADDRESS")]
    pub guards_address: Option<String>,
}

/// A setting cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// See the error.
    #[error("GUARDMESH_CALLER_KEY: {0}")]
    CallerKey(#[from] CallerKeyError),
    /// See the error.
    #[error("AUTH_SEALING_KEY: {0}")]
    SealingKey(#[from] SealingKeyError),
    /// RFC 8414 §2 wants an https URL without query and fragment.
    #[error("TOKEN_ISSUER must be an https URL without query and fragment")]
    Issuer,
    /// An empty audience is nobody.
    #[error("TOKEN_AUDIENCE must not be empty")]
    Audience,
    /// See the error.
    #[error("GUARDS_ADDRESS {0}")]
    GuardsAddress(#[from] AddressError),
}

// === impl Config ===

impl Config {
    /// Refuses what cannot name an issuer or an audience.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let host = self.token_issuer.strip_prefix("https://");
        if host.is_none_or(|rest| rest.is_empty() || rest.contains(['?', '#', ' '])) {
            return Err(ConfigError::Issuer);
        }
        if self.token_audience.trim().is_empty() {
            return Err(ConfigError::Audience);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        config: Config,
    }

    const BASE: [&str; 7] = [
        "auth",
        "--database-url=postgres://u:hunter2@localhost/x",
        "--caller-key=hunter2",
        "--sealing-key=hunter2",
        "--database-connections=4",
        "--listen=127.0.0.1:0",
        "--admin-listen=127.0.0.1:0",
    ];

    fn config(extra: &[&str]) -> Config {
        Arguments::parse_from(BASE.iter().chain(extra)).config
    }

    #[test]
    fn issuer_and_audience_have_usable_defaults_and_rules() {
        assert_eq!(config(&[]).check(), Ok(()));
        for issuer in [
            "",
            "guardmesh",
            "http://a.example",
            "https://",
            "https://a.example/?x",
        ] {
            let config = config(&["--token-issuer", issuer]);
            assert_eq!(config.check(), Err(ConfigError::Issuer), "{issuer}");
        }
        let config = config(&["--token-audience", " "]);
        assert_eq!(config.check(), Err(ConfigError::Audience));
    }

    #[test]
    fn secrets_are_not_printed() {
        assert!(!format!("{:?}", config(&[])).contains("hunter2"));
    }
}
