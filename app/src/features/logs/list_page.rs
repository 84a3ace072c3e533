//! The list of logs.

use leptos::prelude::*;
use leptos_meta::Title;
use types::LogQuery;

use super::{
    api::{LogsView, list_logs},
    filters::Filters,
    state::chips,
    table::LogTable,
};
use crate::{
    address,
    components::{Chips, Empty, Failure, GetForm, Glyph, Notice, Pager, Tone},
    here::use_here,
    layout::Selection,
};

/// The page of logs. Its state is its address.
#[component]
pub(crate) fn LogsPage() -> impl IntoView {
    let here = use_here(|path| (path == "/logs").then_some(()));
    let logs = Resource::new_blocking(move || here.get().1, list_logs);
    view! {
        <Title text="Logs" />
        <header class="page-head">
            <h1>"Logs"</h1>
        </header>
        <Transition>
            {move || Suspend::new(async move {
                match logs.await {
                    Ok(page) => view! { <Listing page=page /> }.into_any(),
                    Err(error) => view! { <Failure error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Listing(page: LogsView) -> impl IntoView {
    let LogsView {
        now,
        query,
        rows,
        next_cursor,
        models,
    } = page;
    let nothing_asked = query.filters().is_empty();
    let chips = chips(&query);
    let of_records = records_told(&query, &rows);
    let first = query.cursor.as_ref().map(|_| {
        address::logs(&LogQuery {
            cursor: None,
            ..query.clone()
        })
    });
    let next = next_cursor.map(|cursor| {
        address::logs(&LogQuery {
            cursor: Some(cursor),
            ..query.clone()
        })
    });
    let (first_word, next_word) = match query.order {
        types::Order::Desc => ("Newest", "Older"),
        types::Order::Asc => ("Oldest", "Newer"),
    };
    let body = if rows.is_empty() {
        nothing(nothing_asked).into_any()
    } else {
        view! {
            <GetForm action="/logs/selected".to_owned() class="selectable" label="Selected logs">
                <LogTable rows=rows now=now />
                <Selection of="logs">
                    <button type="submit">"View audit logs"</button>
                </Selection>
            </GetForm>
            <Pager of="logs" first_word=first_word next_word=next_word first=first next=next />
        }
        .into_any()
    };
    view! {
        <Filters query=query models=models />
        <Chips chips=chips clear="/logs" />
        {of_records
            .map(|text| {
                view! {
                    <Notice tone=Tone::Info>
                        <p>{text}</p>
                    </Notice>
                }
            })}
        {body}
    }
    .into_any()
}

/// Says of which records the list shows logs, where it was asked for some.
fn records_told(query: &LogQuery, rows: &[super::state::LogRow]) -> Option<String> {
    let model = query.model.as_ref()?;
    let label = rows.first().map_or(model, |row| &row.model_label);
    let names: Vec<_> = query
        .record_id
        .iter()
        .take(8)
        .map(|id| {
            let name = rows
                .iter()
                .find(|row| row.record_id == *id)
                .and_then(|row| row.record_name.as_deref());
            match name {
                Some(name) => format!("{} ({id})", crate::value::shorten(name, 40)),
                None => id.clone(),
            }
        })
        .collect();
    let more = query.record_id.len() - names.len();
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    match query.record_id.len() {
        0 => None,
        1 => Some(format!(
            "Logs of one record of {label}: {}.",
            names.concat()
        )),
        count => Some(format!(
            "Logs of {count} records of {label}: {}{rest}.",
            names.join(", ")
        )),
    }
}

fn nothing(nothing_asked: bool) -> impl IntoView {
    if nothing_asked {
        view! {
            <Empty glyph=Glyph::List title="No logs yet">
                <p>
                    "Logs appear here as soon as a host reports an operation that a rule follows."
                </p>
                <p>
                    <a class="button primary" href="/rules/new">
                        "New rule"
                    </a>
                    <a class="button" href="/api/docs" rel="external">
                        "How a host reports"
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty glyph=Glyph::Search title="No log matches">
                <p>"Remove one of the filters above, or begin again."</p>
                <p>
                    <a class="button" href="/logs">
                        "All logs"
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    }
}
