//! What no rule follows.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn CoveragePage() -> impl IntoView {
    view! {
        <Title text=t!("rules-coverage") />
        <header class="page-head">
            <h1>{t!("rules-coverage")}</h1>
        </header>
    }
}
