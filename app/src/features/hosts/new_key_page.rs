//! A new key. The page answers its own form: the key is in what the POST brings and nowhere else –
//! in no address, no cookie, no store. To load it again by GET shows the empty form; to send the
//! same form twice makes one key, since the form says how many keys there were.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{Code, MintedKey};

use super::{
    fresh_key::{Fresh, FreshKey},
    key_form::KeyForm,
    state::{KeyDraft, origin},
    view::get_host,
};
use crate::{
    address,
    came_back::{error_of, query_of},
    components::{Failure, loaded},
    error::PageError,
    here,
    request::{self, Posted},
    say::t,
};

/// What the page shows.
enum Shown {
    /// The form.
    Form {
        label: String,
        builtin: bool,
        draft: KeyDraft,
        error: Option<PageError>,
    },
    /// The key just made.
    Fresh(Fresh),
    /// Nothing: the browser is sent elsewhere.
    Elsewhere,
    /// Not for this person.
    Refused,
}

async fn answer(host: String, query: String, posted: Option<Posted>) -> Result<Shown, PageError> {
    let page = get_host(host.clone()).await?;
    if !page.editable {
        return Ok(Shown::Refused);
    }
    if page.line.host.ended_at.is_some() {
        request::redirect_page(&address::host(&host));
        return Ok(Shown::Elsewhere);
    }
    let Some(Posted(form)) = posted else {
        let mut draft = KeyDraft::of(&query);
        draft.known = page.keys.len();
        return Ok(Shown::Form {
            label: page.line.host.label,
            builtin: page.line.host.builtin,
            draft,
            error: error_of(&query),
        });
    };
    let draft = KeyDraft::of(&form);
    if draft.known != page.keys.len() {
        // Sent again by going back or loading again, or somebody else made one meanwhile.
        request::redirect_page(&format!("{}?done=again", address::host(&host)));
        return Ok(Shown::Elsewhere);
    }
    match mint(&host, &draft).await {
        Ok(key) => Ok(Shown::Fresh(Fresh {
            key,
            host,
            label: page.line.host.label,
            origin: own_origin(),
        })),
        Err(error) => {
            let typed = draft.typed();
            let typed = typed.iter().map(|(name, value)| (*name, value.as_str()));
            let query = query_of(error.code, &error.faults, typed);
            let form = format!("{}/keys", address::host(&host));
            request::redirect_page(&address::with_query(&form, &query));
            Ok(Shown::Elsewhere)
        }
    }
}

async fn mint(host: &str, draft: &KeyDraft) -> Result<MintedKey, PageError> {
    let (audit, principal) = request::caller()?;
    let input = draft.input(request::now()).map_err(request::invalid)?;
    audit::keys::create(&audit, &principal, host, input)
        .await
        .map_err(request::fail)
}

/// Where the browser says it is.
fn own_origin() -> String {
    let parts = use_context::<axum::http::request::Parts>();
    let header = |name| {
        let value = parts.as_ref()?.headers.get(name)?;
        value.to_str().ok()
    };
    origin(
        header(axum::http::header::ORIGIN),
        header(axum::http::header::HOST),
    )
}

/// The page.
#[component]
pub(crate) fn NewKeyPage() -> impl IntoView {
    let host = here::segment(1);
    let answer = answer(host.clone(), here::query(), use_context::<Posted>());
    view! {
        <Title text=t!("hosts-new-key") />
        {loaded(
            answer,
            move |shown| match shown {
                Shown::Form { label, builtin, draft, error } => {
                    view! { <KeyForm host=host label=label builtin=builtin draft=draft error=error /> }
                        .into_any()
                }
                Shown::Fresh(fresh) => view! { <FreshKey fresh=fresh /> }.into_any(),
                Shown::Elsewhere => ().into_any(),
                Shown::Refused => {
                    view! { <Failure error=PageError::new(Code::Forbidden, "") /> }.into_any()
                }
            },
        )}
    }
}
