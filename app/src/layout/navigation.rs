//! The way around, and who is signed in.

use leptos::prelude::*;
use types::Role;

use super::api::Me;
use crate::{
    components::{Glyph, Icon, Mark},
    features::{find::FindLink, users::role_word},
    here,
    say::t,
};

/// The side bar; on narrow screens a bar at the top.
#[component]
pub(super) fn Navigation(
    /// Who is signed in.
    me: Option<Me>,
) -> impl IntoView {
    let path = here::path();
    // Rules, hosts and people are for those who keep them, and for those who audit them.
    let manages = me.as_ref().is_some_and(|me| me.role != Role::User);
    let link = |href: &'static str, also: &'static str, glyph, word: String| {
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
            <button class="quiet nav-button" type="button" popovertarget="pages">
                <Icon glyph=Glyph::List />
                {t!("nav-menu")}
            </button>
            <FindLink />
            // Beside the page on wide screens, whether open or not; opened over it on narrow ones.
            <nav class="nav" id="pages" popover="auto" aria-label=t!("nav-pages")>
                {link("/overview", "/overview", Glyph::Chart, t!("nav-overview"))}
                {link("/logs", "/filters", Glyph::List, t!("nav-logs"))}
                // A history belongs to the records, whatever its address begins with.
                {link("/models", "/records", Glyph::Stack, t!("nav-records"))}
                {manages.then(|| link("/rules", "/rules", Glyph::Rule, t!("nav-rules")))}
                {manages.then(|| link("/hosts", "/hosts", Glyph::Plug, t!("nav-hosts")))}
                {manages.then(|| link("/users", "/users", Glyph::Person, t!("nav-users")))}
                {link("/integrity", "/integrity", Glyph::Shield, t!("nav-integrity"))}
            </nav>
            <div class="side-end">
                <button class="quiet keys" type="button" popovertarget="keys">
                    <Icon glyph=Glyph::Keyboard />
                    <span>{t!("nav-keyboard")}</span>
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
                <a href="/me">
                    <Icon glyph=Glyph::Gear />
                    {t!("nav-settings")}
                </a>
                <form method="post" action="/sign-out">
                    <button type="submit">
                        <Icon glyph=Glyph::Exit />
                        {t!("nav-sign-out")}
                    </button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
