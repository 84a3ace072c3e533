//! A body of `POST /api/v1/operations`: read, or refused with faults whose pointers lead somewhere.
#![no_main]

use libfuzzer_sys::fuzz_target;
use types::Operation;

fuzz_target!(|body: &[u8]| {
    let Ok(value) = types::parse_json(body) else {
        return;
    };
    if let Err(faults) = Operation::read_batch(value) {
        for fault in faults.into_vec() {
            assert!(fault.pointer.is_empty() || fault.pointer.starts_with('/'));
        }
    }
});
