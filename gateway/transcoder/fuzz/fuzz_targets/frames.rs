//! See `guardmesh_transcoder_fuzz::frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| guardmesh_transcoder_fuzz::frames(data));
