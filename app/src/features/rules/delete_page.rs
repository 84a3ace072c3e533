//! Deleting a rule asks first, and says that its logs stay.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use types::LogQuery;

use super::{
    api::{DeleteRule, RuleForm, get_rule_form},
    state::read_code,
};
use crate::{
    address,
    components::{Failure, FormErrors},
    error::PageError,
    here::use_here,
};

/// The page that asks.
#[component]
pub(crate) fn DeleteRulePage() -> impl IntoView {
    let here = use_here(|path| {
        let id = address::segment(path, 1)?;
        (address::segment(path, 2)? == "delete").then_some(id)
    });
    let rule = Resource::new_blocking(move || here.get().0, |id| get_rule_form(id, String::new()));
    view! {
        <Title text="Delete a rule" />
        <Transition>
            {move || Suspend::new(async move {
                match rule.await {
                    Ok(rule) if rule.editable => {
                        view! { <Ask rule=rule search=here.get_untracked().1 /> }.into_any()
                    }
                    Ok(_) => {
                        let error = PageError::new(
                            types::Code::Forbidden,
                            "Only administrators delete rules.",
                        );
                        view! { <Failure error=error /> }.into_any()
                    }
                    Err(error) => view! { <Failure error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Ask(rule: RuleForm, search: String) -> impl IntoView {
    let delete = ServerAction::<DeleteRule>::new();
    let refused = address::parameter(&search, "error")
        .and_then(|word| read_code(&word))
        .map(|code| PageError::new(code, code.title()));
    let error = Signal::derive(move || {
        delete
            .value()
            .get()
            .and_then(Result::err)
            .or_else(|| refused.clone())
    });
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
            <ActionForm action=delete attr:class="actions">
                <input type="hidden" name="id" value=id.clone() />
                <button type="submit" class="danger">
                    "Delete the rule"
                </button>
                <a class="button" href=address::rule(&id)>
                    "Keep it"
                </a>
            </ActionForm>
        </section>
    }
    .into_any()
}
