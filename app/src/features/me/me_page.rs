//! A person’s own settings.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn MePage() -> impl IntoView {
    view! {
        <Title text=t!("me-title") />
        <header class="page-head">
            <h1>{t!("me-title")}</h1>
        </header>
    }
}
