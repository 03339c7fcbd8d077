//! See `guardmesh_transcoder_fuzz::wire_to_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| guardmesh_transcoder_fuzz::wire_to_json(data));
