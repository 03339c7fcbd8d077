//! The settings of the guards service.

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use clap::Args;
use guardmesh_chassis::config::{ServiceArgs, secret};
use secrecy::SecretString;

/// The settings of the guards service.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// What every service has
    #[command(flatten)]
    pub service: ServiceArgs,

    /// Most milliseconds that one guard may take over one text
    #[arg(long = "guard-timeout-ms", env = "GUARDS_GUARD_TIMEOUT_MS", default_value = "2000",
          value_parser = millis)]
    pub guard_timeout: Duration,

    /// Days that runs are kept
    #[arg(long = "run-retention-days", env = "GUARDS_RUN_RETENTION_DAYS", default_value = "90",
          value_parser = days)]
    pub run_retention: TimeDelta,

    /// Most hours that a policy can have texts kept
    #[arg(long = "text-retention-hours", env = "GUARDS_TEXT_RETENTION_HOURS", default_value = "168",
          value_parser = hours)]
    pub text_retention: TimeDelta,

    /// Seal the values that checks replace by tokens, texts that policies have kept, and authorizations
    /// of remote guards: keys of 64 hexadecimal digits, separated by commas. The first seals, all open:
    /// during a rotation the old one stays behind the new one for as long as values are kept. Where
    /// several instances run, all of them need the new key behind the old one before any has it in front.
    /// Authorizations are sealed again with the first key when the service starts. Without any, nothing is anonymised reversibly, and no text is kept
    #[arg(long = "vault-keys", env = "GUARDS_VAULT_KEYS", default_value = "",
          hide_env_values = true, value_parser = secret)]
    pub vault_keys: SecretString,

    /// Where remote guards may be
    #[command(flatten)]
    pub remotes: RemoteArgs,

    /// What is asked where a guard is in doubt
    #[command(flatten)]
    pub transformer: TransformerArgs,
}

/// Where remote guards may be.
#[derive(Debug, Clone, Default, Args)]
pub struct RemoteArgs {
    /// Hosts at which remote guards may be, separated by commas: names, `*.example.org` for all
    /// below one, addresses. None by default; `guardmesh dev` adds this machine. Names lead to public
    /// addresses alone
    #[arg(long = "remote-hosts", env = "GUARDS_REMOTE_HOSTS", default_value = "")]
    pub hosts: String,

    /// Networks such as 10.0.0.0/8, separated by commas, to which these names may lead besides
    #[arg(
        long = "remote-networks",
        env = "GUARDS_REMOTE_NETWORKS",
        default_value = ""
    )]
    pub networks: String,

    /// Certificate authorities of remote guards besides the public ones: a PEM file
    #[arg(long = "remote-ca-file", env = "GUARDS_REMOTE_CA_FILE")]
    pub ca_file: Option<PathBuf>,
}

/// A transformer as second opinion.
#[derive(Debug, Clone, Default, Args)]
pub struct TransformerArgs {
    /// Ask the transformer in this directory (config.json, tokenizer.json, model.safetensors of a DeBERTa-v2
    /// classifier) where the guard `prompt_injection` is in doubt; not in streams, but with bufferAll. Needs a
    /// build with the feature `transformer`
    #[arg(long = "injection-model-dir", env = "GUARDS_INJECTION_MODEL_DIR")]
    pub injection_model_dir: Option<PathBuf>,

    /// The labels of that transformer that mean an injection, separated by commas. By default INJECTION,
    /// JAILBREAK and MALICIOUS, or `LABEL_1` of two labels without names
    #[arg(
        long = "injection-model-labels",
        env = "GUARDS_INJECTION_MODEL_LABELS",
        default_value = ""
    )]
    pub injection_model_labels: String,
}

fn millis(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(millis @ 1..=60_000) => Ok(Duration::from_millis(millis)),
        _ => Err("expected milliseconds, 1 to 60000".to_owned()),
    }
}

fn days(text: &str) -> Result<TimeDelta, String> {
    match text.parse() {
        Ok(days @ 1..=3650) => Ok(TimeDelta::days(days)),
        _ => Err("expected days, 1 to 3650".to_owned()),
    }
}

fn hours(text: &str) -> Result<TimeDelta, String> {
    match text.parse() {
        Ok(hours @ 1..=8784) => Ok(TimeDelta::hours(hours)),
        _ => Err("expected hours, 1 to 8784".to_owned()),
    }
}
