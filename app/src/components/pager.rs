//! The way from one page of a list to the next, by address.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// Links to the first and the next page, where there are such.
#[component]
pub(crate) fn Pager(
    /// What the list holds, for screen readers.
    of: &'static str,
    /// The words for the way back to the beginning.
    first_word: &'static str,
    /// The words for the way on.
    next_word: &'static str,
    /// The address of the beginning, when this is not it.
    first: Option<String>,
    /// The address of the next page.
    next: Option<String>,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=format!("Pages of {of}")>
                {first
                    .map(|href| {
                        view! {
                            <a class="button" href=href>
                                <Icon glyph=Glyph::Left />
                                {first_word}
                            </a>
                        }
                    })}
                {next
                    .map(|href| {
                        view! {
                            <a class="button" href=href rel="next">
                                {next_word}
                                <Icon glyph=Glyph::Right />
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
