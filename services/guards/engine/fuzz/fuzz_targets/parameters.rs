//! See `guardmesh_guard_engine_fuzz::parameters`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| guardmesh_guard_engine_fuzz::parameters(data));
