//! The people, a line each.

use std::collections::BTreeMap;

use leptos::prelude::*;
use types::{Timestamp, User};

use super::role_word;
use crate::{address, components::Moment, say::t};

/// The table: a link a line.
#[component]
pub(super) fn PeopleTable(
    /// The people.
    people: Vec<User>,
    /// When they were last seen, by id.
    seen: BTreeMap<String, Timestamp>,
    /// When the page was made.
    now: Timestamp,
) -> impl IntoView {
    view! {
        <div class="table-box">
            <table class="table people-table" data-test="people">
                <caption class="hidden">{t!("users-title")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("users-name")}</th>
                        <th scope="col">{t!("users-login")}</th>
                        <th scope="col">{t!("users-role")}</th>
                        <th scope="col">{t!("users-groups")}</th>
                        <th scope="col">{t!("users-seen")}</th>
                    </tr>
                </thead>
                <tbody>
                    {people
                        .into_iter()
                        .map(|user| {
                            let seen = seen.get(&user.id).copied();
                            view! { <Line user=user seen=seen now=now /> }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Line(user: User, seen: Option<Timestamp>, now: Timestamp) -> impl IntoView {
    let disabled = user.disabled_at.is_some();
    view! {
        <tr class:off=disabled>
            <td class="c-record">
                <a class="row-link" href=format!("/users/{}", address::encode_segment(&user.id))>
                    {user.name}
                </a>
                {disabled.then(|| view! { <span class="tag">{t!("users-disabled")}</span> })}
            </td>
            <td class="c-login">
                <code>{user.login}</code>
            </td>
            <td class="c-role">{role_word(user.role)}</td>
            <td class="c-groups">
                <Groups groups=user.groups />
            </td>
            <td class="c-date">
                {match seen {
                    Some(seen) => view! { <Moment time=seen now=now /> }.into_any(),
                    None => view! { <span class="muted">{t!("users-not-in")}</span> }.into_any(),
                }}
            </td>
        </tr>
    }
    .into_any()
}

/// Groups beside each other, each on its own.
#[component]
pub(super) fn Groups(
    /// Their names.
    groups: Vec<String>,
) -> impl IntoView {
    if groups.is_empty() {
        return view! { <span class="muted">"—"</span> }.into_any();
    }
    view! {
        <ul class="tags">
            {groups
                .into_iter()
                .map(|group| view! { <li class="tag">{group}</li> })
                .collect_view()}
        </ul>
    }
    .into_any()
}
