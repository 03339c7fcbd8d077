//! Events of a connection in any order: what leaves keeps to the rules of the peer, and whatever
//! happened, the calls that are left get through in the end.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::peer::{OK_HEADERS, OK_TRAILERS, begin, frame, outcome_of, settings};
use super::*;
use crate::http2::frame::{self, Head};

#[derive(Debug, Clone, Copy)]
enum Event {
    Begin(usize),
    GiveUp(prop::sample::Index),
    /// Most streams, and the window of each.
    Settings(u32, u32),
    Window(u32),
    StreamWindow(prop::sample::Index, u32),
    Answer(prop::sample::Index),
    Reset(prop::sample::Index),
    /// What waits has left.
    Leave,
}

fn event() -> impl Strategy<Value = Event> {
    let any = any::<prop::sample::Index>;
    prop_oneof![
        4 => prop_oneof![0..40_usize, 0..100_000_usize].prop_map(Event::Begin),
        2 => any().prop_map(Event::GiveUp),
        2 => (0..4_u32, 0..70_000_u32).prop_map(|(most, window)| Event::Settings(most, window)),
        1 => (1..70_000_u32).prop_map(Event::Window),
        1 => (any(), 1..70_000_u32).prop_map(|(which, more)| Event::StreamWindow(which, more)),
        2 => any().prop_map(Event::Answer),
        1 => any().prop_map(Event::Reset),
        3 => Just(Event::Leave),
    ]
}

/// A stream as the peer sees it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    window: i64,
    body: usize,
    /// The request is complete, or we reset it.
    ended: bool,
    /// The answer is complete, or either side reset it.
    closed: bool,
}

/// The peer: it checks what it gets.
struct Peer {
    streams: Streams,
    /// The calls that nobody gave up and whose outcome was not taken, and their lengths.
    calls: BTreeMap<u32, usize>,
    seen: BTreeMap<u32, Seen>,
    most: usize,
    first_window: i64,
    window: i64,
}

impl Peer {
    fn new() -> Self {
        let mut peer = Self {
            streams: Streams::new(),
            calls: BTreeMap::new(),
            seen: BTreeMap::new(),
            most: usize::MAX,
            first_window: 65_535,
            window: 65_535,
        };
        peer.tell(&settings());
        peer.streams.out.clear();
        peer
    }

    fn open(&self) -> usize {
        self.seen.values().filter(|seen| !seen.closed).count()
    }

    /// What waits arrives.
    fn leave(&mut self) {
        loop {
            self.streams.pump();
            let out = std::mem::take(&mut self.streams.out);
            if out.is_empty() {
                return;
            }
            let mut rest = &out[..];
            while let Some((head, behind)) = rest.split_first_chunk() {
                let head = Head::parse(head);
                let (payload, behind) = behind.split_at(head.length);
                self.frame(head, payload);
                rest = behind;
            }
            assert!(rest.is_empty());
        }
    }

    fn frame(&mut self, head: Head, payload: &[u8]) {
        let id = head.stream;
        match head.kind {
            frame::HEADERS => {
                assert!(self.seen.keys().all(|&before| before < id), "{id} is late");
                let window = self.first_window;
                let (ended, closed, body) = (false, false, 0);
                let seen = Seen {
                    window,
                    body,
                    ended,
                    closed,
                };
                self.seen.insert(id, seen);
                assert!(self.open() <= self.most, "{} are open", self.open());
            }
            frame::DATA => {
                let length = i64::try_from(payload.len()).unwrap();
                let seen = self.seen.get_mut(&id).expect("headers come first");
                assert!(!seen.ended, "{id} goes on after its end");
                seen.window -= length;
                seen.body += payload.len();
                self.window -= length;
                assert!(seen.window >= 0 && self.window >= 0, "{id} has no room");
                seen.ended = head.has(frame::END_STREAM);
            }
            frame::RST_STREAM => {
                let seen = self.seen.get_mut(&id).expect("headers come first");
                (seen.ended, seen.closed) = (true, true);
            }
            _ => assert_eq!(id, frame::CONNECTION),
        }
    }

    fn tell(&mut self, octets: &[u8]) {
        assert_eq!(self.streams.receive(octets), Ok(octets.len()));
    }

    fn settings(&mut self, most: u32, window: u32) {
        // What is on its way was sent before they arrive.
        self.leave();
        let more = i64::from(window) - self.first_window;
        self.first_window += more;
        for seen in self.seen.values_mut() {
            seen.window += more;
        }
        self.most = most.try_into().unwrap();
        let mut payload = Vec::new();
        for (name, value) in [
            (frame::MAX_CONCURRENT_STREAMS, most),
            (frame::INITIAL_WINDOW_SIZE, window),
        ] {
            payload.extend_from_slice(&name.to_be_bytes());
            payload.extend_from_slice(&value.to_be_bytes());
        }
        let before = self.open();
        self.tell(&frame(frame::SETTINGS, 0, 0, &payload));
        // Those that were open may stay.
        self.most = self.most.max(before);
        self.leave();
        self.most = most.try_into().unwrap();
    }

    fn answer(&mut self, id: u32) {
        let seen = self.seen.get_mut(&id).unwrap();
        seen.closed = true;
        let headers = frame(frame::HEADERS, frame::END_HEADERS, id, OK_HEADERS);
        let flags = frame::END_HEADERS | frame::END_STREAM;
        let trailers = frame(frame::HEADERS, flags, id, OK_TRAILERS);
        self.tell(&[headers, trailers].concat());
    }

    /// One of the calls.
    fn call(&self, which: prop::sample::Index) -> Option<u32> {
        let ids: Vec<u32> = self.calls.keys().copied().collect();
        (!ids.is_empty()).then(|| *which.get(&ids))
    }

    /// One of the calls whose stream is open.
    fn stream(&self, which: prop::sample::Index) -> Option<u32> {
        let id = self.call(which)?;
        self.seen.get(&id).filter(|seen| !seen.closed).map(|_| id)
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Begin(length) => {
                let id = begin(&mut self.streams, length).unwrap();
                self.calls.insert(id, length + 5);
            }
            Event::GiveUp(which) => {
                if let Some(id) = self.call(which) {
                    self.calls.remove(&id);
                    self.streams.give_up(id);
                }
            }
            Event::Settings(most, window) => self.settings(most, window),
            Event::Window(more) => {
                self.window += i64::from(more);
                self.tell(&frame(frame::WINDOW_UPDATE, 0, 0, &more.to_be_bytes()));
            }
            Event::StreamWindow(which, more) => {
                if let Some(id) = self.stream(which) {
                    self.seen.get_mut(&id).unwrap().window += i64::from(more);
                    self.tell(&frame(frame::WINDOW_UPDATE, 0, id, &more.to_be_bytes()));
                }
            }
            Event::Answer(which) => {
                if let Some(id) = self.stream(which) {
                    self.answer(id);
                }
            }
            Event::Reset(which) => {
                if let Some(id) = self.stream(which) {
                    // What was written before it may arrive yet.
                    self.seen.get_mut(&id).unwrap().closed = true;
                    self.tell(&frame(frame::RST_STREAM, 0, id, &[0; 4]));
                }
            }
            Event::Leave => self.leave(),
        }
    }

    /// Gives all the room there is, and answers whatever is complete, until nothing is left.
    fn finish(&mut self) {
        self.leave();
        self.happen(Event::Window(1 << 30));
        self.settings(3, 1 << 30);
        for _ in 0..=self.calls.len() {
            self.leave();
            let open = |(_, seen): &(&u32, &Seen)| seen.ended && !seen.closed;
            let ids: Vec<u32> = self.seen.iter().filter(open).map(|(&id, _)| id).collect();
            for id in ids {
                assert_eq!(self.seen[&id].body, self.calls[&id], "{id}");
                self.answer(id);
            }
        }
        for &id in self.calls.keys() {
            assert!(outcome_of(&mut self.streams, id).is_some(), "{id} hangs");
        }
        self.leave();
        assert!(self.streams.is_idle() && self.streams.calls.is_empty());
        assert_eq!(self.open(), 0);
    }
}

proptest! {
    #[test]
    fn in_any_order_all_get_through(events in prop::collection::vec(event(), 0..60)) {
        let mut peer = Peer::new();
        for event in events {
            peer.happen(event);
        }
        peer.finish();
    }
}
