//! Whose turn it is: bounds on the texts under check, and slots for scans that organisations share
//! fairly.
//!
//! No text and no guard enters here.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guardmesh_chassis::id::OrganizationId;
use tokio::sync::oneshot;

/// Most bytes of text under check at a time: about what two cores scan within a guard's time.
/// Who comes on top is asked to come again, rather than left to wait for nothing.
pub(super) const MAX_BACKLOG: usize = 64 * 1024 * 1024;
/// What one organisation can take of them.
const MAX_SHARE: usize = MAX_BACKLOG / 4 * 3;
/// What a check counts for beside its text, so that tiny texts are bounded as well.
pub(super) const CHECK_COST: usize = 4 * 1024;

/// Counts the texts under check.
#[derive(Debug, Default)]
pub(super) struct Backlog(Mutex<HashMap<OrganizationId, usize>>);

/// A text that may be checked; it counts until this is dropped.
pub(super) struct Admitted {
    backlog: Arc<Backlog>,
    organization: OrganizationId,
    cost: usize,
}

/// Slots for scans. The organisation that has had the fewest bytes scanned of those that wait is
/// next: one with many large texts does not hold up another's small one.
#[derive(Debug)]
pub(super) struct Slots(Mutex<Queue>);

/// The right to scan; it goes to the next in line when this is dropped.
#[derive(Debug)]
pub(super) struct Slot(Arc<Slots>);

#[derive(Debug)]
struct Queue {
    free: usize,
    /// None of them is empty.
    lines: HashMap<OrganizationId, Line>,
    /// Bytes that the line which was served last had had by then: where a new line begins.
    clock: u64,
}

#[derive(Debug)]
struct Line {
    /// Bytes scanned, counted from the clock when it formed.
    served: u64,
    /// Whose work has begun: it is ended before other work is begun, so that few texts are held in
    /// parts.
    begun: VecDeque<Turn>,
    waiting: VecDeque<Turn>,
}

/// What it costs, and who waits for it.
type Turn = (u64, oneshot::Sender<Slot>);

// === impl Backlog ===

impl Backlog {
    /// Lets a text of `bytes` in; nothing if there is no room.
    pub(super) fn admit(
        self: &Arc<Self>,
        organization: OrganizationId,
        bytes: usize,
    ) -> Option<Admitted> {
        let cost = bytes + CHECK_COST;
        let mut taken = lock(&self.0);
        let all: usize = taken.values().sum();
        let own = taken.get(&organization).copied().unwrap_or_default();
        if all + cost > MAX_BACKLOG || own + cost > MAX_SHARE {
            return None;
        }
        taken.insert(organization, own + cost);
        Some(Admitted {
            backlog: self.clone(),
            organization,
            cost,
        })
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut taken = lock(&self.backlog.0);
        if let Some(own) = taken.get_mut(&self.organization) {
            *own = own.saturating_sub(self.cost);
            if *own == 0 {
                taken.remove(&self.organization);
            }
        }
    }
}

// === impl Slots ===

impl Slots {
    pub(super) fn new(count: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Queue {
            free: count,
            lines: HashMap::new(),
            clock: 0,
        })))
    }

    /// Waits for a slot to scan `bytes`; leaves the line when dropped. Nothing if there will be none.
    pub(super) async fn acquire(
        self: &Arc<Self>,
        organization: OrganizationId,
        bytes: usize,
    ) -> Option<Slot> {
        self.wait(organization, bytes, false).await
    }

    /// The same for work that has begun: its turn comes before those of work that has not.
    pub(super) async fn acquire_again(
        self: &Arc<Self>,
        organization: OrganizationId,
        bytes: usize,
    ) -> Option<Slot> {
        self.wait(organization, bytes, true).await
    }

    async fn wait(
        self: &Arc<Self>,
        organization: OrganizationId,
        bytes: usize,
        begun: bool,
    ) -> Option<Slot> {
        let turn = {
            let mut queue = lock(&self.0);
            if queue.free > 0 {
                queue.free -= 1;
                return Some(Slot(self.clone()));
            }
            queue.join(organization, bytes, begun)
        };
        turn.await.ok()
    }

    /// How many wait in line.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        let queue = lock(&self.0);
        let lines = queue.lines.values();
        let waiting = lines.flat_map(|line| line.begun.iter().chain(&line.waiting));
        waiting.filter(|(_, turn)| !turn.is_closed()).count()
    }
}

// === impl Queue ===

impl Queue {
    fn join(
        &mut self,
        organization: OrganizationId,
        bytes: usize,
        begun: bool,
    ) -> oneshot::Receiver<Slot> {
        let (turn, wait) = oneshot::channel();
        let clock = self.clock;
        let line = self.lines.entry(organization).or_insert_with(|| Line {
            served: clock,
            begun: VecDeque::new(),
            waiting: VecDeque::new(),
        });
        let cost = u64::try_from(bytes + CHECK_COST).unwrap_or(u64::MAX);
        let turns = if begun {
            &mut line.begun
        } else {
            &mut line.waiting
        };
        turns.push_back((cost, turn));
        wait
    }

    /// Who is next; a slot becomes free if nobody waits.
    fn next(&mut self) -> Option<oneshot::Sender<Slot>> {
        loop {
            let least = self.lines.iter().min_by_key(|(_, line)| line.served);
            let Some(organization) = least.map(|(organization, _)| *organization) else {
                self.free += 1;
                return None;
            };
            let line = self.lines.get_mut(&organization)?;
            let first = line.begun.pop_front().or_else(|| line.waiting.pop_front());
            let first = first.filter(|(_, turn)| !turn.is_closed());
            let turn = first.map(|(cost, turn)| {
                self.clock = line.served;
                line.served = line.served.saturating_add(cost);
                turn
            });
            if line.begun.is_empty() && line.waiting.is_empty() {
                self.lines.remove(&organization);
            }
            if turn.is_some() {
                return turn;
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let next = lock(&self.0.0).next();
        if let Some(turn) = next {
            // Refused by one who left just now, it is dropped, and goes to the next in line.
            drop(turn.send(Slot(self.0.clone())));
        }
    }
}

/// What is behind these locks is whole between any two statements that can panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;
    use tokio::time::timeout;

    use super::*;

    /// Far more than a turn takes that has come.
    const PATIENCE: Duration = Duration::from_secs(10);
    const LARGE: usize = 1024 * 1024;

    #[tokio::test]
    async fn a_small_text_of_another_does_not_wait_for_many_large_ones() {
        let slots = Slots::new(1);
        let (many, other) = (OrganizationId::generate(), OrganizationId::generate());
        let running = slots.acquire(many, LARGE).await.unwrap();
        let mut large: Vec<_> = (0..40)
            .map(|_| Box::pin(slots.acquire(many, LARGE)))
            .collect();
        for turn in &mut large {
            assert!(turn.now_or_never().is_none());
        }
        // One has its turn before the others come.
        drop(running);
        let running = large.remove(0).await;
        let mut small: Vec<_> = (0..5).map(|_| Box::pin(slots.acquire(other, 10))).collect();
        for turn in &mut small {
            assert!(turn.now_or_never().is_none());
        }
        drop(running);
        for turn in small {
            // The turn of a small one has come, or a large one is before it, which never ends.
            let turn = timeout(PATIENCE, turn).await;
            assert!(turn.unwrap().is_some());
        }
    }

    #[tokio::test]
    async fn what_has_begun_goes_on_before_more_of_the_same_organisation_begins() {
        let slots = Slots::new(1);
        let organization = OrganizationId::generate();
        let running = slots.acquire(organization, LARGE).await;
        let mut new = Box::pin(slots.acquire(organization, 1));
        assert!((&mut new).now_or_never().is_none());
        let mut begun = Box::pin(slots.acquire_again(organization, LARGE));
        assert!((&mut begun).now_or_never().is_none());
        drop(running);
        assert!((&mut new).now_or_never().is_none());
        drop(begun.now_or_never().flatten().expect("its turn"));
        assert!(new.now_or_never().flatten().is_some());
    }

    #[tokio::test]
    async fn who_leaves_the_line_takes_no_slot() {
        let slots = Slots::new(1);
        let organization = OrganizationId::generate();
        let running = slots.acquire(organization, 1).await.unwrap();
        for _ in 0..100 {
            assert!(slots.acquire(organization, 1).now_or_never().is_none());
        }
        drop(running);
        let again = slots.acquire(organization, 1).now_or_never();
        assert!(again.flatten().is_some());
        assert!(lock(&slots.0).lines.is_empty());
    }

    #[test]
    fn one_organisation_leaves_room_for_others() {
        let backlog = Arc::new(Backlog::default());
        let (many, other) = (OrganizationId::generate(), OrganizationId::generate());
        let mut admitted = Vec::new();
        while let Some(one) = backlog.admit(many, LARGE) {
            admitted.push(one);
        }
        assert!(admitted.len() >= 40, "{}", admitted.len());
        assert!(backlog.admit(many, LARGE).is_none());
        assert!(backlog.admit(other, LARGE).is_some());
        admitted.clear();
        assert!(lock(&backlog.0).is_empty());
        assert!(backlog.admit(many, LARGE).is_some());
    }
}
