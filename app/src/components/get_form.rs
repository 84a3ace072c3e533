//! A form that changes the address.

use leptos::prelude::*;

/// A form sent by GET. Its submit button may have a `formaction`.
#[component]
pub(crate) fn GetForm(
    /// The path of the page that answers.
    action: String,
    /// How it looks.
    #[prop(optional)]
    class: &'static str,
    /// What it is, for screen readers and tests.
    #[prop(into)]
    label: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <form method="get" action=action class=class aria-label=label>
            {children()}
        </form>
    }
    .into_any()
}
