//! From selected logs to the logs of their records. One kind of record: straight there. Several
//! kinds: one link for each, since a list of logs is of one model.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{api::list_selected, state::SelectedRecords};
use crate::{
    components::{Empty, Glyph, ModelTag, loaded, names_apart},
    here, request,
};

/// The records of the selected logs.
#[component]
pub(crate) fn SelectedPage() -> impl IntoView {
    view! {
        <Title text="Selected logs" />
        {loaded(
            list_selected(here::query()),
            |groups| {
                view! {
                    <header class="page-head">
                        <h1>"Records of the selected logs"</h1>
                    </header>
                    <Groups groups=groups />
                }
            },
        )}
    }
}

#[component]
fn Groups(groups: Vec<SelectedRecords>) -> impl IntoView {
    if groups.is_empty() {
        return view! {
            <Empty glyph=Glyph::List title="No log is selected">
                <p>"Tick some lines in the list of logs, then choose Action, View audit logs."</p>
                <p>
                    <a class="button" href="/logs">
                        "Go to the logs"
                    </a>
                </p>
            </Empty>
        }
        .into_any();
    }
    if let [only] = groups.as_slice() {
        request::redirect_page(&only.address());
    }
    view! {
        <p class="muted">"The selected logs are of records of more than one kind. Each kind has its own list."</p>
        <ul class="choices">
            {groups
                .into_iter()
                .map(|group| {
                    let count = group.records.len();
                    let href = group.address();
                    let names = group
                        .records
                        .iter()
                        .take(5)
                        .map(|(id, name)| (name.clone().unwrap_or_else(|| id.clone()), None))
                        .collect();
                    view! {
                        <li>
                            <a class="row-link" href=href>
                                <strong>
                                    {if count == 1 {
                                        "1 record".to_owned()
                                    } else {
                                        format!("{count} records")
                                    }}
                                </strong>
                                " of "
                                <ModelTag label=group.model_label model=group.model />
                            </a>
                            <span class="muted">{names_apart(names)}</span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}
