//! `guardmesh admin`: what only those do who can reach the database. Administrators are made
//! here, and nowhere else.

use std::io::{self, IsTerminal, Write};

use anyhow::{Context, bail};
use clap::Subcommand;
use guardmesh_auth::AdministratorOutcome;
use guardmesh_chassis::config::{Environment, secret};
use guardmesh_chassis::id::OrganizationId;
use secrecy::{ExposeSecret, SecretString};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Create an administrator, or make an existing account one
    ///
    /// The password is taken from `GUARDMESH_ADMIN_PASSWORD`, else from the first line of standard
    /// input. An existing account gets this password; its sessions and API keys end.
    Create {
        /// The e-mail address to sign in with
        #[arg(long, env = "GUARDMESH_ADMIN_EMAIL")]
        email: String,

        /// The display name
        #[arg(long, default_value = "Administrator")]
        name: String,

        #[command(flatten)]
        database: Database,
    },
    /// End all sessions and API keys of a user
    ///
    /// Gateways refuse their tokens within moments. The user may sign in again.
    RevokeUser {
        /// The e-mail address, or the id (`usr_…`)
        user: String,

        #[command(flatten)]
        database: Database,
    },
    /// Delete an account for good, also one of somebody who signs in with Clerk
    ///
    /// Its sessions and API keys end, gateways refuse its tokens within moments, organisations that
    /// nobody else is in go with it. Guards erase what they keep of it while auth is running.
    DeleteUser {
        /// The e-mail address, or the id (`usr_…`)
        user: String,

        #[command(flatten)]
        database: Database,
    },
    /// Delete an organisation for good
    ///
    /// Everybody's sessions and API keys in it end; their accounts stay. Guards erase what they keep
    /// of it while auth is running.
    DeleteOrganization {
        /// The id (`org_…`)
        organization: OrganizationId,

        #[command(flatten)]
        database: Database,
    },
}

#[derive(clap::Args)]
struct Database {
    /// The database of auth
    #[arg(long = "database-url", env = "DATABASE_URL", hide_env_values = true, value_parser = secret)]
    url: SecretString,

    /// `production` insists on an encrypted connection to another machine
    #[arg(long, env = "GUARDMESH_ENV", value_enum, default_value = "production")]
    environment: Environment,
}

pub(crate) async fn run(Args { action }: Args) -> anyhow::Result<()> {
    match action {
        Action::Create {
            email,
            name,
            database,
        } => create(&email, &name, &database).await,
        Action::RevokeUser { user, database } => revoke(&user, &database).await,
        Action::DeleteUser { user, database } => delete_user(&user, &database).await,
        Action::DeleteOrganization {
            organization,
            database,
        } => delete_organization(organization, &database).await,
    }
}

async fn create(email: &str, name: &str, database: &Database) -> anyhow::Result<()> {
    let password = password()?;
    let (url, environment) = (&database.url, database.environment);
    let outcome = guardmesh_auth::create_administrator(url, environment, email, password, name)
        .await
        .context("the administrator could not be created")?;
    let what = match outcome {
        AdministratorOutcome::Created => "created",
        AdministratorOutcome::Changed => "changed",
        AdministratorOutcome::Unchanged => "unchanged",
    };
    writeln!(io::stdout(), "administrator {email}: {what}")?;
    Ok(())
}

async fn revoke(user: &str, database: &Database) -> anyhow::Result<()> {
    let revoked = guardmesh_auth::revoke_user(&database.url, database.environment, user)
        .await
        .context("the user could not be revoked")?;
    let (sessions, keys) = (revoked.sessions, revoked.api_keys);
    writeln!(
        io::stdout(),
        "user {user}: ended {sessions} sessions and {keys} API keys"
    )?;
    Ok(())
}

async fn delete_user(user: &str, database: &Database) -> anyhow::Result<()> {
    guardmesh_auth::delete_user(&database.url, database.environment, user)
        .await
        .context("the user could not be deleted")?;
    writeln!(io::stdout(), "user {user}: deleted")?;
    Ok(())
}

async fn delete_organization(id: OrganizationId, database: &Database) -> anyhow::Result<()> {
    guardmesh_auth::delete_organization(&database.url, database.environment, id)
        .await
        .context("the organisation could not be deleted")?;
    writeln!(io::stdout(), "organisation {id}: deleted")?;
    Ok(())
}

fn password() -> anyhow::Result<SecretString> {
    if let Ok(password) = std::env::var("GUARDMESH_ADMIN_PASSWORD") {
        return Ok(SecretString::from(password));
    }
    if io::stdin().is_terminal() {
        write!(io::stderr(), "Password (it will be shown): ")?;
        io::stderr().flush()?;
    }
    let mut line = SecretString::from(read_line()?);
    if line.expose_secret().is_empty() {
        bail!("no password: set GUARDMESH_ADMIN_PASSWORD, or write it to standard input");
    }
    Ok(std::mem::take(&mut line))
}

fn read_line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
