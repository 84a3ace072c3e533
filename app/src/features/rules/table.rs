//! The list of rules, with ticks and switch in place.

use leptos::{prelude::*, server_fn::ServerFn};
use types::OperationKind;

use super::{
    api::ChangeRule,
    list::{Line, SPANS},
    ticked_word,
};
use crate::{
    address,
    components::{Glyph, Icon, names_apart},
    say::{number, t},
};

/// The table. Each tick is a button of its line's form, so it works without wasm.
#[component]
pub(super) fn RuleTable(
    /// The rules.
    lines: Vec<Line>,
    /// Whether the person may change them.
    editable: bool,
    /// The query text of the list, to come back to it without wasm.
    back: String,
    /// The rule that was kept a moment ago.
    picked: Option<String>,
) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table rules-table" data-test="rules">
                <caption class="hidden">{t!("nav-rules")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("rules-name")}</th>
                        <th scope="col">{t!("models-one")}</th>
                        {OperationKind::ALL
                            .map(|kind| {
                                view! {
                                    <th scope="col" class="mid">
                                        {ticked_word(kind)}
                                    </th>
                                }
                            })
                            .collect_view()}
                        <th scope="col">{t!("rules-groups")}</th>
                        <th scope="col" class="mid">
                            {t!("rules-active")}
                        </th>
                        {SPANS
                            .map(|days| {
                                view! {
                                    <th scope="col" class="num">
                                        {t!("rules-caught", days = days)}
                                    </th>
                                }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {lines
                        .into_iter()
                        .map(|line| {
                            let picked = picked.as_deref() == Some(line.rule.id.as_str());
                            view! {
                                <RuleLine line=line editable=editable back=back.clone() picked=picked />
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn RuleLine(line: Line, editable: bool, back: String, picked: bool) -> impl IntoView {
    let Line {
        rule,
        label,
        caught,
    } = line;
    let form = format!("rule-{}", rule.id);
    let cell = |name: &'static str, word: String, on: bool| {
        let label = t!(
            "rules-switch",
            what = word.clone(),
            rule = rule.name.clone()
        );
        let control = if editable {
            switch(form.clone(), name, label, on).into_any()
        } else {
            mark(label, on).into_any()
        };
        view! {
            <td class="mid" data-label=word>
                {control}
            </td>
        }
    };
    let ticks = [
        cell("log_create", t!("rules-creation"), rule.log_create),
        cell("log_write", t!("rules-update"), rule.log_write),
        cell("log_unlink", t!("rules-deletion"), rule.log_unlink),
    ];
    let active = cell("active", t!("rules-active"), rule.active);
    let counts = caught
        .into_iter()
        .zip(SPANS)
        .map(|((count, href), days)| caught_cell(&rule.name, days, count, href))
        .collect_view();
    let everyone = rule.groups.is_empty();
    let groups = rule.groups.into_iter().map(|group| (group, None)).collect();
    view! {
        <tr class:off=!rule.active class:just=picked>
            <td class="c-record">
                <a class="row-link" href=address::rule(&rule.id)>
                    {rule.name.clone()}
                </a>
                {rule
                    .require_reason
                    .then(|| view! { <span class="tag">{t!("rules-reason-tag")}</span> })}
                {editable
                    .then(|| {
                        view! {
                            <form method="post" action=ChangeRule::url() id=form class="over">
                                <input type="hidden" name="id" value=rule.id.clone() />
                                <input type="hidden" name="back" value=back />
                            </form>
                        }
                    })}
            </td>
            <td class="c-model">
                {label.map(|label| view! { <bdi class="c-label">{label}</bdi> })}
                <span class="c-names">
                    <code>{rule.model}</code>
                    " "
                    <span class="muted">
                        <bdi>{rule.host}</bdi>
                    </span>
                </span>
            </td>
            {ticks.collect_view()}
            <td class="c-groups" data-label=t!("rules-groups")>
                {if everyone {
                    view! { <span class="muted">{t!("rules-everyone")}</span> }.into_any()
                } else {
                    view! { <span>{names_apart(groups)}</span> }.into_any()
                }}
            </td>
            {active}
            {counts}
        </tr>
    }
    .into_any()
}

/// How many logs, and the way to them.
fn caught_cell(rule: &str, days: u32, count: i64, href: String) -> impl IntoView {
    let label = t!(
        "rules-caught-label",
        count = count,
        days = days,
        rule = rule.to_owned()
    );
    view! {
        <td class="num c-caught" data-label=t!("rules-caught", days = days)>
            {if count == 0 {
                view! { <span class="muted">"0"</span> }.into_any()
            } else {
                view! {
                    <a class="over" href=href aria-label=label>
                        {number(count)}
                    </a>
                }
                    .into_any()
            }}
        </td>
    }
}

/// A switch that posts its line's form. The tick says what is, the button what would be.
fn switch(form: String, name: &'static str, label: String, on: bool) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=if name == "active" { "switch" } else { "box" }
            form=form
            name="change"
            value=format!("{name}={}", !on)
            role="switch"
            aria-checked=on.to_string()
            aria-label=label
        >
            <span class="knob" aria-hidden="true">
                <Icon glyph=Glyph::Check />
            </span>
        </button>
    }
}

/// What is, for those who may not change it.
fn mark(label: String, on: bool) -> impl IntoView {
    let (glyph, word) = if on {
        (Glyph::Check, t!("value-yes"))
    } else {
        (Glyph::Cross, t!("value-no"))
    };
    view! {
        <span class="mark-cell" class:muted=!on>
            <Icon glyph=glyph />
            <span class="hidden">{t!("rules-mark", what = label, word = word)}</span>
        </span>
    }
}
