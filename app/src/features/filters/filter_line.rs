//! A saved filter, with what its reader may do to it.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{List, LogQuery, SavedFilter};

use super::api::{ChangeFilter, DeleteFilter, SetDefaultFilter};
use crate::{
    address,
    components::{Glyph, Icon},
    say::t,
};

/// Where a filter is applied; a filter of records belongs to a model's own page.
fn place(filter: &SavedFilter) -> Option<String> {
    match filter.list {
        List::Logs if filter.query.is_empty() => Some("/logs?all=true".to_owned()),
        List::Logs => Some(address::with_query("/logs", &filter.query)),
        List::Rules => Some(address::with_query("/rules", &filter.query)),
        List::Records => None,
    }
}

/// What a filter asks for, as a person reads it.
fn written(query: &str) -> String {
    let pairs: Vec<String> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| match name.as_ref() {
            "q" => value.into_owned(),
            name => format!("{name}:{value}"),
        })
        .collect();
    pairs.join(" ")
}

/// One line.
#[component]
pub(super) fn FilterLine(
    /// The filter.
    filter: SavedFilter,
    /// Whether the reader may delete what others share.
    administers: bool,
    /// Whether its forms stand open.
    open: bool,
) -> impl IntoView {
    // What was saved before the grammar changed may not be understood any more.
    let broken = filter.list == List::Logs
        && LogQuery::parse(&address::without(&filter.query, &["group"])).is_err();
    let name = match place(&filter) {
        Some(href) => view! {
            <a class="row-link" href=href>
                <bdi>{filter.name.clone()}</bdi>
            </a>
        }
        .into_any(),
        None => view! { <bdi>{filter.name.clone()}</bdi> }.into_any(),
    };
    let asks = written(&filter.query);
    view! {
        <li class="saved-filter">
            <div class="saved-what">
                <span class="saved-name">
                    {name} " "
                    {filter.default.then(|| view! { <span class="tag">{t!("filters-default")}</span> })}
                    " "
                    {filter.shared.then(|| view! { <span class="tag">{t!("filters-shared")}</span> })}
                </span>
                <code>{asks}</code>
                {broken.then(|| view! { <p class="field-error">{t!("filters-broken")}</p> })}
                {(!filter.own)
                    .then(|| {
                        view! { <p class="muted small">{t!("filters-by", name = filter.owner.clone())}</p> }
                    })}
            </div>
            <Deeds filter=filter administers=administers open=open />
        </li>
    }
    .into_any()
}

#[component]
fn Deeds(filter: SavedFilter, administers: bool, open: bool) -> impl IntoView {
    let id = filter.id.clone();
    let (default, word) = if filter.default {
        (String::new(), t!("filters-unset-default"))
    } else {
        (id.clone(), t!("filters-make-default"))
    };
    let deletes = filter.own || (administers && filter.shared);
    let own = filter.own;
    view! {
        <div class="saved-deeds">
            <form method="post" action=SetDefaultFilter::url()>
                <input type="hidden" name="list" value=filter.list.as_str() />
                <input type="hidden" name="id" value=default />
                <button type="submit" class="small" aria-label=format!("{word}: {}", filter.name)>
                    <Icon glyph=Glyph::Star />
                    {word.clone()}
                </button>
            </form>
            {own.then(|| view! { <Own filter=filter.clone() open=open /> })}
            {deletes
                .then(|| {
                    let label = t!("filters-delete-named", name = filter.name.clone());
                    view! {
                        <details class="menu">
                            <summary class="button small danger-quiet" aria-label=label>
                                <Icon glyph=Glyph::Bin />
                                {t!("filters-delete")}
                            </summary>
                            <form class="menu-items menu-form" method="post" action=DeleteFilter::url()>
                                <input type="hidden" name="id" value=id />
                                <p>{t!("filters-delete-ask")}</p>
                                <button type="submit" class="small danger">
                                    {t!("filters-delete-yes")}
                                </button>
                            </form>
                        </details>
                    }
                })}
        </div>
    }
    .into_any()
}

/// What only its owner does: rename, share.
#[component]
fn Own(filter: SavedFilter, open: bool) -> impl IntoView {
    let share = if filter.shared {
        t!("filters-unshare")
    } else {
        t!("filters-share")
    };
    let shared = (!filter.shared).to_string();
    view! {
        <form method="post" action=ChangeFilter::url()>
            <input type="hidden" name="id" value=filter.id.clone() />
            <input type="hidden" name="shared" value=shared />
            <button type="submit" class="small" aria-label=format!("{share}: {}", filter.name)>
                {share.clone()}
            </button>
        </form>
        <details class="menu" open=open>
            <summary class="button small" aria-label=t!("filters-rename-named", name = filter.name.clone())>
                <Icon glyph=Glyph::Pencil />
                {t!("filters-rename")}
            </summary>
            <form class="menu-items menu-form" method="post" action=ChangeFilter::url()>
                <input type="hidden" name="id" value=filter.id />
                <label>
                    <span>{t!("filters-name")}</span>
                    <input name="name" required maxlength="64" value=filter.name autocomplete="off" />
                </label>
                <button type="submit" class="small primary">{t!("filters-save")}</button>
            </form>
        </details>
    }
    .into_any()
}
