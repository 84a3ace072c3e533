//! The palette: a dialog over any page. Its list is filled by the browser's part, from the page of
//! the same; without wasm the link leads to that page.

use leptos::prelude::*;

use crate::{
    components::{Glyph, Icon},
    say::t,
};

/// The way to the palette.
#[component]
pub(crate) fn FindLink() -> impl IntoView {
    view! {
        <a class="button quiet find" href="/find" data-palette="true" aria-keyshortcuts="Control+K Meta+K">
            <Icon glyph=Glyph::Search />
            <span>{t!("find-title")}</span>
            <kbd class="with-wasm">"Ctrl K"</kbd>
        </a>
    }
}

/// The dialog, closed.
#[component]
pub(crate) fn Palette() -> impl IntoView {
    view! {
        <dialog id="palette" class="palette" aria-label=t!("find-title")>
            <form method="get" action="/find" class="palette-form">
                <Icon glyph=Glyph::Search />
                <input
                    id="palette-text"
                    name="q"
                    type="text"
                    maxlength="200"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-found"
                    aria-autocomplete="list"
                    aria-label=t!("find-what")
                    placeholder=t!("find-what")
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                />
                <button type="submit" class="quiet small">
                    {t!("find-do")}
                </button>
            </form>
            <div id="palette-found" role="listbox" aria-label=t!("find-title")></div>
            <p class="palette-keys muted small">
                <span>
                    <kbd>"↑"</kbd>
                    <kbd>"↓"</kbd>
                    {t!("find-move")}
                </span>
                <span>
                    <kbd>{t!("keys-enter")}</kbd>
                    {t!("find-open")}
                </span>
                <span>
                    <kbd>{t!("keys-escape")}</kbd>
                    {t!("find-close")}
                </span>
            </p>
        </dialog>
    }
}
