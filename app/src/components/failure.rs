//! A page that cannot be shown: what happened, what to do, and the request to name.

use leptos::prelude::*;
use types::Code;

use super::{Glyph, Icon};
use crate::{address, error::PageError, here, request};

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
            "Nothing was found here",
            "It does not exist, or it is not for you to see. The two are told alike on purpose.",
        ),
        Code::Forbidden => (
            Glyph::Lock,
            "This page is not for you",
            "Your role does not include it. Ask an administrator if you need it.",
        ),
        Code::Unauthorized => (
            Glyph::Person,
            "Sign in to go on",
            "Your session has ended, or you were not signed in yet.",
        ),
        Code::Invalid | Code::BadRequest | Code::InvalidCursor => (
            Glyph::Warning,
            "This address cannot be understood",
            "Nothing was left out silently: correct the address, or begin again from the list.",
        ),
        _ => (
            Glyph::Warning,
            "Something went wrong",
            "Nothing was changed. Try again in a moment.",
        ),
    };
    let detail = (error.faults.is_empty()
        && !matches!(error.code, Code::NotFound | Code::Unauthorized))
    .then_some(error.detail);
    let faults = error
        .faults
        .into_iter()
        .map(|fault| {
            let place = fault.pointer.trim_start_matches('/').to_owned();
            view! {
                <li>
                    <code>{place}</code>
                    " — "
                    {fault.detail}
                </li>
            }
        })
        .collect_view();
    view! {
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
                            "Sign in"
                        </a>
                    }
                        .into_any()
                } else {
                    view! {
                        <a class="button" href="/logs">
                            "Go to the logs"
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
                            "Request " <code>{id}</code>
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
