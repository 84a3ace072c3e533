//! Deleting a rule asks first, and says that its logs stay.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use types::{Code, LogQuery};

use super::{
    api::DeleteRule,
    form_view::{RuleForm, get_rule_form},
};
use crate::{
    address,
    came_back::read_code,
    components::{Failure, FormErrors, loaded},
    error::PageError,
    here,
    say::{phrase, t},
};

/// The page that asks.
#[component]
pub(crate) fn DeleteRulePage() -> impl IntoView {
    let rule = get_rule_form(here::segment(1), String::new());
    view! {
        <Title text=t!("rules-delete-page") />
        {loaded(
            rule,
            |rule| {
                if rule.editable {
                    view! { <Ask rule=rule /> }.into_any()
                } else {
                    view! { <Failure error=PageError::new(Code::Forbidden, "") /> }.into_any()
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
    let model = rule.draft.model;
    view! {
        <section class="card narrow">
            <h1>{phrase!("rules-delete-title", { name = view! { <bdi>{name}</bdi> } })}</h1>
            <p>{phrase!("rules-delete-what", { model = view! { <code>{model}</code> } })}</p>
            <p>
                <strong>{t!("rules-delete-stay")}</strong>
                " "
                {t!("rules-delete-instead")}
                " "
                <a href=logs>{t!("rules-delete-logs")}</a>
            </p>
            <FormErrors error=error />
            <form method="post" action=DeleteRule::url() class="actions">
                <input type="hidden" name="id" value=id.clone() />
                <button type="submit" class="danger">
                    {t!("rules-delete-submit")}
                </button>
                <a class="button" href=address::rule(&id)>
                    {t!("rules-delete-keep")}
                </a>
            </form>
        </section>
    }
    .into_any()
}
