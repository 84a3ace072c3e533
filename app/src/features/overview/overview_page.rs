//! What happened lately, at a glance.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    view! {
        <Title text=t!("overview-title") />
        <header class="page-head">
            <h1>{t!("overview-title")}</h1>
        </header>
    }
}
