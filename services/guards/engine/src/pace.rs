//! How a guard at work learns that nobody waits for it any more, and gives way to others.
//!
//! When that is, the caller decides: no clock and no thread enters here.

use std::cell::Cell;

/// Steps between two questions. A step is some hundred nanoseconds' work.
const STEPS: u32 = 32;
/// Small items that are a step together.
const STRIDE: usize = 128;

/// Asks the caller, now and then, whether a guard is to go on.
pub(crate) struct Pace<'a> {
    go_on: &'a dyn Fn() -> bool,
    steps: Cell<u32>,
    stopped: Cell<bool>,
}

// === impl Pace ===

impl<'a> Pace<'a> {
    /// Never to end.
    pub(crate) const fn free() -> Self {
        Self::new(&|| true)
    }

    pub(crate) const fn new(go_on: &'a dyn Fn() -> bool) -> Self {
        Self {
            go_on,
            steps: Cell::new(0),
            stopped: Cell::new(false),
        }
    }

    /// Takes a step of work; false once the work is to end. What was found by then is of no use.
    pub(crate) fn step(&self) -> bool {
        let steps = self.steps.get() + 1;
        self.steps.set(steps % STEPS);
        if steps == STEPS && !self.stopped.get() {
            self.stopped.set(!(self.go_on)());
        }
        !self.stopped.get()
    }

    /// Takes a step of up to milliseconds' work; the same otherwise.
    pub(crate) fn long_step(&self) -> bool {
        self.steps.set(STEPS - 1);
        self.step()
    }

    /// Small items, such as bytes and characters, that are looked at one by one; no more of them once
    /// the work is to end.
    pub(crate) fn along<I: Iterator>(&self, items: I) -> impl Iterator<Item = I::Item> {
        let items = items.enumerate();
        let items = items.take_while(|(count, _)| count % STRIDE != 0 || self.step());
        items.map(|(_, item)| item)
    }

    /// What was done at this pace; nothing if it was to end before.
    pub(crate) fn unless_stopped<T>(&self, done: T) -> Option<T> {
        (!self.stopped.get()).then_some(done)
    }
}
