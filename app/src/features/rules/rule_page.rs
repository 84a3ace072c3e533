//! A rule in its form: a new one, or one to change. Auditors see it and change nothing.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{api::get_rule_form, form::Form};
use crate::{address, components::Failure, here::use_here};

/// The page of a rule.
#[component]
pub(crate) fn RulePage() -> impl IntoView {
    let here = use_here(|path| {
        let id = address::segment(path, 1)?;
        let is_rule = address::segment(path, 0)? == "rules" && address::segment(path, 2).is_none();
        is_rule.then(|| if id == "new" { String::new() } else { id })
    });
    let form = Resource::new_blocking(move || here.get(), |(id, query)| get_rule_form(id, query));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(form) => {
                        let title = form.kept_name.clone().unwrap_or_else(|| "New rule".to_owned());
                        view! {
                            <Title text=title />
                            <Form form=form />
                        }
                            .into_any()
                    }
                    Err(error) => {
                        view! {
                            <Title text="Rule" />
                            <Failure error=error />
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
    .into_any()
}
