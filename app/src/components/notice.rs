//! Notices: something worth knowing, beside what the page shows.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Good to know.
    Info,
    /// Done.
    Good,
    /// Look at this.
    Warning,
    /// It failed.
    Bad,
}

/// A notice. Bad news is announced to screen readers at once.
#[component]
pub(crate) fn Notice(
    /// How much it matters.
    tone: Tone,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let (class, glyph, role) = match tone {
        Tone::Info => ("notice notice-info", Glyph::Info, "note"),
        Tone::Good => ("notice notice-good", Glyph::Check, "status"),
        Tone::Warning => ("notice notice-warning", Glyph::Warning, "note"),
        Tone::Bad => ("notice notice-bad", Glyph::Warning, "alert"),
    };
    view! {
        <div class=class role=role>
            <Icon glyph=glyph />
            <div class="notice-text">{children()}</div>
        </div>
    }
}
