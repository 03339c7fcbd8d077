//! What a connection is in the middle of: its calls, how much may be sent, and the bytes that
//! wait to be. No socket and no clock; frames of the peer are read in `receive`.

use std::collections::{BTreeMap, VecDeque};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use guardmesh_transcoder::frame::{PREFIX, prefix};
use h2::Reason;
use tonic::Status;

use super::frame::{self, MAX_PAYLOAD};
use super::header::{Request, Told};
use super::receive::Partial;

/// Most octets of an answer.
pub(super) const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// Most octets that the peer may send of a stream, and of all, before room is made anew.
pub(super) const STREAM_WINDOW: u32 = 1024 * 1024;
pub(super) const CONNECTION_WINDOW: u32 = 8 * 1024 * 1024;
/// What either side may send that was told nothing (RFC 9113, section 6.9.2).
pub(super) const DEFAULT_WINDOW: u32 = 65_535;
/// Most octets of the headers, or the trailers, of an answer.
pub(super) const MAX_BLOCK: usize = 64 * 1024;
/// Octets that wait to be sent before calls wait instead, with their heads and bodies.
pub(super) const MAX_UNSENT: usize = 64 * 1024;
/// Streams that a peer takes at a time, until its settings came.
const MAX_STREAMS_UNTOLD: usize = 100;
/// The last identifier a client has (section 5.1.1).
const LAST_STREAM: u32 = 0x7fff_ffff;
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A call that ended with an answer, as it is on the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status of HTTP.
    pub(crate) http: u16,
    /// The status of the call, if it has one.
    pub(crate) status: Option<Status>,
    /// The body, with the prefixes of its messages.
    pub(crate) body: Bytes,
}

/// A call that ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The service did nothing with it, as the connection was closing (section 6.8).
    Returned,
    /// The service reset its stream.
    Reset(Reason),
    /// What the service sent is no answer; we reset the stream.
    Malformed,
    /// The answer is larger than [`MAX_ANSWER`].
    TooLarge,
    /// The connection ended before the answer did.
    Lost,
}

/// The state of a connection.
pub(super) struct Streams {
    /// Frames that wait to be sent.
    pub(super) out: Vec<u8>,
    /// Woken when there is something to send.
    pub(super) driver: Option<Waker>,
    /// Calls that are not over, or whose outcome was not taken.
    pub(super) calls: BTreeMap<u32, Call>,
    /// The identifier of the next one.
    pub(super) next: u32,
    /// Nothing of this one, and those after it, was handed to the socket.
    unsent_from: u32,
    /// Those that there is no room for yet, in their order.
    waiting: VecDeque<u32>,
    /// Those that could send, but for the connection.
    stalled: VecDeque<u32>,
    /// Streams that are open, and how many the peer takes.
    open: usize,
    pub(super) max_open: usize,
    /// Octets that may be sent of a new stream, and of all.
    pub(super) first_window: i64,
    pub(super) window: i64,
    /// Octets received that no room was made for yet.
    pub(super) received: u32,
    /// A block of headers that goes on in the next frame.
    pub(super) partial: Option<Partial>,
    /// The peer has sent its settings.
    pub(super) settled: bool,
    /// No more calls begin here.
    pub(super) closing: bool,
    /// Where a request's head is written first, to know how long it is.
    block: Vec<u8>,
}

/// A call.
pub(super) struct Call {
    /// The head of a request that waits.
    head: Option<Vec<u8>>,
    /// What is not sent of the body.
    unsent: Bytes,
    /// It is in `stalled`.
    is_stalled: bool,
    /// Octets that may be sent.
    pub(super) window: i64,
    /// Octets received that no room was made for yet.
    pub(super) received: u32,
    /// The headers of the answer, and its body so far.
    pub(super) told: Option<Told>,
    pub(super) body: BytesMut,
    outcome: Option<Result<Answer, Broken>>,
    waker: Option<Waker>,
}

// === impl Streams ===

impl Streams {
    /// A connection that nothing was sent on; begins with its preface (section 3.4).
    pub(super) fn new() -> Self {
        let mut out = PREFACE.to_vec();
        frame::put_settings(
            &mut out,
            &[
                (frame::HEADER_TABLE_SIZE, 0),
                (frame::ENABLE_PUSH, 0),
                (frame::INITIAL_WINDOW_SIZE, STREAM_WINDOW),
                (
                    frame::MAX_HEADER_LIST_SIZE,
                    u32::try_from(MAX_BLOCK).unwrap_or(u32::MAX),
                ),
            ],
        );
        frame::put_window_update(
            &mut out,
            frame::CONNECTION,
            CONNECTION_WINDOW - DEFAULT_WINDOW,
        );
        Self {
            out,
            driver: None,
            calls: BTreeMap::new(),
            next: 1,
            unsent_from: 1,
            waiting: VecDeque::new(),
            stalled: VecDeque::new(),
            open: 0,
            max_open: MAX_STREAMS_UNTOLD,
            first_window: DEFAULT_WINDOW.into(),
            window: DEFAULT_WINDOW.into(),
            received: 0,
            partial: None,
            settled: false,
            closing: false,
            block: Vec::new(),
        }
    }

    /// Begins a call with a message of at most 4 GiB; gives its identifier, or none if the
    /// connection takes no more.
    pub(super) fn begin(&mut self, request: &Request<'_>, message: &Bytes) -> Option<u32> {
        if self.closing || self.next >= LAST_STREAM {
            return None;
        }
        let prefix = prefix(message.len()).ok()?;
        let id = self.next;
        self.next += 2;
        let mut block = std::mem::take(&mut self.block);
        request.write(&mut block);
        let mut call = Call::new(self.first_window);
        if self.has_room() && self.waiting.is_empty() {
            self.open += 1;
            frame::put_headers(&mut self.out, id, &block);
            block.clear();
            self.block = block;
            call.send(self, id, prefix, message);
        } else {
            self.waiting.push_back(id);
            call.head = Some(block);
            call.unsent = framed(prefix, message);
        }
        self.calls.insert(id, call);
        self.stall(id);
        self.wake_driver();
        Some(id)
    }

    /// The outcome of a call, which is forgotten then.
    pub(super) fn poll_outcome(
        &mut self,
        id: u32,
        context: &Context<'_>,
    ) -> Poll<Result<Answer, Broken>> {
        let Some(call) = self.calls.get_mut(&id) else {
            return Poll::Ready(Err(Broken::Lost));
        };
        let Some(outcome) = call.outcome.take() else {
            match &mut call.waker {
                Some(waker) => waker.clone_from(context.waker()),
                none => *none = Some(context.waker().clone()),
            }
            return Poll::Pending;
        };
        self.calls.remove(&id);
        Poll::Ready(outcome)
    }

    /// Gives a call up that nobody waits for any more.
    pub(super) fn give_up(&mut self, id: u32) {
        let Some(call) = self.calls.remove(&id) else {
            return;
        };
        if call.waits() {
            self.waiting.retain(|waiting| *waiting != id);
        }
        if call.is_stalled {
            self.stalled.retain(|stalled| *stalled != id);
        }
        if call.is_open() {
            frame::put_reset(&mut self.out, id, Reason::CANCEL);
            self.left();
        }
        self.wake_driver();
    }

    /// A call is over.
    pub(super) fn end(&mut self, id: u32, outcome: Result<Answer, Broken>) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let was_open = call.is_open();
        // An answer may come before all of the request was wanted.
        let cut_short = was_open && !call.unsent.is_empty();
        call.unsent = Bytes::new();
        call.head = None;
        call.outcome = Some(outcome);
        if let Some(waker) = call.waker.take() {
            waker.wake();
        }
        if cut_short {
            frame::put_reset(&mut self.out, id, Reason::CANCEL);
        }
        if was_open {
            self.left();
        }
    }

    /// Resets a stream of the peer's that is no answer.
    pub(super) fn refuse(&mut self, id: u32, reason: Reason, broken: Broken) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.stop_sending();
        }
        frame::put_reset(&mut self.out, id, reason);
        self.end(id, Err(broken));
    }

    /// Ends what is under way: streams above the last one that the peer acted on, and those that
    /// never left, come back; the others end as is said, or go on.
    pub(super) fn close(&mut self, last: u32, others: Option<Broken>) {
        self.closing = true;
        self.waiting.clear();
        let mut over = Vec::new();
        for (&id, call) in &mut self.calls {
            // What waits to be sent is sent yet, unless the connection has ended.
            let unsent = id >= self.unsent_from && others.is_some();
            let returned = call.waits() || id > last || unsent;
            let broken = returned.then_some(Broken::Returned).or(others);
            if let Some(broken) = broken.filter(|_| call.outcome.is_none()) {
                call.stop_sending();
                over.push((id, broken));
            }
        }
        for (id, broken) in over {
            self.end(id, Err(broken));
        }
    }

    /// Whether a call is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.open == 0 && self.waiting.is_empty()
    }

    /// Hands over what is to be sent next, in place of what was.
    pub(super) fn hand_over(&mut self, output: &mut Vec<u8>) {
        self.pump();
        std::mem::swap(output, &mut self.out);
        self.unsent_from = self.waiting.front().copied().unwrap_or(self.next);
    }

    /// Lets calls begin, and bodies go on, as far as there is room.
    pub(super) fn pump(&mut self) {
        while self.has_room()
            && let Some(id) = self.waiting.pop_front()
        {
            let Some(call) = self.calls.get_mut(&id) else {
                continue;
            };
            if let Some(block) = call.head.take() {
                self.open += 1;
                frame::put_headers(&mut self.out, id, &block);
                self.stall(id);
            }
        }
        while self.window > 0
            && self.out.len() < MAX_UNSENT
            && let Some(id) = self.stalled.pop_front()
        {
            let Some(mut call) = self.calls.remove(&id) else {
                continue;
            };
            call.is_stalled = false;
            call.send_part(self, id);
            self.calls.insert(id, call);
            self.stall(id);
        }
    }

    /// The body of a call may go on. Without room of its own it waits until the peer makes some.
    pub(super) fn stall(&mut self, id: u32) {
        if let Some(call) = self.calls.get_mut(&id)
            && !call.is_stalled
            && !call.waits()
            && !call.unsent.is_empty()
            && call.window > 0
        {
            call.is_stalled = true;
            self.stalled.push_back(id);
        }
    }

    pub(super) fn wake_driver(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }

    /// Whether a stream may open: the peer takes it, and takes what was written before.
    fn has_room(&self) -> bool {
        self.open < self.max_open && self.out.len() < MAX_UNSENT
    }

    /// A stream closed.
    fn left(&mut self) {
        self.open -= 1;
        if !self.waiting.is_empty() {
            self.pump();
        }
    }
}

// === impl Call ===

impl Call {
    fn new(window: i64) -> Self {
        Self {
            head: None,
            unsent: Bytes::new(),
            is_stalled: false,
            window,
            received: 0,
            told: None,
            body: BytesMut::new(),
            outcome: None,
            waker: None,
        }
    }

    /// Its request has left, and its answer is not complete.
    pub(super) fn is_open(&self) -> bool {
        self.head.is_none() && self.outcome.is_none()
    }

    /// Its request has not left.
    pub(super) fn waits(&self) -> bool {
        self.head.is_some()
    }

    /// Nobody wants the rest of the request.
    pub(super) fn stop_sending(&mut self) {
        self.unsent = Bytes::new();
    }

    /// Sends the message at once if it may go as a whole, as nearly all do; keeps it if not.
    fn send(&mut self, streams: &mut Streams, id: u32, prefix: [u8; PREFIX], message: &Bytes) {
        let whole = PREFIX + message.len();
        if whole <= MAX_PAYLOAD && streams.out.len() < MAX_UNSENT && self.room(streams) >= whole {
            self.spend(streams, whole);
            frame::put_head(&mut streams.out, whole, frame::DATA, frame::END_STREAM, id);
            streams.out.extend_from_slice(&prefix);
            streams.out.extend_from_slice(message);
            return;
        }
        self.unsent = framed(prefix, message);
        self.send_part(streams, id);
    }

    /// Sends a frame of what is left.
    fn send_part(&mut self, streams: &mut Streams, id: u32) {
        let room = self.room(streams).min(MAX_PAYLOAD).min(self.unsent.len());
        if room > 0 {
            let part = self.unsent.split_to(room);
            self.spend(streams, room);
            let last = if self.unsent.is_empty() {
                frame::END_STREAM
            } else {
                0
            };
            frame::put_head(&mut streams.out, room, frame::DATA, last, id);
            streams.out.extend_from_slice(&part);
        }
    }

    fn room(&self, streams: &Streams) -> usize {
        usize::try_from(self.window.min(streams.window)).unwrap_or(0)
    }

    fn spend(&mut self, streams: &mut Streams, octets: usize) {
        let octets = i64::try_from(octets).unwrap_or(i64::MAX);
        self.window -= octets;
        streams.window -= octets;
    }
}

/// A message behind its prefix.
fn framed(prefix: [u8; PREFIX], message: &[u8]) -> Bytes {
    [&prefix[..], message].concat().into()
}
