//! One host and its keys.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn HostPage() -> impl IntoView {
    view! {
        <Title text=t!("hosts-one") />
        <header class="page-head">
            <h1>{t!("hosts-one")}</h1>
        </header>
    }
}
