//! One person: new, or to change.

use leptos::prelude::*;
use leptos_meta::Title;
use types::Qualifier;

use super::{
    account::{Access, Reset},
    api::{PersonView, get_person},
    form::PersonForm,
};
use crate::{
    address,
    components::{Glyph, Icon, Moment, Notice, Tone, loaded},
    features::overview::logs_with,
    here,
    say::t,
};

/// The page.
#[component]
pub(crate) fn UserPage() -> impl IntoView {
    let person = get_person(here::segment(1), here::query());
    loaded(person, |found| view! { <Person found=found /> })
}

#[component]
fn Person(found: PersonView) -> impl IntoView {
    let title = found
        .user
        .as_ref()
        .map_or_else(|| t!("users-new"), |user| user.name.clone());
    // Each form comes back by itself: what is wrong belongs to one of them.
    let of = address::parameter(&here::query(), "of");
    let error_of = |form: &str| found.error.clone().filter(|_| of.as_deref() == Some(form));
    let reset_error = error_of("password");
    let access_error = error_of("access");
    let (editable, own, last) = (found.editable, found.own, found.last);
    let offered = found.offered.clone();
    let facts = found.user.clone().map(|user| (user, found.seen, found.now));
    let form = PersonView {
        error: found.error.clone().filter(|_| of.is_none()),
        ..found
    };
    let account = form.user.clone().filter(|_| editable).map(|user| {
        if own {
            view! {
                <section class="form" aria-labelledby="own-title">
                    <h2 id="own-title">{t!("users-own")}</h2>
                    <p class="muted small">{t!("users-own-what")}</p>
                    <p class="actions">
                        <a class="button" href="/me">
                            {t!("nav-settings")}
                        </a>
                    </p>
                </section>
            }
            .into_any()
        } else {
            view! {
                <Reset user=user.clone() offered=offered error=reset_error />
                <Access user=user last=last error=access_error />
            }
            .into_any()
        }
    });
    view! {
        <Title text=title.clone() />
        <nav class="crumbs" aria-label=t!("users-where")>
            <a href="/users">{t!("users-title")}</a>
        </nav>
        <header class="page-head">
            <div>
                <h1>
                    <bdi>{title}</bdi>
                </h1>
                {facts
                    .map(|(user, seen, now)| {
                        let logs = logs_with(&[(Qualifier::User, &user.login)]);
                        view! {
                            <p class="page-sub muted">
                                <code>{user.login}</code>
                                <span>
                                    {t!("users-created")} " "
                                    <Moment time=user.created_at now=now />
                                </span>
                                {user
                                    .disabled_at
                                    .map(|at| {
                                        view! {
                                            <span class="tag">
                                                {t!("users-disabled")} " "
                                                <Moment time=at now=now />
                                            </span>
                                        }
                                    })}
                                {seen
                                    .map(|at| {
                                        view! {
                                            <span>
                                                {t!("users-seen-in-text")} " " <Moment time=at now=now />
                                            </span>
                                        }
                                    })}
                                <a href=logs>
                                    <Icon glyph=Glyph::List />
                                    {t!("users-logs")}
                                </a>
                            </p>
                        }
                    })}
            </div>
        </header>
        {(!editable)
            .then(|| {
                view! {
                    <Notice tone=Tone::Info>
                        <p>{t!("users-read-only")}</p>
                    </Notice>
                }
            })}
        <div class="forms">
            <PersonForm found=form />
            {account}
        </div>
    }
    .into_any()
}
