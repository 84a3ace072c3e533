//! The list of rules.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{RuleQuery, Tri};

use super::{
    api::{RulesView, list_rules},
    state::{active_word, list_query, read_code},
    table::RuleTable,
};
use crate::{
    address,
    components::{Chip, Chips, Empty, GetForm, Glyph, Icon, Notice, Pager, Tone, loaded},
    error::PageError,
    error::told,
    here,
};

/// The page of rules. Its state is its address.
#[component]
pub(crate) fn RulesPage() -> impl IntoView {
    view! {
        <Title text="Rules" />
        {loaded(list_rules(here::query()), |page| view! { <Listing page=page /> })}
    }
}

#[component]
fn Listing(page: RulesView) -> impl IntoView {
    let RulesView {
        now: _,
        editable,
        query,
        rules,
        next_cursor,
        told,
    } = page;
    let first = query
        .cursor
        .is_some()
        .then(|| address::with_query("/rules", &list_query(&query, None)));
    let next =
        next_cursor.map(|cursor| address::with_query("/rules", &list_query(&query, Some(&cursor))));
    let here = list_query(&query, query.cursor.as_deref());
    let asked = query.q.is_some() || query.host.is_some() || query.model.is_some();
    let body = if rules.is_empty() {
        nothing(editable, asked, query.active).into_any()
    } else {
        view! {
            <RuleTable rules=rules editable=editable back=here />
            <Pager of="rules" first_word="First" next_word="Next" first=first next=next />
        }
        .into_any()
    };
    view! {
        <header class="page-head">
            <div>
                <h1>"Rules"</h1>
                <p class="page-sub muted">"What is followed: which operations, on which model, by whom."</p>
            </div>
            {editable
                .then(|| {
                    view! {
                        <a class="button primary" href="/rules/new">
                            <Icon glyph=Glyph::Plus />
                            "New rule"
                        </a>
                    }
                })}
        </header>
        <Told rule=told />
        <Filters query=query.clone() />
        <Chips chips=chips(&query) clear="/rules" />
        {body}
    }
    .into_any()
}

/// What was done or failed a moment ago, as the address tells.
#[component]
fn Told(rule: Option<(String, String)>) -> impl IntoView {
    let search = here::query();
    let done = match address::parameter(&search, "done").as_deref() {
        Some("created") => Some("The rule is made and in force from the next operation on."),
        Some("saved") => Some("The rule is saved and in force from the next operation on."),
        Some("deleted") => Some("The rule is deleted. Its logs stay."),
        _ => None,
    };
    let refused = address::parameter(&search, "error")
        .and_then(|word| read_code(&word))
        .map(|code| PageError::new(code, code.title()));
    view! {
        {done
            .map(|text| {
                view! {
                    <Notice tone=Tone::Good>
                        <p>
                            {rule
                                .map(|(id, name)| {
                                    view! {
                                        <a href=address::rule(&id)>{name}</a>
                                        ": "
                                    }
                                })} {text}
                        </p>
                    </Notice>
                }
            })}
        {refused
                .map(|error| {
                    let code = error.faults.first().map_or(error.code, |fault| fault.code);
                    let text = told(code);
                    view! {
                        <Notice tone=Tone::Bad>
                            <p>
                                <strong>"Nothing was changed. "</strong>
                                {text}
                            </p>
                        </Notice>
                    }
                })}
    }
    .into_any()
}

#[component]
fn Filters(query: RuleQuery) -> impl IntoView {
    let q = query.q.unwrap_or_default();
    let shown = query.active;
    let option = move |of: Tri, word: &'static str| {
        view! {
            <option value=active_word(of) selected=shown == of>
                {word}
            </option>
        }
    };
    view! {
        <GetForm action="/rules".to_owned() class="filters" label="Filter the rules">
            <div class="filters-main">
                <label class="search">
                    <span class="hidden">"Search"</span>
                    <Icon glyph=Glyph::Search />
                    <input
                        type="search"
                        name="q"
                        value=q.clone()
                        prop:value=q
                        maxlength="500"
                        placeholder="Name or model"
                    />
                </label>
                <label>
                    <span class="hidden">"Which rules"</span>
                    <select name="active">
                        {option(Tri::Yes, "Active")} {option(Tri::No, "Inactive")}
                        {option(Tri::Any, "All")}
                    </select>
                </label>
                <button type="submit">"Filter"</button>
            </div>
        </GetForm>
    }
    .into_any()
}

fn chips(query: &RuleQuery) -> Vec<Chip> {
    let without = |rest: RuleQuery| address::with_query("/rules", &list_query(&rest, None));
    let mut chips = Vec::new();
    if let Some(value) = query.q.clone() {
        let remove = without(RuleQuery {
            q: None,
            ..query.clone()
        });
        chips.push(Chip {
            name: "Text".to_owned(),
            value,
            remove,
        });
    }
    if let Some(value) = query.host.clone() {
        let remove = without(RuleQuery {
            host: None,
            ..query.clone()
        });
        chips.push(Chip {
            name: "Host".to_owned(),
            value,
            remove,
        });
    }
    if let Some(value) = query.model.clone() {
        let remove = without(RuleQuery {
            model: None,
            ..query.clone()
        });
        chips.push(Chip {
            name: "Model".to_owned(),
            value,
            remove,
        });
    }
    let active = match query.active {
        Tri::Yes => None,
        Tri::No => Some("inactive"),
        Tri::Any => Some("active and inactive"),
    };
    if let Some(word) = active {
        let remove = without(RuleQuery {
            active: Tri::Yes,
            ..query.clone()
        });
        chips.push(Chip {
            name: "Rules".to_owned(),
            value: word.to_owned(),
            remove,
        });
    }
    chips
}

fn nothing(editable: bool, asked: bool, active: Tri) -> impl IntoView {
    let title = match (asked, active) {
        (true, _) => "No rule matches",
        (false, Tri::Yes) => "No rule is in force",
        (false, _) => "No rules yet",
    };
    view! {
        <Empty glyph=Glyph::Rule title=title>
            <p>"Without a rule nothing is recorded: a rule says which operations of a model are followed."</p>
            <p>
                {editable
                    .then(|| {
                        view! {
                            <a class="button primary" href="/rules/new">
                                "New rule"
                            </a>
                        }
                    })}
                {(active != Tri::Any || asked)
                    .then(|| {
                        view! {
                            <a class="button" href="/rules?active=all">
                                "All rules"
                            </a>
                        }
                    })}
            </p>
        </Empty>
    }
}
