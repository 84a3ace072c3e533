//! The answer to an address that is no page.

use leptos::prelude::*;
use leptos_meta::Title;
use types::Code;

use crate::{components::Failure, error::PageError, say::t};

/// There is no such page.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Title text=t!("common-not-found") />
        <main class="alone">
            <Failure error=PageError::new(Code::NotFound, "") />
        </main>
    }
    .into_any()
}
