//! Whether the trail is as it was written: checkpoints, keys, verifications.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{SealedCheckpoint, Sealing, Timestamp};

use super::{
    api::{Standing, get_standing},
    runs::Runs,
};
use crate::{
    components::{CopyButton, Glyph, Icon, Moment, loaded},
    say::{number, t},
};

/// How to verify beside the database.
const COMMAND: &str = "revisor verify --against checkpoint.txt --key \"$KEY\"";

/// The page.
#[component]
pub(crate) fn IntegrityPage() -> impl IntoView {
    view! {
        <Title text=t!("integrity-title") />
        <header class="page-head">
            <div>
                <h1>{t!("integrity-title")}</h1>
                <p class="page-sub muted">{t!("integrity-sub")}</p>
            </div>
        </header>
        {loaded(get_standing(), |found| view! { <Told found=found /> })}
    }
}

#[component]
fn Told(found: Standing) -> impl IntoView {
    let Standing {
        now,
        sealing,
        kept,
        runs,
        erases,
    } = found;
    let holds = [
        (t!("integrity-append"), t!("integrity-append-why")),
        (t!("integrity-gapless"), t!("integrity-gapless-why")),
        (t!("integrity-sealed"), t!("integrity-sealed-why")),
        (t!("integrity-together"), t!("integrity-together-why")),
    ];
    let verdicts = [
        (t!("integrity-intact"), t!("integrity-intact-what")),
        (t!("integrity-tampered"), t!("integrity-tampered-what")),
        (t!("integrity-truncated"), t!("integrity-truncated-what")),
        (t!("integrity-nothing"), t!("integrity-nothing-what")),
    ];
    view! {
        <div class="integrity">
            <Newest sealing=sealing.clone() now=now />
            <Elsewhere keys=sealing.keys />
        </div>
        {runs.map(|runs| view! { <Runs runs=runs now=now /> })}
        {erases
            .then(|| {
                view! {
                    <section class="panel" aria-labelledby="erasure-title">
                        <h2 id="erasure-title">{t!("erasure-title")}</h2>
                        <p class="muted">{t!("erasure-sub")}</p>
                        <a class="button" href="/integrity/erasure">
                            <Icon glyph=Glyph::Bin />
                            {t!("erasure-open")}
                        </a>
                    </section>
                }
            })}
        {(!kept.is_empty()).then(|| view! { <Kept kept=kept now=now /> })}
        <div class="integrity">
            <section class="panel" aria-labelledby="holds-title">
                <h2 id="holds-title">{t!("integrity-holds")}</h2>
                {listed(holds)}
            </section>
            <section class="panel" aria-labelledby="verdicts-title">
                <h2 id="verdicts-title">{t!("integrity-verdicts")}</h2>
                {listed(verdicts)}
            </section>
        </div>
    }
    .into_any()
}

/// The newest checkpoint.
#[component]
fn Newest(sealing: Sealing, now: Timestamp) -> impl IntoView {
    let Some(newest) = sealing.newest else {
        return view! {
            <section class="panel" aria-labelledby="newest-title">
                <h2 id="newest-title">{t!("integrity-newest")}</h2>
                <p class="muted">{t!("integrity-none")}</p>
                {(!sealing.active)
                    .then(|| view! { <p class="muted">{t!("integrity-inactive")}</p> })}
            </section>
        }
        .into_any();
    };
    let waiting = sealing.logs - newest.size;
    view! {
        <section class="panel" aria-labelledby="newest-title">
            <h2 id="newest-title">{t!("integrity-newest")}</h2>
            <p class="sealed">
                <Icon glyph=Glyph::Shield />
                <strong>{t!("integrity-covers", count = newest.size)}</strong>
            </p>
            <p class="muted">
                {t!("integrity-signed")} " " <Moment time=newest.sealed_at now=now /> ". "
                {if waiting > 0 {
                    t!("integrity-waiting", count = waiting)
                } else {
                    t!("integrity-all")
                }}
            </p>
            <div class="note-head">
                <h3>{t!("integrity-note")}</h3>
                <CopyButton target="checkpoint-note" label=t!("integrity-copy-note") />
            </div>
            <pre class="note" id="checkpoint-note" tabindex="0">
                {newest.note}
            </pre>
        </section>
    }
    .into_any()
}

/// The keys, and how to check without this server.
#[component]
fn Elsewhere(keys: Vec<String>) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="elsewhere-title">
            <h2 id="elsewhere-title">{t!("integrity-elsewhere")}</h2>
            <p class="muted">{t!("integrity-keep")}</p>
            <div class="note-head">
                <h3>{t!("integrity-keys")}</h3>
                <CopyButton target="checkpoint-key" label=t!("integrity-copy-key") />
            </div>
            <pre class="note" id="checkpoint-key" tabindex="0">
                {keys.join("\n")}
            </pre>
            <h3>{t!("integrity-elsewhere-how")}</h3>
            <pre class="note" tabindex="0">
                {COMMAND}
            </pre>
        </section>
    }
}

/// Checkpoints that are kept for ever.
#[component]
fn Kept(kept: Vec<SealedCheckpoint>, now: Timestamp) -> impl IntoView {
    let line = |checkpoint: SealedCheckpoint| {
        view! {
            <tr>
                <td class="num" data-label=t!("integrity-kept-size")>
                    {number(checkpoint.size)}
                </td>
                <td data-label=t!("integrity-signed")>
                    <Moment time=checkpoint.sealed_at now=now />
                </td>
                <td class="c-root" data-label=t!("integrity-kept-root")>
                    <code>{checkpoint.root}</code>
                </td>
            </tr>
        }
    };
    view! {
        <section class="panel" aria-labelledby="kept-title">
            <h2 id="kept-title">{t!("integrity-kept")}</h2>
            <div class="table-box">
                <table class="table kept-table">
                    <caption class="hidden">{t!("integrity-kept")}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="num">
                                {t!("integrity-kept-size")}
                            </th>
                            <th scope="col">{t!("integrity-signed")}</th>
                            <th scope="col">{t!("integrity-kept-root")}</th>
                        </tr>
                    </thead>
                    <tbody>{kept.into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// Words and what they mean.
fn listed(items: [(String, String); 4]) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|(word, what)| {
            view! {
                <div>
                    <dt>{word}</dt>
                    <dd class="muted">{what}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="told">{items}</dl> }
}
