//! Who did it.

use leptos::prelude::*;

/// A user of a host: the name where it is known, the login behind it.
#[component]
pub(crate) fn UserName(
    /// The login.
    login: String,
    /// The name for people.
    name: Option<String>,
) -> impl IntoView {
    match name {
        Some(name) => view! { <span class="user" title=login>{name}</span> }.into_any(),
        None => view! { <code class="user">{login}</code> }.into_any(),
    }
}
