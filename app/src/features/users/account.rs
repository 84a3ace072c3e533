//! What an administrator does about somebody's signing in: another password, and letting them in no
//! more.

use leptos::{prelude::*, server_fn::ServerFn};
use types::User;

use super::{
    api::{ResetPassword, SetDisabled},
    password::PasswordChoice,
};
use crate::{components::FormErrors, error::PageError, say::t};

/// Another password, beside the form of the person.
#[component]
pub(super) fn Reset(
    /// The person.
    user: User,
    /// The password to offer.
    offered: String,
    /// What is wrong with this form.
    error: Option<PageError>,
) -> impl IntoView {
    view! {
        <section class="form" id="password" aria-labelledby="password-title">
            <h2 id="password-title">{t!("users-reset")}</h2>
            <p class="muted small">{t!("users-reset-what")}</p>
            <FormErrors error=error.clone() />
            <form method="post" action=ResetPassword::url() class="stack" aria-label=t!("users-reset")>
                <input type="hidden" name="id" value=user.id />
                <PasswordChoice offered=offered error=error />
                <p class="actions">
                    <button type="submit">{t!("users-reset-do")}</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

/// Disabling, which asks first, or letting in again.
#[component]
pub(super) fn Access(
    /// The person.
    user: User,
    /// Whether nobody else could administer.
    last: bool,
    /// What went wrong a moment ago.
    error: Option<PageError>,
) -> impl IntoView {
    let disabled = user.disabled_at.is_some();
    let form = if disabled {
        view! {
            <p class="muted small">{t!("users-enable-what")}</p>
            <form method="post" action=SetDisabled::url()>
                <input type="hidden" name="id" value=user.id />
                <input type="hidden" name="disabled" value="false" />
                <button type="submit">{t!("users-enable")}</button>
            </form>
        }
        .into_any()
    } else if last {
        view! { <p>{t!("users-last")}</p> }.into_any()
    } else {
        view! {
            <p class="muted small">{t!("users-disable-what")}</p>
            <details class="confirm">
                <summary class="button danger-quiet">{t!("users-disable")}</summary>
                <form method="post" action=SetDisabled::url() class="stack">
                    <p>{t!("users-disable-sure", name = user.name)}</p>
                    <input type="hidden" name="id" value=user.id />
                    <input type="hidden" name="disabled" value="true" />
                    <p class="actions">
                        <button type="submit" class="danger">
                            {t!("users-disable-do")}
                        </button>
                    </p>
                </form>
            </details>
        }
        .into_any()
    };
    view! {
        <section class="form" aria-labelledby="access-title">
            <h2 id="access-title">{t!("users-access")}</h2>
            <FormErrors error=error />
            {form}
        </section>
    }
    .into_any()
}
