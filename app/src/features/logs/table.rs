//! The list of logs.

use leptos::prelude::*;
use types::Timestamp;

use super::{SummaryView, state::LogRow};
use crate::{
    address,
    components::{Glyph, Icon, ModelTag, Moment, OperationBadge, UserName},
    layout::SelectAll,
};

/// The table: a checkbox and a link a line.
#[component]
pub(super) fn LogTable(
    /// The lines.
    rows: Vec<LogRow>,
    /// When the page was made.
    now: Timestamp,
) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table logs-table" data-test="logs">
                <caption class="hidden">"Logs"</caption>
                <thead>
                    <tr>
                        <th class="pick" scope="col">
                            <SelectAll />
                        </th>
                        <th scope="col">"Date"</th>
                        <th scope="col">"Operation"</th>
                        <th scope="col">"Record"</th>
                        <th scope="col">"Model"</th>
                        <th scope="col">"User"</th>
                        <th scope="col">"Summary"</th>
                        <th scope="col" class="num">
                            "Revision"
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| view! { <LogLine row=row now=now /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn LogLine(row: LogRow, now: Timestamp) -> impl IntoView {
    let select = format!("Select revision {} of {}", row.revision, row.record_id);
    let named = row.record_name.is_some();
    let title = row.record_name.unwrap_or_else(|| row.record_id.clone());
    view! {
        <tr>
            <td class="pick">
                <input type="checkbox" name="log" value=row.id.clone() aria-label=select />
            </td>
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
                {named.then(|| view! { <code class="id">{row.record_id}</code> })}
            </td>
            <td class="c-model">
                <ModelTag label=row.model_label model=row.model />
            </td>
            <td class="c-user">
                <UserName login=row.login name=row.name />
            </td>
            <td class="c-summary">
                <SummaryView summary=row.summary kind=row.operation />
                {row
                    .unrecorded
                    .then(|| {
                        view! {
                            <span class="gap-mark" title="Changed outside the trail before">
                                <Icon glyph=Glyph::Warning />
                                <span class="hidden">"Changed outside the trail before"</span>
                            </span>
                        }
                    })}
            </td>
            <td class="c-revision num">{row.revision}</td>
        </tr>
    }
    .into_any()
}
