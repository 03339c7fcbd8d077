//! The targets on as many inputs as `PROPTEST_CASES` says (256 if it does not), made from the seeds
//! by a few cuts and insertions.

use guardmesh_guard_engine_fuzz::{guards, parameters, reading, seed, stream};
use proptest::prelude::*;
use proptest::sample::Index;

/// Bytes that mean something to text, JSON and patterns, beside the pieces of the test tables.
const BYTES: [&[u8]; 20] = [
    b"\xff",
    b"\xc3",
    b"\xe2\x80",
    b"\x00",
    b"\n",
    b"\r\n",
    b"\t",
    b"%",
    b"&#",
    b"&#x3c;",
    b"=",
    b"\"",
    b"\\",
    b"(",
    b"*",
    b"{1,3}",
    b"|",
    b"[",
    b"]",
    b"}",
];

fn mutated(target: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let token = prop_oneof![
        prop::sample::select(BYTES.to_vec()),
        prop::sample::select(seed::pieces()).prop_map(str::as_bytes),
    ];
    let edits = prop::collection::vec((any::<Index>(), 0..6_usize, token), 0..6);
    let seeds = prop::sample::select(seed::of(target));
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
    fn any_text(input in mutated("guards")) {
        guards(&input);
    }

    #[test]
    fn any_parameters(input in mutated("parameters")) {
        parameters(&input);
    }

    #[test]
    fn any_reading(input in mutated("reading")) {
        reading(&input);
    }

    #[test]
    fn any_stream(input in mutated("stream")) {
        stream(&input);
    }
}
