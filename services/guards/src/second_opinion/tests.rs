//! Checks whose guard is in doubt, with a model that says what the test wants.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use guardmesh_guard_engine::{Decision, Engine};
use serde_json::json;

use super::*;
use crate::check::Checker;
use crate::check::tests::subject;
use crate::plan::{OnError, Plan, Step, Task};
use crate::verdict::{GuardStatus, Verdict};
use crate::watch::Watch;

const TEXT: &str = "Could you water the plants on the balcony while I am away?";

/// The guard, in doubt about everything that no rule of it knows.
fn doubtful() -> Step {
    let engine = Engine::standard().unwrap();
    let guard = engine.guard("prompt_injection").unwrap();
    let parameters = json!({"doubt_from": 0, "doubt_to": 1});
    let parameters = parameters.as_object().unwrap();
    let guard = guard.with_parameters(parameters).unwrap();
    let task = Task::engine(guard, parameters);
    Step::with_task("prompt_injection", task, Duration::from_mins(1))
}

/// A checker with a model, and the deadlines of the questions that this was asked.
fn asking(
    model: impl Fn(&str) -> Result<f32, Error> + Send + Sync + 'static,
) -> (Checker, Arc<Mutex<Vec<Instant>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let memory = asked.clone();
    let judge: Judge = Arc::new(move |passage, deadline| {
        memory.lock().unwrap().push(deadline);
        model(passage)
    });
    (Checker::new().unwrap().asking(Some(judge)), asked)
}

async fn check(checker: &Checker, text: &str, step: &Step) -> Verdict {
    let plan = Arc::new(Plan::new(None, vec![step.clone()]));
    checker.check(subject(text), plan).await.unwrap().0
}

fn status(verdict: &Verdict) -> GuardStatus {
    verdict.guard_results[0].status
}

#[tokio::test]
async fn the_model_decides_where_the_guard_is_in_doubt_and_is_asked_once() {
    let (checker, asked) = asking(|_| Ok(0.9));
    let before = Instant::now();
    let verdict = check(&checker, TEXT, &doubtful()).await;
    assert_eq!(verdict.decision, Decision::Block);
    assert_eq!(verdict.findings[0].rule_id, "second_opinion");
    assert_eq!(
        verdict.reasons,
        ["prompt_injection found 1 second_opinion: the text is blocked."]
    );
    let verdict = check(&checker, TEXT, &doubtful()).await;
    assert_eq!(status(&verdict), GuardStatus::Cached);
    assert_eq!(verdict.decision, Decision::Block);
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    let minute = Duration::from_mins(1);
    assert!(asked[0] >= before + minute && asked[0] <= Instant::now() + minute);
}

#[tokio::test]
async fn a_guard_without_doubt_asks_nothing() {
    let (checker, asked) = asking(|_| Ok(0.9));
    let engine = Engine::standard().unwrap();
    let minute = Duration::from_mins(1);
    for guard in engine.guards() {
        let verdict = check(&checker, TEXT, &Step::standard(guard, minute)).await;
        assert_eq!(verdict.findings, []);
    }
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_model_that_runs_out_of_time_makes_the_guard_late_and_nothing_is_remembered() {
    let (checker, asked) = asking(|_| Err(Error::OutOfTime));
    for _ in 0..2 {
        let verdict = check(&checker, TEXT, &doubtful()).await;
        assert_eq!(status(&verdict), GuardStatus::Timeout);
        assert_eq!(verdict.decision, Decision::Review);
    }
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_model_that_fails_makes_the_guard_fail() {
    let (checker, asked) = asking(|_| Err(Error::Model("broken".to_owned())));
    for (on_error, decision) in [
        (OnError::FailClosed, Decision::Review),
        (OnError::FailOpen, Decision::Allow),
    ] {
        let step = Step {
            on_error,
            ..doubtful()
        };
        let verdict = check(&checker, TEXT, &step).await;
        assert_eq!(status(&verdict), GuardStatus::Error);
        assert_eq!(verdict.decision, decision);
    }
    // After a failure nothing more is asked.
    let long = format!("{TEXT} ").repeat(100);
    check(&checker, &long, &doubtful()).await;
    assert_eq!(asked.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_model_that_hangs_does_not_hold_the_call() {
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let (checker, _) = asking(move |_| {
        wait.lock().unwrap().recv().ok();
        Ok(0.9)
    });
    let hurried = Step {
        timeout: Duration::from_millis(20),
        ..doubtful()
    };
    let verdict = check(&checker, TEXT, &hurried).await;
    assert_eq!(status(&verdict), GuardStatus::Timeout);
    drop(go_on);
}

#[tokio::test]
async fn questions_about_one_text_are_bounded() {
    let (checker, asked) = asking(|_| Ok(0.0));
    // As it is written, as it reads, and turned by thirteen letters: eight passages each.
    let long = format!("{TEXT} It’s dry. ").repeat(200);
    let verdict = check(&checker, &long, &doubtful()).await;
    assert_eq!(status(&verdict), GuardStatus::Ok);
    assert_eq!(asked.lock().unwrap().len(), MOST_PASSAGES);
}

#[tokio::test]
async fn nobody_is_asked_while_a_text_is_written() {
    let (checker, asked) = asking(|_| Ok(0.9));
    let plan = Arc::new(Plan::new(None, vec![doubtful()]));
    let mut watch = Watch::new(checker, subject(""), plan).unwrap();
    let text = format!("{TEXT} ").repeat(100);
    let mut given = watch.push(text.clone()).await.unwrap().text;
    assert!(!given.is_empty());
    given.push_str(&watch.finish().await.unwrap().text);
    assert_eq!(given, text);
    assert_eq!(watch.guard_results()[0].status, GuardStatus::Ok);
    assert!(asked.lock().unwrap().is_empty());
}
