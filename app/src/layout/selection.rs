//! The bar that appears with the first selected line. Its count and its appearing are of CSS
//! (`:has(:checked)` and a counter), so that selecting works without wasm; "all" needs wasm.

use leptos::prelude::*;

use crate::{
    components::{Glyph, Icon},
    say::t,
};

/// The bar for the selected lines of the form it stands in.
#[component]
pub(crate) fn Selection(
    /// What it is for, for screen readers.
    #[prop(into)]
    label: String,
    /// The actions: submit buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="selection" role="group" aria-label=label>
            <span class="selection-count">
                <span>{t!("common-selected")}</span>
            </span>
            <details class="menu menu-up">
                <summary class="button primary">
                    {t!("common-action")}
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
        <span class="hidden">{t!("common-select")}</span>
        <input
            type="checkbox"
            aria-label=t!("common-select-all")
            autocomplete="off"
            data-select-all="true"
            class="with-wasm"
        />
    }
}
