//! Changing one's own password: the one of now, the new one, and the new one again.

use leptos::{prelude::*, server_fn::ServerFn};

use super::api::ChangePassword;
use crate::{components::FormErrors, error::PageError, features::users::typed_field, say::t};

/// The form. What was typed does not come back: a password is never in an address.
#[component]
pub(super) fn PasswordForm(
    /// Whose it is, for password managers.
    login: String,
    /// What was done a moment ago.
    done: Option<AnyView>,
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    let field = |name, label| typed_field(name, label, error.as_ref());
    let old = field("old_password", t!("me-password-old"));
    let new = field("password", t!("me-password-new"));
    let again = field("password_again", t!("me-password-again"));
    // That passwords come back is not so: the words of other forms do not fit.
    let whole = error.filter(|error| error.faults.is_empty());
    view! {
        <section class="form" id="password" aria-labelledby="password-title">
            <h2 id="password-title">{t!("users-password")}</h2>
            <p class="muted small">{t!("me-password-what")}</p>
            {done}
            <FormErrors error=whole />
            <form
                method="post"
                action=ChangePassword::url()
                class="stack"
                aria-label=t!("users-password")
            >
                <input
                    name="username"
                    value=login
                    autocomplete="username"
                    readonly
                    hidden
                />
                {old}
                <div class="pair">{new} {again}</div>
                <p class="actions">
                    <button type="submit">{t!("me-password-change")}</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}
