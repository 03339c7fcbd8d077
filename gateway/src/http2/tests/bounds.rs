//! What is held of a connection whose peer takes nothing, or gives no room.

use super::peer::{begin, frame, outcome_of, settings};
use super::*;
use crate::http2::frame::{self, HEAD, Head};
use crate::http2::streams::MAX_UNSENT;

fn count(mut octets: &[u8], kind: u8) -> usize {
    let mut count = 0;
    while let Some((head, behind)) = octets.split_first_chunk::<HEAD>() {
        let head = Head::parse(head);
        count += usize::from(head.kind == kind);
        octets = &behind[head.length..];
    }
    count
}

/// It reads nothing, and calls are made and given up all the time.
#[test]
fn calls_to_a_peer_that_reads_nothing_wait_with_nothing_written() {
    let mut streams = Streams::new();
    let wide = [
        frame(frame::SETTINGS, 0, 0, b"\x00\x04\x7f\xff\xff\xff"),
        frame(frame::WINDOW_UPDATE, 0, 0, &[0x7f, 0, 0, 0]),
    ];
    streams.receive(&wide.concat()).unwrap();
    streams.out.clear();
    for length in [10, 100_000] {
        for _ in 0..10_000 {
            let id = begin(&mut streams, length).unwrap();
            streams.give_up(id);
        }
        assert!(streams.out.len() < 2 * MAX_UNSENT, "{}", streams.out.len());
    }
    assert!(streams.is_idle());
    // It reads again.
    let last = begin(&mut streams, 10).unwrap();
    assert!(!streams.is_idle());
    streams.out.clear();
    streams.pump();
    assert_eq!(count(&streams.out, frame::HEADERS), 1);
    assert!(outcome_of(&mut streams, last).is_none());
}

/// Section 6.5.2: no limit is the default.
#[test]
fn a_peer_that_names_no_limit_has_none() {
    const CALLS: usize = 150;
    let mut streams = Streams::new();
    streams.out.clear();
    for _ in 0..CALLS {
        begin(&mut streams, 1).unwrap();
    }
    assert!(count(&streams.out, frame::HEADERS) < CALLS);
    streams.receive(&settings()).unwrap();
    assert_eq!(count(&streams.out, frame::HEADERS), CALLS);
    // A limit stays until another is named.
    let two = frame(frame::SETTINGS, 0, 0, b"\x00\x03\x00\x00\x00\x02");
    streams.receive(&[two, settings()].concat()).unwrap();
    begin(&mut streams, 1).unwrap();
    assert_eq!(count(&streams.out, frame::HEADERS), CALLS);
}
