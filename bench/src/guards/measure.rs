//! One contestant's turn: each kind of text for a time, then the checks of 1 KB.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::contestant::Contestant;
use super::text::{KINDS, Texts};
use crate::process;

/// What a turn gave.
pub(super) struct Turn {
    /// Megabytes (10^6) a second of processor time, by kind of text.
    pub(super) speeds: [f64; KINDS.len()],
    /// Findings in one text of each kind.
    pub(super) findings: [u64; KINDS.len()],
    /// Microseconds of each check of 1 KB.
    pub(super) micros: Vec<f64>,
    /// Processors that were busy with neither the contestant nor the harness, on average.
    pub(super) others: f64,
}

/// Everything once. Processor time counts, as others run on this machine too; latency is by the
/// clock, as a caller would see it.
pub(super) async fn turn(
    contestant: &mut Contestant,
    texts: &Texts,
    time: Duration,
) -> Result<Turn> {
    let (machine, own, start) = (
        process::machine_time()?,
        process::time(std::process::id())?,
        Instant::now(),
    );
    let begun = process::family_time(contestant.pid()?)?;
    let mut speeds = [0.0; KINDS.len()];
    let mut findings = [0; KINDS.len()];
    for (place, long) in texts.long.iter().enumerate() {
        (speeds[place], findings[place]) = speed(contestant, long, time).await?;
    }
    let micros = contestant.scan(&texts.short, 1).await?.micros;
    let spent = process::family_time(contestant.pid()?)?.saturating_sub(begun)
        + process::time(std::process::id())?.saturating_sub(own);
    let machine = process::machine_time()?.saturating_sub(machine);
    Ok(Turn {
        speeds,
        findings,
        micros,
        others: machine.saturating_sub(spent).as_secs_f64() / start.elapsed().as_secs_f64(),
    })
}

/// Scans a text as often as it takes to fill the time by the contestant's own processor time,
/// doubling the count until then.
async fn speed(
    contestant: &mut Contestant,
    text: &super::text::Long,
    time: Duration,
) -> Result<(f64, u64)> {
    let mut times = 1;
    loop {
        let before = process::family_time(contestant.pid()?)?;
        let scanned = contestant
            .scan(std::slice::from_ref(&text.file), times)
            .await?;
        let spent = process::family_time(contestant.pid()?)?.saturating_sub(before);
        if spent >= time {
            let bytes = text.bytes * f64::from(times);
            let speed = bytes / 1e6 / spent.as_secs_f64();
            return Ok((speed, scanned.findings / u64::from(times)));
        }
        // Towards the time in one step, once there is something to reckon with.
        let missing = time.as_secs_f64() / spent.as_secs_f64().max(0.02);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 2 and 60"
        )]
        let factor = (missing * 1.1).clamp(2.0, 60.0).ceil() as u32;
        times = times.saturating_mul(factor);
    }
}
