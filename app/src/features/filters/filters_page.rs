//! The page of saved filters: rename, share, make the default, delete.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{List, SavedFilter};

use super::{api::list_filters, filter_line::FilterLine, told::SaveTold};
use crate::{
    address,
    components::{Empty, Glyph, Notice, Tone, loaded},
    here, request,
    say::t,
};

/// The page.
#[component]
pub(crate) fn FiltersPage() -> impl IntoView {
    view! {
        <Title text=t!("filters-title") />
        {loaded(list_filters(), |lists| view! { <Lists lists=lists /> })}
    }
}

/// The word for a list.
fn list_word(list: List) -> String {
    match list {
        List::Logs => t!("nav-logs"),
        List::Records => t!("nav-records"),
        List::Rules => t!("nav-rules"),
    }
}

#[component]
fn Lists(lists: Vec<(List, Vec<SavedFilter>)>) -> impl IntoView {
    let error = SaveTold::read(&here::query()).error;
    let at_fault = address::parameter(&here::query(), "filter");
    let administers = request::caller().is_ok_and(|(_, who)| request::administers(&who));
    let none = lists.is_empty();
    view! {
        <header class="page-head">
            <div>
                <h1>{t!("filters-title")}</h1>
                <p class="muted small">{t!("filters-lead")}</p>
            </div>
        </header>
        {error
            .map(|error| {
                view! {
                    <Notice tone=Tone::Bad>
                        <p>{error}</p>
                    </Notice>
                }
            })}
        {none
            .then(|| {
                view! {
                    <Empty glyph=Glyph::Star title=t!("filters-none")>
                        <p>{t!("filters-none-next")}</p>
                        <p>
                            <a class="button" href="/logs">
                                {t!("failure-to-logs")}
                            </a>
                        </p>
                    </Empty>
                }
            })}
        {lists
            .into_iter()
            .map(|(list, filters)| {
                view! {
                    <section class="filter-lists">
                        <h2>{list_word(list)}</h2>
                        <ul class="saved-filters" aria-label=list_word(list)>
                            {filters
                                .into_iter()
                                .map(|filter| {
                                    let fault = at_fault.as_ref() == Some(&filter.id);
                                    view! {
                                        <FilterLine filter=filter administers=administers open=fault />
                                    }
                                })
                                .collect_view()}
                        </ul>
                    </section>
                }
            })
            .collect_view()}
    }
    .into_any()
}
