//! A rule in its form: a new one, or one to change. Auditors see it and change nothing.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::{api::get_rule_form, form::Form};
use crate::{address, components::Failure};

/// The page of a rule.
#[component]
pub(crate) fn RulePage() -> impl IntoView {
    let location = use_location();
    let id = Memo::new(move |last: Option<&String>| {
        location
            .pathname
            .with(|path| match address::segment(path, 0).as_deref() {
                Some("rules") => address::segment(path, 1),
                _ => None,
            })
            .map(|id| if id == "new" { String::new() } else { id })
            .or(last.cloned())
            .unwrap_or_default()
    });
    let form = Resource::new_blocking(
        move || (id.get(), location.search.get()),
        |(id, query)| get_rule_form(id, query),
    );
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
