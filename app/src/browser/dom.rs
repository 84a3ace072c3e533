//! The document, with the casts done.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, Window, window as global};

/// The window.
#[expect(clippy::expect_used, reason = "this module runs in a page")]
pub(super) fn window() -> Window {
    global().expect("a page has a window")
}

/// The document.
#[expect(clippy::expect_used, reason = "this module runs in a page")]
pub(super) fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The first element that `selector` finds, if it is of the kind asked for.
pub(super) fn find<T: JsCast>(selector: &str) -> Option<T> {
    let found = document().query_selector(selector).ok().flatten()?;
    found.dyn_into().ok()
}

/// Every element that `selector` finds within `root`, of the kind asked for.
pub(super) fn find_all<T: JsCast>(root: &Element, selector: &str) -> Vec<T> {
    let Ok(found) = root.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into().ok())
        .collect()
}

/// Listens on the window as long as the document stands.
pub(super) fn listen<E: JsCast + 'static>(kind: &str, mut heard: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if let Ok(event) = event.dyn_into() {
            heard(event);
        }
    });
    let _ = window().add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
    closure.forget();
}
