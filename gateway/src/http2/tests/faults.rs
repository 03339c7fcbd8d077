//! Octets of a peer that does not keep to HTTP/2: which end the connection, and which a stream
//! alone. No socket: what the state of a connection makes of them.

use super::peer::{OK_HEADERS, OK_TRAILERS, frame, headers, outcome, settings, streams};
use super::*;
use crate::http2::frame::{self, MAX_PAYLOAD};
use crate::http2::streams::{CONNECTION_WINDOW, STREAM_WINDOW};

type Case = (&'static str, Vec<u8>, Reason);

/// Each ends the connection, on which settings came before.
fn assert_broken(cases: &[Case]) {
    for (what, octets, reason) in cases {
        let octets = [settings(), octets.clone()].concat();
        assert_eq!(streams().receive(&octets), Err(*reason), "{what}");
    }
}

#[test]
fn frames_that_are_none_end_the_connection() {
    use frame::{CONTINUATION, DATA, END_HEADERS, HEADERS, PADDED, PING, PRIORITY, PUSH_PROMISE};
    let first = |octets: &[u8]| streams().receive(octets);
    assert_eq!(first(&headers(0, OK_HEADERS)), Err(Reason::PROTOCOL_ERROR));
    assert_eq!(
        first(b"HTTP/1.1 400 Bad Request\r\n"),
        Err(Reason::FRAME_SIZE_ERROR)
    );
    let begun = frame(HEADERS, 0, 1, OK_HEADERS);
    let within = |other: Vec<u8>| [begun.clone(), other].concat();
    assert_broken(&[
        (
            "too large",
            b"\x00\x40\x01\x00\x00\x00\x00\x00\x01".to_vec(),
            Reason::FRAME_SIZE_ERROR,
        ),
        (
            "data of the connection",
            frame(DATA, 0, 0, b"x"),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "data of no stream",
            frame(DATA, 0, 3, b"x"),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a stream of the peer's",
            frame(HEADERS, END_HEADERS, 2, OK_HEADERS),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a push",
            frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2, 0x88]),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a continuation of nothing",
            frame(CONTINUATION, END_HEADERS, 1, OK_HEADERS),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a frame within a block",
            within(frame(PING, 0, 0, &[0; 8])),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "another stream within a block",
            within(frame(CONTINUATION, END_HEADERS, 3, b"")),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "an empty continuation",
            within(frame(CONTINUATION, 0, 1, b"")),
            Reason::ENHANCE_YOUR_CALM,
        ),
        (
            "padding longer than the frame",
            frame(DATA, PADDED, 1, b"\x05abcd"),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "padding without a length",
            frame(DATA, PADDED, 1, b""),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a priority of another size",
            frame(PRIORITY, 0, 1, b"1234"),
            Reason::FRAME_SIZE_ERROR,
        ),
    ]);
}

#[test]
fn headers_that_are_none_end_the_connection() {
    let block = |block: &[u8]| headers(0, block);
    assert_broken(&[
        (
            "a priority cut short",
            headers(frame::WITH_PRIORITY, &[0; 4]),
            Reason::FRAME_SIZE_ERROR,
        ),
        (
            "a remembered field",
            block(b"\xbe"),
            Reason::COMPRESSION_ERROR,
        ),
        (
            "a field of place 0",
            block(b"\x80"),
            Reason::COMPRESSION_ERROR,
        ),
        (
            "a table with room",
            block(b"\x21\x88"),
            Reason::COMPRESSION_ERROR,
        ),
        (
            "a string cut short",
            block(b"\x00\x0bgrpc"),
            Reason::COMPRESSION_ERROR,
        ),
        (
            "a number without end",
            block(b"\x00\x7f\xff\xff\xff\xff\x01"),
            Reason::COMPRESSION_ERROR,
        ),
        (
            "bad Huffman",
            block(b"\x00\x81\x00\x00"),
            Reason::COMPRESSION_ERROR,
        ),
        (
            "no status",
            block(b"\x08\x03abc"),
            Reason::COMPRESSION_ERROR,
        ),
    ]);
}

#[test]
fn what_breaks_the_rules_of_a_connection_ends_it() {
    use frame::{GOAWAY, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE};
    let most = 0x7fff_ffff_u32.to_be_bytes();
    let set = |setting: &[u8]| frame(SETTINGS, 0, 0, setting);
    assert_broken(&[
        (
            "a reset of no stream",
            frame(RST_STREAM, 0, 5, &[0; 4]),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a reset of the connection",
            frame(RST_STREAM, 0, 0, &[0; 4]),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a reset cut short",
            frame(RST_STREAM, 0, 1, &[0; 3]),
            Reason::FRAME_SIZE_ERROR,
        ),
        (
            "settings of a stream",
            frame(SETTINGS, 0, 1, &[]),
            Reason::PROTOCOL_ERROR,
        ),
        ("settings cut short", set(&[0; 5]), Reason::FRAME_SIZE_ERROR),
        (
            "settings acknowledged with some",
            frame(SETTINGS, frame::ACK, 0, &[0; 6]),
            Reason::FRAME_SIZE_ERROR,
        ),
        (
            "pushes announced",
            set(b"\x00\x02\x00\x00\x00\x01"),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a window too large",
            set(b"\x00\x04\x80\x00\x00\x00"),
            Reason::FLOW_CONTROL_ERROR,
        ),
        (
            "frames too small",
            set(b"\x00\x05\x00\x00\x00\x01"),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a ping cut short",
            frame(PING, 0, 0, &[0; 7]),
            Reason::FRAME_SIZE_ERROR,
        ),
        (
            "a ping of a stream",
            frame(PING, 0, 1, &[0; 8]),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a farewell cut short",
            frame(GOAWAY, 0, 0, &[0; 3]),
            Reason::FRAME_SIZE_ERROR,
        ),
        (
            "no more room",
            frame(WINDOW_UPDATE, 0, 0, &[0; 4]),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "too much room",
            frame(WINDOW_UPDATE, 0, 0, &most),
            Reason::FLOW_CONTROL_ERROR,
        ),
        (
            "room cut short",
            frame(WINDOW_UPDATE, 0, 1, &[1; 3]),
            Reason::FRAME_SIZE_ERROR,
        ),
    ]);
}

#[test]
fn what_is_no_answer_resets_its_stream_alone() {
    use frame::{DATA, END_STREAM, WINDOW_UPDATE};
    let most = 0x7fff_ffff_u32.to_be_bytes();
    let cases = [
        (
            "a body before the headers",
            vec![frame(DATA, 0, 1, b"x")],
            Reason::PROTOCOL_ERROR,
        ),
        (
            "headers without a status",
            vec![headers(0, OK_TRAILERS)],
            Reason::PROTOCOL_ERROR,
        ),
        (
            "interim headers alone",
            vec![headers(END_STREAM, b"\x08\x03100")],
            Reason::PROTOCOL_ERROR,
        ),
        (
            "trailers that are not the end",
            vec![headers(0, OK_HEADERS), headers(0, OK_TRAILERS)],
            Reason::PROTOCOL_ERROR,
        ),
        (
            "trailers with a status",
            vec![headers(0, OK_HEADERS), headers(END_STREAM, OK_HEADERS)],
            Reason::PROTOCOL_ERROR,
        ),
        (
            "no more room",
            vec![frame(WINDOW_UPDATE, 0, 1, &[0; 4])],
            Reason::PROTOCOL_ERROR,
        ),
        (
            "too much room",
            vec![frame(WINDOW_UPDATE, 0, 1, &most)],
            Reason::FLOW_CONTROL_ERROR,
        ),
    ];
    for (what, frames, reason) in cases {
        let mut streams = streams();
        let octets = [settings(), frames.concat()].concat();
        assert_eq!(streams.receive(&octets), Ok(octets.len()), "{what}");
        assert_eq!(
            outcome(&mut streams).unwrap().unwrap_err(),
            Broken::Malformed,
            "{what}"
        );
        let mut reset = Vec::new();
        frame::put_reset(&mut reset, 1, reason);
        assert!(streams.out.ends_with(&reset), "{what}: {:x?}", streams.out);
        assert!(streams.is_idle());
    }
}

#[test]
fn more_than_the_windows_is_refused() {
    let block = frame(frame::DATA, 0, 1, &[0; MAX_PAYLOAD]);
    // Of a stream that was given up, so that only the connection counts.
    let mut given_up = streams();
    given_up.receive(&settings()).unwrap();
    given_up.give_up(1);
    let mut sent = 0;
    // Room is made anew, as the peer is told.
    while sent < 2 * CONNECTION_WINDOW {
        given_up.out.clear();
        assert_eq!(given_up.receive(&block), Ok(block.len()));
        sent += u32::try_from(MAX_PAYLOAD).unwrap();
    }
    given_up.received = CONNECTION_WINDOW;
    assert_eq!(given_up.receive(&block), Err(Reason::FLOW_CONTROL_ERROR));

    let mut streams = streams();
    streams
        .receive(&[settings(), headers(0, OK_HEADERS)].concat())
        .unwrap();
    streams.calls.get_mut(&1).unwrap().received = STREAM_WINDOW;
    streams.receive(&block).unwrap();
    assert_eq!(
        outcome(&mut streams).unwrap().unwrap_err(),
        Broken::Malformed
    );
}

#[test]
fn headers_without_end_are_refused() {
    let mut streams = streams();
    streams
        .receive(&[settings(), frame(frame::HEADERS, 0, 1, &[0x88; 1_000])].concat())
        .unwrap();
    let more = frame(frame::CONTINUATION, 0, 1, &[0x88; MAX_PAYLOAD]);
    let ended = (0..100).find_map(|_| streams.receive(&more).err());
    assert_eq!(ended, Some(Reason::ENHANCE_YOUR_CALM));
}
