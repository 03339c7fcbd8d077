//! `auth.users`.

use guardmesh_chassis::id::UserId;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;

use crate::user::{Account, PlatformRole, User};

pub(crate) async fn insert_unscoped(
    connection: &mut PgConnection,
    user: &User,
    password_hash: Option<&SecretString>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into auth.users (id, email, name, password_hash, platform_role, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        user.id.uuid(),
        user.email,
        user.name,
        password_hash.map(ExposeSecret::expose_secret),
        user.platform_role as PlatformRole,
        user.created_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The account with this e-mail address, which must be in lower case.
pub(crate) async fn find_by_email_unscoped(
    connection: &mut PgConnection,
    email: &str,
) -> Result<Option<Account>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select id, email, name, password_hash, platform_role as "platform_role: PlatformRole",
                  created_at
           from auth.users
           where email = $1"#,
        email,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Account {
        user: User {
            id: row.id.into(),
            email: row.email,
            name: row.name,
            platform_role: row.platform_role,
            created_at: row.created_at,
        },
        password_hash: row.password_hash.map(SecretString::from),
    }))
}

/// Whether there is an account with this id.
pub(crate) async fn exists_unscoped(
    connection: &mut PgConnection,
    id: UserId,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!("select id from auth.users where id = $1", id.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Locks an account until the end of the transaction: nothing is added to it meanwhile. Gives
/// whether there is one.
pub(crate) async fn lock_unscoped(
    connection: &mut PgConnection,
    id: UserId,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "select id from auth.users where id = $1 for update",
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// Deletes an account, with its memberships, its identities elsewhere, and all that belongs to
/// these.
pub(crate) async fn delete_unscoped(
    connection: &mut PgConnection,
    id: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from auth.users where id = $1", id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// A user that is known to exist.
pub(crate) async fn get_unscoped(
    connection: &mut PgConnection,
    id: UserId,
) -> Result<User, sqlx::Error> {
    sqlx::query_as!(
        User,
        r#"select id, email, name, platform_role as "platform_role: PlatformRole", created_at
           from auth.users
           where id = $1"#,
        id.uuid(),
    )
    .fetch_one(connection)
    .await
}

pub(crate) async fn set_platform_role_unscoped(
    connection: &mut PgConnection,
    id: UserId,
    role: PlatformRole,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update auth.users set platform_role = $2 where id = $1",
        id.uuid(),
        role as PlatformRole,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn set_password_hash_unscoped(
    connection: &mut PgConnection,
    id: UserId,
    password_hash: &SecretString,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update auth.users set password_hash = $2 where id = $1",
        id.uuid(),
        password_hash.expose_secret(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
