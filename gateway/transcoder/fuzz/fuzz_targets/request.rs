//! See `guardmesh_transcoder_fuzz::request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| guardmesh_transcoder_fuzz::request(data));
