//! The card that both pages are.

use leptos::prelude::*;

use crate::components::{Mark, Notice, Tone};

/// A card in the middle of the page.
#[component]
pub(super) fn Card(
    /// The heading.
    title: String,
    /// What it is for.
    lead: String,
    /// What went wrong, if anything did.
    error: Option<String>,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="alone" id="main">
            <section class="card">
                <p class="brand">
                    <Mark />
                    <span>"Revisor"</span>
                </p>
                <h1>{title}</h1>
                <p class="muted">{lead}</p>
                {error
                    .map(|text| {
                        view! {
                            <Notice tone=Tone::Bad>
                                <p>{text}</p>
                            </Notice>
                        }
                    })}
                {children()}
            </section>
        </main>
    }
    .into_any()
}
