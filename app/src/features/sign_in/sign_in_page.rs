//! Signing in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{card::Card, error_text};
use crate::{RequestInfo, address, here, say::t};

/// The page to sign in on.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let query = here::query();
    let parameter = |name| address::parameter(&query, name);
    let error = parameter("error").map(|code| error_text(&code));
    let login = parameter("login").unwrap_or_default();
    let next = parameter("next").unwrap_or_default();
    // The login is there already: what is missing is the password.
    let has_login = !login.is_empty();
    let elsewhere = format!("/sign-in/sso?next={}", types::encode_segment(&next));
    let called = use_context::<RequestInfo>().and_then(|info| info.single_sign_on);
    let single_sign_on = called.map(|name| {
        let text = if name.is_empty() {
            t!("sign-in-sso")
        } else {
            t!("sign-in-sso-named", name = name)
        };
        // Leads to another site, which no form of ours may be sent to.
        view! {
            <p class="stack">
                <a class="button" href=elsewhere rel="external">
                    {text}
                </a>
            </p>
        }
    });
    view! {
        <Title text=t!("sign-in-title") />
        <Card title=t!("sign-in-title") lead=t!("sign-in-lead") error=error>
            <form method="post" action="/sign-in" class="stack">
                <input type="hidden" name="next" value=next />
                <label>
                    <span>{t!("sign-in-login")}</span>
                    <input
                        name="login"
                        value=login
                        required
                        maxlength="256"
                        autocomplete="username"
                        autocapitalize="none"
                        spellcheck="false"
                        autofocus=!has_login
                    />
                </label>
                <label>
                    <span>{t!("sign-in-password")}</span>
                    <input
                        name="password"
                        type="password"
                        required
                        autocomplete="current-password"
                        autofocus=has_login
                    />
                </label>
                <button class="primary" type="submit">
                    {t!("sign-in-submit")}
                </button>
            </form>
            {single_sign_on}
        </Card>
    }
    .into_any()
}
