//! A form that changes the address: with wasm without loading a page, and without empty
//! parameters; without wasm as any form does.

use leptos::{ev::SubmitEvent, form::form_data_from_event, prelude::*, web_sys};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::address;

/// A form sent by GET. Its submit button may have a `formaction`.
#[component]
pub(crate) fn GetForm(
    /// The path of the page that answers.
    action: String,
    /// How it looks.
    #[prop(optional)]
    class: &'static str,
    /// What it is, for screen readers and tests.
    label: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let target = action.clone();
    let on_submit = move |event: SubmitEvent| {
        let Ok(data) = form_data_from_event(&event) else {
            return;
        };
        let Ok(pairs) = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data) else {
            return;
        };
        event.prevent_default();
        let query = String::from(pairs.to_string());
        let path = submitter_action(&event).unwrap_or_else(|| target.clone());
        navigate(
            &address::with_query(&path, &address::without(&query, &[])),
            NavigateOptions::default(),
        );
    };
    view! {
        <form method="get" action=action class=class aria-label=label on:submit=on_submit>
            {children()}
        </form>
    }
    .into_any()
}

fn submitter_action(event: &SubmitEvent) -> Option<String> {
    event
        .submitter()
        .and_then(|button| button.get_attribute("formaction"))
        .filter(|action| !action.is_empty())
}
