//! The form of a person: what they are called, what they may do, which groups they are in.

use std::collections::BTreeSet;

use leptos::{prelude::*, server_fn::ServerFn};
use types::Role;

use super::{
    api::{PersonView, SaveUser},
    password::PasswordChoice,
    role_word,
    state::Draft,
};
use crate::{
    components::{FieldError, FormErrors},
    error::PageError,
    raw::raw_text,
    say::t,
};

/// The form. What it cannot change is shown all the same.
#[component]
pub(super) fn PersonForm(
    /// The person and the form.
    found: PersonView,
) -> impl IntoView {
    let PersonView {
        editable,
        last,
        user,
        draft,
        groups,
        offered,
        error,
        ..
    } = found;
    let new = user.is_none();
    let id = user.map(|user| user.id).unwrap_or_default();
    let password = new.then(|| view! { <PasswordChoice offered=offered error=error.clone() /> });
    view! {
        <form method="post" action=SaveUser::url() class="form" aria-label=t!("users-form")>
            <FormErrors error=error.clone() />
            <input type="hidden" name="id" value=id />
            <fieldset class="form-body" disabled=!editable>
                <div class="pair">
                    {new
                        .then(|| {
                            view! {
                                <label class="field">
                                    <span>{t!("users-login")}</span>
                                    <input
                                        name="login"
                                        value=draft.login.clone()
                                        required
                                        maxlength="256"
                                        autocomplete="off"
                                        autocapitalize="none"
                                        spellcheck="false"
                                        aria-describedby="login-help login-error"
                                    />
                                    <small id="login-help">{t!("users-login-help")}</small>
                                    <FieldError name="login" error=error.clone() />
                                </label>
                            }
                        })}
                    <label class="field">
                        <span>{t!("users-name")}</span>
                        <input
                            name="name"
                            value=draft.name.clone()
                            maxlength="256"
                            autocomplete="off"
                            aria-describedby="name-help name-error"
                        />
                        <small id="name-help">{t!("users-name-help")}</small>
                        <FieldError name="name" error=error.clone() />
                    </label>
                </div>
                <Roles role=draft.role last=last />
                <GroupBoxes draft=draft groups=groups error=error />
                {password}
            </fieldset>
            {editable
                .then(|| {
                    view! {
                        <div class="form-end">
                            <button type="submit" class="primary">
                                {if new { t!("users-create") } else { t!("users-save") }}
                            </button>
                            <a class="button" href="/users">
                                {t!("users-cancel")}
                            </a>
                        </div>
                    }
                })}
        </form>
    }
    .into_any()
}

/// What a person may do, each role with what it means.
#[component]
fn Roles(role: Role, last: bool) -> impl IntoView {
    let boxes = Role::ALL
        .into_iter()
        .map(|of| {
            let what = match of {
                Role::Administrator => t!("users-role-administrator"),
                Role::Auditor => t!("users-role-auditor"),
                Role::User => t!("users-role-user"),
            };
            view! {
                <label class="role">
                    <input
                        type="radio"
                        name="role"
                        value=of.as_str()
                        checked=of == role
                        disabled=last && of != role
                    />
                    <span>
                        <strong>{role_word(of)}</strong>
                        <small>{what}</small>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="group">
            <legend>{t!("users-role")}</legend>
            <div class="roles">{boxes}</div>
            {last.then(|| view! { <p class="muted small">{t!("users-last")}</p> })}
        </fieldset>
    }
    .into_any()
}

/// The groups that are known, to tick, and a place for others.
#[component]
fn GroupBoxes(draft: Draft, groups: BTreeSet<String>, error: Option<PageError>) -> impl IntoView {
    let ticked: BTreeSet<String> = draft.groups.into_iter().collect();
    let all: BTreeSet<String> = groups.union(&ticked).cloned().collect();
    let boxes = all
        .into_iter()
        .map(|group| {
            let on = ticked.contains(&group);
            view! {
                <label class="check">
                    <input type="checkbox" name="groups[]" value=group.clone() checked=on />
                    <bdi>{group}</bdi>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="group">
            <legend>{t!("users-groups")}</legend>
            <p class="muted small">{t!("users-groups-help")}</p>
            <div class="boxes group-boxes">{boxes}</div>
            <label class="field">
                <span>{t!("users-more-groups")}</span>
                <textarea name="more_groups" rows="2" aria-describedby="groups-error">
                    {raw_text(&draft.more_groups)}
                </textarea>
                <small>{t!("users-more-groups-help")}</small>
                <FieldError name="groups" error=error />
            </label>
        </fieldset>
    }
    .into_any()
}
