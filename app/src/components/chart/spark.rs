//! A number over time, as small as a word.

use leptos::prelude::*;

use super::{at, per_cent};

/// Small columns beside a number; the number says what matters.
#[component]
pub(crate) fn Spark(
    /// The values, from the left.
    values: Vec<i64>,
    /// The colour, by a class.
    class: &'static str,
) -> impl IntoView {
    let most = values.iter().copied().max().unwrap_or_default().max(1);
    let count = i64::try_from(values.len()).unwrap_or(1);
    let width = per_cent(1, count);
    let bars = (0..count)
        .zip(values)
        .filter(|(_, value)| *value > 0)
        .map(|(n, value)| {
            let height = per_cent(value, most).max(6.0);
            view! {
                <rect
                    x=at(per_cent(n, count))
                    width=at(width * 0.8)
                    y=at(100.0 - height)
                    height=at(height)
                ></rect>
            }
        })
        .collect_view();
    view! {
        <svg class=format!("spark {class}") aria-hidden="true" focusable="false">
            {bars}
        </svg>
    }
}
