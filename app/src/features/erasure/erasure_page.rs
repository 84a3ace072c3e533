//! The page: find a data subject, see what there is, say why, and erase it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use types::{LogQuery, Subject, SubjectFound, Timestamp};

use super::{
    api::{EraseSubject, ErasureView, get_erasure, page_of},
    list::ErasureList,
};
use crate::{
    address,
    came_back::error_of,
    components::{FieldError, FormErrors, Glyph, Icon, Moment, Notice, Tone, error_id, loaded},
    error::PageError,
    here,
    say::{phrase, t},
};

/// The page. Whom it is about is its address.
#[component]
pub(crate) fn ErasurePage() -> impl IntoView {
    let query = here::query();
    view! {
        <Title text=t!("erasure-title") />
        <nav class="crumbs" aria-label=t!("log-where")>
            <a href="/integrity">{t!("integrity-title")}</a>
        </nav>
        <header class="page-head">
            <div>
                <h1>{t!("erasure-title")}</h1>
                <p class="page-sub muted">{t!("erasure-sub")}</p>
            </div>
        </header>
        {loaded(get_erasure(query.clone()), |page| view! { <Told page=page query=query /> })}
    }
}

#[component]
fn Told(page: ErasureView, query: String) -> impl IntoView {
    let ErasureView {
        now,
        asked,
        found,
        erasures,
    } = page;
    let (found, wrong) = match found {
        Some(Ok(found)) => (Some(found), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    view! {
        {done(&query)}
        <Find asked=asked error=wrong />
        {found.map(|found| view! { <Found found=found now=now query=query /> })}
        <ErasureList erasures=erasures now=now />
        <section class="panel" aria-labelledby="limits-title">
            <h2 id="limits-title">{t!("erasure-limits")}</h2>
            <ul class="muted limits">
                <li>{t!("erasure-limit-open")}</li>
                <li>{t!("erasure-limit-backups")}</li>
                <li>{t!("erasure-limit-hosts")}</li>
                <li>{t!("erasure-limit-logins")}</li>
            </ul>
        </section>
    }
    .into_any()
}

/// What was done a moment ago, as the address tells.
fn done(query: &str) -> Option<impl IntoView + use<>> {
    let (tone, text) = match address::parameter(query, "done")?.as_str() {
        "erased" => (Tone::Good, t!("erasure-done")),
        "erased-not-cleared" => (Tone::Warning, t!("erasure-done-not-cleared")),
        _ => return None,
    };
    Some(view! {
        <Notice tone=tone>
            <p>{text}</p>
        </Notice>
    })
}

/// The form that finds a subject.
#[component]
fn Find(asked: Subject, error: Option<PageError>) -> impl IntoView {
    let part = |name: &'static str, at: &'static str, label: String, value: String| {
        let wrong = error.as_ref().is_some_and(|error| error.at(at).is_some());
        view! {
            <label class="field">
                <span>{label}</span>
                <input
                    name=name
                    value=value
                    required
                    maxlength="256"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=wrong.then_some("true")
                />
            </label>
        }
    };
    view! {
        <section class="panel" aria-labelledby="find-title">
            <h2 id="find-title">{t!("erasure-find")}</h2>
            <p class="muted">{t!("erasure-find-why")}</p>
            <form method="get" action="/integrity/erasure" class="form" data-test="find-subject">
                <div class="subject-parts">
                    {part("host", "/host", t!("erasure-host"), asked.host)}
                    {part("model", "/model", t!("erasure-model"), asked.model)}
                    {part("record", "/record_id", t!("erasure-record"), asked.record_id)}
                </div>
                <div class="form-end">
                    <button type="submit">
                        <Icon glyph=Glyph::Search />
                        {t!("erasure-look")}
                    </button>
                </div>
            </form>
        </section>
    }
}

/// What there is of a subject, and how to erase it.
#[component]
fn Found(found: SubjectFound, now: Timestamp, query: String) -> impl IntoView {
    let subject = found.subject;
    let history = address::history(&subject.host, &subject.model, &subject.record_id, None);
    let logs = address::logs(&LogQuery {
        host: Some(subject.host.clone()),
        model: Some(subject.model.clone()),
        record_id: vec![subject.record_id.clone()],
        ..LogQuery::default()
    });
    let last = found.erasures.first().cloned();
    view! {
        <section class="panel" id="subject" aria-labelledby="subject-title" data-test="subject">
            <h2 id="subject-title">
                <bdi>{subject.to_string()}</bdi>
            </h2>
            <p class="muted">
                <a href=history>{t!("erasure-history")}</a>
                " · "
                <a href=logs>{t!("erasure-logs")}</a>
            </p>
            {found
                .about
                .map(|about| {
                    let link = view! {
                        <a href=page_of(&about)>
                            <bdi>{about.to_string()}</bdi>
                        </a>
                    };
                    view! { <p>{phrase!("erasure-about", { subject = link })}</p> }
                })}
            {last
                .map(|last| {
                    view! {
                        <p>
                            {t!("erasure-before", by = last.erased_by)} " "
                            <Moment time=last.erased_at now=now /> ": "
                            <q>{last.reason}</q>
                        </p>
                    }
                })}
            {match found.since {
                None => view! { <p>{t!("erasure-nothing")}</p> }.into_any(),
                Some(since) => {
                    view! {
                        <p>
                            <strong>{t!("erasure-count-logs", count = found.logs)}</strong> " "
                            {t!("erasure-count-records", count = found.records)} " "
                            {t!("erasure-since")} " " <Moment time=since now=now /> "."
                        </p>
                        <Ask subject=subject query=query />
                    }
                        .into_any()
                }
            }}
        </section>
    }
    .into_any()
}

/// The form that erases.
#[component]
fn Ask(subject: Subject, query: String) -> impl IntoView {
    let error = error_of(&query);
    let wrong = |at: &str| {
        let error = error.as_ref();
        error
            .is_some_and(|error| error.at(at).is_some())
            .then_some("true")
    };
    let (reason_wrong, confirm_wrong) = (wrong("/reason"), wrong("/confirm"));
    let mismatch = confirm_wrong.map(|_| t!("erasure-confirm-wrong"));
    let reason = address::parameter(&query, "reason").unwrap_or_default();
    view! {
        <Notice tone=Tone::Warning>
            <p>{t!("erasure-warning")}</p>
        </Notice>
        <form method="post" action=EraseSubject::url() class="form" data-test="erase">
            <FormErrors error=error.clone() />
            <input type="hidden" name="host" value=subject.host />
            <input type="hidden" name="model" value=subject.model />
            <input type="hidden" name="record" value=subject.record_id.clone() />
            <label class="field">
                <span>{t!("erasure-reason")}</span>
                <textarea
                    name="reason"
                    rows="2"
                    required
                    maxlength="2000"
                    aria-invalid=reason_wrong
                    aria-describedby="reason-help reason-error"
                >
                    {reason}
                </textarea>
                <small id="reason-help">{t!("erasure-reason-help")}</small>
                <FieldError name="reason" error=error />
            </label>
            <label class="field">
                <span>
                    {phrase!(
                        "erasure-confirm", { record = view! { <code>{subject.record_id}</code> } }
                    )}
                </span>
                <input
                    name="confirm"
                    required
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=confirm_wrong
                    aria-describedby=error_id("confirm")
                />
                <p class="field-error" id=error_id("confirm")>
                    {mismatch}
                </p>
            </label>
            <div class="form-end">
                <button type="submit" class="danger">
                    <Icon glyph=Glyph::Bin />
                    {t!("erasure-submit")}
                </button>
            </div>
        </form>
    }
}
