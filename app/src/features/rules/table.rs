//! The list of rules, with ticks and switch in place.

use leptos::{prelude::*, server_fn::ServerFn};
use types::Rule;

use super::api::ChangeRule;
use crate::{
    address,
    components::{Glyph, Icon, names_apart},
};

/// The table. Each tick is a button of its line's form, so it works without wasm.
#[component]
pub(super) fn RuleTable(
    /// The rules.
    rules: Vec<Rule>,
    /// Whether the person may change them.
    editable: bool,
    /// The query text of the list, to come back to it without wasm.
    back: String,
) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table rules-table" data-test="rules">
                <caption class="hidden">"Rules"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Host"</th>
                        <th scope="col">"Model"</th>
                        <th scope="col" class="mid">
                            "Creation"
                        </th>
                        <th scope="col" class="mid">
                            "Update"
                        </th>
                        <th scope="col" class="mid">
                            "Deletion"
                        </th>
                        <th scope="col">"Groups"</th>
                        <th scope="col" class="mid">
                            "Active"
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {rules
                        .into_iter()
                        .map(|rule| {
                            view! { <RuleLine rule=rule editable=editable back=back.clone() /> }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn RuleLine(rule: Rule, editable: bool, back: String) -> impl IntoView {
    let form = format!("rule-{}", rule.id);
    let cell = |name: &'static str, word: &'static str, on: bool| {
        let label = format!("{word} of {}", rule.name);
        if editable {
            switch(form.clone(), name, label, on).into_any()
        } else {
            mark(label, on).into_any()
        }
    };
    let creation = cell("log_create", "Creation", rule.log_create);
    let update = cell("log_write", "Update", rule.log_write);
    let deletion = cell("log_unlink", "Deletion", rule.log_unlink);
    let active = cell("active", "Active", rule.active);
    view! {
        <tr class:off=!rule.active>
            <td class="c-record">
                <a class="row-link" href=address::rule(&rule.id)>
                    {rule.name.clone()}
                </a>
                {rule.require_reason.then(|| view! { <span class="tag">"reason required"</span> })}
                {editable
                    .then(|| {
                        view! {
                            <form method="post" action=ChangeRule::url() id=form.clone() class="over">
                                <input type="hidden" name="id" value=rule.id.clone() />
                                <input type="hidden" name="back" value=back />
                            </form>
                        }
                    })}
            </td>
            <td class="c-host">
                <code>{rule.host}</code>
            </td>
            <td class="c-model">
                <code>{rule.model}</code>
            </td>
            <td class="mid" data-label="Creation">
                {creation}
            </td>
            <td class="mid" data-label="Update">
                {update}
            </td>
            <td class="mid" data-label="Deletion">
                {deletion}
            </td>
            <td class="c-groups" data-label="Groups">
                {if rule.groups.is_empty() {
                    view! { <span class="muted">"Everyone"</span> }.into_any()
                } else {
                    view! { <span>{names_apart(rule.groups.into_iter().map(|group| (group, None)).collect())}</span> }.into_any()
                }}
            </td>
            <td class="mid" data-label="Active">
                {active}
            </td>
        </tr>
    }
    .into_any()
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
        (Glyph::Check, "yes")
    } else {
        (Glyph::Cross, "no")
    };
    view! {
        <span class="mark-cell" class:muted=!on>
            <Icon glyph=glyph />
            <span class="hidden">{format!("{label}: {word}")}</span>
        </span>
    }
}
