//! Where an operation came from and why.

use leptos::prelude::*;
use types::{Context, LogQuery};

use crate::address;

/// The context of a log, as a list of names and values. Shows nothing where nothing is known.
#[component]
pub(super) fn ContextView(
    /// The host it came from.
    host: String,
    /// What is known.
    context: Context,
) -> impl IntoView {
    if context.is_empty() {
        return view! { <p class="muted">"The host gave no context."</p> }.into_any();
    }
    let of_request = context.request_id.as_ref().map(|id| {
        address::logs(&LogQuery {
            host: Some(host.clone()),
            request_id: Some(id.clone()),
            ..LogQuery::default()
        })
    });
    let of_transaction = context.transaction_id.as_ref().map(|id| {
        address::logs(&LogQuery {
            host: Some(host.clone()),
            transaction_id: Some(id.clone()),
            ..LogQuery::default()
        })
    });
    view! {
        <dl class="facts">
            {fact("Reason", context.reason, None, false)}
            {fact("Address", context.ip, None, true)}
            {fact("Request", context.request_id, of_request, true)}
            {fact("Transaction", context.transaction_id, of_transaction, true)}
            {fact("Trace", context.traceparent, None, true)}
            {fact("Program", context.user_agent, None, false)}
        </dl>
    }
    .into_any()
}

fn fact(
    name: &'static str,
    value: Option<String>,
    link: Option<String>,
    exact: bool,
) -> impl IntoView {
    value.map(|value| {
        let text = if exact {
            view! { <code>{value}</code> }.into_any()
        } else {
            view! { <span>{value}</span> }.into_any()
        };
        let shown = match link {
            Some(href) => view! {
                <a href=href title="What else it changed">
                    {text}
                </a>
            }
            .into_any(),
            None => text,
        };
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{shown}</dd>
            </div>
        }
    })
}
