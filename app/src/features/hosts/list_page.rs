//! The hosts.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn HostsPage() -> impl IntoView {
    view! {
        <Title text=t!("hosts-title") />
        <header class="page-head">
            <h1>{t!("hosts-title")}</h1>
        </header>
    }
}
