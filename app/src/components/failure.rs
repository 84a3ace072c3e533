//! A page that cannot be shown: what happened, what to do, and the request to name.

use leptos::prelude::*;
use leptos_meta::Title;
use types::Code;

use super::{Glyph, Icon};
use crate::{
    address,
    error::{PageError, told, told_fault},
    here, request,
    say::t,
};

/// Tells why a page cannot be shown. Somebody who is not signed in is sent to sign in.
#[component]
pub(crate) fn Failure(
    /// What went wrong.
    error: PageError,
) -> impl IntoView {
    if error.code == Code::Unauthorized {
        send_to_sign_in();
    } else {
        request::set_status(error.code);
    }
    let (glyph, title, next) = match error.code {
        Code::NotFound => (
            Glyph::Search,
            t!("failure-not-found"),
            t!("failure-not-found-next"),
        ),
        Code::Forbidden => (
            Glyph::Lock,
            t!("failure-forbidden"),
            t!("failure-forbidden-next"),
        ),
        Code::Unauthorized => (
            Glyph::Person,
            t!("failure-unauthorized"),
            t!("failure-unauthorized-next"),
        ),
        Code::Invalid | Code::BadRequest | Code::InvalidCursor => (
            Glyph::Warning,
            t!("failure-invalid"),
            t!("failure-invalid-next"),
        ),
        _ => (
            Glyph::Warning,
            t!("failure-other"),
            t!("failure-other-next"),
        ),
    };
    let detail = (error.faults.is_empty()
        && !matches!(error.code, Code::NotFound | Code::Unauthorized))
    .then(|| told(error.code));
    let faults = error
        .faults
        .into_iter()
        .map(|fault| {
            let place = fault.pointer.trim_start_matches('/').to_owned();
            view! {
                <li>
                    <code>{place}</code>
                    " — "
                    {told_fault(&fault)}
                </li>
            }
        })
        .collect_view();
    view! {
        <Title text=title.clone() />
        <section class="empty failure" role="alert">
            <span class="empty-icon">
                <Icon glyph=glyph />
            </span>
            <h1>{title}</h1>
            {detail.map(|detail| view! { <p>{detail}</p> })}
            <ul class="faults">{faults}</ul>
            <p class="muted">{next}</p>
            <p class="actions">
                {if error.code == Code::Unauthorized {
                    view! {
                        <a class="button primary" href="/sign-in" rel="external">
                            {t!("sign-in-title")}
                        </a>
                    }
                        .into_any()
                } else {
                    view! {
                        <a class="button" href="/logs">
                            {t!("failure-to-logs")}
                        </a>
                    }
                        .into_any()
                }}
            </p>
            {error
                .request_id
                .map(|id| {
                    view! {
                        <p class="muted small">
                            {t!("failure-request")} " " <code>{id}</code>
                        </p>
                    }
                })}
        </section>
    }
    .into_any()
}

/// Goes to the sign-in page, which comes back here.
fn send_to_sign_in() {
    let here = address::with_query(&here::path(), &here::query());
    request::redirect_page(&address::sign_in(&here));
}
