//! What else the same request or transaction changed.

use leptos::prelude::*;
use types::Context;

use super::{
    context::{of_request, of_transaction},
    state::LogRow,
    summary::SummaryView,
};
use crate::{
    address,
    components::{ModelTag, OperationBadge},
    say::t,
};

/// A short list of the other logs, and the way to all of them.
#[component]
pub(super) fn Others(
    /// The host.
    host: String,
    /// The context of the log that is shown.
    context: Context,
    /// Some of the others.
    rows: Vec<LogRow>,
    /// Whether there are more.
    more: bool,
) -> impl IntoView {
    let link = |href: String, word: String| view! { <a href=href>{word}</a> };
    let all = [
        of_request(&host, &context).map(|href| link(href, t!("log-others-request"))),
        of_transaction(&host, &context).map(|href| link(href, t!("log-others-transaction"))),
    ];
    (!rows.is_empty()).then(move || {
        view! {
            <section class="others" aria-labelledby="others-title" data-test="others">
                <h2 id="others-title">{t!("log-others")}</h2>
                <ol>{rows.into_iter().map(other).collect_view()}</ol>
                <p class="others-all">
                    {more.then(|| view! { <span class="muted">{t!("log-others-more")}</span> })}
                    {all.into_iter().flatten().collect_view()}
                </p>
            </section>
        }
    })
}

fn other(row: LogRow) -> impl IntoView {
    let title = row.record_name.unwrap_or_else(|| row.record_id.clone());
    view! {
        <li>
            <a class="row-link" href=address::log(&row.id)>
                <OperationBadge kind=row.operation />
                <bdi class="others-name">{title}</bdi>
                <ModelTag label=row.model_label model=row.model />
                <SummaryView summary=row.summary kind=row.operation />
            </a>
        </li>
    }
}
