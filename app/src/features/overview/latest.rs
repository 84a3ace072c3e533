//! The latest logs, as the list shows them.

use leptos::prelude::*;
use types::Timestamp;

use crate::{
    address,
    components::{ModelTag, Moment, OperationBadge, UserName},
    features::logs::{SummaryView, state::LogRow},
    say::t,
};

/// The lines, and the way to all of them.
#[component]
pub(super) fn Latest(
    /// The lines.
    rows: Vec<LogRow>,
    /// When the page was made.
    now: Timestamp,
) -> impl IntoView {
    view! {
        <section class="latest" aria-labelledby="latest-title">
            <div class="panel-head">
                <h2 id="latest-title">{t!("overview-latest")}</h2>
                <a href="/logs">{t!("overview-latest-all")}</a>
            </div>
            <div class="table-box">
                <table class="table latest-table" data-test="latest">
                    <thead>
                        <tr>
                            <th scope="col">{t!("overview-date")}</th>
                            <th scope="col">{t!("overview-operation")}</th>
                            <th scope="col">{t!("overview-record")}</th>
                            <th scope="col">{t!("overview-model")}</th>
                            <th scope="col">{t!("overview-user")}</th>
                            <th scope="col">{t!("overview-summary")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows
                            .into_iter()
                            .map(|row| view! { <Line row=row now=now /> })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Line(row: LogRow, now: Timestamp) -> impl IntoView {
    let title = row.record_name.unwrap_or(row.record_id);
    view! {
        <tr>
            <td class="c-date">
                <Moment time=row.occurred_at now=now />
            </td>
            <td class="c-operation">
                <OperationBadge kind=row.operation />
            </td>
            <td class="c-record">
                <a class="row-link" href=address::log(&row.id)>
                    {title}
                </a>
            </td>
            <td class="c-model">
                <ModelTag label=row.model_label model=row.model />
            </td>
            <td class="c-user">
                <UserName login=row.login name=row.name />
            </td>
            <td class="c-summary">
                <SummaryView summary=row.summary kind=row.operation />
            </td>
        </tr>
    }
}
