//! One log.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{LogView, get_log},
    changes::{Changes, Unrecorded},
    context::ContextView,
    facts::Facts,
    observed::Observed,
    others::Others,
    proof::ProofPanel,
};
use crate::{
    address,
    components::{Glyph, Icon, Moment, OperationBadge, UserName, loaded},
    here,
    say::{number, t},
};

/// The page of a log. `within` in its address is the query of the list one came from.
#[component]
pub(crate) fn LogPage() -> impl IntoView {
    loaded(get_log(here::segment(1), here::query()), |page| {
        view! { <OneLog page=page /> }
    })
}

#[component]
fn OneLog(page: LogView) -> impl IntoView {
    let LogView {
        now,
        log,
        fields,
        within,
        older,
        newer,
        rules,
        others,
        more_others,
        proof,
    } = page;
    let title = log
        .record_name
        .clone()
        .unwrap_or_else(|| log.record_id.clone());
    let history = address::history(&log.host, &log.model, &log.record_id, Some(log.revision));
    let told = log.changes.len();
    let revision = number(log.revision);
    view! {
        <Title text=t!("log-document-title", name = title.clone(), revision = revision.clone()) />
        <nav class="crumbs" aria-label=t!("log-where")>
            <a href=address::with_query("/logs", &within)>{t!("nav-logs")}</a>
            <span aria-hidden="true">"/"</span>
            <a href=address::logs_of(&log.host, &log.model, Vec::new())>
                <bdi>{log.model_label.clone()}</bdi>
            </a>
            <span class="grow"></span>
            <span class="steps">
                {step("previous", older, &within)} {step("next", newer, &within)}
            </span>
        </nav>
        <header class="page-head">
            <div>
                <h1>
                    <bdi>{title}</bdi>
                </h1>
                <p class="page-sub">
                    <OperationBadge kind=log.operation />
                    <code>{log.model.clone()}</code>
                    <code class="id">{log.record_id.clone()}</code>
                    <span class="muted">{t!("log-revision", revision = revision)}</span>
                    <span class="log-by">
                        <UserName login=log.user.login.clone() name=log.user.name.clone() />
                        " · "
                        <Moment time=log.occurred_at now=now />
                    </span>
                </p>
            </div>
            <a class="button primary" href=history>
                <Icon glyph=Glyph::History />
                {t!("log-history")}
            </a>
        </header>
        <Unrecorded
            gaps=log.unrecorded_changes.clone()
            changes=log.changes.clone()
            fields=fields.clone()
        />
        <div class="columns">
            <div class="log-main">
                <section aria-labelledby="changes-title">
                    <h2 id="changes-title">{t!("log-changes")}</h2>
                    {if told == 0 {
                        view! { <p class="muted">{t!("log-no-changes")}</p> }.into_any()
                    } else {
                        view! { <Changes changes=log.changes.clone() /> }.into_any()
                    }}
                    <Observed values=log.observed.clone() fields=fields />
                </section>
                <Others
                    host=log.host.clone()
                    context=log.context.clone()
                    rows=others
                    more=more_others
                />
            </div>
            <aside>
                <h2>{t!("log-who-and-when")}</h2>
                <Facts log=log.clone() rules=rules now=now />
                <h2>{t!("log-context")}</h2>
                <ContextView host=log.host context=log.context />
                <h2>{t!("proof-title")}</h2>
                <ProofPanel view=proof />
            </aside>
        </div>
    }
    .into_any()
}

/// The way to the log before or after, of the list one came from.
fn step(key: &'static str, id: Option<String>, within: &str) -> AnyView {
    let (word, title, glyph) = if key == "previous" {
        (t!("log-previous"), t!("log-previous-why"), Glyph::Left)
    } else {
        (t!("log-next"), t!("log-next-why"), Glyph::Right)
    };
    match id {
        Some(id) => view! {
            <a class="button small" href=address::log_within(&id, within) data-key=key title=title>
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
