//! The list of a model's records.

use leptos::prelude::*;
use types::Timestamp;

use super::state::{Column, RecordRow};
use crate::{
    address,
    components::{Glyph, Icon, Moment, UserName, ValueView},
    layout::SelectAll,
    say::{number, t},
    value::Shown,
};

/// The table: a checkbox and a link a line.
#[component]
pub(super) fn RecordTable(
    /// The host.
    host: String,
    /// The kind of record.
    model: String,
    /// The columns besides the name.
    columns: Vec<Column>,
    /// The lines.
    rows: Vec<RecordRow>,
    /// When the page was made.
    now: Timestamp,
) -> impl IntoView {
    let heads = columns
        .iter()
        .map(|column| {
            let class = column.kind.is_number().then_some("num");
            view! {
                <th scope="col" class=class title=column.field.clone()>
                    {column.label.clone()}
                </th>
            }
        })
        .collect_view();
    let labels: Vec<_> = columns
        .into_iter()
        .map(|column| (column.label, column.kind.is_number()))
        .collect();
    view! {
        <div class="table-box">
            <table class="table records-table" data-test="records">
                <caption class="hidden">{t!("records-title")}</caption>
                <thead>
                    <tr>
                        <th class="pick" scope="col">
                            <SelectAll />
                        </th>
                        <th scope="col">{t!("records-name")}</th>
                        {heads}
                        <th scope="col">{t!("records-last-change")}</th>
                        <th scope="col">{t!("records-by")}</th>
                        <th scope="col" class="num">
                            {t!("records-revision")}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| {
                            let href = address::history(&host, &model, &row.record_id, None);
                            view! { <RecordLine row=row href=href labels=labels.clone() now=now /> }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn RecordLine(
    row: RecordRow,
    href: String,
    labels: Vec<(String, bool)>,
    now: Timestamp,
) -> impl IntoView {
    let named = row.name.is_some();
    let title = row.name.unwrap_or_else(|| row.record_id.clone());
    let select = t!("records-select", name = title.clone());
    view! {
        <tr class:gone=row.deleted>
            <td class="pick">
                <input type="checkbox" name="record_id" value=row.record_id.clone() aria-label=select />
            </td>
            <td class="c-record">
                <a class="row-link" href=href>
                    <bdi>{title}</bdi>
                </a>
                {named.then(|| view! { <code class="id">{row.record_id}</code> })}
                {row
                    .deleted
                    .then(|| {
                        view! {
                            <span class="badge op-unlink">
                                <Icon glyph=Glyph::Bin />
                                {t!("records-deleted")}
                            </span>
                        }
                    })}
            </td>
            {row
                .cells
                .into_iter()
                .zip(labels)
                .map(|(cell, (label, number))| {
                    let class = if number { "c-cell num" } else { "c-cell" };
                    view! {
                        <td class=class data-label=label>
                            <ValueView shown=one_line(cell) />
                        </td>
                    }
                })
                .collect_view()}
            <td class="c-date">
                <Moment time=row.recorded_at now=now />
            </td>
            <td class="c-user">{row.by.map(|(login, name)| view! { <UserName login=login name=name /> })}</td>
            <td class="c-revision num" data-label=t!("records-revision")>
                {number(row.revision)}
            </td>
        </tr>
    }
    .into_any()
}

/// A value as it fits a line of the list; what is not known stays empty there.
fn one_line(shown: Shown) -> Shown {
    match shown {
        Shown::Unknown => Shown::Nothing,
        Shown::Named(_) | Shown::Many(_) | Shown::Long(_) | Shown::Json(_) => {
            Shown::Text(shown.brief())
        }
        other => other,
    }
}
