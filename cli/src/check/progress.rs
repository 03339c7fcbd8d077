//! How far a check has come, on one line of a terminal, which it leaves as it was.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Often enough to be alive, seldom enough to cost nothing.
const EVERY: Duration = Duration::from_millis(100);
/// To the beginning of the line, and without what stands there.
const CLEAR: &str = "\r\x1b[K";

/// A line on standard error.
#[derive(Debug)]
pub(super) struct Progress {
    /// When it was last written.
    written: Instant,
    visible: bool,
}

// === impl Progress ===

impl Progress {
    /// One for a person who waits for `many` files; none where nobody looks.
    pub(super) fn start(many: bool) -> Option<Self> {
        let capable = std::env::var_os("TERM").is_some_and(|terminal| terminal != "dumb");
        (many && capable && io::stderr().is_terminal()).then(|| Self {
            written: Instant::now(),
            visible: false,
        })
    }

    /// Shows where it is, if it is time.
    pub(super) fn show(&mut self, line: impl FnOnce() -> String) {
        if self.written.elapsed() >= EVERY {
            let _ = write!(io::stderr(), "{CLEAR}{}", line());
            self.written = Instant::now();
            self.visible = true;
        }
    }

    /// Makes room for other lines.
    pub(super) fn hide(&mut self) {
        if self.visible {
            let _ = write!(io::stderr(), "{CLEAR}");
            self.visible = false;
        }
    }
}
