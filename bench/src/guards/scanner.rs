//! The engine as a contestant: one thread, requests by line, as the peers are spoken to.

use std::io::{BufRead, Write};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;
use guardmesh_guard_engine::{Engine, Finding, Guard, Reading};
use serde::Deserialize;
use serde_json::{Value, json};

/// Answer checks by line on standard input (what `guards` starts)
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Ids with commas between; those that run by default when empty
    #[arg(long, default_value = "")]
    guards: String,
}

/// A request; the contestants' module says what it means.
#[derive(Deserialize)]
#[serde(untagged)]
enum Request {
    Find { find: String },
    Scan { scan: Vec<String>, times: u32 },
}

/// Answers until the input ends.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let engine = Engine::standard()?;
    let wanted: Vec<&str> = arguments
        .guards
        .split(',')
        .filter(|id| !id.is_empty())
        .collect();
    let chosen = |guard: &&Guard| {
        if wanted.is_empty() {
            guard.runs_by_default()
        } else {
            wanted.contains(&guard.id())
        }
    };
    let guards: Vec<&Guard> = engine.guards().iter().filter(chosen).collect();
    ensure!(guards.len() >= wanted.len(), "an unknown guard");
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = answer(&guards, serde_json::from_str(&line?)?)?;
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

fn answer(guards: &[&Guard], request: Request) -> Result<Value> {
    Ok(match request {
        Request::Find { find } => {
            let spans = check(guards, &find).into_iter().map(|finding| finding.span);
            let values: Vec<&str> = spans.map(|span| &find[span.start..span.end]).collect();
            json!({ "found": values })
        }
        Request::Scan { scan, times } => {
            let read = |path: &String| std::fs::read_to_string(path).with_context(|| path.clone());
            let texts: Vec<String> = scan.iter().map(read).collect::<Result<_>>()?;
            let (mut findings, mut micros) = (0, Vec::new());
            for _ in 0..times {
                for text in &texts {
                    let start = Instant::now();
                    findings += check(guards, text).len();
                    micros.push(start.elapsed().as_secs_f64() * 1e6);
                }
            }
            json!({ "findings": findings, "micros": micros })
        }
    })
}

/// As the service does: one reading for all guards.
fn check(guards: &[&Guard], text: &str) -> Vec<Finding> {
    let reading = Reading::of(text);
    guards
        .iter()
        .flat_map(|guard| guard.read(&reading))
        .collect()
}
