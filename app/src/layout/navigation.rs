//! The way around, and who is signed in.

use leptos::prelude::*;
use types::Role;

use super::api::Me;
use crate::{
    components::{Glyph, Icon, Mark},
    here,
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
    me: Option<Me>,
) -> impl IntoView {
    let path = here::path();
    let link = |href: &'static str, also: &'static str, glyph, word: &'static str| {
        let on = [href, also].iter().any(|start| path.starts_with(start));
        view! {
            <a href=href aria-current=on.then_some("page")>
                <Icon glyph=glyph />
                {word}
            </a>
        }
    };
    view! {
        <header class="side">
            <a class="brand" href="/logs">
                <Mark />
                <span>"Revisor"</span>
            </a>
            <nav class="nav" aria-label="Pages">
                {link("/logs", "/logs", Glyph::List, "Logs")}
                // A history belongs to the records, whatever its address begins with.
                {link("/models", "/records", Glyph::Stack, "Records")}
                {link("/rules", "/rules", Glyph::Rule, "Rules")}
            </nav>
            <div class="side-end">
                <button class="quiet keys" type="button" popovertarget="keys">
                    <Icon glyph=Glyph::Keyboard />
                    <span>"Keyboard"</span>
                    <kbd>"?"</kbd>
                </button>
                {me.map(|me| view! { <UserMenu me=me /> })}
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
