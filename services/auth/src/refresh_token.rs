//! Refresh tokens: opaque, each works once.
//!
//! A token in two hands shows when the second one uses it: the session ends (RFC 9700 §4.14.2).
//! Clients do repeat calls whose answer was lost, and do call in parallel; so for a few seconds
//! the predecessor of the live token gives that very token again. It is kept for this, sealed
//! under a key derived from the predecessor: the database alone cannot give it.

use std::fmt;

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::database::{self, Scope};
use guardmesh_chassis::sealing::SealingKey;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;

use crate::State;
use crate::db::{memberships, refresh_tokens, sessions, users};
use crate::error::Error;
use crate::membership;
use crate::session::{self, EndReason, Session, Tokens};

/// How long a token can be exchanged.
pub(crate) const LIFETIME: TimeDelta = TimeDelta::days(7);
/// How long a token, once exchanged, gives the same successor again.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// Tells scanners for leaked secrets what they have found.
const PREFIX: &str = "gmr_";
const RANDOM_BYTES: usize = 32;
const SERVICE: &[u8] = b"guardmesh auth v1";
const PURPOSE: &[u8] = b"refresh token successor";

/// A refresh token, as its client holds it.
#[derive(Clone)]
pub(crate) struct RefreshToken(SecretString);

/// What the database knows of a token.
#[derive(Debug)]
pub(crate) struct StoredToken {
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) rotated_at: Option<DateTime<Utc>>,
    pub(crate) successor_sealed: Option<Vec<u8>>,
}

// === impl RefreshToken ===

impl RefreshToken {
    pub(crate) fn generate() -> Result<Self, Unspecified> {
        let mut bytes = [0; RANDOM_BYTES];
        rand::fill(&mut bytes)?;
        let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        Ok(Self(text.into()))
    }

    /// Reads a token in the one spelling that it has.
    pub(crate) fn parse(text: SecretString) -> Option<Self> {
        let random = text.expose_secret().strip_prefix(PREFIX)?;
        let bytes = URL_SAFE_NO_PAD.decode(random).ok()?;
        (bytes.len() == RANDOM_BYTES).then_some(Self(text))
    }

    /// SHA-256. The token has 256 random bits: nothing slower is needed.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let digest: Digest = digest::digest(&digest::SHA256, self.0.expose_secret().as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(digest.as_ref());
        hash
    }

    /// The text, to be handed to the client and nobody else.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn seal_successor(&self, successor: &Self) -> Result<Vec<u8>, Unspecified> {
        let content = successor.expose().as_bytes();
        self.sealing_key()?.seal(&self.hash(), content)
    }

    fn open_successor(&self, sealed: &[u8]) -> Result<Self, Unspecified> {
        let opened = self.sealing_key()?.open(&self.hash(), sealed)?;
        let text = std::str::from_utf8(opened.expose_secret()).map_err(|_| Unspecified)?;
        Self::parse(text.into()).ok_or(Unspecified)
    }

    fn sealing_key(&self) -> Result<SealingKey, Unspecified> {
        SealingKey::derive(self.expose().as_bytes(), SERVICE, PURPOSE)
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken([REDACTED])")
    }
}

/// Exchanges a token for new tokens of its session.
pub(crate) async fn exchange(state: &State, presented: SecretString) -> Result<Tokens, Error> {
    let token = RefreshToken::parse(presented).ok_or(Error::InvalidRefreshToken)?;
    let hash = token.hash();
    let key = state.signing_key().await?;

    let mut transaction = database::begin(&state.database, Scope::Platform).await?;
    let session = sessions::lock_by_refresh_token_unscoped(&mut transaction, &hash)
        .await?
        .ok_or(Error::InvalidRefreshToken)?;
    let stored = refresh_tokens::find_unscoped(&mut transaction, &hash)
        .await?
        .ok_or(Error::InvalidRefreshToken)?;

    let now = state.clock.now();
    let refresh = match successor(&mut transaction, &session, &token, &stored, now).await {
        Err(Error::RefreshTokenReused) => {
            transaction.commit().await?; // The session ends, although the call fails.
            state.revocations.announce();
            return Err(Error::RefreshTokenReused);
        }
        successor => successor?,
    };
    let user = users::get_unscoped(&mut transaction, session.user_id).await?;
    let role = memberships::role(&mut transaction, session.organization_id, user.id).await?;
    let role = role.ok_or(Error::SessionEnded)?;
    let permissions = membership::permissions(user.platform_role, role);
    let access = state
        .access_tokens
        .issue(key, &session, &permissions, now)?;
    transaction.commit().await?;
    Ok(Tokens { access, refresh })
}

/// The token that follows `token`, given the session locked.
async fn successor(
    connection: &mut PgConnection,
    session: &Session,
    token: &RefreshToken,
    stored: &StoredToken,
    now: DateTime<Utc>,
) -> Result<RefreshToken, Error> {
    if session.ended_at.is_some() {
        return Err(Error::SessionEnded);
    }
    match (stored.rotated_at, &stored.successor_sealed) {
        (None, _) if now < stored.expires_at => rotate(connection, session, token, now).await,
        (None, _) => Err(Error::InvalidRefreshToken),
        (Some(rotated_at), Some(sealed)) if now < rotated_at + GRACE => {
            Ok(token.open_successor(sealed)?)
        }
        (Some(_), _) => {
            let (organization, id) = (session.organization_id, session.id);
            tracing::warn!(session = %id, "a refresh token was reused: its session ends");
            session::end(connection, organization, id, now, EndReason::Reuse).await?;
            Err(Error::RefreshTokenReused)
        }
    }
}

/// Puts a new token in the place of the live one.
async fn rotate(
    connection: &mut PgConnection,
    session: &Session,
    token: &RefreshToken,
    now: DateTime<Utc>,
) -> Result<RefreshToken, Error> {
    let successor = RefreshToken::generate()?;
    let sealed = token.seal_successor(&successor)?;
    let expires_at = now + LIFETIME;
    refresh_tokens::rotate(connection, session, &token.hash(), now, &sealed).await?;
    refresh_tokens::insert(connection, session, &successor.hash(), now, expires_at).await?;
    sessions::set_expiry(connection, session, expires_at).await?;
    Ok(successor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_random_and_have_one_spelling() {
        let token = RefreshToken::generate().unwrap();
        assert_ne!(token.expose(), RefreshToken::generate().unwrap().expose());
        assert_eq!(token.expose().len(), 47);
        let parse = |text: &str| RefreshToken::parse(text.into());
        assert_eq!(parse(token.expose()).unwrap().hash(), token.hash());

        let bare = token.expose().trim_start_matches(PREFIX);
        for other in [
            "",
            PREFIX,
            bare,
            &format!("{}=", token.expose()),
            &format!("{} ", token.expose()),
            &format!("{PREFIX}{bare}AA"),
            &token.expose()[..46],
        ] {
            assert!(parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn only_the_predecessor_gives_the_successor() {
        let [token, successor, stranger] = [(); 3].map(|()| RefreshToken::generate().unwrap());
        let sealed = token.seal_successor(&successor).unwrap();
        let opened = token.open_successor(&sealed).unwrap();
        assert_eq!(opened.expose(), successor.expose());
        assert!(stranger.open_successor(&sealed).is_err());
    }

    #[test]
    fn a_token_cannot_be_printed() {
        let token = RefreshToken::generate().unwrap();
        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
