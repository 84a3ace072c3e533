//! Whether the log can be proved.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn IntegrityPage() -> impl IntoView {
    view! {
        <Title text=t!("integrity-title") />
        <header class="page-head">
            <h1>{t!("integrity-title")}</h1>
        </header>
    }
}
