//! See `guardmesh_guard_engine_fuzz::guards`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| guardmesh_guard_engine_fuzz::guards(data));
