//! One person: new, or to change.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn UserPage() -> impl IntoView {
    view! {
        <Title text=t!("users-one") />
        <header class="page-head">
            <h1>{t!("users-one")}</h1>
        </header>
    }
}
