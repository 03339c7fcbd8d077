//! See `guardmesh_transcoder_fuzz::json_to_wire`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| guardmesh_transcoder_fuzz::json_to_wire(data));
