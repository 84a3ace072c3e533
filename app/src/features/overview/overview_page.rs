//! What happened lately, at a glance.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{DAYS, OverviewView, get_overview},
    busiest::Busiest,
    days::{columns, series},
    latest::Latest,
    sealed::SealedAndVerified,
    totals::Totals,
};
use crate::{
    components::{Empty, Glyph, Icon, chart::StackedChart, loaded},
    here,
    say::{number, t},
};

/// The page. Its days are in its address.
#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    view! {
        <Title text=t!("overview-title") />
        {loaded(get_overview(here::query()), |found| view! { <Figures found=found /> })}
    }
}

#[component]
fn Figures(found: OverviewView) -> impl IntoView {
    let OverviewView {
        now,
        days,
        overview,
        let_go,
        partial,
        editable,
        latest,
        sealing,
        verified,
    } = found;
    let sub = if partial {
        t!("overview-sub-partial")
    } else {
        t!("overview-sub")
    };
    let nothing = overview.logs.total() == 0;
    let body = if nothing && latest.is_empty() {
        view! {
            <Empty glyph=Glyph::Chart title=t!("overview-nothing")>
                <p>{t!("overview-nothing-why")}</p>
                <p>
                    {editable
                        .then(|| {
                            view! {
                                <a class="button primary" href="/rules/new">
                                    {t!("overview-new-rule")}
                                </a>
                            }
                        })}
                </p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Totals overview=overview.clone() />
            <section class="panel" aria-labelledby="days-title">
                <div class="panel-head">
                    <h2 id="days-title">
                        {if days >= 180 { t!("overview-by-week") } else { t!("overview-by-day") }}
                    </h2>
                    <p class="muted small">{t!("overview-utc")}</p>
                </div>
                <StackedChart
                    label=t!("overview-by-day")
                    name_word=t!("overview-day")
                    total_word=t!("overview-all")
                    table_word=t!("overview-table")
                    series=series()
                    columns=columns(&overview.days)
                />
            </section>
            <Busiest overview=overview />
            <Latest rows=latest now=now />
        }
        .into_any()
    };
    view! {
        <header class="page-head">
            <div>
                <h1>{t!("overview-title")}</h1>
                <p class="page-sub muted">{sub}</p>
            </div>
            <Range days=days />
        </header>
        {body}
        <div class="overview-end">
            {let_go.map(|(operations, models)| view! { <LetGo operations=operations models=models /> })}
            <section class="panel" aria-labelledby="proof-title">
                <h2 id="proof-title">
                    <Icon glyph=Glyph::Shield />
                    {t!("nav-integrity")}
                </h2>
                <SealedAndVerified sealing=sealing verified=verified now=now />
                <p>
                    <a href="/integrity">{t!("overview-integrity-more")}</a>
                </p>
            </section>
        </div>
    }
    .into_any()
}

/// The days that can be chosen.
#[component]
fn Range(days: u32) -> impl IntoView {
    view! {
        <nav class="segments" aria-label=t!("overview-range")>
            {DAYS
                .into_iter()
                .map(|choice| {
                    view! {
                        <a
                            href=format!("/overview?days={choice}")
                            aria-current=(choice == days).then_some("true")
                        >
                            {t!("overview-days", count = i64::from(choice))}
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
}

/// What no rule followed.
#[component]
fn LetGo(operations: i64, models: usize) -> impl IntoView {
    let models = i64::try_from(models).unwrap_or(i64::MAX);
    let text = if operations == 0 {
        t!("overview-covered")
    } else {
        t!(
            "overview-let-go",
            operations = operations,
            written = number(operations),
            models = models
        )
    };
    view! {
        <section class="panel" aria-labelledby="coverage-title">
            <h2 id="coverage-title">
                <Icon glyph=Glyph::Rule />
                {t!("overview-coverage")}
            </h2>
            <p>{text}</p>
            <p>
                <a href="/rules/coverage">{t!("overview-coverage-more")}</a>
            </p>
        </section>
    }
}
