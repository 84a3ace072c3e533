//! Who did it, when, and which rules asked for the log.

use leptos::prelude::*;
use types::{Log, LogQuery, Timestamp};

use crate::{
    address,
    components::{ModelTag, Moment, UserName},
    say::{number, t},
};

/// The facts of a log beside its changes.
#[component]
pub(super) fn Facts(
    /// The log.
    log: Log,
    /// The rules that asked for it: id, and the name where it can be seen and still exists.
    rules: Vec<(String, Option<String>)>,
    /// When the page was made.
    now: Timestamp,
) -> impl IntoView {
    let by_user = address::logs(&LogQuery {
        user: Some(log.user.login.clone()),
        ..LogQuery::default()
    });
    let records = address::records(&log.host, &log.model);
    let login = log.user.login.clone();
    let named = log.user.name.is_some();
    view! {
        <dl class="facts" data-test="facts">
            {fact(
                t!("log-user"),
                view! {
                    <a href=by_user>
                        <UserName login=log.user.login name=log.user.name />
                    </a>
                    {named.then(|| view! { " " <code class="id">{login}</code> })}
                },
            )}
            {log
                .user
                .on_behalf_of
                .map(|login| fact(t!("log-on-behalf"), view! { <code>{login}</code> }))}
            {fact(t!("log-done"), view! { <Moment time=log.occurred_at now=now full=true /> })}
            {fact(t!("log-recorded"), view! { <Moment time=log.recorded_at now=now full=true /> })}
            {fact(
                t!("log-model"),
                view! {
                    <a href=records>
                        <ModelTag label=log.model_label model=log.model />
                    </a>
                },
            )}
            {fact(t!("log-host"), view! { <code>{log.host}</code> })}
            {fact(t!("log-rules"), rule_names(rules))}
            {fact(
                t!("log-place"),
                view! {
                    <span class="num">{format!("#{}", number(log.seq))}</span>
                    " "
                    <code class="id">{log.id}</code>
                },
            )}
        </dl>
    }
    .into_any()
}

fn fact(name: String, value: impl IntoView + 'static) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

fn rule_names(rules: Vec<(String, Option<String>)>) -> AnyView {
    if rules.is_empty() {
        return t!("log-always").into_any();
    }
    view! {
        <ul class="plain">
            {rules
                .into_iter()
                .map(|(id, name)| {
                    let view = match name {
                        Some(name) => view! { <a href=address::rule(&id)>{name}</a> }.into_any(),
                        None => view! { <code class="id">{id}</code> }.into_any(),
                    };
                    view! { <li>{view}</li> }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}
