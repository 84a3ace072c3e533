//! Deleting a rule asks first, and says that its logs stay.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use types::LogQuery;

use super::{
    api::{DeleteRule, RuleForm, get_rule_form},
    state::read_code,
};
use crate::{
    address,
    components::{Failure, FormErrors, loaded},
    error::PageError,
    here,
};

/// The page that asks.
#[component]
pub(crate) fn DeleteRulePage() -> impl IntoView {
    let rule = get_rule_form(here::segment(1), String::new());
    view! {
        <Title text="Delete a rule" />
        {loaded(
            rule,
            |rule| {
                if rule.editable {
                    view! { <Ask rule=rule /> }.into_any()
                } else {
                    let code = types::Code::Forbidden;
                    let error = PageError::new(code, "Only administrators delete rules.");
                    view! { <Failure error=error /> }.into_any()
                }
            },
        )}
    }
}

#[component]
fn Ask(rule: RuleForm) -> impl IntoView {
    let error = address::parameter(&here::query(), "error")
        .and_then(|word| read_code(&word))
        .map(|code| PageError::new(code, code.title()));
    let id = rule.id.unwrap_or_default();
    let name = rule.kept_name.unwrap_or_default();
    let logs = address::logs(&LogQuery {
        host: Some(rule.draft.host.clone()),
        model: Some(rule.draft.model.clone()),
        ..LogQuery::default()
    });
    view! {
        <section class="card narrow">
            <h1>"Delete “" <bdi>{name}</bdi> "”?"</h1>
            <p>
                "From then on, operations on " <code>{rule.draft.model}</code>
                " are no longer followed by this rule."
            </p>
            <p>
                <strong>"Its logs stay. "</strong>
                <a href=logs>"See them"</a>
                " – nobody can change or delete a log. To pause the rule instead, make it inactive."
            </p>
            <FormErrors error=error />
            <form method="post" action=DeleteRule::url() class="actions">
                <input type="hidden" name="id" value=id.clone() />
                <button type="submit" class="danger">
                    "Delete the rule"
                </button>
                <a class="button" href=address::rule(&id)>
                    "Keep it"
                </a>
            </form>
        </section>
    }
    .into_any()
}
