//! See `guardmesh_guard_engine_fuzz::stream`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| guardmesh_guard_engine_fuzz::stream(data));
