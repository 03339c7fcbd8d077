//! Where log lines go: gathered in memory, and written together by a thread of their own.
//!
//! A line costs its copy; a write to a pipe costs a hundred times that. Lines are written
//! [`GATHER`] after the first of them at the latest, whole and in order. Who reads them may be
//! slow or stand still: the process does not wait for that. What no longer fits is lost, and how
//! much was lost is told in a line of its own. A process that ends in order, or by a panic, writes
//! all first; one that is killed takes the last moment's lines along.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long lines are gathered before they are written.
const GATHER: Duration = Duration::from_millis(5);
/// Bytes that are written at once, without further gathering.
const ENOUGH: usize = 64 * 1024;
/// Most bytes that wait.
const MOST: usize = 4 * 1024 * 1024;
/// How long the end of the process waits for who reads.
const PATIENCE: Duration = Duration::from_secs(2);

/// A way to write lines. Clones write to the same place.
#[derive(Clone)]
pub(super) struct Sink(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// There is something to write, or to write soon.
    news: Condvar,
    /// Something was written.
    done: Condvar,
}

#[derive(Default)]
struct State {
    lines: Vec<u8>,
    /// Lines lost since that was told.
    lost: u64,
    /// Bytes that were taken in since the start, and those of them that are written.
    taken: u64,
    written: u64,
    /// Somebody waits for the lines to be written.
    hurry: bool,
}

// === impl Sink ===

impl Sink {
    /// Starts the thread that writes to `out`, for as long as the process lives. `tell` says how
    /// many lines were lost; it may write a line itself.
    pub(super) fn start(
        out: impl Write + Send + 'static,
        tell: impl Fn(u64) + Send + 'static,
    ) -> io::Result<Self> {
        let sink = Self(Arc::default());
        let shared = sink.0.clone();
        let thread = thread::Builder::new().name("log".to_owned());
        thread.spawn(move || shared.write_on(out, tell))?;
        Ok(sink)
    }

    /// Waits until what was logged so far is written, or its reader was waited for long enough.
    pub(super) fn flush(&self) {
        let mut state = self.0.lock();
        let until = state.taken;
        if state.written >= until {
            return;
        }
        state.hurry = true;
        self.0.news.notify_one();
        let waits = |state: &mut State| state.written < until;
        let waited = self.0.done.wait_timeout_while(state, PATIENCE, waits);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

impl Write for Sink {
    /// Takes a whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock();
        let before = state.lines.len();
        if before + line.len() > MOST {
            state.lost += 1;
            return Ok(line.len());
        }
        state.lines.extend_from_slice(line);
        state.taken += line.len() as u64;
        // The thread waits for the first line, and for enough of them.
        let news = before == 0 || (before < ENOUGH && state.lines.len() >= ENOUGH);
        drop(state);
        if news {
            self.0.news.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}

// === impl Shared ===

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_on(&self, mut out: impl Write, tell: impl Fn(u64)) {
        let mut lines = Vec::new();
        loop {
            let lost = self.gathered(&mut lines);
            // Where nobody reads any more there is nobody to tell of it.
            let _ = out.write_all(&lines).and_then(|()| out.flush());
            self.lock().written += lines.len() as u64;
            self.done.notify_all();
            lines.clear();
            // After a flood the room is given back.
            lines.shrink_to(2 * ENOUGH);
            if lost > 0 {
                tell(lost);
            }
        }
    }

    /// Waits for lines, and for more of them for a moment; swaps them for `empty`. Gives how many
    /// were lost meanwhile.
    fn gathered(&self, empty: &mut Vec<u8>) -> u64 {
        let none = |state: &mut State| state.lines.is_empty();
        let state = self.news.wait_while(self.lock(), none);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        let few = |state: &mut State| state.lines.len() < ENOUGH && !state.hurry;
        let gathered = self.news.wait_timeout_while(state, GATHER, few);
        let mut state = gathered.unwrap_or_else(PoisonError::into_inner).0;
        std::mem::swap(&mut state.lines, empty);
        state.hurry = false;
        std::mem::take(&mut state.lost)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;

    /// Hands over what is written as it is read.
    struct Pipe(SyncSender<Vec<u8>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let sent = self.0.send(bytes.to_vec());
            sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A sink, what it writes, and what it tells of losses.
    fn pipe() -> (Sink, Receiver<Vec<u8>>, Receiver<u64>) {
        let (sender, written) = sync_channel(0);
        let (told, losses) = sync_channel(10);
        let sink = Sink::start(Pipe(sender), move |lost| told.send(lost).unwrap());
        (sink.unwrap(), written, losses)
    }

    fn line(thread: usize, number: usize) -> String {
        format!("{thread}:{number}:{}\n", "x".repeat(number % 300))
    }

    #[test]
    fn lines_of_many_threads_arrive_whole_and_in_order() {
        const LINES: usize = 2000;
        let (sink, written, losses) = pipe();
        for thread in 0..4 {
            let mut sink = sink.clone();
            thread::spawn(move || {
                for number in 0..LINES {
                    sink.write_all(line(thread, number).as_bytes()).unwrap();
                }
            });
        }
        let mut next = [0; 4];
        while next != [LINES; 4] {
            let batch = written.recv().unwrap();
            for text in batch.split_inclusive(|byte| *byte == b'\n') {
                let thread = usize::from(text[0] - b'0');
                assert_eq!(text, line(thread, next[thread]).as_bytes());
                next[thread] += 1;
            }
        }
        assert!(losses.try_recv().is_err());
    }

    #[test]
    fn who_ends_waits_until_all_is_written() {
        let (mut sink, written, _losses) = pipe();
        let reader = thread::spawn(move || {
            let mut all = Vec::new();
            while !all.ends_with(b"last\n") {
                all.extend(written.recv().unwrap());
            }
            all
        });
        let mut all = String::new();
        for number in 0..100 {
            all.push_str(&line(0, number));
            sink.write_all(line(0, number).as_bytes()).unwrap();
        }
        Sink::flush(&sink);
        assert_eq!(sink.0.lock().written, all.len() as u64);
        sink.write_all(b"last\n").unwrap();
        let read = reader.join().unwrap();
        assert_eq!(String::from_utf8(read).unwrap(), all + "last\n");
    }

    /// Whenever the thread that writes comes to it.
    #[test]
    fn nobody_waits_for_a_reader_that_stands_still() {
        const LOST: &str = "lost ";
        let (sender, events) = sync_channel(0);
        let told = sender.clone();
        let tell = move |lost| told.send(format!("{LOST}{lost}").into_bytes()).unwrap();
        let mut sink = Sink::start(Pipe(sender), tell).unwrap();
        let long = vec![b'x'; ENOUGH];
        let count = 3 * MOST / ENOUGH;
        for _ in 0..count {
            sink.write_all(&long).unwrap();
        }
        assert!(sink.0.lock().lines.len() <= MOST);
        // What waited is not lost, and what was is told, once the reader goes on.
        let (mut read, mut lost) = (0, 0);
        while read + lost < count {
            let event = String::from_utf8(events.recv().unwrap()).unwrap();
            match event.strip_prefix(LOST) {
                Some(number) => lost += number.parse::<usize>().unwrap(),
                None => read += event.len() / ENOUGH,
            }
        }
        assert_eq!(read + lost, count);
        assert!(lost >= MOST / ENOUGH, "{lost}");
    }
}
