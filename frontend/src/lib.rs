//! The wasm entry: takes over the pages that the server rendered.

// The type of a Leptos view nests as deep as the page does.
#![recursion_limit = "512"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the page. Called by the script that the server puts into it.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
