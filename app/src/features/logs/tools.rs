//! How the list is shown, and what may be done with all of it: grouping, columns, export.

use leptos::prelude::*;
use types::{Count, GroupBy};

use super::{
    columns::{Column, ColumnMenu},
    list_query::ListQuery,
};
use crate::{
    address,
    components::{Glyph, Icon},
    say::{number, t},
};

/// The tools in the head of the page.
#[component]
pub(super) fn Tools(
    /// What the list asks for.
    list: ListQuery,
    /// How many logs it has.
    count: Count,
    /// The columns that are shown.
    columns: Vec<Column>,
) -> impl IntoView {
    view! {
        <GroupMenu list=list.clone() />
        <ColumnMenu shown=columns back=list.address() />
        <ExportMenu list=list count=count />
    }
}

/// The word for what logs are grouped by.
fn group_word(by: GroupBy) -> String {
    match by {
        GroupBy::User => t!("logs-group-user"),
        GroupBy::Model => t!("logs-group-model"),
        GroupBy::Day => t!("logs-group-day"),
    }
}

#[component]
fn GroupMenu(list: ListQuery) -> impl IntoView {
    let item = |by: Option<GroupBy>| {
        let on = list.group == by;
        let word = by.map_or_else(|| t!("logs-group-none"), group_word);
        view! {
            <a href=list.grouped(by) aria-current=on.then_some("true")>
                {word}
                {on.then(|| view! { <Icon glyph=Glyph::Check /> })}
            </a>
        }
    };
    view! {
        <details class="menu" name="logs-menu">
            <summary class="button">
                <Icon glyph=Glyph::Group />
                {t!("logs-group")}
                {list.group.map(|by| view! { <span class="muted">{group_word(by)}</span> })}
            </summary>
            <div class="menu-items">
                {item(None)} {GroupBy::ALL.into_iter().map(|by| item(Some(by))).collect_view()}
            </div>
        </details>
    }
}

/// Downloads all that match. Where wasm is there, the way is shown and can be stopped.
#[component]
fn ExportMenu(list: ListQuery, count: Count) -> impl IntoView {
    let filters = list.query.filters();
    let total = if count.more {
        String::new()
    } else {
        count.count.to_string()
    };
    let item = |format: &str, word: String| {
        let mut query = address::query_text([("format", format)]);
        if !filters.is_empty() {
            query = format!("{query}&{filters}");
        }
        view! {
            <a
                href=address::with_query("/export", &query)
                download=format!("revisor-logs.{format}")
                data-export=total.clone()
                data-export-going=t!("logs-export-going", rows = "{rows}", size = "{size}")
                data-export-done=t!("logs-export-done", rows = "{rows}", size = "{size}")
                data-export-failed=t!("logs-export-failed")
                data-export-stop=t!("logs-export-stop")
            >
                <Icon glyph=Glyph::Download />
                {word}
            </a>
        }
    };
    view! {
        <details class="menu" name="logs-menu">
            <summary class="button">
                <Icon glyph=Glyph::Download />
                {t!("logs-export")}
            </summary>
            <div class="menu-items">
                <p class="menu-note">{counted(count)}</p>
                {item("csv", t!("logs-export-csv"))}
                {item("ndjson", t!("logs-export-ndjson"))}
            </div>
        </details>
    }
}

/// "1,234 logs", "more than 10,000 logs".
pub(super) fn counted(count: Count) -> String {
    let total = i64::from(count.count);
    if count.more {
        t!("logs-more-than", count = number(total))
    } else {
        t!("common-logs", count = total)
    }
}
