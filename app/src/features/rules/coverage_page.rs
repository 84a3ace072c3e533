//! What no rule follows: what was reported and let go, and one click to follow it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use types::{OperationKind, Rule, Timestamp};

use super::{
    coverage::{DAYS, FollowModel, Gap, Remedy, days_of, gaps},
    ticked_word,
};
use crate::{
    address,
    came_back::read_code,
    components::{Empty, Glyph, Icon, Moment, Notice, OperationBadge, Tone, loaded},
    error::{PageError, told},
    here, request,
    say::{number, phrase, t},
};

struct CoverageView {
    now: Timestamp,
    editable: bool,
    days: u32,
    gaps: Vec<Gap>,
}

async fn view_of(query: String) -> Result<CoverageView, PageError> {
    let (audit, principal) = request::caller()?;
    let days = days_of(&query);
    Ok(CoverageView {
        now: request::now(),
        editable: request::administers(&principal),
        days,
        gaps: gaps(&audit, &principal, days).await?,
    })
}

/// The page.
#[component]
pub(crate) fn CoveragePage() -> impl IntoView {
    view! {
        <Title text=t!("rules-coverage") />
        {loaded(view_of(here::query()), |page| view! { <Page page=page /> })}
    }
}

#[component]
fn Page(page: CoverageView) -> impl IntoView {
    let CoverageView {
        now,
        editable,
        days,
        gaps,
    } = page;
    let refused = address::parameter(&here::query(), "error").and_then(|word| read_code(&word));
    let all: i64 = gaps.iter().map(|gap| gap.let_go.let_go.total()).sum();
    view! {
        <nav class="crumbs" aria-label=t!("rules-crumbs")>
            <a href="/rules">{t!("nav-rules")}</a>
        </nav>
        <header class="page-head">
            <div>
                <h1>{t!("rules-coverage")}</h1>
                <p class="page-sub muted">{t!("coverage-lead")}</p>
            </div>
            <nav class="spans" aria-label=t!("coverage-days-label")>
                {DAYS
                    .map(|span| {
                        view! {
                            <a
                                class="button small"
                                href=format!("/rules/coverage?days={span}")
                                aria-current=(span == days).then_some("true")
                            >
                                {t!("coverage-days", count = span)}
                            </a>
                        }
                    })
                    .collect_view()}
            </nav>
        </header>
        {refused
            .map(|code| {
                view! {
                    <Notice tone=Tone::Bad>
                        <p>
                            <strong>{t!("rules-unchanged")}</strong>
                            " "
                            {told(code)}
                        </p>
                    </Notice>
                }
            })}
        {if gaps.is_empty() {
            view! {
                <Empty glyph=Glyph::Shield title=t!("coverage-none")>
                    <p>{t!("coverage-none-lead", count = days)}</p>
                    <p>
                        <a class="button" href="/rules">
                            {t!("coverage-to-rules")}
                        </a>
                    </p>
                </Empty>
            }
                .into_any()
        } else {
            view! { <Gaps gaps=gaps all=all now=now days=days editable=editable /> }.into_any()
        }}
    }
    .into_any()
}

#[component]
fn Gaps(gaps: Vec<Gap>, all: i64, now: Timestamp, days: u32, editable: bool) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table coverage-table" data-test="coverage">
                <caption class="hidden">{t!("rules-coverage")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("models-one")}</th>
                        <th scope="col">{t!("coverage-let-go")}</th>
                        <th scope="col">{t!("coverage-share")}</th>
                        <th scope="col">{t!("coverage-first")}</th>
                        <th scope="col">{t!("coverage-last")}</th>
                        <th scope="col">{t!("nav-rules")}</th>
                        <th scope="col">
                            <span class="hidden">{t!("coverage-follow")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {gaps
                        .into_iter()
                        .map(|gap| {
                            view! { <GapLine gap=gap all=all now=now days=days editable=editable /> }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn GapLine(gap: Gap, all: i64, now: Timestamp, days: u32, editable: bool) -> impl IntoView {
    let Gap {
        let_go,
        open,
        remedy,
    } = gap;
    let total = let_go.let_go.total();
    let kinds = OperationKind::ALL
        .into_iter()
        .filter(|kind| let_go.let_go.of(*kind) > 0)
        .map(|kind| {
            view! {
                <li>
                    <OperationBadge kind=kind />
                    " "
                    {number(let_go.let_go.of(kind))}
                </li>
            }
        })
        .collect_view();
    let rules = let_go.rules.iter().map(rule_link).collect_view();
    let no_rule = let_go.rules.is_empty();
    // To a tenth of a percent, in whole numbers.
    let tenths = if all == 0 { 0 } else { total * 1000 / all };
    let share = crate::say::decimal(&format!("{}.{}", tenths / 10, tenths % 10));
    view! {
        <tr class:done=open.is_empty()>
            <td class="c-record">
                <a href=address::model(&let_go.host, &let_go.model)>
                    <bdi>{let_go.label.clone()}</bdi>
                </a>
                <span class="c-names">
                    <code>{let_go.model.clone()}</code>
                    " "
                    <span class="muted">
                        <bdi>{let_go.host.clone()}</bdi>
                    </span>
                </span>
            </td>
            <td class="c-kinds" data-label=t!("coverage-let-go")>
                <ul>{kinds}</ul>
            </td>
            <td class="c-share" data-label=t!("coverage-share")>
                <meter min="0" max=all.to_string() value=total.to_string() aria-hidden="true"></meter>
                <span>{t!("coverage-percent", share = share)}</span>
            </td>
            <td data-label=t!("coverage-first")>
                <Moment time=let_go.first_at now=now />
            </td>
            <td data-label=t!("coverage-last")>
                <Moment time=let_go.last_at now=now />
            </td>
            <td class="c-rules" data-label=t!("nav-rules")>
                {if no_rule {
                    view! { <span class="muted">{t!("coverage-no-rule")}</span> }.into_any()
                } else {
                    view! { <ul>{rules}</ul> }.into_any()
                }}
            </td>
            <td class="c-act">
                <Act
                    host=let_go.host
                    model=let_go.model
                    label=let_go.label
                    days=days
                    remedy=remedy
                    editable=editable
                />
            </td>
        </tr>
    }
    .into_any()
}

/// A rule that follows a part, with what it follows.
fn rule_link(rule: &Rule) -> impl IntoView {
    let words: Vec<_> = OperationKind::ALL
        .into_iter()
        .filter(|kind| rule.follows(*kind))
        .map(ticked_word)
        .collect();
    view! {
        <li>
            <a href=address::rule(&rule.id)>
                <bdi>{rule.name.clone()}</bdi>
            </a>
            " "
            <span class="muted small">
                {words.join(", ")}
                {(!rule.active).then(|| view! { " · " {t!("coverage-inactive")} })}
            </span>
        </li>
    }
}

/// What can be done about it.
#[component]
fn Act(
    host: String,
    model: String,
    label: String,
    days: u32,
    remedy: Remedy,
    editable: bool,
) -> impl IntoView {
    let (word, primary) = match remedy {
        Remedy::Done => {
            return view! {
                <span class="followed">
                    <Icon glyph=Glyph::Check />
                    {t!("coverage-done")}
                </span>
            }
            .into_any();
        }
        Remedy::LeftOut(rule) => {
            let link = view! { <a href=address::rule(&rule.id)>{t!("coverage-left-out-rule")}</a> };
            return view! { <span class="muted small">{phrase!("coverage-left-out", { rule = link })}</span> }
                .into_any();
        }
        _ if !editable => return ().into_any(),
        Remedy::Make => (t!("coverage-follow"), true),
        Remedy::Widen(_) => (t!("coverage-widen"), false),
    };
    let act = t!("coverage-act", what = word.clone(), model = label);
    view! {
        <form method="post" action=FollowModel::url()>
            <input type="hidden" name="host" value=host />
            <input type="hidden" name="model" value=model />
            <input type="hidden" name="days" value=days.to_string() />
            <button
                type="submit"
                class=if primary { "small primary" } else { "small" }
                aria-label=act
            >
                <Icon glyph=Glyph::Plus />
                {word}
            </button>
        </form>
    }
    .into_any()
}
