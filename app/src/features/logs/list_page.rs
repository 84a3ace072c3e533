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
    components::{Chips, Empty, GetForm, Glyph, Notice, Pager, Tone, loaded, names_apart},
    here,
    layout::Selection,
    say::t,
};

/// The page of logs. Its state is its address.
#[component]
pub(crate) fn LogsPage() -> impl IntoView {
    view! {
        <Title text="Logs" />
        {loaded(list_logs(here::query()), |page| view! { <Listing page=page /> })}
    }
}

#[component]
fn Listing(page: LogsView) -> impl IntoView {
    let LogsView {
        now,
        query,
        rows,
        next_cursor,
        models,
        editable,
        quiet,
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
    let empty = rows.is_empty();
    let body = if empty {
        nothing(nothing_asked, editable).into_any()
    } else {
        view! {
            <GetForm action="/logs/selected".to_owned() class="selectable" label="Selected logs">
                <LogTable rows=rows now=now />
                <Selection label=t!("logs-selected-bar")>
                    <button type="submit">"View audit logs"</button>
                </Selection>
            </GetForm>
            <Pager of="logs" first_word=first_word next_word=next_word first=first next=next />
        }
        .into_any()
    };
    // What is done here is logged too, so the list is not empty when a host has yet to report.
    let begin = (quiet && nothing_asked && !empty).then(begin);
    view! {
        <header class="page-head">
            <h1>"Logs"</h1>
        </header>
        {begin}
        <Filters query=query models=models />
        <Chips chips=chips clear="/logs" />
        {of_records}
        {body}
    }
    .into_any()
}

/// Says of which records the list shows logs, where it was asked for some. Each name stands alone:
/// what one holds does not turn the others round.
fn records_told(query: &LogQuery, rows: &[super::state::LogRow]) -> Option<impl IntoView + use<>> {
    let model = query.model.as_ref()?;
    let count = query.record_id.len();
    let label = rows.first().map_or(model, |row| &row.model_label).clone();
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
                Some(name) => (crate::value::shorten(name, 40), Some(id.clone())),
                None => (id.clone(), None),
            }
        })
        .collect();
    let lead = match count {
        0 => return None,
        1 => "Logs of one record of ".to_owned(),
        count => format!("Logs of {count} records of "),
    };
    let rest = match count - names.len() {
        0 => ".".to_owned(),
        more => format!(" and {more} more."),
    };
    Some(view! {
        <Notice tone=Tone::Info>
            <p>{lead} <bdi>{label}</bdi> ": " {names_apart(names)} {rest}</p>
        </Notice>
    })
}

/// What the first administrator does next.
fn begin() -> impl IntoView {
    view! {
        <Notice tone=Tone::Info>
            <p>
                <strong>"No host has reported anything yet. "</strong>
                "Only what is done here is logged so far. Make a rule for what is to be followed, then let the host report it."
            </p>
            <p class="actions">
                <a class="button small" href="/rules/new">
                    "New rule"
                </a>
                <a class="button small" href="/api/docs" rel="external">
                    "How a host reports"
                </a>
            </p>
        </Notice>
    }
}

fn nothing(nothing_asked: bool, editable: bool) -> impl IntoView {
    if nothing_asked {
        view! {
            <Empty glyph=Glyph::List title="No logs yet">
                <p>
                    "Logs appear here as soon as a host reports an operation that a rule follows."
                </p>
                <p>
                    {editable
                        .then(|| {
                            view! {
                                <a class="button primary" href="/rules/new">
                                    "New rule"
                                </a>
                            }
                        })}
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
