//! What the logs of the list are of, with counts: each value a link that asks for it, or not any
//! more.

use leptos::prelude::*;
use types::{Facet, FacetValue, Facets, OperationKind, Qualifier};

use super::{list_query::ListQuery, terms::qualifier_word};
use crate::{
    components::{Glyph, Icon, operation_word},
    reader::reader,
    say::{number, t},
};

/// Values that stand without unfolding the others.
const SHOWN: usize = 6;

/// The panel: beside the list on wide screens, folded above it on others.
#[component]
pub(super) fn FacetPanel(
    /// What the list asks for.
    list: ListQuery,
    /// What its logs are of.
    facets: Facets,
) -> impl IntoView {
    let parts = [
        (Qualifier::Operation, facets.operations),
        (Qualifier::Model, facets.models),
        (Qualifier::User, facets.users),
        (Qualifier::Field, facets.fields),
        (Qualifier::On, facets.days),
        (Qualifier::Host, facets.hosts),
    ];
    let complete = parts.iter().all(|(_, facet)| facet.complete);
    view! {
        <aside class="facets" aria-label=t!("logs-facets")>
            <details>
                <summary>
                    <Icon glyph=Glyph::Filter />
                    {t!("logs-facets")}
                </summary>
                {(!complete).then(|| view! { <p class="muted small facets-note">{t!("logs-facets-newest")}</p> })}
                <div class="facets-all">
                    {parts
                        .into_iter()
                        .filter(|(_, facet)| !facet.values.is_empty())
                        .map(|(qualifier, facet)| {
                            view! { <FacetView list=list.clone() qualifier=qualifier facet=facet /> }
                        })
                        .collect_view()}
                </div>
            </details>
        </aside>
    }
    .into_any()
}

#[component]
fn FacetView(list: ListQuery, qualifier: Qualifier, facet: Facet) -> impl IntoView {
    let title = match qualifier {
        Qualifier::On => t!("logs-day"),
        other => qualifier_word(other),
    };
    let most = facet
        .values
        .iter()
        .map(|value| value.count)
        .max()
        .unwrap_or(1);
    let mut shown = facet.values;
    // What is chosen stands where it is seen.
    shown.sort_by_key(|value| !list.asks(qualifier, &value.value));
    let folded = shown.split_off(shown.len().min(SHOWN));
    let lines = |values: Vec<FacetValue>| {
        values
            .into_iter()
            .map(|value| {
                view! { <FacetLine list=list.clone() qualifier=qualifier value=value most=most /> }
            })
            .collect_view()
    };
    let rest = folded.len();
    let more = facet.more;
    view! {
        <section class="facet">
            <h3>{title}</h3>
            <ul>{lines(shown)}</ul>
            {(rest > 0)
                .then(|| {
                    let count = i64::try_from(rest).unwrap_or(i64::MAX);
                    view! {
                        <details class="facet-more">
                            <summary>{t!("logs-facet-more", count = count)}</summary>
                            <ul>{lines(folded)}</ul>
                            {(more > 0)
                                .then(|| {
                                    view! { <p class="muted small">{t!("logs-facet-left", count = i64::from(more))}</p> }
                                })}
                        </details>
                    }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn FacetLine(list: ListQuery, qualifier: Qualifier, value: FacetValue, most: u32) -> impl IntoView {
    let chosen = list.asks(qualifier, &value.value);
    let href = list.toggled(qualifier, &value.value);
    let label = match qualifier {
        Qualifier::Operation => OperationKind::parse(&value.value).map(operation_word),
        Qualifier::On => Some(reader().plain_day(&value.value)),
        _ => value.label.clone(),
    };
    let title = value.host.as_ref().map_or_else(
        || value.value.clone(),
        |host| format!("{} · {host}", value.value),
    );
    let name = label.unwrap_or_else(|| value.value.clone());
    view! {
        <li>
            <a href=href title=title aria-current=chosen.then_some("true")>
                {chosen.then(|| view! { <Icon glyph=Glyph::Check /> })}
                <bdi class="facet-name">{name}</bdi>
                <span class="facet-count">{number(i64::from(value.count))}</span>
                <meter class="facet-bar" min="0" max=most.to_string() value=value.count.to_string() aria-hidden="true"></meter>
            </a>
        </li>
    }
    .into_any()
}
