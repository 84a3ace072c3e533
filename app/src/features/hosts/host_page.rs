//! One host: what it has, its keys, and how it is uninstalled.

use leptos::prelude::*;
use leptos_meta::Title;
use types::LogQuery;

use super::{
    key_table::KeyTable,
    list_page::rules_of,
    view::{HostView, get_host},
};
use crate::{
    address,
    came_back::read_code,
    components::{Empty, Glyph, Icon, Moment, Notice, Tone, loaded},
    error::told,
    here,
    say::{number, phrase, t},
};

/// The page.
#[component]
pub(crate) fn HostPage() -> impl IntoView {
    loaded(get_host(here::segment(1)), |page| {
        view! {
            <Title text=page.line.host.label.clone() />
            <Page page=page />
        }
    })
}

#[component]
fn Page(page: HostView) -> impl IntoView {
    let HostView {
        now,
        editable,
        line,
        keys,
    } = page;
    let host = line.host.clone();
    let path = address::host(&host.name);
    let ended = host.ended_at;
    let changes = editable && ended.is_none();
    view! {
        <nav class="crumbs" aria-label=t!("rules-crumbs")>
            <a href="/hosts">{t!("hosts-title")}</a>
        </nav>
        <header class="page-head">
            <div>
                <h1>
                    <bdi>{host.label.clone()}</bdi>
                </h1>
                <p class="page-sub muted">
                    <code>{host.name.clone()}</code>
                    {host.builtin.then(|| view! { <span class="tag">{t!("hosts-builtin")}</span> })}
                </p>
            </div>
            {(changes && !host.builtin)
                .then(|| {
                    view! {
                        <a class="button danger-quiet" href=format!("{path}/uninstall")>
                            <Icon glyph=Glyph::Plug />
                            {t!("hosts-uninstall")}
                        </a>
                    }
                })}
        </header>
        <Told />
        {host
            .builtin
            .then(|| {
                view! {
                    <Notice tone=Tone::Info>
                        <p>{t!("hosts-builtin-why")}</p>
                    </Notice>
                }
            })}
        {ended
            .map(|at| {
                let when = view! { <Moment time=at now=now full=true /> };
                view! {
                    <Notice tone=Tone::Warning>
                        <p>{phrase!("hosts-ended-why", { time = when })}</p>
                    </Notice>
                }
            })}
        <Facts line=line now=now />
        {ended
            .is_none()
            .then(|| {
                let none = keys.is_empty();
                let new_key = || {
                    changes.then(|| {
                        view! {
                            <a class="button primary" href=format!("{path}/keys")>
                                <Icon glyph=Glyph::Key />
                                {t!("hosts-new-key")}
                            </a>
                        }
                    })
                };
                let (head, lead) = if none { (None, new_key()) } else { (new_key(), None) };
                view! {
                    <section class="section">
                        <header class="section-head">
                            <h2>{t!("hosts-keys")}</h2>
                            {head}
                        </header>
                        {if none {
                            view! {
                                <Empty glyph=Glyph::Key title=t!("hosts-no-keys")>
                                    <p>{t!("hosts-no-keys-lead")}</p>
                                    <p>{lead}</p>
                                </Empty>
                            }
                                .into_any()
                        } else {
                            view! { <KeyTable host=host.name keys=keys now=now editable=changes /> }
                                .into_any()
                        }}
                    </section>
                }
            })}
    }
    .into_any()
}

/// What was done or failed a moment ago, as the address tells.
#[component]
fn Told() -> impl IntoView {
    let query = here::query();
    let (tone, text) = match address::parameter(&query, "done").as_deref() {
        Some("created") => (Tone::Good, Some(t!("hosts-done-created"))),
        Some("revoked") => (Tone::Good, Some(t!("hosts-done-revoked"))),
        Some("again") => (Tone::Warning, Some(t!("hosts-done-again"))),
        _ => {
            let code = address::parameter(&query, "error").and_then(|word| read_code(&word));
            (Tone::Bad, code.map(told))
        }
    };
    text.map(|text| {
        view! {
            <Notice tone=tone>
                <p>{text}</p>
            </Notice>
        }
    })
}

#[component]
fn Facts(line: super::view::HostLine, now: types::Timestamp) -> impl IntoView {
    let name = line.host.name;
    let logs = address::logs(&LogQuery {
        host: Some(name.clone()),
        ..LogQuery::default()
    });
    view! {
        <dl class="figures">
            <div>
                <dt>{t!("hosts-last")}</dt>
                <dd>
                    {match line.last_at {
                        Some(at) => {
                            view! {
                                <a href=logs>
                                    <Moment time=at now=now />
                                </a>
                            }
                                .into_any()
                        }
                        None => view! { <span class="muted">{t!("hosts-never")}</span> }.into_any(),
                    }}
                </dd>
            </div>
            <div>
                <dt>{t!("hosts-models")}</dt>
                <dd>
                    <a href="/models">{number(line.models)}</a>
                </dd>
            </div>
            <div>
                <dt>{t!("hosts-rules")}</dt>
                <dd>
                    {if line.rules == 0 {
                        view! { <span>{number(0)}</span> }.into_any()
                    } else {
                        view! {
                            <a href=rules_of(&name)>
                                {t!("hosts-rules-of", active = line.active, count = line.rules)}
                            </a>
                        }
                            .into_any()
                    }}
                </dd>
            </div>
            <div>
                <dt>{t!("hosts-since")}</dt>
                <dd>
                    <Moment time=line.host.created_at now=now />
                </dd>
            </div>
        </dl>
    }
    .into_any()
}
