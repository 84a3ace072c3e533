//! Stepping through the revisions: one before, one after, or any by a slider.

use leptos::prelude::*;

use super::look::Addresses;
use crate::{
    components::{GetForm, Glyph, Icon},
    say::{number, t},
};

/// Links to the revision before and after; of a comparison, both of its revisions move.
#[component]
pub(super) fn Steps(
    /// The addresses of the record.
    addresses: Addresses,
    /// The revision shown.
    revision: i64,
    /// The one that it is compared with, and whether all fields are shown.
    with: Option<(i64, bool)>,
    /// The newest there is.
    latest: i64,
) -> impl IntoView {
    let step = |key: &'static str, by: i64| {
        let to = revision + by;
        let href = match with {
            None => (1..=latest).contains(&to).then(|| addresses.at(to)),
            Some((from, all)) => {
                let from = from + by;
                let there = (1..=latest).contains(&to) && (1..=latest).contains(&from);
                there.then(|| addresses.compared(from, to, all))
            }
        };
        let (word, label, glyph) = if by < 0 {
            (
                t!("history-previous"),
                t!("history-previous-revision"),
                Glyph::Left,
            )
        } else {
            (
                t!("history-next"),
                t!("history-next-revision"),
                Glyph::Right,
            )
        };
        match href {
            Some(href) => view! {
                <a class="button small" href=href aria-label=label data-key=key>
                    <Icon glyph=glyph />
                    {word}
                </a>
            }
            .into_any(),
            None => view! {
                <span class="button small off" aria-disabled="true">
                    <Icon glyph=glyph />
                    {word}
                </span>
            }
            .into_any(),
        }
    };
    view! {
        <div class="steps" role="group" aria-label=t!("history-steps")>
            {step("previous", -1)}
            {step("next", 1)}
        </div>
    }
    .into_any()
}

/// A slider over all revisions. With wasm it leads there when it is let go.
#[component]
pub(super) fn Slider(
    /// The addresses of the record.
    addresses: Addresses,
    /// The revision shown.
    revision: i64,
    /// The newest there is.
    latest: i64,
) -> impl IntoView {
    (latest > 1).then(|| {
        view! {
            <GetForm action=addresses.path() class="slider" label=t!("history-slider")>
                <input type="hidden" name="host" value=addresses.host.clone() />
                <span aria-hidden="true">"1"</span>
                <input
                    type="range"
                    name="revision"
                    min="1"
                    max=latest
                    step="1"
                    value=revision
                    aria-label=t!("history-slider-label")
                    data-go="change"
                    autocomplete="off"
                />
                <span aria-hidden="true">{number(latest)}</span>
                <output class="with-wasm">{revision}</output>
                <button type="submit" class="small without-wasm">
                    {t!("history-show")}
                </button>
            </GetForm>
        }
    })
}
