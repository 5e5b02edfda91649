//! Holds `hostile`'s property of this name against whatever is made up.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hostile::hold("headers", bytes));
