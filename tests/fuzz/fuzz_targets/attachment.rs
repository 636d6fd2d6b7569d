#![no_main]

libfuzzer_sys::fuzz_target!(
    // A library that panics over a file is caught, and ends no process that reads.
    init: std::panic::set_hook(Box::new(|_| {})),
    |data: &[u8]| meanwhile_fuzz::attachment(data)
);
