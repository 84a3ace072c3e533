//! The groups: who is in each, and what they may read by it.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{GroupView, list_groups},
    list_page::Tabs,
};
use crate::{
    address,
    components::{Empty, Glyph, loaded},
    say::t,
};

/// The page.
#[component]
pub(crate) fn GroupsPage() -> impl IntoView {
    view! {
        <Title text=t!("users-groups") />
        <header class="page-head">
            <div>
                <h1>{t!("users-groups")}</h1>
                <p class="page-sub muted">{t!("users-groups-sub")}</p>
            </div>
            <Tabs groups=true />
        </header>
        {loaded(
            list_groups(),
            |groups| {
                if groups.is_empty() {
                    return view! {
                        <Empty glyph=Glyph::Person title=t!("users-no-groups")>
                            <p>{t!("users-no-groups-next")}</p>
                        </Empty>
                    }
                        .into_any();
                }
                let lines = groups
                    .into_iter()
                    .map(|(name, group)| view! { <Line name=name group=group /> })
                    .collect_view();
                view! {
                    <div class="table-box">
                        <table class="table groups-table" data-test="groups">
                            <caption class="hidden">{t!("users-groups")}</caption>
                            <thead>
                                <tr>
                                    <th scope="col">{t!("users-group")}</th>
                                    <th scope="col">{t!("users-members")}</th>
                                    <th scope="col">{t!("users-reads")}</th>
                                </tr>
                            </thead>
                            <tbody>{lines}</tbody>
                        </table>
                    </div>
                }
                    .into_any()
            },
        )}
    }
}

#[component]
fn Line(name: String, group: GroupView) -> impl IntoView {
    let members = group
        .members
        .into_iter()
        .map(|(id, name)| {
            let href = format!("/users/{}", address::encode_segment(&id));
            view! {
                <li>
                    <a href=href>{name}</a>
                </li>
            }
        })
        .collect_view();
    let models = group
        .models
        .into_iter()
        .map(|(host, model, label)| {
            let path = format!(
                "/models/{}?host={}",
                address::encode_segment(&model),
                address::encode_segment(&host)
            );
            view! {
                <li>
                    <a href=path title=model>
                        {label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row" class="c-record">
                <bdi>{name}</bdi>
            </th>
            <td data-label=t!("users-members")>{list(members)}</td>
            <td data-label=t!("users-reads")>{list(models)}</td>
        </tr>
    }
    .into_any()
}

/// A list, or a dash where nothing is in it.
fn list<V: IntoView + 'static>(items: Vec<V>) -> impl IntoView {
    if items.is_empty() {
        return view! { <span class="muted">"—"</span> }.into_any();
    }
    view! { <ul class="commas">{items}</ul> }.into_any()
}
