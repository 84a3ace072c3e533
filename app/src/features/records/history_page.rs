//! The history of a record: its timeline, and the record at the chosen revision.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{HistoryView, record_history},
    record_form::RecordForm,
    timeline::Timeline,
};
use crate::{
    address,
    components::{GetForm, Glyph, Icon, ModelTag, Moment, Notice, Tone, loaded},
    features::logs::Unrecorded,
    here,
    reader::reader,
};

/// The page of a record's history. Its state is its address.
#[component]
pub(crate) fn HistoryPage() -> impl IntoView {
    let history = record_history(here::segment(1), here::segment(2), here::query());
    loaded(history, |page| view! { <History page=page /> })
}

#[component]
fn History(page: HistoryView) -> impl IntoView {
    let title = page
        .record_name
        .clone()
        .unwrap_or_else(|| page.record_id.clone());
    let logs = address::logs_of(&page.host, &page.model, vec![page.record_id.clone()]);
    let this_log = page
        .timeline
        .iter()
        .find(|revision| revision.number == page.revision)
        .map(|revision| address::log(&revision.log_id));
    let heading = format!("Revision {} of {}", page.revision, page.latest);
    view! {
        <Title text=format!("{title} – history") />
        <nav class="crumbs" aria-label="Where this is">
            <a href="/models">"Records"</a>
            <span aria-hidden="true">"/"</span>
            <a href=address::records(&page.host, &page.model)>{page.model_label.clone()}</a>
        </nav>
        <header class="page-head">
            <div>
                <h1>{title}</h1>
                <p class="page-sub">
                    {page.deleted_now.then(deleted_badge)}
                    <ModelTag label=page.model_label.clone() model=page.model.clone() />
                    <code class="id">{page.record_id.clone()}</code>
                    <code class="id">{page.host.clone()}</code>
                </p>
            </div>
            <a class="button" href=logs>
                <Icon glyph=Glyph::List />
                "Audit logs"
            </a>
        </header>
        <div class="history">
            <section class="history-record" aria-labelledby="record-title">
                <div class="history-head">
                    <h2 id="record-title">{heading}</h2>
                    <Steps page=page.clone() />
                    <Moment time=page.recorded_at now=page.now full=true />
                    {this_log.map(|href| view! { <a href=href>"Open this log"</a> })}
                </div>
                <AsOf page=page.clone() />
                {page
                    .deleted
                    .then(|| {
                        view! {
                            <Notice tone=Tone::Warning>
                                <p>"This revision deleted the record. Its last known values:"</p>
                            </Notice>
                        }
                    })}
                <Unrecorded gaps=page.gaps changes=page.changes />
                <RecordForm fields=page.form deleted=page.deleted />
            </section>
            <Timeline
                host=page.host
                model=page.model
                record_id=page.record_id
                revisions=page.timeline
                chosen=page.revision
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
            "Deleted"
        </span>
    }
}

#[component]
fn Steps(page: HistoryView) -> impl IntoView {
    let step = |word: &'static str, glyph, revision: i64| {
        let label = format!("{word} revision");
        let exists = (1..=page.latest).contains(&revision);
        let href = exists
            .then(|| address::history(&page.host, &page.model, &page.record_id, Some(revision)));
        match href {
            Some(href) => view! {
                <a class="button small" href=href aria-label=label>
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
    };
    view! {
        <div class="steps" role="group" aria-label="Step through the revisions">
            {step("Previous", Glyph::Left, page.revision - 1)}
            {step("Next", Glyph::Right, page.revision + 1)}
        </div>
    }
    .into_any()
}

#[component]
fn AsOf(page: HistoryView) -> impl IntoView {
    let path = address::history(&page.host, &page.model, &page.record_id, None);
    let path = path.split('?').next().unwrap_or_default().to_owned();
    let at = reader().to_input(page.at.unwrap_or(page.recorded_at));
    view! {
        <GetForm action=path class="as-of" label="The record as of a time">
            <input type="hidden" name="host" value=page.host />
            <label>
                <span>"As recorded until (UTC)"</span>
                <input type="datetime-local" name="at" step="1" required value=at.clone() prop:value=at />
            </label>
            <button type="submit" class="small">
                "Show"
            </button>
        </GetForm>
    }
    .into_any()
}
