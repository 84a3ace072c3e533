//! The way around, and who is signed in.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};
use types::Role;

use super::api::Me;
use crate::{
    components::{Glyph, Icon, Mark},
    error::PageError,
};

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Administrator",
        Role::Auditor => "Auditor",
        Role::User => "User",
    }
}

/// The side bar; on narrow screens a bar at the top.
#[component]
pub(super) fn Navigation(
    /// Who is signed in.
    me: Resource<Result<Me, PageError>>,
) -> impl IntoView {
    let pathname = use_location().pathname;
    // A history belongs to the records, whatever its address begins with.
    let records =
        move || pathname.with(|path| path.starts_with("/records") || path.starts_with("/models"));
    view! {
        <header class="side">
            <a class="brand" href="/logs">
                <Mark />
                <span>"Revisor"</span>
            </a>
            <nav class="nav" aria-label="Pages">
                <A href="/logs">
                    <Icon glyph=Glyph::List />
                    "Logs"
                </A>
                <a href="/models" aria-current=move || records().then_some("page")>
                    <Icon glyph=Glyph::Stack />
                    "Records"
                </a>
                <A href="/rules">
                    <Icon glyph=Glyph::Rule />
                    "Rules"
                </A>
            </nav>
            <div class="side-end">
                <button class="quiet keys" type="button" popovertarget="keys">
                    <Icon glyph=Glyph::Keyboard />
                    <span>"Keyboard"</span>
                    <kbd>"?"</kbd>
                </button>
                <Transition>
                    {move || Suspend::new(async move {
                        me.await.ok().map(|me| view! { <UserMenu me=me /> })
                    })}
                </Transition>
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn UserMenu(me: Me) -> impl IntoView {
    let full = me.name.clone();
    view! {
        <details class="menu user-menu">
            <summary title=full>
                <span class="avatar" aria-hidden="true">
                    {me.name.chars().next().map(|letter| letter.to_uppercase().to_string())}
                </span>
                <span class="user-name">{me.name}</span>
                <Icon glyph=Glyph::Down />
            </summary>
            <div class="menu-items">
                <p class="menu-note">
                    <code>{me.login}</code>
                    <span>{role_word(me.role)}</span>
                </p>
                <form method="post" action="/sign-out">
                    <button type="submit">
                        <Icon glyph=Glyph::Exit />
                        "Sign out"
                    </button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
