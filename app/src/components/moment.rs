//! A point in time: near ones told relatively, with the absolute time behind them.

use leptos::prelude::*;
use types::Timestamp;

use crate::reader::reader;

/// A time. `now` comes from the server, so that both sides say the same.
#[component]
pub(crate) fn Moment(
    /// The time.
    time: Timestamp,
    /// When the page was made.
    now: Timestamp,
    /// Whether to write the absolute time out.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let absolute = reader().absolute(time);
    let near = reader().relative(time, now);
    let (text, title) = if full {
        (absolute, near)
    } else {
        (near, absolute)
    };
    view! {
        <time class="moment" class:near=!full datetime=time.to_string() title=title>
            {text}
        </time>
    }
}
