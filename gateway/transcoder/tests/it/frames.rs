//! gRPC frames: read alike however the body is cut, and bounded.

use bytes::Bytes;
use guardmesh_transcoder::frame::{self, Frame, FrameError, FrameKind, Reader};
use proptest::prelude::*;

use crate::fixture::config;

const LIMIT: usize = 64;

type Frames = Result<Vec<Frame>, FrameError>;

/// Reads a body that comes in these chunks.
pub(crate) fn read<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Frames {
    let mut reader = Reader::new(LIMIT);
    let mut frames = Vec::new();
    for chunk in chunks {
        reader.push(Bytes::copy_from_slice(chunk));
        while let Some(frame) = reader.read()? {
            frames.push(frame);
        }
    }
    reader.finish()?;
    Ok(frames)
}

/// Cuts bytes at these places, in any order.
pub(crate) fn cut<'b>(bytes: &'b [u8], places: &[prop::sample::Index]) -> Vec<&'b [u8]> {
    let mut places: Vec<usize> = places.iter().map(|at| at.index(bytes.len() + 1)).collect();
    places.sort_unstable();
    let mut chunks = Vec::new();
    let mut start = 0;
    for end in places {
        chunks.push(&bytes[start..end]);
        start = end;
    }
    chunks.push(&bytes[start..]);
    chunks
}

fn message(payload: &[u8]) -> Frame {
    Frame {
        kind: FrameKind::Message,
        compressed: false,
        payload: Bytes::copy_from_slice(payload),
    }
}

#[test]
fn bodies() {
    let too_large = FrameError::TooLarge {
        length: 65,
        limit: LIMIT,
    };
    let table: [(&str, &[u8], Frames); 12] = [
        ("nothing", b"", Ok(vec![])),
        ("an empty message", &[0, 0, 0, 0, 0], Ok(vec![message(b"")])),
        ("one", &[0, 0, 0, 0, 1, 7], Ok(vec![message(&[7])])),
        (
            "two",
            &[0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0],
            Ok(vec![message(&[7]), message(b"")]),
        ),
        (
            "a compressed one",
            &[1, 0, 0, 0, 1, 7],
            Ok(vec![Frame {
                compressed: true,
                ..message(&[7])
            }]),
        ),
        (
            "trailers",
            &[0x80, 0, 0, 0, 1, 7],
            Ok(vec![Frame {
                kind: FrameKind::Trailers,
                ..message(&[7])
            }]),
        ),
        (
            "compressed trailers",
            &[0x81, 0, 0, 0, 0],
            Ok(vec![Frame {
                kind: FrameKind::Trailers,
                compressed: true,
                payload: Bytes::new(),
            }]),
        ),
        ("unknown flags", &[2, 0, 0, 0, 0], Err(FrameError::Flags(2))),
        (
            "too large, known from the prefix",
            &[0, 0, 0, 0, 65],
            Err(too_large),
        ),
        ("half a prefix", &[0, 0, 0], Err(FrameError::Truncated)),
        (
            "half a message",
            &[0, 0, 0, 0, 2, 7],
            Err(FrameError::Truncated),
        ),
        (
            "half a second one",
            &[0, 0, 0, 0, 0, 0],
            Err(FrameError::Truncated),
        ),
    ];
    for (name, body, expected) in table {
        assert_eq!(read([body]), expected, "{name}, in one chunk");
        assert_eq!(read(body.chunks(1)), expected, "{name}, byte by byte");
    }
}

#[test]
fn an_error_is_final() {
    let mut reader = Reader::new(LIMIT);
    reader.push(Bytes::from_static(&[4, 0, 0, 0, 0]));
    assert_eq!(reader.read(), Err(FrameError::Flags(4)));
    reader.push(Bytes::from_static(&[0, 0, 0, 0, 0]));
    assert_eq!(reader.read(), Err(FrameError::Flags(4)));
}

#[test]
fn a_frame_within_a_chunk_is_not_copied() {
    let chunk = frame::encode(b"hello").expect("a frame");
    let payload = chunk[frame::PREFIX..].as_ptr();
    let mut reader = Reader::new(LIMIT);
    reader.push(chunk);
    let frame = reader.read().expect("a body").expect("a frame");
    assert_eq!(frame.payload.as_ptr(), payload);
}

#[test]
fn a_message_longer_than_four_gigabytes_has_no_prefix() {
    let length = usize::try_from(u64::from(u32::MAX) + 1).expect("64 bits");
    assert!(matches!(
        frame::prefix(length),
        Err(FrameError::TooLarge { .. })
    ));
    assert_eq!(frame::prefix(0x0102_0304), Ok([0, 1, 2, 3, 4]));
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_cut_gives_the_same_messages(
        messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..=LIMIT), 0..8),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let body: Vec<u8> = messages
            .iter()
            .flat_map(|message| frame::encode(message).expect("a frame"))
            .collect();
        let expected: Vec<Frame> = messages.iter().map(|payload| message(payload)).collect();
        prop_assert_eq!(read(cut(&body, &places)), Ok(expected));
    }

    /// Also of bodies that end in an error.
    #[test]
    fn any_cut_gives_the_same_result(
        body in prop::collection::vec(prop_oneof![5 => 0..3u8, 1 => any::<u8>()], 0..60),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        prop_assert_eq!(read(cut(&body, &places)), read([body.as_slice()]));
    }
}
