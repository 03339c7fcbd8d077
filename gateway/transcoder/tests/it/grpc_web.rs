//! gRPC-Web: trailers in the body, and its text form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use guardmesh_transcoder::frame::{FrameError, FrameKind};
use guardmesh_transcoder::grpc_web::{self, TextReader};
use http::HeaderMap;
use proptest::prelude::*;

use crate::fixture::config;
use crate::frames::{self, cut};

fn decode<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Result<Vec<u8>, FrameError> {
    let mut reader = TextReader::default();
    let mut bytes = Vec::new();
    for chunk in chunks {
        bytes.extend(reader.push(chunk)?);
    }
    reader.finish()?;
    Ok(bytes)
}

#[test]
fn trailers_there_and_back() {
    let mut trailers = HeaderMap::new();
    for (name, value) in [
        ("grpc-status", "5"),
        ("grpc-message", "not%20found"),
        ("x-many", "a"),
        ("x-many", "b: c"),
        ("x-empty", ""),
    ] {
        trailers.append(name, value.parse().expect("a value"));
    }
    let body = grpc_web::encode_trailers(&trailers).expect("a frame");
    let text =
        "grpc-status: 5\r\ngrpc-message: not%20found\r\nx-many: a\r\nx-many: b: c\r\nx-empty: \r\n";
    assert_eq!(body, [&[0x80, 0, 0, 0, 79], text.as_bytes()].concat());
    assert_eq!(grpc_web::decode_trailers(&body[5..]), Ok(trailers));
}

#[test]
fn trailers_as_others_write_them() {
    let expected: HeaderMap = [("grpc-status", "0"), ("grpc-message", "")]
        .into_iter()
        .map(|(name, value)| {
            (
                name.parse().expect("a name"),
                value.parse().expect("a value"),
            )
        })
        .collect();
    for text in [
        "grpc-status:0\r\ngrpc-message:\r\n",
        "Grpc-Status: 0\r\nGrpc-Message: \r\n\r\n",
        "grpc-status : 0\ngrpc-message: ",
    ] {
        assert_eq!(
            grpc_web::decode_trailers(text.as_bytes()).as_ref(),
            Ok(&expected)
        );
    }
    for text in ["grpc-status", ": 0", "a b: c", "a: \u{0}"] {
        let decoded = grpc_web::decode_trailers(text.as_bytes());
        assert_eq!(decoded, Err(FrameError::Trailers), "{text:?}");
    }
}

#[test]
fn more_trailers_than_a_map_can_hold_are_refused() {
    let lines: Vec<String> = (0..40_000).map(|n| format!("a{n}: b\n")).collect();
    let decoded = grpc_web::decode_trailers(lines.concat().as_bytes());
    assert_eq!(decoded, Err(FrameError::Trailers));
}

#[test]
fn a_trailers_frame_is_told_from_a_message() {
    let body = grpc_web::encode_trailers(&HeaderMap::new()).expect("a frame");
    let frames = frames::read([&*body]).expect("a body");
    assert_eq!((frames.len(), frames[0].kind), (1, FrameKind::Trailers));
}

#[test]
fn text_that_is_no_base64() {
    for (text, error) in [
        ("AAA", FrameError::Truncated),
        ("AA==A", FrameError::Truncated),
        ("A===", FrameError::Base64),
        ("AA=A", FrameError::Base64),
        ("AA-_", FrameError::Base64),
        ("AAAA\r\n", FrameError::Truncated),
        ("AAA\n", FrameError::Base64),
    ] {
        assert_eq!(decode([text.as_bytes()]), Err(error), "{text:?}");
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_cut_of_any_segments_gives_the_same_bytes(
        segments in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..6),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let text: Vec<Bytes> = segments.iter().map(|part| grpc_web::encode_text(part)).collect();
        let text = text.concat();
        prop_assert_eq!(decode(cut(&text, &places)), Ok(segments.concat()));
        let whole = STANDARD.encode(segments.concat());
        prop_assert_eq!(decode(cut(whole.as_bytes(), &places)), Ok(segments.concat()));
    }
}
