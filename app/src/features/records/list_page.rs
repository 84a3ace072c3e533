//! The records of a model.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{RecordQuery, Tri};

use super::{
    api::{MOST, RecordsView, list_records},
    columns_menu::ColumnsMenu,
    state::page_address,
    table::RecordTable,
};
use crate::{
    address,
    components::{Empty, GetForm, Glyph, Icon, Notice, Pager, Tone, loaded},
    here,
    layout::Selection,
    say::t,
};

/// The page of a model's records. Its state is its address.
#[component]
pub(crate) fn RecordsPage() -> impl IntoView {
    let records = list_records(here::segment(1), here::query());
    loaded(records, |page| view! { <Listing page=page /> })
}

#[component]
fn Listing(page: RecordsView) -> impl IntoView {
    let logs = address::logs_of(&page.host, &page.query.model, Vec::new());
    let label = page.label.clone();
    let menu = view! {
        <ColumnsMenu
            host=page.host.clone()
            model=page.query.model.clone()
            place=place(&page.query)
            choices=page.choices.clone()
            chosen=page.chosen
        />
    };
    view! {
        <Title text=label.clone() />
        <nav class="crumbs" aria-label=t!("log-where")>
            <a href="/models">{t!("nav-records")}</a>
            <span aria-hidden="true">"/"</span>
            <bdi>{label.clone()}</bdi>
        </nav>
        <header class="page-head">
            <div>
                <h1>
                    <bdi>{label}</bdi>
                </h1>
                <p class="page-sub">
                    <code>{page.query.model.clone()}</code>
                    <span class="muted">{t!("records-as-known")}</span>
                </p>
            </div>
            <a class="button" href=logs>
                <Icon glyph=Glyph::List />
                {t!("records-all-logs")}
            </a>
        </header>
        {page
            .too_many
            .then(|| {
                view! {
                    <Notice tone=Tone::Warning>
                        <p>{t!("records-too-many", most = MOST)}</p>
                    </Notice>
                }
            })}
        <div class="records-bar">
            <Search query=page.query.clone() />
            {menu}
        </div>
        {lines(page)}
    }
    .into_any()
}

/// The query of this page's address.
fn place(query: &RecordQuery) -> String {
    let address = page_address(query, query.cursor.as_deref());
    let text = address.split_once('?').map(|(_, query)| query);
    text.unwrap_or_default().to_owned()
}

fn lines(page: RecordsView) -> AnyView {
    let query = page.query;
    let first = query.cursor.is_some().then(|| page_address(&query, None));
    let next = page
        .next_cursor
        .map(|cursor| page_address(&query, Some(&cursor)));
    let all = format!("{}&logs=all", page_address(&query, None));
    let paged = first.is_some() || next.is_some();
    if page.rows.is_empty() {
        let asked = query.q.is_some() || query.deleted != Tri::No;
        return nothing(asked, &query).into_any();
    }
    view! {
        <GetForm action="/logs".to_owned() class="selectable" label=t!("records-selected-bar")>
            <input type="hidden" name="host" value=page.host.clone() />
            <input type="hidden" name="model" value=query.model.clone() />
            <RecordTable
                host=page.host
                model=query.model
                columns=page.columns
                rows=page.rows
                now=page.now
            />
            <Selection label=t!("records-selected-bar")>
                <button type="submit">{t!("records-view-logs")}</button>
                {paged
                    .then(|| {
                        view! {
                            <a class="button" href=all>
                                {t!("records-view-all")}
                            </a>
                        }
                    })}
            </Selection>
        </GetForm>
        <Pager
            of=t!("records-title")
            first_word=t!("records-first")
            next_word=t!("records-next")
            first=first
            next=next
        />
    }
    .into_any()
}

#[component]
fn Search(query: RecordQuery) -> impl IntoView {
    let path = format!(
        "/models/{}/records",
        crate::address::encode_segment(&query.model)
    );
    let q = query.q.unwrap_or_default();
    let shown = query.deleted;
    let option = move |value: &'static str, word: String, of: Tri| {
        view! {
            <option value=value selected=shown == of>
                {word}
            </option>
        }
    };
    view! {
        <GetForm action=path class="filters" label=t!("records-search-form")>
            <div class="filters-main">
                <input type="hidden" name="host" value=query.host.unwrap_or_default() />
                <label class="search">
                    <span class="hidden">{t!("records-search")}</span>
                    <Icon glyph=Glyph::Search />
                    <input
                        type="search"
                        name="q"
                        value=q
                        maxlength="500"
                        placeholder=t!("records-search-hint")
                    />
                </label>
                <label>
                    <span class="hidden">{t!("records-which")}</span>
                    <select name="deleted">
                        {option("", t!("records-existing"), Tri::No)}
                        {option("all", t!("records-with-deleted"), Tri::Any)}
                        {option("true", t!("records-deleted-only"), Tri::Yes)}
                    </select>
                </label>
                <button type="submit">{t!("records-search")}</button>
            </div>
        </GetForm>
    }
    .into_any()
}

fn nothing(asked: bool, query: &RecordQuery) -> impl IntoView {
    let all = page_address(
        &RecordQuery {
            q: None,
            deleted: Tri::Any,
            cursor: None,
            ..query.clone()
        },
        None,
    );
    if asked {
        view! {
            <Empty glyph=Glyph::Search title=t!("records-no-match")>
                <p>
                    <a class="button" href=all>
                        {t!("records-all-too")}
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty glyph=Glyph::Stack title=t!("records-none-yet")>
                <p>{t!("records-none-yet-why")}</p>
                <p>
                    <a class="button" href=all>
                        {t!("records-with-deleted")}
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    }
}
