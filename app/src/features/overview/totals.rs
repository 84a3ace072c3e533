//! How many logs in all, by kind, and how many of them found a change made outside the trail.

use leptos::prelude::*;
use types::{OperationKind, Overview, Qualifier};

use super::days::{colour, logs_with, since};
use crate::{
    components::{chart::Spark, operation_word},
    say::{number, t},
};

/// Numbers with their small charts, each a link.
#[component]
pub(super) fn Totals(
    /// The figures.
    overview: Overview,
) -> impl IntoView {
    let from = overview
        .days
        .first()
        .map(|day| since(day.day))
        .unwrap_or_default();
    let all = tile(
        t!("overview-all-logs"),
        overview.logs.total(),
        logs_with(&[(Qualifier::From, &from)]),
        overview.days.iter().map(|day| day.logs.total()).collect(),
        "fill-all",
    );
    let kinds = OperationKind::ALL
        .into_iter()
        .map(|kind| {
            tile(
                operation_word(kind),
                overview.logs.of(kind),
                logs_with(&[
                    (Qualifier::Operation, kind.as_str()),
                    (Qualifier::From, &from),
                ]),
                overview.days.iter().map(|day| day.logs.of(kind)).collect(),
                colour(kind),
            )
        })
        .collect_view();
    let outside = tile(
        t!("overview-unrecorded"),
        overview.unrecorded,
        logs_with(&[(Qualifier::Is, "unrecorded"), (Qualifier::From, &from)]),
        overview.days.iter().map(|day| day.unrecorded).collect(),
        "fill-outside",
    );
    view! { <ul class="tiles" aria-label=t!("overview-totals")>{all} {kinds} {outside}</ul> }
        .into_any()
}

fn tile(
    word: String,
    count: i64,
    href: String,
    values: Vec<i64>,
    class: &'static str,
) -> impl IntoView {
    view! {
        <li>
            <a class="tile" href=href>
                <span class="tile-word">
                    <span class=format!("chart-key {class}") aria-hidden="true"></span>
                    {word}
                </span>
                <span class="tile-count">{number(count)}</span>
                <Spark values=values class=class />
            </a>
        </li>
    }
}
