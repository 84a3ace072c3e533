//! The bar that appears with the first selected line. Its count and its appearing are of CSS
//! (`:has(:checked)` and a counter), so that selecting works without wasm; "all" needs wasm.

use leptos::{
    ev::MouseEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement},
};

use crate::components::{Glyph, Icon};

/// The bar for the selected lines of the form it stands in.
#[component]
pub(crate) fn Selection(
    /// What is selected.
    of: &'static str,
    /// The actions: submit buttons.
    children: Children,
) -> impl IntoView {
    // Known only in the browser: before that the buttons would do nothing.
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    view! {
        <div class="selection" role="group" aria-label=format!("Selected {of}")>
            <span class="selection-count">
                <span class="hidden">"Selected: "</span>
            </span>
            <button
                type="button"
                class="quiet"
                hidden=move || !hydrated.get()
                on:click=|event| mark_all(&event, true)
            >
                "All on this page"
            </button>
            <button
                type="button"
                class="quiet"
                hidden=move || !hydrated.get()
                on:click=|event| mark_all(&event, false)
            >
                "None"
            </button>
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

/// Ticks or unticks every line of the form around the button.
fn mark_all(event: &MouseEvent, mark: bool) {
    let form = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .and_then(|button| button.closest("form").ok().flatten())
        .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form else { return };
    let elements = form.elements();
    for n in 0..elements.length() {
        if let Some(input) = elements
            .item(n)
            .and_then(|e| e.dyn_into::<HtmlInputElement>().ok())
            && input.type_() == "checkbox"
        {
            input.set_checked(mark);
        }
    }
}
