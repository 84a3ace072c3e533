//! A person's own settings: how the pages are, the password, where they are signed in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{MeView, get_me},
    password::PasswordForm,
    preferences::PreferencesForm,
    sessions::Sessions,
};
use crate::{
    address,
    components::{Notice, Tone, loaded},
    features::users::role_word,
    here,
    say::t,
};

/// The page.
#[component]
pub(crate) fn MePage() -> impl IntoView {
    view! {
        <Title text=t!("me-title") />
        {loaded(get_me(here::query()), |found| view! { <Settings found=found /> })}
    }
}

#[component]
fn Settings(found: MeView) -> impl IntoView {
    let MeView {
        now,
        login,
        name,
        role,
        groups,
        preferences,
        sessions,
        error,
    } = found;
    let query = here::query();
    // Each form comes back by itself: what is wrong belongs to one of them.
    let of = address::parameter(&query, "of").unwrap_or_default();
    let error_of = |form: &str| error.clone().filter(|_| of == form);
    let done = address::parameter(&query, "done").unwrap_or_default();
    let done_of = |form: &str| (done == form).then(|| told(form));
    view! {
        <header class="page-head">
            <div>
                <h1>{t!("me-title")}</h1>
                <p class="page-sub muted">
                    <bdi>{name}</bdi>
                    <code>{login.clone()}</code>
                    <span>{role_word(role)}</span>
                    {(!groups.is_empty())
                        .then(|| {
                            view! { <span>{t!("me-groups", groups = groups.join(", "))}</span> }
                        })}
                </p>
            </div>
        </header>
        <div class="forms">
            <PreferencesForm
                preferences=preferences
                now=now
                done=done_of("preferences")
                error=error_of("preferences")
            />
            <PasswordForm login=login done=done_of("password") error=error_of("password") />
            <Sessions
                sessions=sessions
                now=now
                done=done_of("sessions")
                error=error_of("sessions")
            />
        </div>
    }
    .into_any()
}

/// What was done a moment ago, beside its form.
fn told(form: &str) -> AnyView {
    let text = match form {
        "preferences" => t!("me-done-preferences"),
        "password" => t!("me-done-password"),
        _ => t!("me-done-sessions"),
    };
    view! {
        <Notice tone=Tone::Good>
            <p>{text}</p>
        </Notice>
    }
    .into_any()
}
