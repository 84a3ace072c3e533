//! The way from one page of a list to the next, by address.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::say::t;

/// Links to the first and the next page, where there are such.
#[component]
pub(crate) fn Pager(
    /// What the list holds, for screen readers.
    #[prop(into)]
    of: String,
    /// The words for the way back to the beginning.
    #[prop(into)]
    first_word: String,
    /// The words for the way on.
    #[prop(into)]
    next_word: String,
    /// The address of the beginning, when this is not it.
    first: Option<String>,
    /// The address of the next page.
    next: Option<String>,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=t!("common-pages-of", list = of)>
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
