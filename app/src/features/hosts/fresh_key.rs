//! A key just made: the only time that it is told.

use leptos::prelude::*;
use types::{MintedKey, Scope};

use super::state::{TRIAL, curl};
use crate::{
    address,
    components::{CopyButton, Notice, Tone},
    say::{phrase, t},
};

/// A key, and where to use it.
pub(super) struct Fresh {
    /// The key.
    pub(super) key: MintedKey,
    /// The host's name.
    pub(super) host: String,
    /// What people call it.
    pub(super) label: String,
    /// The address of this server.
    pub(super) origin: String,
}

/// The key, with a call to try it.
#[component]
pub(super) fn FreshKey(
    /// What is shown.
    fresh: Fresh,
) -> impl IntoView {
    let Fresh {
        key,
        host,
        label,
        origin,
    } = fresh;
    let path = address::host(&host);
    let call = curl(&origin, &key.key, &key.scopes);
    let records = key.scopes.contains(&Scope::Record);
    let query = [("host", host.as_str()), ("model", TRIAL), ("name", TRIAL)];
    let rule = address::with_query("/rules/new", &address::query_text(query));
    view! {
        <nav class="crumbs" aria-label=t!("rules-crumbs")>
            <a href="/hosts">{t!("hosts-title")}</a>
            <span aria-hidden="true">"/"</span>
            <a href=path.clone()>
                <bdi>{label}</bdi>
            </a>
        </nav>
        <header class="page-head">
            <h1>{phrase!("hosts-fresh", { name = view! { <bdi>{key.name}</bdi> } })}</h1>
        </header>
        <section class="fresh" data-test="fresh-key">
            <Notice tone=Tone::Warning>
                <p>
                    <strong>{t!("hosts-fresh-once")}</strong>
                    " "
                    {t!("hosts-fresh-keep")}
                </p>
            </Notice>
            <div class="secret">
                <code id="fresh-key" translate="no">
                    {key.key}
                </code>
                <CopyButton target="fresh-key" label=t!("hosts-copy-key") />
            </div>
            <div class="secret-head">
                <h2>{if records { t!("hosts-try-record") } else { t!("hosts-try-read") }}</h2>
                <CopyButton target="fresh-call" label=t!("hosts-copy-call") />
            </div>
            <pre id="fresh-call" class="call" translate="no" tabindex="0">{call}</pre>
            {records
                .then(|| {
                    let model = view! { <code>{TRIAL}</code> };
                    let link = view! { <a href=rule>{t!("hosts-try-rule")}</a> };
                    view! {
                        <p class="muted small">
                            {phrase!("hosts-try-why", { model = model, rule = link })}
                        </p>
                    }
                })}
            <p class="actions">
                <a class="button primary" href=path>
                    {t!("hosts-fresh-done")}
                </a>
            </p>
        </section>
    }
    .into_any()
}
