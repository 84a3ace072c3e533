//! What the browser adds to pages that are complete without it: links and forms without loading a
//! page, the keyboard, ticking every line, completing a search, live arrivals, exports one sees,
//! proofs that one checks oneself. It stands beside the pages, once: nothing here is of one page, and a page needs nothing but its own
//! HTML to get it.

mod combobox;
mod copy;
mod dom;
mod export;
mod fields;
mod keyboard;
mod live;
mod navigate;
mod palette;
mod proof;
mod selection;
mod slider;
mod way;
mod zone;

pub use navigate::go;

/// Begins to listen. Called once, when the wasm has been loaded.
pub fn start() {
    palette::start();
    // Before the links: a download that is shown is not followed.
    export::start();
    navigate::start();
    keyboard::start();
    selection::start();
    fields::start();
    slider::start();
    copy::start();
    combobox::start();
    live::start();
    proof::start();
    zone::tell();
    // From here on the style shows what needs wasm.
    if let Some(root) = dom::document().document_element() {
        let _ = root.set_attribute("data-wasm", "");
    }
}
