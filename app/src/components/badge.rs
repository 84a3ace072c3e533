//! What was done, and to what kind of record.

use leptos::prelude::*;
use types::OperationKind;

use super::{Glyph, Icon};
use crate::say::t;

/// The word for an operation.
pub(crate) fn operation_word(kind: OperationKind) -> String {
    match kind {
        OperationKind::Create => t!("operation-create"),
        OperationKind::Write => t!("operation-write"),
        OperationKind::Unlink => t!("operation-unlink"),
    }
}

/// An operation by colour, icon and word: never by colour alone.
#[component]
pub(crate) fn OperationBadge(
    /// What was done.
    kind: OperationKind,
) -> impl IntoView {
    let (class, glyph) = match kind {
        OperationKind::Create => ("badge op-create", Glyph::Plus),
        OperationKind::Write => ("badge op-write", Glyph::Pencil),
        OperationKind::Unlink => ("badge op-unlink", Glyph::Bin),
    };
    view! {
        <span class=class>
            <Icon glyph=glyph />
            {operation_word(kind)}
        </span>
    }
}

/// A kind of record: its label, with the technical name behind it.
#[component]
pub(crate) fn ModelTag(
    /// The name for people.
    label: String,
    /// The technical name.
    model: String,
) -> impl IntoView {
    view! { <span class="model-tag" title=model>{label}</span> }
}
