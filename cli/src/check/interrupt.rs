//! Ctrl-C: the check ends between two lines of its report, which stays whole.

use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::session::Session;

/// As shells say that a program was ended by SIGINT.
pub(super) const INTERRUPTED: i32 = 130;

/// From here on, SIGINT ends the check and the process.
pub(super) fn end_on_request(session: Arc<Mutex<Session>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("signals cannot be waited for")?;
    // Before any work begins, so that none is missed.
    let mut requests = {
        let _entered = runtime.enter();
        signal(SignalKind::interrupt())?
    };
    thread::spawn(move || {
        runtime.block_on(requests.recv());
        thread::spawn(move || {
            let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
            session.interrupt();
            process::exit(INTERRUPTED);
        });
        // The report cannot be written as long as nobody reads it: whoever asks again does not wait.
        runtime.block_on(requests.recv());
        process::exit(INTERRUPTED);
    });
    Ok(())
}
