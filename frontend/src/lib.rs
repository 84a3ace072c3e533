//! The wasm entry: brings the pages to life that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script that the server puts into the page, before its islands are taken over.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    app::browser::start();
}
