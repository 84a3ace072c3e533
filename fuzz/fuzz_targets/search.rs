//! The text of a search: read whatever it is, the same when it is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use types::Search;

fuzz_target!(|text: &str| {
    let search = Search::parse(text);
    assert_eq!(search, Search::parse(text));
});
