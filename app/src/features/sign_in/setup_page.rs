//! The first start: nobody can sign in yet, so the first administrator is created.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{card::Card, error_text};
use crate::{address, here, say::t};

/// The page of the first start.
#[component]
pub(crate) fn SetupPage() -> impl IntoView {
    let query = here::query();
    let parameter = |name| address::parameter(&query, name);
    let error = parameter("error").map(|code| error_text(&code));
    let login = parameter("login").unwrap_or_default();
    let name = parameter("name").unwrap_or_default();
    view! {
        <Title text=t!("sign-in-setup") />
        <Card
            title=t!("sign-in-setup-title")
            lead=t!("sign-in-setup-lead")
            error=error
        >
            <form method="post" action="/setup" class="stack">
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
                        autofocus
                    />
                </label>
                <label>
                    <span>{t!("sign-in-name")}</span>
                    <input name="name" value=name maxlength="256" autocomplete="name" />
                </label>
                <label>
                    <span>{t!("sign-in-password")}</span>
                    <input
                        name="password"
                        type="password"
                        required
                        minlength="8"
                        maxlength="1024"
                        autocomplete="new-password"
                        aria-describedby="password-help"
                    />
                    <small id="password-help" class="muted">
                        {t!("sign-in-password-help")}
                    </small>
                </label>
                <label>
                    <span>{t!("sign-in-again")}</span>
                    <input
                        name="password_again"
                        type="password"
                        required
                        minlength="8"
                        maxlength="1024"
                        autocomplete="new-password"
                    />
                </label>
                <button class="primary" type="submit">
                    {t!("sign-in-setup-submit")}
                </button>
            </form>
        </Card>
    }
    .into_any()
}
