//! Work on several threads, whose results come in the order of what it was done on.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

/// Inputs a thread that may be ahead of the one whose result is waited for.
const AHEAD: usize = 16;

/// Does `work` on each of `inputs` on so many threads, and hands over the results in order, until
/// `take` breaks. Holds a bounded number of inputs and results, however slow one of them is.
pub(super) fn in_order<I: Send, R: Send>(
    threads: usize,
    inputs: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<()>,
) {
    // Inputs may hold whole texts: few wait. Results wait in their order, each in a place of its own.
    let (inputs_in, inputs_out) = mpsc::sync_channel::<(I, mpsc::SyncSender<R>)>(threads);
    let (places_in, places_out) = mpsc::sync_channel(threads * AHEAD);
    let inputs_out = Mutex::new(inputs_out);
    let next = || {
        let inputs = inputs_out.lock().unwrap_or_else(PoisonError::into_inner);
        inputs.recv()
    };
    thread::scope(|scope| {
        scope.spawn(move || {
            for input in inputs {
                let (result, place) = mpsc::sync_channel(1);
                // Nobody takes any more: there is nothing left to do.
                if places_in.send(place).is_err() || inputs_in.send((input, result)).is_err() {
                    return;
                }
            }
        });
        for _ in 0..threads {
            scope.spawn(|| {
                while let Ok((input, result)) = next() {
                    let _ = result.send(work(input));
                }
            });
        }
        for result in places_out {
            let Ok(result) = result.recv() else { continue };
            if take(result).is_break() {
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_keep_the_order_of_inputs() {
        let mut taken = Vec::new();
        let slow_first = |input: usize| {
            // Earlier inputs take longer.
            let rounds = (2000 - input) * 50;
            (0..rounds).fold(input, |value, _| std::hint::black_box(value))
        };
        in_order(4, 0..2000, slow_first, |result| {
            taken.push(result);
            ControlFlow::Continue(())
        });
        assert_eq!(taken, (0..2000).collect::<Vec<_>>());
    }

    #[test]
    fn what_breaks_off_ends_all_and_no_more_than_the_bound_was_done() {
        let given = AtomicUsize::new(0);
        let inputs = std::iter::repeat_with(|| given.fetch_add(1, Ordering::SeqCst));
        in_order(2, inputs, |input| input, |_| ControlFlow::Break(()));
        assert!(given.into_inner() <= 2 * AHEAD + 2 + 2 + 2);
    }
}
