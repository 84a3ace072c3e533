//! The history of a record: its timeline, and the record at the chosen revision or two.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    as_of::AsOf,
    compare::{CompareForm, Compared},
    history::{Body, HistoryView, read},
    record_form::RecordForm,
    restore::RestorePlan,
    steps::{Slider, Steps},
    timeline::Timeline,
};
use crate::{
    address,
    components::{Glyph, Icon, ModelTag, Moment, Notice, Tone, loaded},
    features::logs::Unrecorded,
    here,
    reader::reader,
    say::{number, t},
};

/// The page of a record's history. Its state is its address.
#[component]
pub(crate) fn HistoryPage() -> impl IntoView {
    let query = here::query();
    let history = read(here::segment(1), here::segment(2), query.clone());
    loaded(history, |page| view! { <History page=page query=query /> })
}

#[component]
fn History(page: HistoryView, query: String) -> impl IntoView {
    let of = page.addresses.clone();
    let title = page
        .record_name
        .clone()
        .unwrap_or_else(|| of.record_id.clone());
    let logs = address::logs_of(&of.host, &of.model, vec![of.record_id.clone()]);
    let erasure = address::erasure(&of.host, &of.model, &of.record_id);
    let with = match &page.body {
        Body::Compared { from, .. } => Some(*from),
        Body::Form { .. } => None,
    };
    view! {
        <Title text=t!("history-document-title", name = title.clone()) />
        <nav class="crumbs" aria-label=t!("log-where")>
            <a href="/models">{t!("nav-records")}</a>
            <span aria-hidden="true">"/"</span>
            <a href=address::records(&of.host, &of.model)>
                <bdi>{page.model_label.clone()}</bdi>
            </a>
        </nav>
        <header class="page-head">
            <div>
                <h1>
                    <bdi>{title}</bdi>
                </h1>
                <p class="page-sub">
                    {page.deleted_now.then(deleted_badge)}
                    <ModelTag label=page.model_label.clone() model=of.model.clone() />
                    <code class="id">{of.record_id.clone()}</code>
                    <code class="id">{of.host.clone()}</code>
                </p>
            </div>
            <div class="actions">
                {page
                    .erases
                    .then(|| {
                        view! {
                            <a class="button" href=erasure>
                                <Icon glyph=Glyph::Bin />
                                {t!("erasure-open")}
                            </a>
                        }
                    })}
                <a class="button" href=logs>
                    <Icon glyph=Glyph::List />
                    {t!("history-logs")}
                </a>
            </div>
        </header>
        <div class="history">
            <section class="history-record" aria-labelledby="record-title">
                <Shown page=page.clone() />
            </section>
            <Timeline
                addresses=of
                query=query
                revisions=page.timeline
                chosen=page.chosen.revision
                with=with
                latest=page.latest
                now=page.now
            />
        </div>
    }
    .into_any()
}

fn deleted_badge() -> impl IntoView {
    view! {
        <span class="badge op-unlink">
            <Icon glyph=Glyph::Bin />
            {t!("records-deleted")}
        </span>
    }
}

/// What is shown of the record, under its controls.
#[component]
fn Shown(page: HistoryView) -> impl IntoView {
    let HistoryView {
        addresses: of,
        chosen,
        latest,
        ..
    } = page;
    let with = match &page.body {
        Body::Compared { from, all, .. } => Some((*from, *all)),
        Body::Form { .. } => None,
    };
    let shown = number(chosen.revision);
    let heading = match with {
        Some((from, _)) => t!("history-two", from = number(from), to = shown),
        None => t!("history-one", revision = shown, latest = number(latest)),
    };
    let this_log = chosen.log_id.as_deref().map(address::log);
    view! {
        <div class="history-head">
            <h2 id="record-title">{heading}</h2>
            <Steps addresses=of.clone() revision=chosen.revision with=with latest=latest />
            <Moment time=chosen.recorded_at now=page.now full=true />
            {this_log.map(|href| view! { <a href=href>{t!("history-open-log")}</a> })}
        </div>
        <Slider addresses=of.clone() revision=chosen.revision latest=latest />
        <div class="history-ways">
            {views(&of, chosen.revision, with, latest)}
            <AsOf addresses=of.clone() time=page.at.unwrap_or(chosen.recorded_at) />
        </div>
        {page.at.map(|time| as_of_told(reader().absolute(time), page.before_first))}
        {chosen
            .deleted
            .then(|| {
                view! {
                    <Notice tone=Tone::Warning>
                        <p>{t!("history-deleted-here")}</p>
                    </Notice>
                }
            })}
        <Unrecorded gaps=chosen.gaps changes=chosen.changes fields=page.fields />
        {match page.body {
            Body::Form { fields, plan } => {
                view! {
                    <RecordForm fields=fields deleted=chosen.deleted />
                    {plan
                        .map(|plan| {
                            view! {
                                <RestorePlan
                                    plan=plan
                                    revision=chosen.revision
                                    deleted_now=page.deleted_now
                                />
                            }
                        })}
                }
                    .into_any()
            }
            Body::Compared { from, to, all, lines } => {
                view! {
                    <CompareForm addresses=of from=from to=to all=all latest=latest />
                    <Compared from=from to=to lines=lines />
                }
                    .into_any()
            }
        }}
    }
    .into_any()
}

/// The two ways to look at a record: as a form, and beside another revision.
fn views(
    of: &super::look::Addresses,
    revision: i64,
    with: Option<(i64, bool)>,
    latest: i64,
) -> Option<impl IntoView + use<>> {
    let before = (revision - 1).max(1);
    let to = if revision == 1 { 2 } else { revision };
    let compared = with.is_some();
    let tab = |on: bool, href: String, word: String| {
        view! {
            <a class="button small" href=href aria-current=on.then_some("true")>
                {word}
            </a>
        }
    };
    (latest > 1).then(|| {
        view! {
            <span class="choice" role="group" aria-label=t!("history-views")>
                {tab(!compared, of.at(revision), t!("history-record"))}
                {tab(compared, of.compared(before, to, false), t!("history-compare"))}
            </span>
        }
    })
}

fn as_of_told(time: String, before_first: bool) -> impl IntoView {
    let (tone, text) = if before_first {
        (Tone::Warning, t!("history-before-first", time = time))
    } else {
        (Tone::Info, t!("history-as-of-told", time = time))
    };
    view! {
        <Notice tone=tone>
            <p>{text}</p>
        </Notice>
    }
}
