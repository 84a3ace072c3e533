//! A field of a record: its label and its technical name.

use leptos::prelude::*;

/// A field's names. The technical one breaks after an underscore, not within a word.
#[component]
pub(crate) fn FieldName(
    /// The name for people.
    label: String,
    /// The technical name.
    field: String,
) -> impl IntoView {
    let parts = field
        .split_inclusive('_')
        .map(|part| view! { {part.to_owned()}<wbr /> })
        .collect_view();
    view! {
        <span>{label}</span>
        " "
        <code class="id">{parts}</code>
    }
    .into_any()
}
