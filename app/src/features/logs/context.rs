//! Where an operation came from and why.

use leptos::prelude::*;
use types::{Context, LogQuery};

use crate::{address, say::t};

/// The address of the logs of the same request.
pub(super) fn of_request(host: &str, context: &Context) -> Option<String> {
    let id = context.request_id.clone()?;
    Some(address::logs(&LogQuery {
        host: Some(host.to_owned()),
        request_id: Some(id),
        ..LogQuery::default()
    }))
}

/// The address of the logs of the same transaction.
pub(super) fn of_transaction(host: &str, context: &Context) -> Option<String> {
    let id = context.transaction_id.clone()?;
    Some(address::logs(&LogQuery {
        host: Some(host.to_owned()),
        transaction_id: Some(id),
        ..LogQuery::default()
    }))
}

/// The context of a log, as a list of names and values.
#[component]
pub(super) fn ContextView(
    /// The host it came from.
    host: String,
    /// What is known.
    context: Context,
) -> impl IntoView {
    if context.is_empty() {
        return view! { <p class="muted small">{t!("log-no-context")}</p> }.into_any();
    }
    let request = of_request(&host, &context);
    let transaction = of_transaction(&host, &context);
    view! {
        <dl class="facts" data-test="context">
            {fact(t!("log-reason"), context.reason, None, false)}
            {fact(t!("log-ip"), context.ip, None, true)}
            {fact(t!("log-request"), context.request_id, request, true)}
            {fact(t!("log-transaction"), context.transaction_id, transaction, true)}
            {fact(t!("log-trace"), context.traceparent, None, true)}
            {fact(t!("log-agent"), context.user_agent, None, false)}
        </dl>
    }
    .into_any()
}

fn fact(name: String, value: Option<String>, link: Option<String>, exact: bool) -> impl IntoView {
    value.map(|value| {
        let text = if exact {
            view! { <code>{value}</code> }.into_any()
        } else {
            view! { <bdi>{value}</bdi> }.into_any()
        };
        let shown = match link {
            Some(href) => view! {
                <a href=href title=t!("log-what-else")>
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
