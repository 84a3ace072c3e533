//! What a page reads of the address it is at.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::address;

/// The query text.
pub(crate) fn query() -> String {
    use_location().search.get_untracked()
}

/// The path.
pub(crate) fn path() -> String {
    use_location().pathname.get_untracked()
}

/// A segment of the path, unescaped; empty where there is none.
pub(crate) fn segment(at: usize) -> String {
    address::segment(&path(), at).unwrap_or_default()
}
