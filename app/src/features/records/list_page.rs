//! The records of a model.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{RecordQuery, Tri};

use super::{
    api::{RecordsView, list_records},
    state::page_address,
    table::RecordTable,
};
use crate::{
    address,
    components::{Empty, GetForm, Glyph, Icon, Pager, loaded},
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
    let RecordsView {
        now,
        host,
        label,
        query,
        columns,
        rows,
        next_cursor,
    } = page;
    let logs = address::logs_of(&host, &query.model, Vec::new());
    let first = query.cursor.is_some().then(|| page_address(&query, None));
    let next = next_cursor.map(|cursor| page_address(&query, Some(&cursor)));
    let model = query.model.clone();
    let asked = query.q.is_some() || query.deleted != Tri::No;
    let body = if rows.is_empty() {
        nothing(asked, &query).into_any()
    } else {
        view! {
            <GetForm action="/logs".to_owned() class="selectable" label="Selected records">
                <input type="hidden" name="host" value=host.clone() />
                <input type="hidden" name="model" value=model.clone() />
                <RecordTable host=host model=model columns=columns rows=rows now=now />
                <Selection label=t!("records-selected-bar")>
                    <button type="submit">"View audit logs"</button>
                </Selection>
            </GetForm>
            <Pager of="records" first_word="First" next_word="Next" first=first next=next />
        }
        .into_any()
    };
    view! {
        <Title text=label.clone() />
        <nav class="crumbs" aria-label="Where this is">
            <a href="/models">"Records"</a>
            <span aria-hidden="true">"/"</span>
            <span>{label.clone()}</span>
        </nav>
        <header class="page-head">
            <div>
                <h1>{label}</h1>
                <p class="page-sub">
                    <code>{query.model.clone()}</code>
                    <span class="muted">"as the trail last knew them"</span>
                </p>
            </div>
            <a class="button" href=logs>
                <Icon glyph=Glyph::List />
                "All logs of this model"
            </a>
        </header>
        <Search query=query />
        {body}
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
    let option = move |value: &'static str, word: &'static str, of: Tri| {
        view! {
            <option value=value selected=shown == of>
                {word}
            </option>
        }
    };
    view! {
        <GetForm action=path class="filters" label="Search the records">
            <div class="filters-main">
                <input type="hidden" name="host" value=query.host.unwrap_or_default() />
                <label class="search">
                    <span class="hidden">"Search"</span>
                    <Icon glyph=Glyph::Search />
                    <input
                        type="search"
                        name="q"
                        value=q.clone()
                        prop:value=q
                        maxlength="500"
                        placeholder="Name or value"
                    />
                </label>
                <label>
                    <span class="hidden">"Which records"</span>
                    <select name="deleted">
                        {option("", "Existing", Tri::No)} {option("all", "With deleted", Tri::Any)}
                        {option("true", "Deleted only", Tri::Yes)}
                    </select>
                </label>
                <button type="submit">"Search"</button>
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
            <Empty glyph=Glyph::Search title="No record matches">
                <p>
                    <a class="button" href=all>
                        "All records, deleted ones too"
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty glyph=Glyph::Stack title="No records yet">
                <p>"Records appear with the first logged operation on them. Deleted ones are shown on request."</p>
                <p>
                    <a class="button" href=all>
                        "With deleted"
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    }
}
