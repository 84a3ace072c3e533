//! Saved filters: pick one, save what is asked for now.

use leptos::{prelude::*, server_fn::ServerFn};
use types::SavedFilter;

use super::list_query::ListQuery;
use crate::{
    address,
    components::{Glyph, Icon},
    features::filters::{SaveFilter, SaveTold},
    say::t,
};

/// The menu of filters.
#[component]
pub(super) fn SavedMenu(
    /// What the list asks for.
    list: ListQuery,
    /// The person's filters.
    filters: Vec<SavedFilter>,
    /// What became of saving one.
    told: SaveTold,
) -> impl IntoView {
    let text = list.text();
    let applied = filters.iter().find(|filter| filter.query == text).cloned();
    let nothing = text.is_empty();
    let open = told.error.is_some();
    let has_default = filters.iter().any(|filter| filter.default);
    let all = if has_default {
        "/logs?all=true"
    } else {
        "/logs"
    };
    let name = applied.as_ref().map(|filter| filter.name.clone());
    let items = filters
        .into_iter()
        .map(|filter| {
            let on = filter.query == text;
            let shared = (filter.shared && !filter.own).then(|| t!("logs-filter-by", name = filter.owner.clone()));
            let query = match filter.query.as_str() {
                "" => "all=true",
                query => query,
            };
            view! {
                <a href=address::with_query("/logs", query) aria-current=on.then_some("true")>
                    <bdi>{filter.name}</bdi>
                    {shared.map(|by| view! { <span class="muted small">{by}</span> })}
                    {filter.default.then(|| view! { <span class="tag">{t!("logs-filter-default")}</span> })}
                    {on.then(|| view! { <Icon glyph=Glyph::Check /> })}
                </a>
            }
        })
        .collect_view();
    view! {
        <details class="menu saved-menu" name="logs-menu" open=open>
            <summary class="button">
                <Icon glyph=Glyph::Star />
                {t!("logs-filters")}
                {name.map(|name| view! { <bdi class="muted">{name}</bdi> })}
            </summary>
            <div class="menu-items">
                <a href=all aria-current=nothing.then_some("true")>
                    {t!("logs-all")}
                </a>
                {items}
                {(applied.is_none() && !nothing)
                    .then(|| view! { <SaveForm query=text told=told /> })}
                <a href="/filters" class="menu-last">
                    <Icon glyph=Glyph::Gear />
                    {t!("logs-filters-manage")}
                </a>
            </div>
        </details>
    }
    .into_any()
}

/// Saves what the list asks for now.
#[component]
fn SaveForm(query: String, told: SaveTold) -> impl IntoView {
    let fault = told.error.is_some();
    view! {
        <form class="menu-form" method="post" action=SaveFilter::url() aria-label=t!("logs-filter-save")>
            <input type="hidden" name="query" value=query />
            <label>
                <span>{t!("logs-filter-name")}</span>
                <input
                    name="name"
                    required
                    maxlength="64"
                    value=told.name
                    autocomplete="off"
                    aria-invalid=fault.to_string()
                    aria-describedby="save-error"
                />
            </label>
            <p class="field-error" id="save-error" role="status">{told.error}</p>
            <label class="check">
                <input type="checkbox" name="shared" value="true" checked=told.shared />
                {t!("logs-filter-shared")}
            </label>
            <label class="check">
                <input type="checkbox" name="default" value="true" />
                {t!("logs-filter-make-default")}
            </label>
            <button type="submit" class="small primary">{t!("logs-filter-save")}</button>
        </form>
    }
    .into_any()
}
