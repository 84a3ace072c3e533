//! The filter bar of the list of rules.

use leptos::prelude::*;
use types::{OperationKind, RuleQuery, Tri};

use super::{
    state::{active_word, list_query},
    ticked_word,
};
use crate::{
    address,
    components::{Chip, GetForm, Glyph, Icon},
    say::t,
};

/// The bar: a plain form whose fields are the parameters of the address.
#[component]
pub(super) fn Filters(
    /// What is asked for now.
    query: RuleQuery,
) -> impl IntoView {
    let shown = query.active;
    let option = move |of: Tri, word: String| {
        view! {
            <option value=active_word(of) selected=shown == of>
                {word}
            </option>
        }
    };
    view! {
        <GetForm action="/rules".to_owned() class="filters" label=t!("rules-filter")>
            <div class="filters-main">
                <label class="search">
                    <span class="hidden">{t!("rules-search")}</span>
                    <Icon glyph=Glyph::Search />
                    <input
                        type="search"
                        name="q"
                        value=query.q.clone().unwrap_or_default()
                        maxlength="500"
                        placeholder=t!("rules-search-in")
                    />
                </label>
                <label>
                    <span class="hidden">{t!("rules-which")}</span>
                    <select name="active">
                        {option(Tri::Yes, t!("rules-active"))}
                        {option(Tri::No, t!("rules-inactive"))}
                        {option(Tri::Any, t!("rules-all"))}
                    </select>
                </label>
                <fieldset class="ticks">
                    <legend class="hidden">{t!("rules-operations")}</legend>
                    {OperationKind::ALL
                        .into_iter()
                        .map(|kind| {
                            view! {
                                <label class=format!("tick op-{kind}")>
                                    <input
                                        type="checkbox"
                                        name="operation"
                                        value=kind.as_str()
                                        checked=query.operation.contains(&kind)
                                    />
                                    {ticked_word(kind)}
                                </label>
                            }
                        })
                        .collect_view()}
                </fieldset>
                {query.host.map(|host| view! { <input type="hidden" name="host" value=host /> })}
                {query.model.map(|model| view! { <input type="hidden" name="model" value=model /> })}
                <button type="submit">{t!("rules-filter-submit")}</button>
            </div>
        </GetForm>
    }
    .into_any()
}

/// The filters in force, each with the list without it.
pub(super) fn chips(query: &RuleQuery) -> Vec<Chip> {
    let chip = |name: String, value: Option<String>, rest: RuleQuery| {
        value.map(|value| Chip {
            name,
            value,
            remove: address::with_query("/rules", &list_query(&rest, None)),
        })
    };
    let mut chips = vec![
        chip(
            t!("rules-chip-text"),
            query.q.clone(),
            RuleQuery {
                q: None,
                ..query.clone()
            },
        ),
        chip(
            t!("hosts-one"),
            query.host.clone(),
            RuleQuery {
                host: None,
                ..query.clone()
            },
        ),
        chip(
            t!("models-one"),
            query.model.clone(),
            RuleQuery {
                model: None,
                ..query.clone()
            },
        ),
        chip(
            t!("nav-rules"),
            match query.active {
                Tri::Yes => None,
                Tri::No => Some(t!("rules-chip-inactive")),
                Tri::Any => Some(t!("rules-chip-all")),
            },
            RuleQuery {
                active: Tri::Yes,
                ..query.clone()
            },
        ),
    ];
    chips.extend(query.operation.iter().map(|kind| {
        let mut rest = query.clone();
        rest.operation.retain(|other| other != kind);
        chip(t!("rules-operations"), Some(ticked_word(*kind)), rest)
    }));
    chips.into_iter().flatten().collect()
}
