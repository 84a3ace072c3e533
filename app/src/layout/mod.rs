//! What stands around every page: the navigation, who is signed in, the keyboard.

mod api;
mod help;
mod navigation;
mod not_found;
mod selection;

use leptos::prelude::*;
use leptos_router::components::Outlet;

pub(crate) use not_found::NotFound;
pub(crate) use selection::{SelectAll, Selection};

use help::Help;
use navigation::Navigation;

use crate::{features::find::Palette, say::t};

/// The frame of the pages for people who are signed in.
#[component]
pub(crate) fn Layout() -> impl IntoView {
    let me = api::who_am_i().ok();
    view! {
        <a class="skip" href="#main" rel="external">
            {t!("common-skip")}
        </a>
        <div class="frame">
            <Navigation me=me />
            <main id="main" tabindex="-1">
                <Outlet />
            </main>
        </div>
        <Help />
        <Palette />
    }
    .into_any()
}
