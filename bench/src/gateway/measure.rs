//! One contestant's turn: a load, and the processor time it took.

use std::time::Duration;

use anyhow::Result;

use super::contestant::Contestant;
use crate::load::{self, Bound, Summary};
use crate::process;

/// What a turn gave, for both messages.
pub(super) struct Turn {
    pub(super) small: Measurement,
    pub(super) large: Measurement,
}

/// A load, and what it cost.
#[derive(Clone)]
pub(super) struct Measurement {
    pub(super) load: Summary,
    /// Processor time of the contestant's processes, per 1,000 requests.
    pub(super) cpu_millis: f64,
    /// Processors that were busy with neither the contestant nor the harness, on average.
    pub(super) others: f64,
}

/// Each message for `time`.
pub(super) async fn turn(
    contestant: &Contestant,
    time: Duration,
    connections: u32,
) -> Result<Turn> {
    let measure = async |request| {
        let (pid, own) = (contestant.pid()?, std::process::id());
        let before = (
            process::family_time(pid)?,
            process::time(own)?,
            process::machine_time()?,
        );
        let load = load::run(contestant.address, request, Bound::time(time), connections).await?;
        let spent = process::family_time(pid)?.saturating_sub(before.0);
        let own = process::time(own)?.saturating_sub(before.1);
        let machine = process::machine_time()?.saturating_sub(before.2);
        anyhow::Ok(Measurement {
            cpu_millis: spent.as_secs_f64() * 1_000_000.0 / f64::from(load.requests.max(1)),
            others: machine.saturating_sub(spent + own).as_secs_f64() / load.elapsed.as_secs_f64(),
            load,
        })
    };
    Ok(Turn {
        small: measure(&contestant.calls.small.request).await?,
        large: measure(&contestant.calls.large.request).await?,
    })
}
