//! Verifications: what they found, and the button for another one.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use types::{Finding, Timestamp, Verdict, Verification};

use super::api::VerifyTrail;
use crate::{
    components::{Glyph, Icon, Moment},
    say::{number, t},
};

/// Findings that are told of a verification.
const TOLD: usize = 20;

/// Verifications, newest first.
#[component]
pub(super) fn Runs(runs: Vec<Verification>, now: Timestamp) -> impl IntoView {
    let running = runs.first().is_some_and(|run| run.finished_at.is_none());
    view! {
        <section class="panel" id="runs" aria-labelledby="runs-title">
            <div class="panel-head">
                <h2 id="runs-title">{t!("integrity-runs")}</h2>
                {running
                    .then(|| {
                        view! {
                            <a class="button small" href="/integrity">
                                {t!("integrity-refresh")}
                            </a>
                        }
                    })}
                <form method="post" action=VerifyTrail::url()>
                    <button type="submit" class="small primary">
                        <Icon glyph=Glyph::Shield />
                        {t!("integrity-verify")}
                    </button>
                </form>
            </div>
            <p class="muted small">{t!("integrity-verify-why")}</p>
            {if runs.is_empty() {
                view! { <p class="muted">{t!("integrity-runs-none")}</p> }.into_any()
            } else {
                view! { <RunTable runs=runs now=now /> }.into_any()
            }}
        </section>
    }
}

#[component]
fn RunTable(runs: Vec<Verification>, now: Timestamp) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table runs-table" data-test="runs">
                <caption class="hidden">{t!("integrity-runs")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("integrity-run-verdict")}</th>
                        <th scope="col">{t!("integrity-run-begun")}</th>
                        <th scope="col">{t!("integrity-run-by")}</th>
                        <th scope="col" class="num">
                            {t!("integrity-run-logs")}
                        </th>
                        <th scope="col" class="num">
                            {t!("integrity-run-checkpoints")}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {runs
                        .into_iter()
                        .map(|run| view! { <Run run=run now=now /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Run(run: Verification, now: Timestamp) -> impl IntoView {
    let checkpoints = run.report.as_ref().map(|report| report.checkpoints);
    let logs = run.report.as_ref().map_or(run.done, |report| report.logs);
    view! {
        <tr>
            <td class="c-verdict">
                {match &run.report {
                    Some(report) => verdict(report.verdict).into_any(),
                    None if run.finished_at.is_some() => {
                        view! { <span class="muted">{t!("integrity-stopped")}</span> }.into_any()
                    }
                    None => {
                        let share = (run.done * 100).checked_div(run.logs).unwrap_or(0);
                        view! {
                            <span class="running">
                                <meter min="0" max="100" value=share.to_string() aria-hidden="true">
                                </meter>
                                {t!("integrity-running", share = number(share))}
                            </span>
                        }
                            .into_any()
                    }
                }}
                {run.report.map(|report| findings(report.findings, report.more))}
            </td>
            <td data-label=t!("integrity-run-begun")>
                <Moment time=run.started_at now=now />
            </td>
            <td data-label=t!("integrity-run-by")>
                <code>{run.started_by}</code>
            </td>
            <td class="num" data-label=t!("integrity-run-logs")>
                {number(logs)}
            </td>
            <td class="num" data-label=t!("integrity-run-checkpoints")>
                {checkpoints.map(number)}
            </td>
        </tr>
    }
}

/// A verdict: a word, a colour and a sign.
pub(crate) fn verdict(verdict: Verdict) -> impl IntoView {
    let (class, glyph, word) = match verdict {
        Verdict::Intact => ("verdict intact", Glyph::Check, t!("integrity-intact")),
        Verdict::Tampered => ("verdict tampered", Glyph::Warning, t!("integrity-tampered")),
        Verdict::Truncated => (
            "verdict truncated",
            Glyph::Warning,
            t!("integrity-truncated"),
        ),
        Verdict::NothingToVerify => ("verdict", Glyph::Info, t!("integrity-nothing")),
    };
    view! {
        <span class=class>
            <Icon glyph=glyph />
            {word}
        </span>
    }
}

fn findings(findings: Vec<Finding>, more: i64) -> impl IntoView {
    let total = i64::try_from(findings.len()).unwrap_or(0) + more;
    let left = total - i64::try_from(TOLD).unwrap_or(0);
    (total > 0).then(|| {
        view! {
            <ul class="findings small">
                {findings.into_iter().take(TOLD).map(finding).collect_view()}
                {(left > 0).then(|| view! { <li>{t!("integrity-more", count = left)}</li> })}
            </ul>
        }
    })
}

/// What was found is told in the words of the report, which is the same in every language.
fn finding(finding: Finding) -> impl IntoView {
    let place = match (finding.from, finding.to) {
        (0, _) => None,
        (from, to) if from == to => Some(t!("integrity-log", seq = number(from))),
        (from, to) => Some(t!("integrity-range", from = number(from), to = number(to))),
    };
    let place = match (place, finding.log_id) {
        (Some(place), Some(id)) => {
            view! { <a href=crate::address::log(&id)>{place}</a> ": " }.into_any()
        }
        (Some(place), None) => view! { <b>{place}</b> ": " }.into_any(),
        (None, _) => ().into_any(),
    };
    view! { <li>{place} <span lang="en">{finding.what}</span></li> }
}
