//! What a page reads of the address it is at.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What `read` makes of the path, and the query text. While the browser leaves for another page,
/// the page that still stands keeps what it had: the other's address is not for it to ask for.
pub(crate) fn use_here<T>(read: fn(&str) -> Option<T>) -> Memo<(T, String)>
where
    T: Clone + Default + PartialEq + Send + Sync + 'static,
{
    let location = use_location();
    Memo::new(move |last: Option<&(T, String)>| {
        let query = location.search.get();
        location
            .pathname
            .with(|path| read(path))
            .map(|part| (part, query))
            .or_else(|| last.cloned())
            .unwrap_or_default()
    })
}
