//! The claims of a Clerk session token (version 2), and the rules they must keep. Clerk signs
//! other things with the same keys: machine tokens, OAuth tokens, tokens of templates, sessions
//! whose sign-in is not complete. None of them passes.

use serde::Deserialize;

use crate::identity::digest::Digest;
use crate::identity::jose::Validity;
use crate::identity::refusal::Refusal;

/// Most characters of a name that Clerk gives: ids, roles, slugs.
const MAX_NAME: usize = 128;

/// The claims as they arrive, with no default for any that must be there.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    sid: String,
    v: u32,
    azp: Option<String>,
    sts: Option<String>,
    o: Option<Organization>,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// The active organisation.
#[derive(Deserialize)]
struct Organization {
    id: String,
    rol: String,
    #[serde(default)]
    slg: String,
}

/// A session token that keeps the rules.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SessionToken {
    pub(crate) issuer: String,
    /// `user_…`
    pub(crate) subject: String,
    /// `sess_…`
    pub(crate) session: String,
    /// `org_…`; empty without an active organisation, as its role and slug then are.
    pub(crate) organization: String,
    pub(crate) role: String,
    pub(crate) slug: String,
    /// Seconds since the epoch, as `expires_at` is.
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
    /// What decides whose account it stands for.
    pub(crate) identity: Digest,
}

// === impl Claims ===

impl Claims {
    /// What the claims say, if they keep the rules at `now`.
    pub(super) fn judge(
        self,
        issuer: &str,
        authorized_parties: &[String],
        now: i64,
    ) -> Result<SessionToken, Refusal> {
        let invalid = |what| Err(Refusal::InvalidToken(what));
        if self.iss != issuer {
            return invalid("issuer");
        }
        if self.v != 2 {
            return invalid("version");
        }
        // Absent where the client sent no Origin, as native applications do.
        if self
            .azp
            .is_some_and(|azp| !authorized_parties.contains(&azp))
        {
            return invalid("authorized party");
        }
        // `pending`: signed in, with a task left such as a second factor.
        if self.sts.is_some_and(|status| status != "active") {
            return invalid("session status");
        }
        let validity = Validity {
            issued_at: self.iat,
            not_before: self.nbf,
            expires_at: self.exp,
        };
        validity.check(now)?;
        // A machine's subject is `mch_…`.
        if !is_id(&self.sub, "user_") || !is_id(&self.sid, "sess_") {
            return invalid("subject or session");
        }
        let (organization, role, slug) = match self.o {
            Some(o) if is_id(&o.id, "org_") && is_name(&o.rol) => {
                (o.id, o.rol, Some(o.slg).filter(|slug| is_name(slug)))
            }
            Some(_) => return invalid("organisation"),
            None => (String::new(), String::new(), None),
        };
        let identity = Digest::of_parts(&[issuer, &self.sub, &organization, &role]);
        Ok(SessionToken {
            issuer: self.iss,
            subject: self.sub,
            session: self.sid,
            organization,
            role,
            slug: slug.unwrap_or_default(),
            issued_at: self.iat,
            expires_at: self.exp,
            identity,
        })
    }
}

fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(is_name)
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':'))
}
