//! The people who sign in here.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::say::t;

/// The page.
#[component]
pub(crate) fn UsersPage() -> impl IntoView {
    view! {
        <Title text=t!("users-title") />
        <header class="page-head">
            <h1>{t!("users-title")}</h1>
        </header>
    }
}
