//! What the browser adds to pages that are complete without it: links and forms without loading a
//! page, the keyboard, ticking every line. It stands beside the pages, once: nothing here is of one
//! page, and a page needs nothing but its own HTML to get it.

mod copy;
mod dom;
mod fields;
mod keyboard;
mod navigate;
mod palette;
mod selection;
mod slider;
mod zone;

pub use navigate::go;

/// Begins to listen. Called once, when the wasm has been loaded.
pub fn start() {
    palette::start();
    navigate::start();
    keyboard::start();
    selection::start();
    fields::start();
    slider::start();
    copy::start();
    zone::tell();
    // From here on the style shows what needs wasm.
    if let Some(root) = dom::document().document_element() {
        let _ = root.set_attribute("data-wasm", "");
    }
}
