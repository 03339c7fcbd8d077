//! The settings of this service. Each is a flag and an environment variable.

use clap::Args;
use guardmesh_chassis::config::{Environment, ServiceArgs, secret, secrets};
use secrecy::SecretString;
use thiserror::Error;

use crate::signature::{standard, stripe};

/// Settings; validated when the service starts.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// What every service has.
    #[command(flatten)]
    pub service: ServiceArgs,

    /// Signing secrets of the Stripe endpoint, `whsec_…`, separated by commas: several while
    /// they are rotated. Without any, events of Stripe are refused
    #[arg(long, env = "STRIPE_WEBHOOK_SECRETS", hide_env_values = true, value_parser = secret)]
    pub stripe_webhook_secrets: Option<SecretString>,

    /// Signing secrets of the Clerk endpoint, `whsec_…`, separated by commas: several while
    /// they are rotated. Without any, events of Clerk are refused
    #[arg(long, env = "CLERK_WEBHOOK_SECRETS", hide_env_values = true, value_parser = secret)]
    pub clerk_webhook_secrets: Option<SecretString>,

    /// Where auth serves gRPC, such as `http://auth:50051`
    #[arg(long, env = "AUTH_ADDRESS")]
    pub auth_address: String,
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Not secrets of Stripe.
    #[error("STRIPE_WEBHOOK_SECRETS: {0}")]
    Stripe(stripe::SecretError),
    /// Not secrets of Clerk.
    #[error("CLERK_WEBHOOK_SECRETS: {0}")]
    Clerk(standard::SecretError),
}

// === impl Config ===

impl Config {
    pub(crate) fn stripe_secrets(
        &self,
        environment: Environment,
    ) -> Result<stripe::Secrets, ConfigError> {
        let secrets = list(self.stripe_webhook_secrets.as_ref());
        stripe::Secrets::new(&secrets, environment).map_err(ConfigError::Stripe)
    }

    pub(crate) fn clerk_secrets(
        &self,
        environment: Environment,
    ) -> Result<standard::Secrets, ConfigError> {
        let secrets = list(self.clerk_webhook_secrets.as_ref());
        standard::Secrets::new(&secrets, environment).map_err(ConfigError::Clerk)
    }
}

fn list(setting: Option<&SecretString>) -> Vec<SecretString> {
    setting.map(secrets).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        config: Config,
    }

    fn config(arguments: &[&str]) -> Config {
        let required = [
            "webhooks",
            "--database-url=postgres://localhost/x",
            "--caller-key=x",
            "--auth-address=http://auth:50051",
        ];
        Command::parse_from(required.iter().chain(arguments)).config
    }

    #[test]
    fn lists_of_secrets_are_read_and_never_shown() {
        let config = config(&[
            "--stripe-webhook-secrets=whsec_4f1c2e7d9a8b6053c1d2e3f4, \
             whsec_00112233445566778899aabb,",
            "--clerk-webhook-secrets=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ]);
        assert!(
            !config
                .stripe_secrets(Environment::Production)
                .unwrap()
                .is_empty()
        );
        assert!(
            !config
                .clerk_secrets(Environment::Production)
                .unwrap()
                .is_empty()
        );
        let shown = format!("{config:?}");
        assert!(!shown.contains("whsec_"), "{shown}");
    }

    #[test]
    fn no_secrets_are_an_empty_list_and_wrong_ones_an_error() {
        for none in [
            &[][..],
            &["--stripe-webhook-secrets="],
            &["--stripe-webhook-secrets=,"],
        ] {
            assert!(
                config(none)
                    .stripe_secrets(Environment::Production)
                    .unwrap()
                    .is_empty(),
                "{none:?}"
            );
        }
        let wrong = config(&[
            "--stripe-webhook-secrets=whsec_4f1c2e7d9a8b6053c1d2e3f4,sk_live_1",
            "--clerk-webhook-secrets=whsec_!",
        ]);
        let message = wrong
            .stripe_secrets(Environment::Production)
            .unwrap_err()
            .to_string();
        assert!(message.starts_with("STRIPE_WEBHOOK_SECRETS: "), "{message}");
        let message = wrong
            .clerk_secrets(Environment::Production)
            .unwrap_err()
            .to_string();
        assert!(message.starts_with("CLERK_WEBHOOK_SECRETS: "), "{message}");
    }
}
