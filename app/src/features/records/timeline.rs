//! The revisions of a record, by day, newest first.

use leptos::prelude::*;
use types::{OperationKind, Timestamp};

use super::{
    history::PIECE,
    look::Addresses,
    revision::{Revision, Words},
};
use crate::{
    components::{Glyph, Icon, OperationBadge, UserName},
    features::logs::Arrow,
    reader::reader,
    say::{number, t},
};

/// A piece of the timeline: around the revision that is shown, or where one has turned to.
#[component]
pub(super) fn Timeline(
    /// The addresses of the record.
    addresses: Addresses,
    /// The query of the page, to stay at while one turns.
    query: String,
    /// The revisions, newest first.
    revisions: Vec<Revision>,
    /// The one that is shown.
    chosen: i64,
    /// The one that it is compared with.
    with: Option<i64>,
    /// The newest there is.
    latest: i64,
    /// When the page was made.
    now: Timestamp,
) -> impl IntoView {
    let newest = revisions.first().map_or(latest, |revision| revision.number);
    let oldest = revisions.last().map_or(1, |revision| revision.number);
    let turn = |word: String, top: i64| {
        let href = addresses.with_top(&query, top);
        view! {
            <a class="button small" href=href>
                {word}
            </a>
        }
    };
    let newer = (newest < latest).then(|| turn(t!("history-newer"), (newest + PIECE).min(latest)));
    let older = (oldest > 1).then(|| turn(t!("history-older"), oldest - 1));
    let days = by_day(revisions, now)
        .into_iter()
        .map(|(day, revisions)| {
            let steps = revisions
                .into_iter()
                .map(|revision| {
                    let here = revision.number == chosen;
                    let other = with == Some(revision.number);
                    view! { <Step revision=revision addresses=addresses.clone() chosen=chosen here=here other=other /> }
                })
                .collect_view();
            view! {
                <h3>{day}</h3>
                <ol>{steps}</ol>
            }
        })
        .collect_view();
    view! {
        <nav class="timeline" aria-label=t!("history-revisions") data-test="timeline">
            <div class="timeline-turn">{newer}</div>
            {days}
            <div class="timeline-turn">{older}</div>
        </nav>
    }
    .into_any()
}

#[component]
fn Step(
    revision: Revision,
    addresses: Addresses,
    chosen: i64,
    here: bool,
    other: bool,
) -> impl IntoView {
    let n = revision.number;
    let compare = (!here).then(|| {
        let (from, to) = (n.min(chosen), n.max(chosen));
        let label = t!("history-compare-these", from = number(from), to = number(to));
        view! {
            <a class="compare-link" href=addresses.compared(from, to, false) aria-label=label.clone() title=label>
                <Icon glyph=Glyph::Columns />
            </a>
        }
    });
    let gaps = revision.gaps.into_iter().map(words).collect_view();
    let told = revision.told.into_iter().map(words).collect_view();
    view! {
        <li class:here=here class:other=other>
            <a class="row-link" href=addresses.at(n) aria-current=here.then_some("true")>
                <span class="step-head">
                    <span class="step-n">{number(n)}</span>
                    <OperationBadge kind=revision.operation />
                    <UserName login=revision.login name=revision.name />
                    <time
                        datetime=revision.occurred_at.to_string()
                        title=reader().absolute(revision.occurred_at)
                    >
                        {reader().clock(revision.occurred_at)}
                    </time>
                </span>
                {(!gaps.is_empty())
                    .then(|| {
                        view! {
                            <span class="gap-mark">
                                <Icon glyph=Glyph::Warning />
                                <span>{t!("history-outside")} {gaps}</span>
                            </span>
                        }
                    })}
                {told}
                {rest(revision.operation, revision.more)}
            </a>
            {compare}
        </li>
    }
    .into_any()
}

/// "Stage: New → Qualified".
fn words(words: Words) -> impl IntoView {
    view! {
        <span class="step-change">
            <span class="summary-field">
                <bdi>{words.label}</bdi>
            </span>
            {words.old.map(|old| view! { <bdi class="step-old">{old}</bdi> <Arrow /> })}
            <bdi>{words.new}</bdi>
        </span>
    }
}

/// How much more changed.
fn rest(kind: OperationKind, more: usize) -> Option<impl IntoView> {
    let text = match kind {
        _ if more == 0 => return None,
        OperationKind::Create => t!("history-values", count = more),
        OperationKind::Unlink => t!("history-values-kept", count = more),
        OperationKind::Write => t!("history-more", count = more),
    };
    Some(view! { <span class="summary-more">{text}</span> })
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
