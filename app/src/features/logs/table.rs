//! The table of logs.

use leptos::prelude::*;
use types::Timestamp;

use super::{SummaryView, columns::Column, state::LogRow};
use crate::{
    address,
    components::{Glyph, Icon, ModelTag, Moment, OperationBadge, UserName},
    layout::SelectAll,
    say::{number, t},
};

/// The table: a checkbox and a link a line.
#[component]
pub(super) fn LogTable(
    /// The lines.
    rows: Vec<LogRow>,
    /// When the page was made.
    now: Timestamp,
    /// The columns.
    columns: Vec<Column>,
    /// The query text of the list, for the way from log to log.
    within: String,
) -> impl IntoView {
    let heads = columns
        .iter()
        .map(|column| {
            view! { <th scope="col" class=class(*column)>{column.word()}</th> }
        })
        .collect_view();
    view! {
        <div class="table-box">
            <table class="table logs-table" data-test="logs">
                <caption class="hidden">{t!("logs-title")}</caption>
                <thead>
                    <tr>
                        <th class="pick" scope="col">
                            <SelectAll />
                        </th>
                        {heads}
                    </tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| {
                            view! {
                                <LogLine row=row now=now columns=columns.clone() within=within.clone() />
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

const fn class(column: Column) -> &'static str {
    match column {
        Column::Date => "c-date",
        Column::Recorded => "c-date c-recorded",
        Column::Operation => "c-operation",
        Column::Record => "c-record",
        Column::Model => "c-model",
        Column::Host => "c-host",
        Column::User => "c-user",
        Column::Summary => "c-summary",
        Column::Reason => "c-reason",
        Column::Request => "c-id c-request",
        Column::Transaction => "c-id c-transaction",
        Column::Address => "c-id c-address",
        Column::Revision => "c-revision num",
    }
}

/// The address of a log, with the list that it is looked at in.
fn log_address(id: &str, within: &str) -> String {
    let query = address::query_text([("within", within)]);
    address::with_query(&address::log(id), &query)
}

#[component]
fn LogLine(row: LogRow, now: Timestamp, columns: Vec<Column>, within: String) -> impl IntoView {
    let revision = number(row.revision);
    let select = t!(
        "logs-select",
        revision = revision,
        record = row.record_id.clone()
    );
    let cells = columns
        .into_iter()
        .map(|column| {
            view! {
                <td class=class(column) data-label=labelled(column)>
                    {cell(column, &row, now, &within)}
                </td>
            }
        })
        .collect_view();
    view! {
        <tr>
            <td class="pick">
                <input type="checkbox" name="log" value=row.id.clone() aria-label=select autocomplete="off" />
            </td>
            {cells}
        </tr>
    }
    .into_any()
}

/// The name that a cell needs where the headings are not there: on cards.
fn labelled(column: Column) -> Option<String> {
    matches!(
        column,
        Column::Recorded
            | Column::Host
            | Column::Reason
            | Column::Request
            | Column::Transaction
            | Column::Address
            | Column::Revision
    )
    .then(|| column.word())
}

fn cell(column: Column, row: &LogRow, now: Timestamp, within: &str) -> AnyView {
    let id = |text: &Option<String>| {
        text.clone()
            .map(|id| view! { <code>{id}</code> })
            .into_any()
    };
    match column {
        Column::Date => view! { <Moment time=row.occurred_at now=now /> }.into_any(),
        Column::Recorded => view! { <Moment time=row.recorded_at now=now full=true /> }.into_any(),
        Column::Operation => view! { <OperationBadge kind=row.operation /> }.into_any(),
        Column::Record => {
            let named = row.record_name.is_some();
            let title = row
                .record_name
                .clone()
                .unwrap_or_else(|| row.record_id.clone());
            view! {
                <a class="row-link" href=log_address(&row.id, within)>
                    <bdi>{title}</bdi>
                </a>
                {named.then(|| view! { <code class="id">{row.record_id.clone()}</code> })}
            }
            .into_any()
        }
        Column::Model => {
            view! { <ModelTag label=row.model_label.clone() model=row.model.clone() /> }.into_any()
        }
        Column::Host => view! { <code>{row.host.clone()}</code> }.into_any(),
        Column::User => {
            view! { <UserName login=row.login.clone() name=row.name.clone() /> }.into_any()
        }
        Column::Summary => view! {
            <SummaryView summary=row.summary.clone() kind=row.operation />
            {row
                .unrecorded
                .then(|| {
                    view! {
                        <span class="gap-mark" title=t!("logs-gap")>
                            <Icon glyph=Glyph::Warning />
                            <span class="hidden">{t!("logs-gap")}</span>
                        </span>
                    }
                })}
        }
        .into_any(),
        Column::Reason => view! { <bdi>{row.context.reason.clone()}</bdi> }.into_any(),
        Column::Request => id(&row.context.request_id),
        Column::Transaction => id(&row.context.transaction_id),
        Column::Address => id(&row.context.ip),
        Column::Revision => number(row.revision).into_any(),
    }
}
