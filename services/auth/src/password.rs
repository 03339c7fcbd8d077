//! Passwords: what may be chosen, and their slow hashes.
//!
//! Hashing costs about 20 ms of a core and 19 MiB each time. It runs on blocking threads, at most
//! one a core, behind a bounded queue: a flood of logins is told to come back and does not exhaust
//! the machine. The memory is kept for the next hash: allocators that get as much back from ever
//! other threads let go of little of it.

use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::rand;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::error::Error;

const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 128;

/// Memory in KiB, passes and lanes: the second choice of OWASP's Password Storage Cheat Sheet.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
const SALT_BYTES: usize = 16;
/// How many may wait for a thread, for each thread: about a second's work.
const WAITING: usize = 48;

/// A password of sane length.
#[derive(Debug, Clone)]
pub(crate) struct Password(SecretString);

/// Hashes and verifies passwords.
#[derive(Debug)]
pub(crate) struct Hasher {
    threads: Arc<Semaphore>,
    /// Those that wait and those that are served.
    places: Semaphore,
    memory: Arc<Memory>,
}

/// What hashes are computed in, while it is not in use: never more than there are threads.
#[derive(Debug, Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

// === impl Password ===

impl Password {
    /// A password that a user chooses, or the rule that it breaks.
    pub(crate) fn choose(text: SecretString) -> Result<Self, &'static str> {
        match text.expose_secret().chars().count() {
            ..MIN_CHARACTERS => Err("must have at least 8 characters"),
            MIN_CHARACTERS..=MAX_CHARACTERS => Ok(Self(text)),
            _ => Err("must have at most 128 characters"),
        }
    }

    /// A password that somebody presents. `None` when it is longer than any that can be chosen.
    /// Shorter ones are tried: the rules may have been different when it was chosen.
    pub(crate) fn present(text: SecretString) -> Option<Self> {
        (text.expose_secret().chars().count() <= MAX_CHARACTERS).then_some(Self(text))
    }
}

// === impl Hasher ===

impl Hasher {
    /// One thread for each core of this machine.
    pub(crate) fn new() -> Self {
        Self::with_threads(thread::available_parallelism().map_or(1, NonZero::get))
    }

    fn with_threads(threads: usize) -> Self {
        Self {
            threads: Arc::new(Semaphore::new(threads)),
            places: Semaphore::new(threads * (1 + WAITING)),
            memory: Arc::default(),
        }
    }

    /// The PHC string of a password, with a salt of its own.
    pub(crate) async fn hash(&self, password: Password) -> Result<SecretString, Error> {
        self.run(move |memory| hash(&password, memory)).await
    }

    /// Whether `password` is the one behind `hash`. Without a hash it is not, which takes the same
    /// work to find out.
    pub(crate) async fn verify(
        &self,
        password: Password,
        hash: Option<SecretString>,
    ) -> Result<bool, Error> {
        self.run(move |memory| match hash {
            Some(hash) => verify(&password, &hash, memory),
            None => self::hash(&password, memory).map(|_| false),
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Memory) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _place = self.places.try_acquire().map_err(|_| Error::Busy)?;
        let threads = self.threads.clone();
        let thread = threads.acquire_owned().await.map_err(|_| Error::Busy)?;
        let memory = self.memory.clone();
        let worker = tokio::task::spawn_blocking(move || {
            // A caller that gives up frees its place; the thread is busy until the work is done.
            let _thread = thread;
            work(&memory)
        });
        worker.await.map_err(Error::Hashing)?
    }
}

// === impl Memory ===

impl Memory {
    /// Computes a hash. Memory beyond the usual, for a hash of other parameters, is not kept.
    fn compute(
        &self,
        argon2: &Argon2<'_>,
        password: &Password,
        salt: &[u8],
    ) -> Result<Output, Error> {
        let mut blocks = self.idle().pop().unwrap_or_default();
        blocks.resize(argon2.params().block_count(), Block::new());
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        let password = password.0.expose_secret().as_bytes();
        let hashed =
            argon2.hash_password_into_with_memory(password, salt, &mut output, &mut blocks);
        if blocks.len() == usual()?.block_count() {
            self.idle().push(blocks);
        }
        hashed.map_err(|_| Error::PasswordHash)?;
        Output::new(&output).map_err(|_| Error::PasswordHash)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        // A thread that panics took its memory out before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn usual() -> Result<Params, Error> {
    let (memory, passes, lanes) = COST;
    Params::new(memory, passes, lanes, None).map_err(|_| Error::PasswordHash)
}

/// The PHC string of a password, with a salt of its own.
fn hash(password: &Password, memory: &Memory) -> Result<SecretString, Error> {
    let mut salt = [0; SALT_BYTES];
    rand::fill(&mut salt)?;
    let (algorithm, version, params) = (Algorithm::Argon2id, Version::V0x13, usual()?);
    let argon2 = Argon2::new(algorithm, version, params);
    let hash = PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(argon2.params()).map_err(|_| Error::PasswordHash)?,
        salt: Some(Salt::new(&salt).map_err(|_| Error::PasswordHash)?),
        hash: Some(memory.compute(&argon2, password, &salt)?),
    };
    Ok(hash.to_string().into())
}

/// The cost is the one stated in the hash.
fn verify(password: &Password, hash: &SecretString, memory: &Memory) -> Result<bool, Error> {
    let stored = PasswordHash::new(hash.expose_secret()).map_err(|_| Error::PasswordHash)?;
    let argon2 = stated(&stored).ok_or(Error::PasswordHash)?;
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
        return Err(Error::PasswordHash);
    };
    // Outputs are compared in constant time.
    Ok(memory.compute(&argon2, password, salt)? == *expected)
}

fn stated(hash: &PasswordHash) -> Option<Argon2<'static>> {
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = Version::try_from(hash.version?).ok()?;
    let params = Params::try_from(hash).ok()?;
    Some(Argon2::new(algorithm, version, params))
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;

    fn password(text: &str) -> Password {
        Password::present(text.into()).unwrap()
    }

    #[test]
    fn length_is_counted_in_characters() {
        let choose = |text: &str| Password::choose(text.into()).map(drop);
        assert!(choose("1234567").is_err());
        assert_eq!(choose("12345678"), Ok(()));
        assert_eq!(choose("pässwört"), Ok(()));
        assert_eq!(choose(&"ö".repeat(128)), Ok(()));
        assert!(choose(&"a".repeat(129)).is_err());
        assert!(Password::present("a".repeat(129).into()).is_none());
    }

    #[tokio::test]
    async fn a_hash_states_its_cost_and_accepts_one_password() {
        let hasher = Hasher::new();
        let hash = hasher.hash(password("correct horse")).await.unwrap();
        let text = hash.expose_secret();
        assert!(
            text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{text}"
        );
        let verify = |text, hash| hasher.verify(password(text), hash);
        assert!(verify("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!verify("correct house", Some(hash)).await.unwrap());
        assert!(!verify("correct horse", None).await.unwrap());
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_sent_away() {
        let hasher = Hasher::with_threads(1);
        let thread = hasher.threads.clone().acquire_owned().await.unwrap();
        let mut waiting: Vec<_> = (0..=WAITING)
            .map(|_| Box::pin(hasher.run(|_| Ok(()))))
            .collect();
        for future in &mut waiting {
            assert!(poll_once(future.as_mut()).is_pending());
        }
        assert!(matches!(hasher.run(|_| Ok(())).await, Err(Error::Busy)));

        drop(thread);
        for future in waiting {
            future.await.unwrap();
        }
        assert!(hasher.run(|_| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn hashes_are_those_of_the_crate() {
        let hasher = Hasher::new();
        let crate_made = Argon2::new(Algorithm::Argon2id, Version::V0x13, usual().unwrap())
            .hash_password(b"correct horse")
            .unwrap();
        let other_cost = Params::new(1024, 1, 1, None).unwrap();
        let cheaper = Argon2::new(Algorithm::Argon2i, Version::V0x13, other_cost)
            .hash_password(b"correct horse")
            .unwrap();
        for hash in [crate_made.to_string(), cheaper.to_string()] {
            for (text, expected) in [("correct horse", true), ("correct house", false)] {
                let matches = hasher.verify(password(text), Some(hash.clone().into()));
                assert_eq!(matches.await.unwrap(), expected, "{hash}");
            }
        }
        let ours = hasher.hash(password("correct horse")).await.unwrap();
        let ours = PasswordHash::new(ours.expose_secret()).unwrap();
        assert_eq!(
            Argon2::default().verify_password(b"correct horse", &ours),
            Ok(())
        );

        for broken in [
            "",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ",
            "$scrypt$x",
        ] {
            let refused = hasher.verify(password("correct horse"), Some(broken.into()));
            assert!(
                matches!(refused.await, Err(Error::PasswordHash)),
                "{broken}"
            );
        }
    }

    #[tokio::test]
    async fn memory_is_used_again_and_bounded_by_the_threads() {
        let hasher = Hasher::with_threads(2);
        let all = (0..12).map(|_| hasher.hash(password("correct horse")));
        for hash in futures_util::future::join_all(all).await {
            hash.unwrap();
        }
        let kept = || -> Vec<_> { hasher.memory.idle().iter().map(Vec::as_ptr).collect() };
        let before = kept();
        assert!((1..=2).contains(&before.len()));
        hasher
            .verify(password("correct horse"), None)
            .await
            .unwrap();
        assert_eq!(kept(), before);
    }

    fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    }
}
