//! The buckets that all gateways count together, in Redis.
//!
//! One script decides for all buckets of a request, so a request makes one round trip. Time is
//! that of Redis: with clocks of their own, a gateway that is ahead would block the others'
//! clients. Keys carry one hash tag, so that a cluster keeps them in one place, and expire when
//! their bucket is full.
//!
//! Requests never connect, and never find out at length that Redis is gone: the first that gets no
//! answer in time cuts the connection for all, and one task of this gateway's own, at growing and
//! random intervals, tries until the script runs again.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, Script, TlsCertificates};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::bucket::{Bucket, Outcome, Subject};
use super::gcra::{Moment, Quota};
use super::limit::Limit;

const SCRIPT: &str = include_str!("take.lua");
const PREFIX: &str = "guardmesh:rl:{v1}:";

/// Most requests that wait for an answer at the same time; more wait for those, within the
/// deadline of each.
const MAX_WAITING: usize = 4096;
/// Until a connection, with TLS, is given up.
const CONNECT: Duration = Duration::from_secs(2);
/// How often an unused connection is tried.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Between attempts to connect: doubled from the least to the most.
const LEAST_PAUSE: Duration = Duration::from_millis(100);
const MOST_PAUSE: Duration = Duration::from_secs(5);
/// A connection that lasts this long ends a series of failures.
const LASTING: Duration = Duration::from_secs(10);

/// Redis, as the gateways' common memory.
pub(crate) struct SharedStore {
    client: Client,
    script: Script,
    deadline: Duration,
    probe: Limit,
    link: Mutex<Link>,
    cut: Notify,
}

/// The connection, while there is one.
#[derive(Default)]
struct Link {
    connection: Option<MultiplexedConnection>,
    /// Which connection this is, so that a late failure of one does not cut the next.
    number: u64,
    /// The log has it that there is none.
    told: bool,
}

/// Redis cannot be used as set.
#[derive(Debug, Error)]
pub enum SharedStoreError {
    /// Not the address of a Redis. The value may hold a password and is not repeated.
    #[error(
        "RATE_LIMIT_REDIS_URL is not of the form redis://… or rediss://user:password@host:port/0"
    )]
    Url,
    /// The certificates cannot be read.
    #[error("RATE_LIMIT_REDIS_CA_FILE cannot be read: {0}")]
    CaFile(#[from] std::io::Error),
    /// There are none, or there is no TLS to use them for.
    #[error("RATE_LIMIT_REDIS_CA_FILE has no usable certificates, or the URL is not rediss://")]
    Ca,
}

/// Why there is no answer; for the log.
#[derive(Debug, Error)]
enum Failure {
    #[error("no answer within the deadline")]
    Deadline,
    #[error("{0}")]
    Redis(#[from] RedisError),
    #[error("the answer is not the script's")]
    Answer,
}

// === impl SharedStore ===

impl SharedStore {
    /// Connects to nothing yet: `keep_connected` does.
    pub(crate) fn new(
        url: &SecretString,
        ca: Option<Vec<u8>>,
        deadline: Duration,
    ) -> Result<Self, SharedStoreError> {
        let url = url.expose_secret();
        let mut client = Client::open(url).map_err(|_| SharedStoreError::Url)?;
        if ca.is_some() {
            let certificates = TlsCertificates {
                client_tls: None,
                root_cert: ca,
            };
            client = Client::build_with_tls(url, certificates).map_err(|_| SharedStoreError::Ca)?;
        }
        Ok(Self {
            client,
            script: Script::new(SCRIPT),
            deadline,
            probe: Limit::new(0, "probe".to_owned(), Quota::PROBE),
            link: Mutex::default(),
            cut: Notify::new(),
        })
    }

    /// Whether Redis answers, as far as is known.
    pub(crate) fn is_connected(&self) -> bool {
        self.link().connection.is_some()
    }

    /// Takes one from each bucket, or from none; `None` when Redis does not answer.
    pub(crate) async fn take(&self, buckets: &[Bucket<'_>]) -> Option<Outcome> {
        let (connection, number) = {
            let link = self.link();
            (link.connection.clone()?, link.number)
        };
        match self.run(connection, buckets).await {
            Ok(outcome) => Some(outcome),
            Err(failure) => {
                self.cut(number, &failure);
                None
            }
        }
    }

    /// Connects, and connects again, for ever.
    pub(crate) async fn keep_connected(&self) {
        let mut pause = LEAST_PAUSE;
        loop {
            self.connect(&mut pause).await;
            let connected = Instant::now();
            while self.is_connected() {
                if timeout(HEARTBEAT, self.cut.notified()).await.is_err() {
                    self.take(&[self.probe()]).await;
                }
            }
            if connected.elapsed() >= LASTING {
                pause = LEAST_PAUSE;
            }
        }
    }

    /// Tries until a connection has run the script.
    async fn connect(&self, pause: &mut Duration) {
        loop {
            // The first pause follows a cut as well: what just failed is not asked at once.
            sleep(jittered(*pause)).await;
            *pause = (*pause * 2).min(MOST_PAUSE);
            match timeout(CONNECT, self.attempt()).await {
                Ok(Ok(connection)) => return self.link().connect(connection),
                Ok(Err(failure)) => self.link().tell(&failure),
                Err(_) => self.link().tell(&Failure::Deadline),
            }
        }
    }

    async fn attempt(&self) -> Result<MultiplexedConnection, Failure> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(None)
            .set_concurrency_limit(MAX_WAITING);
        let client = &self.client;
        let connection = client.get_multiplexed_async_connection_with_config(&config);
        let connection = connection.await?;
        self.script.load_async(&mut connection.clone()).await?;
        self.run(connection.clone(), &[self.probe()]).await?;
        Ok(connection)
    }

    async fn run(
        &self,
        mut connection: MultiplexedConnection,
        buckets: &[Bucket<'_>],
    ) -> Result<Outcome, Failure> {
        let mut call = self.script.prepare_invoke();
        for Bucket { limit, subject } in buckets {
            let (interval, span) = (limit.quota.interval(), limit.quota.span());
            call.key(format!("{PREFIX}{}:{subject}", limit.name))
                .arg(limit.quota.count())
                .arg(interval.whole)
                .arg(interval.part)
                .arg(span.whole)
                .arg(span.part);
        }
        let answer = call.invoke_async(&mut connection);
        let answer = timeout(self.deadline, answer).await;
        let answer: Vec<u64> = answer.map_err(|_| Failure::Deadline)??;
        outcome(&answer, buckets.len()).ok_or(Failure::Answer)
    }

    /// A bucket of nobody's, to see that the script runs and may write.
    fn probe(&self) -> Bucket<'_> {
        Bucket {
            limit: &self.probe,
            subject: Subject::Ipv4(0),
        }
    }

    /// Ends the connection of this number, for all who use it.
    fn cut(&self, number: u64, failure: &Failure) {
        let mut link = self.link();
        if link.number == number && link.connection.take().is_some() {
            link.tell(failure);
            self.cut.notify_one();
        }
    }

    fn link(&self) -> MutexGuard<'_, Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Link ===

impl Link {
    fn connect(&mut self, connection: MultiplexedConnection) {
        self.number += 1;
        self.connection = Some(connection);
        self.told = false;
        tracing::info!("requests are counted in Redis, together with the other gateways");
    }

    /// Once for each time that Redis is lost.
    fn tell(&mut self, failure: &Failure) {
        if !std::mem::replace(&mut self.told, true) {
            tracing::warn!(%failure, "Redis is lost: this gateway counts requests by itself");
        }
    }
}

/// What the script returned for so many buckets.
fn outcome(answer: &[u64], buckets: usize) -> Option<Outcome> {
    let (taken, rests) = answer.split_first()?;
    let (rests, rest) = rests.as_chunks::<2>();
    if rests.len() != buckets || !rest.is_empty() {
        return None;
    }
    let rests = rests.iter().map(|&[whole, part]| {
        let part = u32::try_from(part).ok()?;
        Some(Moment { whole, part })
    });
    Some(Outcome {
        taken: *taken == 1,
        rests: rests.collect::<Option<_>>()?,
    })
}

/// Between half of it and all of it, so that gateways do not return all at the same moment.
fn jittered(pause: Duration) -> Duration {
    // Every `RandomState` has other keys: randomness enough to spread a few processes.
    let random = RandomState::new().hash_one(()) % 1000;
    let half = pause / 2;
    half + half * u32::try_from(random).unwrap_or_default() / 1000
}
