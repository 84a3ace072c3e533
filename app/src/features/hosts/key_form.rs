//! The form of a new key.

use leptos::prelude::*;
use types::Scope;

use super::{
    key_table::scope_word,
    state::{ENDS, KeyDraft},
};
use crate::{
    address,
    components::{FieldError, FormErrors},
    error::PageError,
    say::t,
};

/// The form; it is posted to its own page.
#[component]
pub(super) fn KeyForm(
    /// The host's name.
    host: String,
    /// What people call it.
    label: String,
    /// Whether it is Revisor itself, for which nobody records.
    builtin: bool,
    /// What the form holds.
    draft: KeyDraft,
    /// What is wrong with it, when it came back.
    error: Option<PageError>,
) -> impl IntoView {
    let path = address::host(&host);
    let action = format!("{path}/keys");
    let error = error.map(|mut error| {
        for fault in &mut error.faults {
            if fault.pointer.starts_with("/scopes") {
                "/scopes".clone_into(&mut fault.pointer);
            }
        }
        error
    });
    view! {
        <nav class="crumbs" aria-label=t!("rules-crumbs")>
            <a href="/hosts">{t!("hosts-title")}</a>
            <span aria-hidden="true">"/"</span>
            <a href=path.clone()>
                <bdi>{label}</bdi>
            </a>
        </nav>
        <header class="page-head">
            <div>
                <h1>{t!("hosts-new-key")}</h1>
                <p class="page-sub muted">{t!("hosts-new-key-lead")}</p>
            </div>
        </header>
        <form method="post" action=action class="form" aria-label=t!("hosts-new-key")>
            <FormErrors error=error.clone() />
            <input type="hidden" name="known" value=draft.known.to_string() />
            <label class="field">
                <span>{t!("hosts-key-name")}</span>
                <input
                    name="name"
                    value=draft.name.clone()
                    required
                    maxlength="64"
                    autocomplete="off"
                    aria-describedby="name-help name-error"
                />
                <small id="name-help">{t!("hosts-key-name-help")}</small>
                <FieldError name="name" error=error.clone() />
            </label>
            <fieldset class="group" aria-describedby="scopes-error">
                <legend>{t!("hosts-scopes")}</legend>
                <ul class="scopes">
                    {Scope::ALL
                        .into_iter()
                        .filter(|scope| !(builtin && *scope == Scope::Record))
                        .map(|scope| scope_box(scope, draft.scopes.contains(&scope)))
                        .collect_view()}
                </ul>
                <FieldError name="scopes" error=error />
            </fieldset>
            <label class="field">
                <span>{t!("hosts-key-ends")}</span>
                <select name="days">
                    {ENDS
                        .map(|days| {
                            view! {
                                <option value=days.to_string() selected=days == draft.days>
                                    {if days == 0 {
                                        t!("hosts-key-never")
                                    } else {
                                        t!("hosts-key-in", count = days)
                                    }}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <div class="form-end">
                <button type="submit" class="primary">
                    {t!("hosts-key-create")}
                </button>
                <a class="button" href=path>
                    {t!("rules-cancel")}
                </a>
            </div>
        </form>
    }
    .into_any()
}

fn scope_box(scope: Scope, on: bool) -> impl IntoView {
    let help = match scope {
        Scope::Record => t!("hosts-scope-record-help"),
        Scope::Read => t!("hosts-scope-read-help"),
        Scope::Admin => t!("hosts-scope-admin-help"),
    };
    let id = format!("scope-{}", scope.as_str());
    view! {
        <li>
            <label class="check">
                <input
                    type="checkbox"
                    name="scope"
                    value=scope.as_str()
                    checked=on
                    autocomplete="off"
                    aria-describedby=id.clone()
                />
                {scope_word(scope)}
            </label>
            <small id=id class:warn=scope == Scope::Admin>{help}</small>
        </li>
    }
}
