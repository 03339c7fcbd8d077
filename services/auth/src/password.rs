//! Passwords: what may be chosen, and their slow hashes.
//!
//! Hashing costs about 20 ms of a core and 19 MiB each time. It runs on blocking threads, at most
//! one a core, behind a bounded queue: a flood of logins is told to come back and does not exhaust
//! the machine.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::error::Error;

const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 128;

/// Memory in KiB, passes and lanes: the second choice of OWASP's Password Storage Cheat Sheet.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
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
}

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
        }
    }

    /// The PHC string of a password, with a salt of its own.
    pub(crate) async fn hash(&self, password: Password) -> Result<SecretString, Error> {
        self.run(move || hash(&password)).await
    }

    /// Whether `password` is the one behind `hash`. Without a hash it is not, which takes the same
    /// work to find out.
    pub(crate) async fn verify(
        &self,
        password: Password,
        hash: Option<SecretString>,
    ) -> Result<bool, Error> {
        self.run(move || match hash {
            Some(hash) => verify(&password, &hash),
            None => self::hash(&password).map(|_| false),
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _place = self.places.try_acquire().map_err(|_| Error::Busy)?;
        let threads = self.threads.clone();
        let thread = threads.acquire_owned().await.map_err(|_| Error::Busy)?;
        let worker = tokio::task::spawn_blocking(move || {
            // A caller that gives up frees its place; the thread is busy until the work is done.
            let _thread = thread;
            work()
        });
        worker.await.map_err(Error::Hashing)?
    }
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| Error::PasswordHash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &Password) -> Result<SecretString, Error> {
    let hash = argon2()?
        .hash_password(password.0.expose_secret().as_bytes())
        .map_err(|_| Error::PasswordHash)?;
    Ok(hash.to_string().into())
}

/// The cost is the one stated in the hash.
fn verify(password: &Password, hash: &SecretString) -> Result<bool, Error> {
    let hash = PasswordHash::new(hash.expose_secret()).map_err(|_| Error::PasswordHash)?;
    let password = password.0.expose_secret().as_bytes();
    match argon2()?.verify_password(password, &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(Error::PasswordHash),
    }
}

#[cfg(test)]
mod tests {
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
            .map(|_| Box::pin(hasher.run(|| Ok(()))))
            .collect();
        for future in &mut waiting {
            assert!(poll_once(future.as_mut()).is_pending());
        }
        assert!(matches!(hasher.run(|| Ok(())).await, Err(Error::Busy)));

        drop(thread);
        for future in waiting {
            future.await.unwrap();
        }
        assert!(hasher.run(|| Ok(())).await.is_ok());
    }

    fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    }
}
