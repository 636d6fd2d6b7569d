#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| meanwhile_fuzz::responses_stream(data));
