//! One log.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{Log, LogQuery, Timestamp};

use super::{
    api::{LogView, get_log},
    changes::{Changes, Unrecorded},
    context::ContextView,
};
use crate::{
    address,
    components::{Glyph, Icon, ModelTag, Moment, OperationBadge, UserName, loaded},
    here,
};

/// The page of a log.
#[component]
pub(crate) fn LogPage() -> impl IntoView {
    let id = here::segment(1);
    loaded(get_log(id), |page| view! { <OneLog page=page /> })
}

#[component]
fn OneLog(page: LogView) -> impl IntoView {
    let LogView {
        now,
        log,
        older,
        newer,
        rules,
    } = page;
    let title = log
        .record_name
        .clone()
        .unwrap_or_else(|| log.record_id.clone());
    let history = address::history(&log.host, &log.model, &log.record_id, Some(log.revision));
    view! {
        <Title text=format!("{title} – revision {}", log.revision) />
        <nav class="crumbs" aria-label="Where this is">
            <a href="/logs">"Logs"</a>
            <span aria-hidden="true">"/"</span>
            <a href=address::logs_of(&log.host, &log.model, Vec::new())>{log.model_label.clone()}</a>
            <span class="grow"></span>
            <span class="steps">
                {step("Previous", Glyph::Left, older)} {step("Next", Glyph::Right, newer)}
            </span>
        </nav>
        <header class="page-head">
            <div>
                <h1>{title}</h1>
                <p class="page-sub">
                    <OperationBadge kind=log.operation />
                    <code>{log.model.clone()}</code>
                    <code class="id">{log.record_id.clone()}</code>
                    <span class="muted">{format!("revision {}", log.revision)}</span>
                </p>
            </div>
            <a class="button primary" href=history>
                <Icon glyph=Glyph::History />
                "History revision"
            </a>
        </header>
        <Unrecorded gaps=log.unrecorded_changes.clone() changes=log.changes.clone() />
        <div class="columns">
            <section aria-labelledby="changes-title">
                <h2 id="changes-title">"Changes"</h2>
                {if log.changes.is_empty() {
                    view! { <p class="muted">"The operation told no values."</p> }.into_any()
                } else {
                    view! { <Changes changes=log.changes.clone() /> }.into_any()
                }}
            </section>
            <aside>
                <Facts log=log.clone() rules=rules now=now />
                <h2>"Context"</h2>
                <ContextView host=log.host.clone() context=log.context.clone() />
            </aside>
        </div>
    }
    .into_any()
}

fn step(word: &'static str, glyph: Glyph, id: Option<String>) -> impl IntoView {
    match id {
        Some(id) => view! {
            <a class="button small" href=address::log(&id)>
                <Icon glyph=glyph />
                {word}
            </a>
        }
        .into_any(),
        None => view! {
            <span class="button small off" aria-disabled="true">
                <Icon glyph=glyph />
                {word}
            </span>
        }
        .into_any(),
    }
}

#[component]
fn Facts(log: Log, rules: Vec<(String, Option<String>)>, now: Timestamp) -> impl IntoView {
    let by_user = address::logs(&LogQuery {
        user: Some(log.user.login.clone()),
        ..LogQuery::default()
    });
    let always = rules.is_empty();
    view! {
        <h2>"Who and when"</h2>
        <dl class="facts">
            <div>
                <dt>"User"</dt>
                <dd>
                    <a href=by_user>
                        <UserName login=log.user.login.clone() name=log.user.name.clone() />
                    </a>
                    " "
                    {log.user.name.is_some().then(|| view! { <code class="id">{log.user.login}</code> })}
                </dd>
            </div>
            {log
                .user
                .on_behalf_of
                .map(|login| {
                    view! {
                        <div>
                            <dt>"On behalf of"</dt>
                            <dd>
                                <code>{login}</code>
                            </dd>
                        </div>
                    }
                })}
            <div>
                <dt>"Done"</dt>
                <dd>
                    <Moment time=log.occurred_at now=now full=true />
                </dd>
            </div>
            <div>
                <dt>"Recorded"</dt>
                <dd>
                    <Moment time=log.recorded_at now=now full=true />
                </dd>
            </div>
            <div>
                <dt>"Model"</dt>
                <dd>
                    <ModelTag label=log.model_label model=log.model />
                </dd>
            </div>
            <div>
                <dt>"Host"</dt>
                <dd>
                    <code>{log.host}</code>
                </dd>
            </div>
            <div>
                <dt>"Rules"</dt>
                <dd>
                    {always.then_some("always followed")}
                    <ul class="plain">
                        {rules
                            .into_iter()
                            .map(|(id, name)| {
                                view! { <li>{rule_link(id, name)}</li> }
                            })
                            .collect_view()}
                    </ul>
                </dd>
            </div>
            <div>
                <dt>"Log"</dt>
                <dd>
                    <span class="num">{format!("#{}", log.seq)}</span>
                    " "
                    <code class="id">{log.id}</code>
                </dd>
            </div>
        </dl>
    }
    .into_any()
}

fn rule_link(id: String, name: Option<String>) -> impl IntoView {
    match name {
        Some(name) => view! { <a href=address::rule(&id)>{name}</a> }.into_any(),
        None => view! { <code class="id">{id}</code> }.into_any(),
    }
}
