//! The hosts: who reports here, and how much of it is followed.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{RuleQuery, Timestamp};

use super::{
    host_form::HostForm,
    state::HostDraft,
    view::{HostLine, HostsView, list_hosts},
};
use crate::{
    address,
    came_back::error_of,
    components::{Empty, Glyph, Moment, Notice, Tone, loaded},
    here,
    say::{number, t},
};

/// The page.
#[component]
pub(crate) fn HostsPage() -> impl IntoView {
    let with_ended = address::parameter(&here::query(), "ended").is_some();
    view! {
        <Title text=t!("hosts-title") />
        {loaded(list_hosts(with_ended), move |page| view! { <Listing page=page with_ended=with_ended /> })}
    }
}

#[component]
fn Listing(page: HostsView, with_ended: bool) -> impl IntoView {
    let HostsView {
        now,
        editable,
        lines,
        ended,
    } = page;
    let query = here::query();
    let error = error_of(&query);
    let done = address::parameter(&query, "done").is_some_and(|done| done == "uninstalled");
    let alone = lines.iter().all(|line| line.host.builtin);
    let open = error.is_some() || alone;
    view! {
        <header class="page-head">
            <div>
                <h1>{t!("hosts-title")}</h1>
                <p class="page-sub muted">{t!("hosts-lead")}</p>
            </div>
            {(ended > 0)
                .then(|| {
                    let (href, word) = if with_ended {
                        ("/hosts", t!("hosts-ended-hide"))
                    } else {
                        ("/hosts?ended=true", t!("hosts-ended-show", count = ended))
                    };
                    view! {
                        <a class="button" href=href>
                            {word}
                        </a>
                    }
                })}
        </header>
        {done
            .then(|| {
                view! {
                    <Notice tone=Tone::Good>
                        <p>{t!("hosts-done-uninstalled")}</p>
                    </Notice>
                }
            })}
        {editable
            .then(|| view! { <HostForm draft=HostDraft::of(&query) error=error open=open /> })}
        {alone
            .then(|| {
                view! {
                    <Empty glyph=Glyph::Plug title=t!("hosts-none")>
                        <p>{t!("hosts-none-lead")}</p>
                    </Empty>
                }
            })} <HostTable lines=lines now=now />
    }
    .into_any()
}

#[component]
fn HostTable(lines: Vec<HostLine>, now: Timestamp) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table hosts-table" data-test="hosts">
                <caption class="hidden">{t!("hosts-title")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("hosts-one")}</th>
                        <th scope="col" class="num">
                            {t!("hosts-models")}
                        </th>
                        <th scope="col" class="num">
                            {t!("hosts-rules")}
                        </th>
                        <th scope="col" class="num">
                            {t!("hosts-keys")}
                        </th>
                        <th scope="col">{t!("hosts-last")}</th>
                        <th scope="col">{t!("hosts-since")}</th>
                    </tr>
                </thead>
                <tbody>
                    {lines
                        .into_iter()
                        .map(|line| view! { <HostRow line=line now=now /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn HostRow(line: HostLine, now: Timestamp) -> impl IntoView {
    let host = line.host;
    let rules = rules_of(&host.name);
    let rules_label = t!(
        "hosts-rules-label",
        count = line.active,
        host = host.label.clone()
    );
    let built_in = host.builtin;
    view! {
        <tr class:off=host.ended_at.is_some()>
            <td class="c-record">
                <a class="row-link" href=address::host(&host.name)>
                    {host.label}
                </a>
                " "
                <code class="id">{host.name}</code>
                {built_in.then(|| view! { <span class="tag">{t!("hosts-builtin")}</span> })}
                {host
                    .ended_at
                    .map(|at| {
                        view! {
                            <span class="tag">
                                {t!("hosts-ended")}
                                " "
                                <Moment time=at now=now />
                            </span>
                        }
                    })}
            </td>
            <td class="num" data-label=t!("hosts-models")>
                {number(line.models)}
            </td>
            <td class="num" data-label=t!("hosts-rules")>
                {if line.rules == 0 {
                    let word = if built_in { t!("hosts-always") } else { number(0) };
                    view! { <span class="muted">{word}</span> }.into_any()
                } else {
                    view! {
                        <a class="over" href=rules aria-label=rules_label>
                            {number(line.active)}
                        </a>
                    }
                        .into_any()
                }}
            </td>
            <td class="num" data-label=t!("hosts-keys")>
                {number(line.keys)}
            </td>
            <td data-label=t!("hosts-last")>
                {match line.last_at {
                    Some(at) => view! { <Moment time=at now=now /> }.into_any(),
                    None => view! { <span class="muted">{t!("hosts-never")}</span> }.into_any(),
                }}
            </td>
            <td data-label=t!("hosts-since")>
                <Moment time=host.created_at now=now />
            </td>
        </tr>
    }
    .into_any()
}

/// The list of a host's rules.
pub(super) fn rules_of(host: &str) -> String {
    let query = RuleQuery {
        host: Some(host.to_owned()),
        ..RuleQuery::default()
    };
    address::with_query("/rules", &query.filters())
}
