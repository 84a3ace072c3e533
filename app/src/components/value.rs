//! A value in a cell.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::say::{decimal, t};
use crate::value::{Named, Shown, shorten};

/// Longest text shown unfolded, in characters.
const UNFOLDED: usize = 600;

/// A value: what it is called, with its id beside it; long texts and JSON folded.
#[component]
pub(crate) fn ValueView(
    /// The value.
    shown: Shown,
) -> impl IntoView {
    match shown {
        Shown::Unknown => {
            view! { <span class="value-unknown" title=t!("value-unknown-why")>{t!("value-unknown")}</span> }
                .into_any()
        }
        Shown::Nothing => {
            view! { <span class="value-nothing" title=t!("value-nothing")>"—"</span> }.into_any()
        }
        Shown::Masked => view! {
            <span class="value-masked">
                <Icon glyph=Glyph::Lock />
                {t!("value-masked")}
            </span>
        }
        .into_any(),
        Shown::Erased(at) => {
            let title = at.map_or_else(
                || t!("value-erased-why"),
                |at| t!("value-erased-at", at = at),
            );
            view! {
                <span class="value-erased" title=title>
                    {t!("value-erased")}
                </span>
            }
            .into_any()
        }
        Shown::Sealed => {
            view! { <span class="value-erased" title=t!("value-sealed-why")>{t!("value-sealed")}</span> }
                .into_any()
        }
        Shown::Binary { size, digest } => view! {
            <span class="value-binary">
                <Icon glyph=Glyph::File />
                {size}
                " "
                <code title=t!("value-digest")>{digest}</code>
            </span>
        }
        .into_any(),
        Shown::Flag(true) => view! {
            <span class="value-flag">
                <Icon glyph=Glyph::Check />
                {t!("value-yes")}
            </span>
        }
        .into_any(),
        Shown::Flag(false) => view! {
            <span class="value-flag muted">
                <Icon glyph=Glyph::Cross />
                {t!("value-no")}
            </span>
        }
        .into_any(),
        Shown::Number(text) => view! { <span class="value-number" title=text.clone()>{decimal(&text)}</span> }.into_any(),
        Shown::Time(text) => view! { <span class="value-time">{text}</span> }.into_any(),
        Shown::Text(text) if text.is_empty() => {
            view! { <span class="value-nothing">{t!("value-empty")}</span> }.into_any()
        }
        Shown::Text(text) => view! { <span class="value-text">{text}</span> }.into_any(),
        Shown::Long(text) if text.chars().count() > UNFOLDED => view! {
            <details class="fold">
                <summary>{shorten(&text, 160)}</summary>
                <div class="value-long">{text}</div>
            </details>
        }
        .into_any(),
        Shown::Long(text) => view! { <div class="value-long">{text}</div> }.into_any(),
        Shown::Named(named) => view! { <NamedView named=named /> }.into_any(),
        Shown::Many(members) if members.is_empty() => {
            view! { <span class="value-nothing">{t!("value-none")}</span> }.into_any()
        }
        Shown::Many(members) => view! {
            <ul class="value-many">
                {members
                    .into_iter()
                    .map(|named| {
                        view! {
                            <li>
                                <NamedView named=named />
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        }
        .into_any(),
        Shown::Json(text) => view! {
            <details class="fold">
                <summary>
                    <code>{shorten(&text, 80)}</code>
                </summary>
                <pre class="value-json">{text}</pre>
            </details>
        }
        .into_any(),
    }
}

#[component]
fn NamedView(named: Named) -> impl IntoView {
    let Named { label, id } = named;
    match label {
        Some(label) => view! {
            <span class="value-named">
                <span>{label}</span>
                " "
                <code>{id}</code>
            </span>
        }
        .into_any(),
        None => view! { <code>{id}</code> }.into_any(),
    }
}
