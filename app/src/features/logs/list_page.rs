//! The list of logs.

use leptos::prelude::*;
use leptos_meta::Title;
use types::LogQuery;

use super::{
    facet_panel::FacetPanel,
    group_list::GroupList,
    list_query::oldest_first,
    listing::{Body, LogsView, list_logs},
    notices::{Begin, Nothing, Records, SavedTold, Unclear},
    saved_menu::SavedMenu,
    search_box::SearchBox,
    selection_bar::SelectionBar,
    state::LogRow,
    table::LogTable,
    terms::{Terms, asked},
    tools::{Tools, counted},
};
use crate::{
    address,
    components::{GetForm, Glyph, Icon, Pager, loaded},
    features::filters::SaveTold,
    here,
    say::t,
};

/// The page of logs. Its state is its address.
#[component]
pub(crate) fn LogsPage() -> impl IntoView {
    view! {
        <Title text=t!("logs-title") />
        {loaded(
            list_logs(here::query()),
            |page| page.map(|page| view! { <Listing page=page /> }),
        )}
    }
}

#[component]
fn Listing(page: LogsView) -> impl IntoView {
    let told = SaveTold::read(&here::query());
    let list = page.list.clone();
    let text = list.text();
    let applied = page
        .filters
        .iter()
        .find(|filter| filter.default && filter.query == text)
        .map(|filter| filter.name.clone());
    let asked = asked(&list);
    let faulty = matches!(page.body, Body::Faulty);
    let clear = list.of(LogQuery::default());
    let quiet = page.quiet;
    let count = page.count;
    view! {
        <header class="page-head logs-head">
            <h1>{t!("logs-title")}</h1>
            <div class="logs-tools">
                <SavedMenu list=list.clone() filters=page.filters.clone() told=told.clone() />
                {(!faulty)
                    .then(|| {
                        view! { <Tools list=list.clone() count=count columns=page.columns.clone() /> }
                    })}
            </div>
        </header>
        <SavedTold told=told applied=applied />
        {quiet.then(|| view! { <Begin /> })}
        <SearchBox list=list.clone() />
        <Terms asked=asked clear=clear />
        <div class="logs-page">
            {(!faulty).then(|| view! { <FacetPanel list=list facets=page.facets.clone() /> })}
            <div class="logs-list">
                <Lines page=page />
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Lines(page: LogsView) -> impl IntoView {
    let LogsView {
        now,
        list,
        body,
        count,
        columns,
        editable,
        ..
    } = page;
    let matching = list.query.filters();
    let within = list.text();
    let (first, shown, rows) = match body {
        Body::Faulty => return view! { <Unclear /> }.into_any(),
        _ if count.count == 0 && list.query.cursor.is_none() => {
            return view! {
                {live(&list.query, None, &list)}
                <Nothing nothing_asked=list.query.filters().is_empty() editable=editable clear=list.of(LogQuery::default()) />
            }
            .into_any();
        }
        Body::Groups { groups, open } => {
            let shown = open.iter().map(Vec::len).sum();
            let lines = view! {
                <GroupList list=list.clone() groups=groups open=open now=now columns=columns />
            };
            (None, shown, lines.into_any())
        }
        Body::Rows { rows, next_cursor } => {
            let first = rows.first().map(|row| row.seq);
            let told = view! { <Records query=list.query.clone() rows=rows.clone() /> };
            let shown = rows.len();
            let lines = rows_view(&list, rows, next_cursor.clone(), now, columns, &within);
            (first, shown, view! { {told} {lines} }.into_any())
        }
    };
    view! {
        {(list.group.is_none()).then(|| live(&list.query, first, &list))}
        <p class="logs-count" data-test="count">{counted(count)}</p>
        <GetForm action="/logs/selected".to_owned() class="selectable" label=t!("logs-selected-bar")>
            {rows}
            <SelectionBar count=count shown=shown matching=matching />
        </GetForm>
    }
    .into_any()
}

fn rows_view(
    list: &super::list_query::ListQuery,
    rows: Vec<LogRow>,
    next_cursor: Option<String>,
    now: types::Timestamp,
    columns: Vec<super::columns::Column>,
    within: &str,
) -> AnyView {
    let first = list.query.cursor.as_ref().map(|_| list.at(None));
    let next = next_cursor.map(|cursor| list.at(Some(cursor)));
    let (first_word, next_word) = if oldest_first(&list.query) {
        (t!("logs-oldest"), t!("logs-newer"))
    } else {
        (t!("logs-newest"), t!("logs-older"))
    };
    view! {
        <LogTable rows=rows now=now columns=columns within=within.to_owned() />
        <Pager of=t!("logs-pages") first_word=first_word next_word=next_word first=first next=next />
    }
    .into_any()
}

/// Where new logs announce themselves; the browser listens while this stands in the page. Empty
/// and unseen until there are some: nothing moves by itself.
fn live(
    query: &LogQuery,
    newest: Option<i64>,
    list: &super::list_query::ListQuery,
) -> Option<AnyView> {
    if query.cursor.is_some() || oldest_first(query) {
        return None;
    }
    let since = LogQuery {
        after_seq: newest.or(query.after_seq),
        cursor: None,
        ..query.clone()
    };
    let source = address::with_query("/live/logs", &since.filters());
    let view = view! {
        <p
            class="live"
            role="status"
            data-live=source
            data-live-one=t!("logs-live-one")
            data-live-many=t!("logs-live-many", count = "{n}")
            data-live-more=t!("logs-live-more", count = "{n}")
        >
            <a class="button small" href=list.address() hidden>
                <Icon glyph=Glyph::Bell />
                <span></span>
            </a>
        </p>
    };
    Some(view.into_any())
}
