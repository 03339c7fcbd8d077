//! What checks of large texts cost, and how well deadlines hold: measured, not judged. Run apart:
//! `cargo test --release -p guardmesh-guards --lib -- --ignored --nocapture --test-threads 1 measures`.
#![expect(clippy::print_stdout, reason = "what was measured is printed")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use std::{fs, thread};

use guardmesh_guard_engine::Engine;
use tokio_util::task::AbortOnDropHandle;

use super::tests::subject;
use super::*;

const MIB: usize = 1024 * 1024;
/// Checks with little time, of each sort.
const ANSWERS: usize = 700;

/// Prose with something to find in every kilobyte.
fn prose(bytes: usize) -> String {
    let filler = "The committee met again on Tuesday, and nobody could say what had been decided. ";
    let text = format!(
        "{}Write to ada@example.org or +44 20 7946 0958. ",
        filler.repeat(12)
    );
    let mut prose = text.repeat(bytes / text.len() + 1);
    prose.truncate(bytes);
    prose
}

fn subject_of(organization: OrganizationId, text: &str) -> Subject {
    Subject {
        organization,
        ..subject(text)
    }
}

/// All guards that run by default.
fn plan(timeout: Duration) -> Arc<Plan> {
    let engine = Engine::standard().unwrap();
    let guards = engine
        .guards()
        .iter()
        .filter(|guard| guard.runs_by_default());
    let steps = guards.map(|guard| Step::standard(guard, timeout));
    Arc::new(Plan::new(None, steps.collect()))
}

fn checker(threads: usize) -> Checker {
    Checker {
        slots: Slots::new(threads),
        ..Checker::new().unwrap()
    }
}

fn told(name: &str, mut times: Vec<Duration>) {
    if times.is_empty() {
        println!("{name}: none");
        return;
    }
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "{name}: n {} p50 {:?} p90 {:?} p99 {:?} max {:?}",
        times.len(),
        at(50),
        at(90),
        at(99),
        at(100)
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures; takes a minute"]
async fn how_far_an_answer_is_beyond_its_deadline() {
    let alone = Checker::new().unwrap();
    let busy = Checker::new().unwrap();
    let others = (0..4).map(|number| {
        let (checker, plan) = (busy.clone(), plan(Duration::from_mins(10)));
        // Never the same text twice: none is known from before.
        AbortOnDropHandle::new(tokio::spawn(async move {
            for round in 0_u64.. {
                let text = format!("{number} {round} {}", prose(MIB / 2));
                let subject = subject_of(OrganizationId::generate(), &text);
                checker.check(subject, plan.clone()).await.unwrap();
            }
        }))
    });
    for millis in [2, 5, 20] {
        beyond(&alone, millis, "alone").await;
    }
    let _others: Vec<_> = others.collect();
    for millis in [2, 5, 20] {
        beyond(&busy, millis, "beside four others").await;
    }
}

/// Measures checks of the longest text there may be with so little time that guards run out of it, and how
/// late a thread wakes meanwhile that does nothing but sleep for as long.
async fn beyond(checker: &Checker, millis: u64, name: &str) {
    let timeout = Duration::from_millis(millis);
    let over = Arc::new(AtomicBool::new(false));
    let sleeper = {
        let over = over.clone();
        thread::spawn(move || {
            let mut late = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let begun = Instant::now();
                thread::sleep(timeout);
                late.push(begun.elapsed().saturating_sub(timeout));
            }
            late
        })
    };
    let plan = plan(timeout);
    let (mut guards, mut answers) = (Vec::new(), Vec::new());
    for number in 0..ANSWERS {
        let text = format!("{name} {millis} {number} {}", prose(MIB - 100));
        let subject = subject_of(OrganizationId::generate(), &text);
        let begun = Instant::now();
        let (verdict, _) = checker.check(subject, plan.clone()).await.unwrap();
        let took = begun.elapsed();
        let late = verdict.guard_results.iter();
        let late = late.filter(|result| result.status == GuardStatus::Timeout);
        let late: Vec<_> = late
            .map(|result| result.latency.saturating_sub(timeout))
            .collect();
        if !late.is_empty() {
            answers.push(took.saturating_sub(timeout));
            guards.extend(late);
        }
    }
    told(&format!("{name}, {millis} ms, guards beyond it"), guards);
    told(&format!("{name}, {millis} ms, answers beyond it"), answers);
    over.store(true, Ordering::Relaxed);
    let late = sleeper.join().unwrap();
    told(&format!("{name}, {millis} ms, a sleeper beyond it"), late);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures; takes a minute"]
async fn how_long_four_mebibytes_take() {
    let text = prose(4 * MIB);
    let plan = plan(Duration::from_mins(10));
    let mut found = Vec::new();
    for threads in [1, 2, 1, 2] {
        let checker = checker(threads);
        let subject = subject_of(OrganizationId::generate(), &text);
        let begun = Instant::now();
        let (verdict, sanitized) = checker.check(subject, plan.clone()).await.unwrap();
        println!("{threads} threads: {:?}", begun.elapsed());
        for result in &verdict.guard_results {
            println!("  {} {:?}", result.guard, result.latency);
        }
        found.push((verdict.findings, sanitized.text));
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures; takes a minute"]
async fn how_long_forty_mebibytes_of_one_organisation_take_and_what_others_feel() {
    let checker = Checker::new().unwrap();
    let plan = plan(Duration::from_mins(10));
    let (many, other) = (OrganizationId::generate(), OrganizationId::generate());
    let timed = async |organization, text: String| {
        let begun = Instant::now();
        let subject = subject_of(organization, &text);
        checker.check(subject, plan.clone()).await.unwrap();
        begun.elapsed()
    };
    let before = resident("VmRSS");
    // No two the same: nothing is known from before.
    let large = (0..40).map(|number| timed(many, format!("{number} {}", prose(MIB - 8))));
    let small = async {
        let mut times = Vec::new();
        for number in 0..200 {
            times.push(timed(other, format!("{number} {}", prose(1000))).await);
        }
        times
    };
    let (large, small) = tokio::join!(join_all(large), small);
    told("1 MiB, forty at a time", large);
    told("1 KB of another organisation meanwhile", small);
    println!("resident before {before}, most {}", resident("VmHWM"));
}

#[test]
#[ignore = "measures; takes seconds"]
fn how_long_the_verdict_takes_over_findings_without_number() {
    let engine = Engine::standard().unwrap();
    let step = Step::standard(engine.guard("pii").unwrap(), Duration::from_mins(10));
    let plan = Plan::new(None, vec![step]);
    for (piece, bytes) in [("a@b.co ", MIB), ("a@b.co ", MIB / 8), ("::1 ", MIB)] {
        let text = piece.repeat(bytes / piece.len());
        let findings = engine.guard("pii").unwrap().scan(&text);
        let (count, mut times) = (findings.len(), Vec::new());
        let parts = [Part::found(
            &plan.steps()[0],
            GuardStatus::Ok,
            findings,
            Duration::ZERO,
        )];
        for _ in 0..20 {
            let begun = Instant::now();
            let judged = verdict::judge(&text, &plan, &parts);
            times.push(begun.elapsed());
            drop(judged);
        }
        told(&format!("the verdict over {count} findings"), times);
    }
}

/// A line of what the kernel knows of this process.
fn resident(name: &str) -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.unwrap_or("unknown")
        .split_whitespace()
        .skip(1)
        .collect()
}
