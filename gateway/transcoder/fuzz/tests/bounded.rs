//! The targets on as many inputs as `PROPTEST_CASES` says (256 if it does not), made from the seeds
//! by a few cuts and insertions.

use guardmesh_transcoder_fuzz::{frames, json_to_wire, request, seed, wire_to_json};
use proptest::prelude::*;
use proptest::sample::Index;

/// Bytes that mean something somewhere.
const TOKENS: [&[u8]; 40] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\"",
    b"null",
    b"true",
    b"-",
    b"0",
    b"1",
    b"e3",
    b".5",
    b"\\u00e9",
    b"\\ud83d",
    b"\xff",
    b"\xc3",
    b"NaN",
    b"@type",
    b"/",
    b"%2F",
    b"%",
    b"**",
    b"&",
    b"=",
    b"?",
    b".",
    b"_",
    b"\n",
    b"\x00",
    b"\x01",
    b"\x08",
    b"\x0a",
    b"\x80",
    b"\x7f",
    b"Z",
    b"s",
    b"1e400",
    b"9223372036854775808",
];

fn mutated(target: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let edit = (
        any::<Index>(),
        0..6_usize,
        prop::sample::select(TOKENS.to_vec()),
    );
    let seeds = prop::sample::select(seed::of(target));
    let edits = prop::collection::vec(edit, 0..6);
    (seeds.clone(), seeds, any::<(Index, bool)>(), edits).prop_map(
        |(mut input, other, (place, joined), edits)| {
            if joined && !other.is_empty() {
                let at = place.index(input.len() + 1);
                input.splice(at.., other[place.index(other.len())..].iter().copied());
            }
            for (place, cut, token) in edits {
                let at = place.index(input.len() + 1);
                let end = input.len().min(at + cut);
                input.splice(at..end, token.iter().copied());
            }
            input
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(input in mutated("json_to_wire")) {
        json_to_wire(&input);
    }

    #[test]
    fn any_wire(input in mutated("wire_to_json")) {
        wire_to_json(&input);
    }

    #[test]
    fn any_request(input in mutated("request")) {
        request(&input);
    }

    #[test]
    fn any_frames(input in mutated("frames")) {
        frames(&input);
    }
}

/// Inputs that the fuzzers stopped at.
#[test]
fn what_was_found_once() {
    wire_to_json(b"2\x07Z\x05\x0d\0\0\0\x80");
    request(b"GET /v1/items/7:check\n{}");
}
