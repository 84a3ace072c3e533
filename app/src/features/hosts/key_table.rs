//! The keys of a host.

use leptos::prelude::*;
use types::{Key, Scope, Timestamp};

use super::view::works;
use crate::{
    address,
    components::{Glyph, Icon, Moment},
    say::t,
};

/// The word for a scope.
pub(super) fn scope_word(scope: Scope) -> String {
    match scope {
        Scope::Record => t!("hosts-scope-record"),
        Scope::Read => t!("hosts-scope-read"),
        Scope::Admin => t!("hosts-scope-admin"),
    }
}

/// The table: those that work first.
#[component]
pub(super) fn KeyTable(
    /// The host's name.
    host: String,
    /// Its keys.
    keys: Vec<Key>,
    /// When the page was made.
    now: Timestamp,
    /// Whether the person may revoke them.
    editable: bool,
) -> impl IntoView {
    let mut keys = keys;
    keys.sort_by_key(|key| (!works(key, now), std::cmp::Reverse(key.created_at)));
    view! {
        <div class="table-box">
            <table class="table keys-table" data-test="keys">
                <caption class="hidden">{t!("hosts-keys")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("hosts-key")}</th>
                        <th scope="col">{t!("hosts-scopes")}</th>
                        <th scope="col">{t!("hosts-key-made")}</th>
                        <th scope="col">{t!("hosts-key-used")}</th>
                        <th scope="col">{t!("hosts-key-ends")}</th>
                        <th scope="col">
                            <span class="hidden">{t!("hosts-revoke")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {keys
                        .into_iter()
                        .map(|key| {
                            view! { <KeyRow host=host.clone() key_of=key now=now editable=editable /> }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn KeyRow(host: String, key_of: Key, now: Timestamp, editable: bool) -> impl IntoView {
    let key = key_of;
    let alive = works(&key, now);
    let revoke = address::with_query(
        &format!("{}/revoke", address::host(&host)),
        &address::query_text([("key", key.id.as_str())]),
    );
    let label = t!("hosts-revoke-label", key = key.name.clone());
    let scopes = key
        .scopes
        .iter()
        .map(|scope| view! { <span class="tag">{scope_word(*scope)}</span> " " })
        .collect_view();
    view! {
        <tr class:off=!alive>
            <td class="c-record">
                <bdi class="key-name">{key.name.clone()}</bdi>
                <code class="id">{key.prefix}"…"</code>
            </td>
            <td class="c-scopes" data-label=t!("hosts-scopes")>
                {scopes}
            </td>
            <td data-label=t!("hosts-key-made")>
                <Moment time=key.created_at now=now />
            </td>
            <td data-label=t!("hosts-key-used")>
                {match key.last_used_at {
                    Some(at) => view! { <Moment time=at now=now /> }.into_any(),
                    None => view! { <span class="muted">{t!("hosts-never")}</span> }.into_any(),
                }}
            </td>
            <td data-label=t!("hosts-key-ends")>{ends(key.revoked_at, key.expires_at, now)}</td>
            <td class="c-act">
                {(alive && editable)
                    .then(|| {
                        view! {
                            <a class="button small danger-quiet" href=revoke aria-label=label>
                                {t!("hosts-revoke")}
                            </a>
                        }
                    })}
            </td>
        </tr>
    }
    .into_any()
}

/// When and how a key ends, or ended.
fn ends(revoked: Option<Timestamp>, expires: Option<Timestamp>, now: Timestamp) -> impl IntoView {
    let ended = |word: String, at| {
        view! {
            <span class="ended">
                <Icon glyph=Glyph::Cross />
                {word}
                " "
                <Moment time=at now=now />
            </span>
        }
        .into_any()
    };
    match (revoked, expires) {
        (Some(at), _) => ended(t!("hosts-revoked"), at),
        (None, Some(at)) if at <= now => ended(t!("hosts-expired"), at),
        (None, Some(at)) => view! { <Moment time=at now=now /> }.into_any(),
        (None, None) => view! { <span class="muted">{t!("hosts-key-never")}</span> }.into_any(),
    }
}
