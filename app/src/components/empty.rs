//! A list without rows says what to do next.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// An empty state.
#[component]
pub(crate) fn Empty(
    /// What the list would hold.
    glyph: Glyph,
    /// What is the case.
    #[prop(into)]
    title: String,
    /// What to do next.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon">
                <Icon glyph=glyph />
            </span>
            <h2>{title}</h2>
            <div class="empty-next">{children()}</div>
        </div>
    }
}
