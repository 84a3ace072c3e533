//! A new password for somebody: one that is offered, or one that is typed twice. The one offered is
//! shown in its form and nowhere afterwards.

use leptos::prelude::*;
use types::Code;

use crate::{components::error_id, error::PageError, say::t};

/// What is wrong with a password or with typing it again, in words.
pub(crate) fn password_fault(error: Option<&PageError>, name: &str) -> Option<String> {
    let fault = error?.at(&format!("/{name}"))?;
    Some(match (name, fault.code) {
        ("password_again", _) => t!("sign-in-mismatch"),
        (_, Code::WrongCredentials) => t!("me-password-wrong"),
        _ => t!("users-password-length"),
    })
}

/// The two ways to a new password.
#[component]
pub(super) fn PasswordChoice(
    /// The one to offer.
    offered: String,
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    // Who typed one before, types again.
    let typed = error.as_ref().is_some_and(|error| {
        error.at("/password").is_some() || error.at("/password_again").is_some()
    });
    view! {
        <fieldset class="group password-choice">
            <legend>{t!("users-password")}</legend>
            <label class="check">
                <input type="radio" name="how" value="offered" checked=!typed />
                {t!("users-password-offered")}
            </label>
            <p class="offered">
                <input
                    class="mono"
                    name="offered"
                    value=offered
                    readonly
                    autocomplete="off"
                    aria-label=t!("users-password-offered")
                />
                <small class="muted">{t!("users-password-note")}</small>
            </p>
            <label class="check">
                <input type="radio" name="how" value="typed" checked=typed />
                {t!("users-password-typed")}
            </label>
            <div class="pair typed">
                {typed_field("password", t!("users-password"), error.as_ref())}
                {typed_field("password_again", t!("sign-in-again"), error.as_ref())}
            </div>
        </fieldset>
    }
    .into_any()
}

/// A field for a new password, with what is wrong with it.
pub(crate) fn typed_field(
    name: &'static str,
    label: String,
    error: Option<&PageError>,
) -> impl IntoView + use<> {
    let fault = password_fault(error, name);
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                type="password"
                name=name
                maxlength="1024"
                autocomplete=if name == "old_password" { "current-password" } else { "new-password" }
                aria-invalid=fault.is_some().then_some("true")
                aria-describedby=error_id(name)
            />
            <p class="field-error" id=error_id(name)>
                {fault}
            </p>
        </label>
    }
}
