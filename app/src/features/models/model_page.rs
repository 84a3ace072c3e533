//! One model: its fields, and who may read its logs.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn ModelPage() -> impl IntoView {
    view! {
        <Title text=t!("models-one") />
        <header class="page-head">
            <h1>{t!("models-one")}</h1>
        </header>
    }
}
