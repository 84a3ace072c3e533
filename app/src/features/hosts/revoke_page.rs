//! Revoking a key asks first.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use types::{Code, Key, Timestamp};

use super::{
    api::RevokeKey,
    view::{get_host, works},
};
use crate::{
    address,
    components::{Moment, loaded},
    error::PageError,
    here, request,
    say::{phrase, t},
};

async fn asked(host: String, id: String) -> Result<(Key, Timestamp), PageError> {
    let page = get_host(host).await?;
    if !page.editable {
        return Err(request::fail(audit::Error::forbidden(
            "Only administrators revoke keys.",
        )));
    }
    let now = page.now;
    page.keys
        .into_iter()
        .find(|key| key.id == id && works(key, now))
        .map(|key| (key, now))
        .ok_or_else(|| request::fail(audit::Error::refused(Code::NotFound, "no such key")))
}

/// The page that asks.
#[component]
pub(crate) fn RevokePage() -> impl IntoView {
    let host = here::segment(1);
    let id = address::parameter(&here::query(), "key").unwrap_or_default();
    view! {
        <Title text=t!("hosts-revoke-page") />
        {loaded(
            asked(host.clone(), id),
            move |(key, now)| {
                let back = address::host(&host);
                let used = key.last_used_at;
                view! {
                    <section class="card narrow">
                        <h1>{phrase!("hosts-revoke-title", { name = view! { <bdi>{key.name}</bdi> } })}</h1>
                        <p>
                            {phrase!(
                                "hosts-revoke-what",
                                { prefix = view! { <code>{key.prefix}"…"</code> } }
                            )}
                        </p>
                        <p class="muted">
                            {match used {
                                Some(at) => {
                                    let when = view! { <Moment time=at now=now /> };
                                    phrase!("hosts-revoke-used", { time = when })
                                }
                                None => t!("hosts-revoke-unused").into_any(),
                            }}
                        </p>
                        <form method="post" action=RevokeKey::url() class="actions">
                            <input type="hidden" name="host" value=host.clone() />
                            <input type="hidden" name="key" value=key.id />
                            <button type="submit" class="danger">
                                {t!("hosts-revoke-submit")}
                            </button>
                            <a class="button" href=back>
                                {t!("hosts-revoke-keep")}
                            </a>
                        </form>
                    </section>
                }
                    .into_any()
            },
        )}
    }
}
