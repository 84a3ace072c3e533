//! The page to go to anything on.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{api::find, results::Results};
use crate::{
    address,
    components::{GetForm, Glyph, Icon, loaded},
    here,
    say::t,
};

/// The page. What is looked for is in its address.
#[component]
pub(crate) fn FindPage() -> impl IntoView {
    let query = here::query();
    // What the palette asks for is the same, in the shape of its list.
    let options = address::parameter(&query, "as").as_deref() == Some("options");
    let text = address::parameter(&query, "q").unwrap_or_default();
    view! {
        <Title text=t!("find-title") />
        <header class="page-head">
            <h1>{t!("find-title")}</h1>
        </header>
        <GetForm action="/find".to_owned() class="filters" label=t!("find-title")>
            <div class="filters-main">
                <label class="search">
                    <span class="hidden">{t!("find-what")}</span>
                    <Icon glyph=Glyph::Search />
                    <input
                        type="search"
                        name="q"
                        value=text
                        maxlength="200"
                        autocomplete="off"
                        placeholder=t!("find-what")
                    />
                </label>
                <button type="submit">{t!("find-do")}</button>
            </div>
        </GetForm>
        {loaded(
            find(query),
            move |found| view! { <div id="found"><Results found=found options=options /></div> },
        )}
    }
    .into_any()
}
