use std::cell::{Cell, RefCell};

use tonic::Status;

use super::*;

/// Auth, as a test wants it to answer.
struct Bench {
    answers: Answers<&'static str>,
    clock: Clock,
    asked: Cell<usize>,
    auth: RefCell<Result<&'static str, Status>>,
    /// Revocations known so far, and those that the answers must know of.
    epoch: Cell<u64>,
    needed: Cell<u64>,
}

impl Bench {
    fn new() -> Self {
        let clock = Clock::manual("2026-01-01T00:00:00Z".parse().unwrap());
        let bounds = Bounds {
            fresh: TimeDelta::seconds(30),
            outage: TimeDelta::seconds(300),
            bytes: 1024 * 1024,
        };
        Self {
            answers: Answers::new(bounds, clock.clone()),
            clock,
            asked: Cell::new(0),
            auth: RefCell::new(Ok("yes")),
            epoch: Cell::new(0),
            needed: Cell::new(0),
        }
    }

    async fn get(&self, question: usize) -> Result<&'static str, NoAnswer> {
        let ask = async || {
            self.asked.set(self.asked.get() + 1);
            let says = self.auth.borrow().clone()?;
            Ok(Said {
                says,
                expires_at: None,
                bytes: 100,
            })
        };
        let current = |answer: &Answer<_>| answer.epoch >= self.needed.get();
        let epoch = || self.epoch.get();
        let question = Digest::of(&question.to_be_bytes());
        let answer = self.answers.get(question, epoch, current, ask).await?;
        Ok(answer.says)
    }

    fn auth(&self, answer: Result<&'static str, Status>) {
        *self.auth.borrow_mut() = answer;
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }
}

fn down() -> Result<&'static str, Status> {
    Err(Status::unavailable(""))
}

#[tokio::test]
async fn an_answer_counts_for_a_while_and_a_refusal_for_a_moment() {
    let bench = Bench::new();
    for _ in 0..3 {
        assert_eq!(bench.get(1).await, Ok("yes"));
    }
    assert_eq!(bench.asked.get(), 1);
    bench.pass(30);
    bench.auth(Err(Status::unauthenticated("")));
    for _ in 0..3 {
        assert_eq!(bench.get(1).await, Err(NoAnswer::Refused));
    }
    assert_eq!(bench.asked.get(), 2);
    bench.pass(5);
    bench.auth(Ok("again"));
    assert_eq!(bench.get(1).await, Ok("again"));
}

#[tokio::test]
async fn while_auth_is_down_an_answer_counts_up_to_its_bound() {
    let bench = Bench::new();
    assert_eq!(bench.get(1).await, Ok("yes"));
    bench.auth(down());
    bench.pass(30);
    for _ in 0..3 {
        assert_eq!(bench.get(1).await, Ok("yes"));
    }
    // Auth is not asked for each of them.
    assert_eq!(bench.asked.get(), 2);
    assert_eq!(bench.get(2).await, Err(NoAnswer::Unavailable));
    bench.pass(269);
    assert_eq!(bench.get(1).await, Ok("yes"));
    bench.pass(1);
    assert_eq!(bench.get(1).await, Err(NoAnswer::Unavailable));
    bench.auth(Ok("back"));
    assert_eq!(bench.get(1).await, Ok("back"));
}

#[tokio::test]
async fn an_answer_does_not_outlive_what_it_is_about() {
    let bench = Bench::new();
    let expires_at = Some(bench.clock.now() + TimeDelta::seconds(10));
    let question = Digest::of(b"key");
    let get = async || {
        let ask = async || {
            bench.auth.borrow().clone()?;
            Ok(Said {
                says: "yes",
                expires_at,
                bytes: 0,
            })
        };
        let answer = bench.answers.get(question, || 0, |_| true, ask).await;
        answer.map(|answer| answer.says)
    };
    assert_eq!(get().await, Ok("yes"));
    bench.auth(down());
    bench.pass(9);
    assert_eq!(get().await, Ok("yes"));
    bench.pass(1);
    assert_eq!(get().await, Err(NoAnswer::Unavailable));
}

/// Also while auth is down: what it said before the revocation counts no more.
#[tokio::test]
async fn after_a_revocation_auth_is_asked_again() {
    let bench = Bench::new();
    assert_eq!(bench.get(1).await, Ok("yes"));
    bench.epoch.set(1);
    bench.needed.set(1);
    bench.auth(down());
    assert_eq!(bench.get(1).await, Err(NoAnswer::Unavailable));
    bench.auth(Ok("still"));
    assert_eq!(bench.get(1).await, Ok("still"));
    assert_eq!(bench.get(1).await, Ok("still"));
    assert_eq!(bench.asked.get(), 3);
}

/// A revocation that arrives while auth is being asked: its answer may be of before.
#[tokio::test]
async fn an_answer_that_a_revocation_overtook_is_asked_for_again() {
    let bench = Bench::new();
    let asked = Cell::new(0);
    let ask = async || {
        asked.set(asked.get() + 1);
        bench.epoch.set(1);
        bench.needed.set(1);
        Ok(Said {
            says: asked.get(),
            expires_at: None,
            bytes: 0,
        })
    };
    let answers = Answers::new(bench.answers.bounds, bench.clock.clone());
    let current = |answer: &Answer<_>| answer.epoch >= bench.needed.get();
    let question = Digest::of(b"key");
    let answer = answers.get(question, || bench.epoch.get(), current, ask);
    assert_eq!(answer.await.map(|answer| answer.says), Ok(2));
}

/// When auth does not let the gateway in, nothing is wrong with the client's key.
#[tokio::test]
async fn a_gateway_that_auth_refuses_refuses_nobody() {
    let bench = Bench::new();
    bench.auth(Err(guardmesh_chassis::caller::unauthenticated().into()));
    assert_eq!(bench.get(1).await, Err(NoAnswer::Unavailable));
    let refused = guardmesh_chassis::fault::Fault::new(Code::Unauthenticated, "INVALID_KEY", "");
    bench.auth(Err(refused.into()));
    assert_eq!(bench.get(1).await, Err(NoAnswer::Refused));
}

#[tokio::test]
async fn guesses_are_bounded_and_push_no_answer_out() {
    let bench = Bench::new();
    for good in 0..100 {
        assert_eq!(bench.get(good).await, Ok("yes"));
    }
    bench.auth(Err(Status::unauthenticated("")));
    for bad in 1_000..101_000 {
        assert_eq!(bench.get(bad).await, Err(NoAnswer::Refused));
    }
    assert!(bench.answers.refused.len() <= MAX_REFUSALS);
    assert_eq!(bench.answers.known.len(), 100);
    let asked = bench.asked.get();
    for good in 0..100 {
        assert_eq!(bench.get(good).await, Ok("yes"));
    }
    assert_eq!(bench.asked.get(), asked);
}

#[tokio::test]
async fn answers_are_bounded_in_bytes() {
    let bench = Bench::new();
    for question in 0..20_000 {
        assert_eq!(bench.get(question).await, Ok("yes"));
    }
    let most = u64::try_from(bench.answers.bounds.bytes).unwrap();
    assert!(bench.answers.known.weight() <= most);
    assert!(bench.answers.known.len() > 1000);
}
