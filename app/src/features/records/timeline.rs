//! The revisions of a record, by day, newest first.

use leptos::prelude::*;
use types::Timestamp;

use super::state::Revision;
use crate::{
    address,
    components::{Glyph, Icon, OperationBadge, UserName},
    features::logs::SummaryView,
    reader::reader,
};

/// The timeline around the chosen revision.
#[component]
pub(super) fn Timeline(
    /// The host.
    host: String,
    /// The kind of record.
    model: String,
    /// Which record.
    record_id: String,
    /// The revisions, newest first.
    revisions: Vec<Revision>,
    /// The chosen one.
    chosen: i64,
    /// The newest there is.
    latest: i64,
    /// When the page was made.
    now: Timestamp,
) -> impl IntoView {
    let to = move |revision| address::history(&host, &model, &record_id, Some(revision));
    let newest = revisions.first().map_or(latest, |revision| revision.number);
    let oldest = revisions.last().map_or(1, |revision| revision.number);
    let newer = (newest < latest).then(|| to((newest + 25).min(latest)));
    let older = (oldest > 1).then(|| to((oldest - 25).max(1)));
    let days: Vec<(String, Vec<Revision>)> = by_day(revisions, now);
    view! {
        <nav class="timeline" aria-label="Revisions" data-test="timeline">
            {newer.map(|href| view! { <a class="button small" href=href>"Newer revisions"</a> })}
            {days
                .into_iter()
                .map(|(day, revisions)| {
                    view! {
                        <h3>{day}</h3>
                        <ol>
                            {revisions
                                .into_iter()
                                .map(|revision| {
                                    let href = to(revision.number);
                                    let here = revision.number == chosen;
                                    view! { <Step revision=revision href=href here=here /> }
                                })
                                .collect_view()}
                        </ol>
                    }
                })
                .collect_view()}
            {older.map(|href| view! { <a class="button small" href=href>"Older revisions"</a> })}
        </nav>
    }
    .into_any()
}

#[component]
fn Step(revision: Revision, href: String, here: bool) -> impl IntoView {
    view! {
        <li class:here=here>
            <a class="row-link" href=href aria-current=here.then_some("true")>
                <span class="step-head">
                    <span class="step-n">{revision.number}</span>
                    <OperationBadge kind=revision.operation />
                    <UserName login=revision.login name=revision.name />
                    <time
                        datetime=revision.occurred_at.to_string()
                        title=reader().absolute(revision.occurred_at)
                    >
                        {reader().clock(revision.occurred_at)}
                    </time>
                </span>
                {revision
                    .unrecorded
                    .then(|| {
                        view! {
                            <span class="gap-mark">
                                <Icon glyph=Glyph::Warning />
                                "Changed outside the trail before this"
                            </span>
                        }
                    })}
                <SummaryView summary=revision.summary kind=revision.operation />
            </a>
        </li>
    }
    .into_any()
}

fn by_day(revisions: Vec<Revision>, now: Timestamp) -> Vec<(String, Vec<Revision>)> {
    let mut days: Vec<(String, Vec<Revision>)> = Vec::new();
    for revision in revisions {
        let day = reader().heading(revision.occurred_at, now);
        match days.last_mut() {
            Some((last, of_day)) if *last == day => of_day.push(revision),
            _ => days.push((day, vec![revision])),
        }
    }
    days
}
