//! From selected logs to the logs of their records, or to two of them side by side. One kind of
//! record: straight there. Several kinds: one link for each, since a list of records is of one
//! model.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    selected::{Chosen, Why, list_selected},
    state::SelectedRecords,
};
use crate::{
    components::{Empty, Glyph, ModelTag, Notice, Tone, loaded, names_apart},
    here, request,
    say::{phrase, t},
};

/// What becomes of the selected logs.
#[component]
pub(crate) fn SelectedPage() -> impl IntoView {
    view! {
        <Title text=t!("logs-selected-title") />
        {loaded(
            list_selected(here::query()),
            |chosen| match chosen {
                Chosen::Pair(address) => {
                    request::redirect_page(&address);
                    ().into_any()
                }
                Chosen::NoPair(why) => view! { <NoPair why=why /> }.into_any(),
                Chosen::Records { groups, more } => {
                    view! {
                        <header class="page-head">
                            <h1>{t!("logs-selected-records")}</h1>
                        </header>
                        <Groups groups=groups more=more />
                    }
                        .into_any()
                }
            },
        )}
    }
}

/// Says which logs can be compared.
#[component]
fn NoPair(why: Why) -> impl IntoView {
    let told = match why {
        Why::Count(count) => t!("logs-compare-count", count = count),
        Why::Records => t!("logs-compare-records"),
    };
    view! {
        <header class="page-head">
            <h1>{t!("logs-compare-title")}</h1>
        </header>
        <Empty glyph=Glyph::Columns title=t!("logs-compare-what")>
            <p>{told}</p>
            <p>
                <a class="button" href="/logs">
                    {t!("logs-go")}
                </a>
            </p>
        </Empty>
    }
    .into_any()
}

#[component]
fn Groups(groups: Vec<SelectedRecords>, more: bool) -> impl IntoView {
    if groups.is_empty() {
        return view! {
            <Empty glyph=Glyph::List title=t!("logs-selected-none")>
                <p>{t!("logs-selected-none-next")}</p>
                <p>
                    <a class="button" href="/logs">
                        {t!("logs-go")}
                    </a>
                </p>
            </Empty>
        }
        .into_any();
    }
    if let [only] = groups.as_slice()
        && !more
    {
        request::redirect_page(&only.address());
    }
    view! {
        {more
            .then(|| {
                view! {
                    <Notice tone=Tone::Warning>
                        <p>{t!("logs-selected-more")}</p>
                    </Notice>
                }
            })}
        <p class="muted">{t!("logs-selected-kinds")}</p>
        <ul class="choices">
            {groups.into_iter().map(|group| view! { <GroupLine group=group /> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn GroupLine(group: SelectedRecords) -> impl IntoView {
    let count = i64::try_from(group.records.len()).unwrap_or(i64::MAX);
    let href = group.address();
    let names = group
        .records
        .iter()
        .take(5)
        .map(|(id, name)| (name.clone().unwrap_or_else(|| id.clone()), None))
        .collect();
    let model = view! { <ModelTag label=group.model_label model=group.model /> };
    view! {
        <li>
            <a class="row-link" href=href>
                {phrase!("logs-records-of", { model = model }, count = count)}
            </a>
            <span class="muted">{names_apart(names)}</span>
        </li>
    }
    .into_any()
}
