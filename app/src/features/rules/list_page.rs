//! The list of rules.

use leptos::prelude::*;
use leptos_meta::Title;
use types::Tri;

use super::{
    filters::{Filters, chips},
    list::{RulesView, list_rules},
    state::list_query,
    table::RuleTable,
};
use crate::{
    address,
    came_back::read_code,
    components::{Chips, Empty, Glyph, Icon, Notice, Pager, Tone, loaded},
    error::told,
    here,
    say::{number, phrase, t},
};

/// The page of rules. Its state is its address.
#[component]
pub(crate) fn RulesPage() -> impl IntoView {
    view! {
        <Title text=t!("nav-rules") />
        {loaded(list_rules(here::query()), |page| view! { <Listing page=page /> })}
    }
}

#[component]
fn Listing(page: RulesView) -> impl IntoView {
    let RulesView {
        editable,
        query,
        lines,
        next_cursor,
        told,
        open,
    } = page;
    let at = |cursor: Option<&str>| address::with_query("/rules", &list_query(&query, cursor));
    let first = query.cursor.is_some().then(|| at(None));
    let next = next_cursor.map(|cursor| at(Some(&cursor)));
    let here = list_query(&query, query.cursor.as_deref());
    let asked = query.q.is_some()
        || query.host.is_some()
        || query.model.is_some()
        || !query.operation.is_empty();
    let picked = told.as_ref().map(|(id, _)| id.clone());
    let body = if lines.is_empty() {
        nothing(editable, asked, query.active, open).into_any()
    } else {
        view! {
            <RuleTable lines=lines editable=editable back=here picked=picked />
            <Pager
                of=t!("nav-rules")
                first_word=t!("rules-first")
                next_word=t!("rules-next")
                first=first
                next=next
            />
        }
        .into_any()
    };
    view! {
        <header class="page-head">
            <div>
                <h1>{t!("nav-rules")}</h1>
                <p class="page-sub muted">{t!("rules-lead")}</p>
            </div>
            <div class="actions">
                <CoverageLink open=open />
                {editable
                    .then(|| {
                        view! {
                            <a class="button primary" href="/rules/new">
                                <Icon glyph=Glyph::Plus />
                                {t!("rules-new")}
                            </a>
                        }
                    })}
            </div>
        </header>
        <Told rule=told />
        <Filters query=query.clone() />
        <Chips chips=chips(&query) clear="/rules" />
        {body}
    }
    .into_any()
}

/// The way to what no rule follows, with how many models that are.
#[component]
fn CoverageLink(open: usize) -> impl IntoView {
    let count = i64::try_from(open).unwrap_or(i64::MAX);
    view! {
        <a class="button" href="/rules/coverage">
            <Icon glyph=Glyph::Shield />
            {t!("rules-coverage")}
            {(open > 0)
                .then(|| {
                    view! {
                        <span class="count" title=t!("coverage-open", count = count)>
                            {number(count)}
                        </span>
                    }
                })}
        </a>
    }
}

/// What was done or failed a moment ago, as the address tells.
#[component]
fn Told(rule: Option<(String, String)>) -> impl IntoView {
    let search = here::query();
    let done = match address::parameter(&search, "done").as_deref() {
        Some("created") => Some(t!("rules-done-created")),
        Some("saved") => Some(t!("rules-done-saved")),
        Some("deleted") => Some(t!("rules-done-deleted")),
        Some("followed") => Some(t!("rules-done-followed")),
        _ => None,
    };
    let refused = address::parameter(&search, "error").and_then(|word| read_code(&word));
    view! {
        {done
            .map(|text| {
                let change = rule
                    .map(|(id, name)| {
                        let link = view! {
                            <a href=address::rule(&id)>
                                <bdi>{name}</bdi>
                            </a>
                        };
                        view! { <p>{phrase!("rules-done-which", { rule = link })}</p> }
                    });
                view! {
                    <Notice tone=Tone::Good>
                        <p>{text}</p>
                        {change}
                    </Notice>
                }
            })}
        {refused
            .map(|code| {
                view! {
                    <Notice tone=Tone::Bad>
                        <p>
                            <strong>{t!("rules-unchanged")}</strong>
                            " "
                            {told(code)}
                        </p>
                    </Notice>
                }
            })}
    }
    .into_any()
}

fn nothing(editable: bool, asked: bool, active: Tri, open: usize) -> impl IntoView {
    let title = match (asked, active) {
        (true, _) => t!("rules-none-match"),
        (false, Tri::Yes) => t!("rules-none-active"),
        (false, _) => t!("rules-none"),
    };
    view! {
        <Empty glyph=Glyph::Rule title=title>
            <p>{t!("rules-none-lead")}</p>
            <p>
                {editable
                    .then(|| {
                        view! {
                            <a class="button primary" href="/rules/new">
                                {t!("rules-new")}
                            </a>
                        }
                    })}
                {(open > 0 && !asked)
                    .then(|| {
                        view! {
                            <a class="button" href="/rules/coverage">
                                {t!("rules-none-coverage")}
                            </a>
                        }
                    })}
                {(active != Tri::Any || asked)
                    .then(|| {
                        view! {
                            <a class="button" href="/rules?active=all">
                                {t!("rules-none-all")}
                            </a>
                        }
                    })}
            </p>
        </Empty>
    }
}
