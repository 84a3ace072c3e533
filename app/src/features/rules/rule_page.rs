//! A rule in its form: a new one, or one to change. Auditors see it and change nothing.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{form::Form, form_view::get_rule_form};
use crate::{components::loaded, here, say::t};

/// The page of a rule.
#[component]
pub(crate) fn RulePage() -> impl IntoView {
    let id = here::segment(1);
    let id = if id == "new" { String::new() } else { id };
    loaded(get_rule_form(id, here::query()), |form| {
        let title = form.kept_name.clone().unwrap_or_else(|| t!("rules-new"));
        view! {
            <Title text=title />
            <Form form=form />
        }
    })
}
