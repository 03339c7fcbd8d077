//! The secrets of development: made once, kept beside the data, printed at start. What the
//! environment sets wins.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guardmesh_chassis::config::secret;
use secrecy::SecretString;

const FILE: &str = "secrets.env";

/// Secrets that the environment may set.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Given {
    /// Stripe's signing secrets, separated by commas
    #[arg(long, env = "STRIPE_WEBHOOK_SECRETS", hide_env_values = true, value_parser = secret)]
    stripe_webhook_secrets: Option<SecretString>,

    /// Clerk's signing secrets, separated by commas
    #[arg(long, env = "CLERK_WEBHOOK_SECRETS", hide_env_values = true, value_parser = secret)]
    clerk_webhook_secrets: Option<SecretString>,

    /// The first administrator's e-mail address
    #[arg(
        long,
        env = "GUARDMESH_ADMIN_EMAIL",
        default_value = "admin@guardmesh.localhost"
    )]
    admin_email: String,

    /// The first administrator's password
    #[arg(long, env = "GUARDMESH_ADMIN_PASSWORD", hide_env_values = true, value_parser = secret)]
    admin_password: Option<SecretString>,

    /// Authenticates caller contexts: 64 hexadecimal digits
    #[arg(long, env = "GUARDMESH_CALLER_KEY", hide_env_values = true, value_parser = secret)]
    caller_key: Option<SecretString>,

    /// Seals the private signing keys in the database: 64 hexadecimal digits
    #[arg(long, env = "AUTH_SEALING_KEY", hide_env_values = true, value_parser = secret)]
    sealing_key: Option<SecretString>,

    /// Seal the values that checks replace by tokens: keys of 64 hexadecimal digits, separated by
    /// commas
    #[arg(long, env = "GUARDS_VAULT_KEYS", hide_env_values = true, value_parser = secret)]
    vault_keys: Option<SecretString>,
}

/// All secrets that the parts need.
pub(super) struct Secrets {
    pub(super) stripe: SecretString,
    pub(super) clerk: SecretString,
    pub(super) admin_email: String,
    pub(super) admin_password: SecretString,
    pub(super) caller_key: SecretString,
    pub(super) sealing_key: SecretString,
    pub(super) vault_keys: SecretString,
}

// === impl Secrets ===

impl Secrets {
    /// Takes what is given, reads what is kept in `directory`, and makes and keeps the rest.
    pub(super) fn load(directory: &Path, given: &Given) -> anyhow::Result<Self> {
        let path = directory.join(FILE);
        let unwritable = || {
            format!(
                "cannot write to {}: make it writable, or use --directory",
                directory.display()
            )
        };
        fs::create_dir_all(directory).with_context(unwritable)?;
        let mut kept = read(&path).with_context(unwritable)?;
        let known = kept.len();
        let mut keep =
            |name: &str, given: &Option<SecretString>, make: fn() -> anyhow::Result<String>| {
                if let Some(given) = given {
                    return Ok(given.clone());
                }
                if !kept.contains_key(name) {
                    kept.insert(name.to_owned(), make()?);
                }
                anyhow::Ok(SecretString::from(kept[name].as_str()))
            };
        let secrets = Self {
            stripe: keep(
                "STRIPE_WEBHOOK_SECRETS",
                &given.stripe_webhook_secrets,
                || Ok(format!("whsec_{}", hex::encode(random::<24>()?))),
            )?,
            clerk: keep(
                "CLERK_WEBHOOK_SECRETS",
                &given.clerk_webhook_secrets,
                || Ok(format!("whsec_{}", STANDARD.encode(random::<24>()?))),
            )?,
            admin_email: given.admin_email.clone(),
            admin_password: keep("GUARDMESH_ADMIN_PASSWORD", &given.admin_password, || {
                Ok(hex::encode(random::<12>()?))
            })?,
            caller_key: keep("GUARDMESH_CALLER_KEY", &given.caller_key, || {
                Ok(hex::encode(random::<32>()?))
            })?,
            sealing_key: keep("AUTH_SEALING_KEY", &given.sealing_key, || {
                Ok(hex::encode(random::<32>()?))
            })?,
            vault_keys: keep("GUARDS_VAULT_KEYS", &given.vault_keys, || {
                Ok(hex::encode(random::<32>()?))
            })?,
        };
        if kept.len() != known {
            write(&path, &kept).with_context(unwritable)?;
        }
        Ok(secrets)
    }
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes)
        .ok()
        .context("the system gives no random bytes")?;
    Ok(bytes)
}

fn read(path: &Path) -> io::Result<BTreeMap<String, String>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let entries = text.lines().filter_map(|line| line.split_once('='));
    Ok(entries
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// Replaces the file as a whole: an interrupted write leaves the old one.
fn write(path: &Path, entries: &BTreeMap<String, String>) -> io::Result<()> {
    let new = path.with_extension("env.new");
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)?;
    for (name, value) in entries {
        writeln!(file, "{name}={value}")?;
    }
    fs::rename(new, path)
}
