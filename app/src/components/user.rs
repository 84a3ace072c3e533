//! Who did it, and names in a row.

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

/// Names divided by commas, each with its id where one is given. Each stands on its own: none turns
/// the direction of what is beside it.
pub(crate) fn names_apart(names: Vec<(String, Option<String>)>) -> impl IntoView {
    names
        .into_iter()
        .enumerate()
        .map(|(n, (name, id))| {
            view! {
                {(n > 0).then_some(", ")}
                <bdi>{name}</bdi>
                {id.map(|id| view! { " (" <bdi>{id}</bdi> ")" })}
            }
        })
        .collect_view()
}
