//! The first start: nobody can sign in yet, so the first administrator is created.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{card::Card, error_text};
use crate::{address, here};

/// The page of the first start.
#[component]
pub(crate) fn SetupPage() -> impl IntoView {
    let query = here::query();
    let parameter = |name| address::parameter(&query, name);
    let error = parameter("error").map(|code| error_text(&code));
    let login = parameter("login").unwrap_or_default();
    let name = parameter("name").unwrap_or_default();
    view! {
        <Title text="First start" />
        <Card
            title="Create the administrator"
            lead="This is the first start: nobody can sign in yet. The administrator decides what is followed, and adds hosts and people."
            error=error
        >
            <form method="post" action="/setup" class="stack">
                <label>
                    <span>"Login"</span>
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
                    <span>"Name"</span>
                    <input name="name" value=name maxlength="256" autocomplete="name" />
                </label>
                <label>
                    <span>"Password"</span>
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
                        "8 characters or more."
                    </small>
                </label>
                <label>
                    <span>"Password again"</span>
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
                    "Create and sign in"
                </button>
            </form>
        </Card>
    }
    .into_any()
}
