//! A button that copies a text of the page. Shown once the browser can do so.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::say::t;

/// Copies the text of the element with the id `target`.
#[component]
pub(crate) fn CopyButton(
    /// The element's id.
    target: &'static str,
    /// What is copied, for screen readers.
    label: String,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="small with-wasm copy"
            data-copy=target
            data-copied=t!("common-copied")
            aria-label=label
        >
            <Icon glyph=Glyph::Copy />
            <span>{t!("common-copy")}</span>
        </button>
    }
}
