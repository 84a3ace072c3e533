//! The bar that appears with the first selected line. Its count and its appearing are of CSS
//! (`:has(:checked)` and a counter), so that selecting works without wasm; "all" needs wasm.

use leptos::prelude::*;

use crate::components::{Glyph, Icon};

/// The bar for the selected lines of the form it stands in.
#[component]
pub(crate) fn Selection(
    /// What is selected.
    of: &'static str,
    /// The actions: submit buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="selection" role="group" aria-label=format!("Selected {of}")>
            <span class="selection-count">
                <span class="hidden">"Selected: "</span>
            </span>
            <details class="menu menu-up">
                <summary class="button primary">
                    "Action"
                    <Icon glyph=Glyph::Down />
                </summary>
                <div class="menu-items">{children()}</div>
            </details>
        </div>
    }
    .into_any()
}

/// The box in the head of a table that ticks every line. Shown once the browser can do so.
#[component]
pub(crate) fn SelectAll() -> impl IntoView {
    view! {
        <span class="hidden">"Select"</span>
        <input
            type="checkbox"
            aria-label="Select all on this page"
            autocomplete="off"
            data-select-all="true"
            class="with-wasm"
        />
    }
}
