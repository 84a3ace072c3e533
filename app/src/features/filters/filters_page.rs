//! The saved filters.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn FiltersPage() -> impl IntoView {
    view! {
        <Title text=t!("filters-title") />
        <header class="page-head">
            <h1>{t!("filters-title")}</h1>
        </header>
    }
}
