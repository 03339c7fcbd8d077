//! Octets of a peer that keeps to HTTP/2, and does so oddly. No socket: what the state of a
//! connection makes of them.

use super::*;
use crate::http2::frame;

pub(super) const OK_HEADERS: &[u8] = b"\x88";
/// `grpc-status: 0`
pub(super) const OK_TRAILERS: &[u8] = b"\x00\x0bgrpc-status\x010";

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    frame::put_head(&mut frame, payload.len(), kind, flags, stream);
    frame.extend_from_slice(payload);
    frame
}

pub(super) fn headers(flags: u8, block: &[u8]) -> Vec<u8> {
    frame(frame::HEADERS, flags | frame::END_HEADERS, 1, block)
}

pub(super) fn settings() -> Vec<u8> {
    frame(frame::SETTINGS, 0, 0, &[])
}

/// A connection with one call, the first.
pub(super) fn streams() -> Streams {
    streams_with(1)
}

/// With a message so long.
fn streams_with(length: usize) -> Streams {
    let mut streams = Streams::new();
    assert_eq!(begin(&mut streams, length), Some(1));
    streams.out.clear();
    streams
}

fn begin(streams: &mut Streams, length: usize) -> Option<u32> {
    let metadata = HeaderMap::new();
    let request = Request {
        authority: "a",
        path: "/b",
        timeout_millis: 1,
        metadata: &metadata,
    };
    streams.begin(&request, &message(length))
}

pub(super) fn outcome(streams: &mut Streams) -> Option<Result<Answer, Broken>> {
    outcome_of(streams, 1)
}

fn outcome_of(streams: &mut Streams, id: u32) -> Option<Result<Answer, Broken>> {
    let context = Context::from_waker(std::task::Waker::noop());
    match streams.poll_outcome(id, &context) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
}

#[test]
fn odd_answers_are_answers() {
    use frame::{CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PADDED, WITH_PRIORITY};
    let trailers = headers(END_STREAM, OK_TRAILERS);
    let priority: &[u8] = b"\x02\x00\x00\x00\x00\x10\x88\xff\xff";
    let cases = [
        (
            "in one go",
            vec![
                headers(0, OK_HEADERS),
                frame(DATA, 0, 1, b"body"),
                trailers.clone(),
            ],
        ),
        (
            "padded",
            vec![
                headers(0, OK_HEADERS),
                frame(DATA, PADDED, 1, b"\x02body\0\0"),
                trailers.clone(),
            ],
        ),
        (
            "with a priority",
            vec![
                headers(PADDED | WITH_PRIORITY, priority),
                frame(DATA, 0, 1, b"body"),
                trailers.clone(),
            ],
        ),
        (
            "after interim ones",
            vec![
                headers(0, b"\x08\x03103"),
                headers(0, OK_HEADERS),
                frame(DATA, 0, 1, b"body"),
                trailers.clone(),
            ],
        ),
        (
            "in parts",
            vec![
                headers(0, OK_HEADERS),
                frame(DATA, 0, 1, b"bo"),
                frame(DATA, 0, 1, b""),
                frame(DATA, 0, 1, b"dy"),
                trailers.clone(),
            ],
        ),
        (
            "headers in parts",
            vec![
                frame(HEADERS, 0, 1, b"\x08"),
                frame(CONTINUATION, 0, 1, b"\x03\x32"),
                frame(CONTINUATION, END_HEADERS, 1, b"00"),
                frame(DATA, 0, 1, b"body"),
                trailers.clone(),
            ],
        ),
        (
            "unknown frames",
            vec![
                frame(0x42, 0xff, 77, b"?"),
                headers(0, OK_HEADERS),
                frame(DATA, 0, 1, b"body"),
                trailers.clone(),
            ],
        ),
        (
            "a table emptied, fields to remember",
            vec![
                headers(0, b"\x20\x88\x40\x01a\x01b"),
                frame(DATA, 0, 1, b"body"),
                trailers,
            ],
        ),
    ];
    for (what, frames) in cases {
        let mut streams = streams();
        let octets = [settings(), frames.concat()].concat();
        // However it is cut.
        let mut begin = 0;
        for end in 0..=octets.len() {
            begin += streams.receive(&octets[begin..end]).unwrap();
        }
        assert_eq!(begin, octets.len(), "{what}");
        let answer = outcome(&mut streams).unwrap().unwrap();
        assert_eq!((answer.http, &*answer.body), (200, &b"body"[..]), "{what}");
        assert_eq!(answer.status.unwrap().code(), Code::Ok, "{what}");
    }
}

#[test]
fn a_farewell_returns_what_was_not_acted_on() {
    let mut streams = streams();
    assert_eq!(begin(&mut streams, 1), Some(3));
    let farewell = frame(frame::GOAWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 0]);
    streams.receive(&[settings(), farewell].concat()).unwrap();
    assert_eq!(begin(&mut streams, 1), None);
    let third = outcome_of(&mut streams, 3).unwrap();
    assert_eq!(third.unwrap_err(), Broken::Returned);
    assert!(outcome(&mut streams).is_none());
    let answer = [
        headers(0, OK_HEADERS),
        headers(frame::END_STREAM, OK_TRAILERS),
    ]
    .concat();
    streams.receive(&answer).unwrap();
    assert!(outcome(&mut streams).unwrap().is_ok());
    assert!(streams.is_idle());
}

/// A peer that takes none, and then leaves, whatever it says it acted on.
#[test]
fn a_farewell_returns_what_never_left() {
    let mut streams = Streams::new();
    let none = frame(frame::SETTINGS, 0, 0, b"\x00\x03\x00\x00\x00\x00");
    streams.receive(&none).unwrap();
    streams.out.clear();
    assert_eq!(begin(&mut streams, 1), Some(1));
    assert!(streams.out.is_empty() && !streams.is_idle());
    let farewell = frame(frame::GOAWAY, 0, 0, &[0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    streams.receive(&farewell).unwrap();
    assert_eq!(
        outcome(&mut streams).unwrap().unwrap_err(),
        Broken::Returned
    );
    assert!(streams.is_idle());
}

#[test]
fn the_status_of_the_trailers_is_the_last_word() {
    let mut streams = streams();
    let told = headers(0, &[OK_HEADERS, OK_TRAILERS].concat());
    let trailers = headers(frame::END_STREAM, b"\x00\x0bgrpc-status\x015");
    streams
        .receive(&[settings(), told, trailers].concat())
        .unwrap();
    let answer = outcome(&mut streams).unwrap().unwrap();
    assert_eq!(answer.status.unwrap().code(), Code::NotFound);
}

/// Section 6.9.2: also of streams that are open.
#[test]
fn a_larger_window_lets_a_body_go_on() {
    const LENGTH: usize = 60_000;
    let mut streams = Streams::new();
    // 1,000 octets for each stream.
    let narrow = frame(frame::SETTINGS, 0, 0, b"\x00\x04\x00\x00\x03\xe8");
    streams.receive(&narrow).unwrap();
    streams.out.clear();
    assert_eq!(begin(&mut streams, LENGTH), Some(1));
    let before = streams.out.len();
    assert!((1_000..1_200).contains(&before), "{before}");
    let wide = frame(frame::SETTINGS, 0, 0, b"\x00\x04\x00\x01\x00\x00");
    streams.receive(&wide).unwrap();
    let sent = streams.out.len() - before;
    assert!((LENGTH - 1_000..LENGTH).contains(&sent), "{sent}");
}

#[test]
fn who_answers_before_the_end_is_told_that_no_more_comes() {
    let mut streams = streams_with(100_000);
    let answer = headers(frame::END_STREAM, &[OK_HEADERS, OK_TRAILERS].concat());
    streams.receive(&[settings(), answer].concat()).unwrap();
    assert!(outcome(&mut streams).unwrap().is_ok());
    let mut reset = Vec::new();
    frame::put_reset(&mut reset, 1, Reason::CANCEL);
    assert!(streams.out.windows(reset.len()).any(|part| part == reset));
}
