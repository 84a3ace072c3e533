//! The bar that appears with the first selected line. Its count and its appearing are of CSS
//! (`:has(:checked)` and a counter), so that selecting works without wasm; "all" needs wasm.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Event, HtmlFormElement, HtmlInputElement},
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
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    view! {
        <span class="hidden">"Select"</span>
        <input
            type="checkbox"
            aria-label="Select all on this page"
            autocomplete="off"
            hidden=move || !hydrated.get()
            on:change=|event| mark_all(&event)
        />
    }
}

/// Ticks or unticks every line of the form around the box, as the box is.
fn mark_all(event: &Event) {
    let head = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let form = head
        .as_ref()
        .and_then(|head| head.closest("form").ok().flatten())
        .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let (Some(head), Some(form)) = (head, form) else {
        return;
    };
    let elements = form.elements();
    for n in 0..elements.length() {
        if let Some(input) = elements
            .item(n)
            .and_then(|element| element.dyn_into::<HtmlInputElement>().ok())
            && input.type_() == "checkbox"
        {
            input.set_checked(head.checked());
        }
    }
}
