//! The keys of one issuer, kept current: fetched at the start and again and again, asked for
//! anew when a token names a key that is not known, and kept for a while when the issuer does not
//! answer.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use chrono::{DateTime, TimeDelta, Utc};
use guardmesh_chassis::clock::Clock;
use guardmesh_proto::guardmesh::auth::v1::{GetJsonWebKeySetRequest, GetJsonWebKeySetResponse};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::auth::Auth;
use super::clerk::jwks::Jwks;
use super::digest::Digest;
use super::key_set::KeySet;

/// Keys of an issuer that has not answered for this long are not used any more.
const KEEP: TimeDelta = TimeDelta::hours(1);
const KEY_SET_PATH: &str = "/guardmesh.auth.v1.KeyService/GetJsonWebKeySet";
const AUTH_TIMEOUT: Duration = Duration::from_secs(3);

/// The keys of one issuer.
pub(crate) struct SigningKeys {
    source: Source,
    pace: Pace,
    clock: Clock,
    current: ArcSwapOption<Fetched>,
    /// Held while the keys are asked for.
    asked: Mutex<Asked>,
}

/// Where keys come from.
pub(crate) enum Source {
    /// Auth, for our own tokens.
    Auth(Auth),
    /// A Clerk instance.
    Clerk(Jwks),
}

struct Fetched {
    set: KeySet,
    at: DateTime<Utc>,
}

/// How often the issuer is asked.
struct Pace {
    /// A key that is no longer published is forgotten after this time.
    refresh: Duration,
    /// A token with an unknown key id makes us look again, but no more often than this.
    refetch: Duration,
    /// And no more often than this while the issuer fails.
    retry: Duration,
}

/// When the keys were asked for last.
#[derive(Default)]
struct Asked {
    /// The last time the issuer answered.
    answered: Option<Instant>,
    /// The last time a question was over, answered or not.
    over: Option<Instant>,
    /// The last question was not answered.
    failing: bool,
}

// === impl SigningKeys ===

impl SigningKeys {
    /// No keys are known before the issuer is first asked.
    pub(crate) fn new(source: Source, clock: Clock) -> Self {
        let pace = match source {
            Source::Auth(_) => Pace {
                refresh: Duration::from_mins(1),
                refetch: Duration::from_secs(2),
                retry: Duration::from_millis(250),
            },
            // Somebody else's server, reached over the internet.
            Source::Clerk(_) => Pace {
                refresh: Duration::from_mins(10),
                refetch: Duration::from_secs(5),
                retry: Duration::from_secs(2),
            },
        };
        Self {
            source,
            pace,
            clock,
            current: ArcSwapOption::empty(),
            asked: Mutex::default(),
        }
    }

    /// The fingerprint of the keys that count at `now`; none when there are no such keys.
    pub(crate) fn fingerprint(&self, now: DateTime<Utc>) -> Option<Digest> {
        let fetched = self.current.load();
        let fetched = fetched.as_ref().filter(|fetched| fetched.counts(now))?;
        Some(fetched.set.fingerprint())
    }

    /// Reads the keys by `read`, after asking for them anew if `kid` is not among them. `None`
    /// when there are no keys at all.
    pub(crate) async fn with_key<T>(
        &self,
        kid: &str,
        read: impl FnOnce(&KeySet) -> T,
    ) -> Option<T> {
        let has = |fetched: &Arc<Fetched>| {
            fetched.counts(self.clock.now()) && fetched.set.get(kid).is_some()
        };
        if !self.current.load().as_ref().is_some_and(has) {
            self.fetch(self.pace.refetch).await;
        }
        let fetched = self.current.load_full();
        let fetched = fetched.filter(|fetched| fetched.counts(self.clock.now()))?;
        Some(read(&fetched.set))
    }

    /// Takes these keys for fetched.
    #[cfg(test)]
    pub(crate) fn hold(&self, set: KeySet) {
        let at = self.clock.now();
        self.current.store(Some(Arc::new(Fetched { set, at })));
    }

    /// Renews the keys, again and again.
    pub(crate) async fn keep_current(&self) {
        loop {
            let failing = self.fetch(self.pace.refresh / 2).await;
            let wait = if failing {
                self.pace.retry
            } else {
                self.pace.refresh
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Asks the issuer for its keys, unless it answered within `interval`. Callers that come
    /// while one asks share what comes of that, also when it is nothing: were each to ask in
    /// turn, a silent issuer would make a queue without end. Says whether the issuer fails.
    async fn fetch(&self, interval: Duration) -> bool {
        let came = Instant::now();
        let mut asked = self.asked.lock().await;
        let fresh = asked.answered.is_some_and(|at| at.elapsed() < interval);
        let shared = asked.over.is_some_and(|over| over > came);
        let tired = asked.failing && asked.over.is_some_and(|at| at.elapsed() < self.pace.retry);
        if fresh || shared || tired {
            return asked.failing;
        }
        match self.source.fetch().await {
            Ok(set) => {
                let at = self.clock.now();
                self.current.store(Some(Arc::new(Fetched { set, at })));
                asked.answered = Some(Instant::now());
                asked.failing = false;
            }
            Err(error) => {
                // Once for each outage.
                if !asked.failing {
                    tracing::warn!(issuer = self.source.name(), error, "no signing keys");
                }
                asked.failing = true;
            }
        }
        asked.over = Some(Instant::now());
        asked.failing
    }
}

// === impl Fetched ===

impl Fetched {
    fn counts(&self, now: DateTime<Utc>) -> bool {
        !self.set.is_empty() && now < self.at + KEEP
    }
}

// === impl Source ===

impl Source {
    fn name(&self) -> &str {
        match self {
            Self::Auth(_) => "auth",
            Self::Clerk(jwks) => jwks.issuer(),
        }
    }

    /// The keys, or why there are none.
    async fn fetch(&self) -> Result<KeySet, String> {
        match self {
            Self::Auth(auth) => {
                let answer = auth
                    .call::<GetJsonWebKeySetResponse>(
                        KEY_SET_PATH,
                        &GetJsonWebKeySetRequest {},
                        AUTH_TIMEOUT,
                    )
                    .await;
                let answer = answer.map_err(|status| status.code().to_string())?;
                Ok(KeySet::of_auth(&answer.keys))
            }
            Self::Clerk(jwks) => jwks.fetch().await.map_err(|error| error.to_string()),
        }
    }
}
