//! The people who sign in here.

use leptos::prelude::*;
use leptos_meta::Title;
use types::{Role, User};

use super::{
    api::{PeopleView, list_people},
    role_word,
    state::Sought,
    table::PeopleTable,
};
use crate::{
    address,
    components::{Chip, Chips, Empty, GetForm, Glyph, Icon, Notice, Tone, loaded},
    here,
    say::{phrase, t},
};

/// The page. What it shows is in its address.
#[component]
pub(crate) fn UsersPage() -> impl IntoView {
    view! {
        <Title text=t!("users-title") />
        {loaded(list_people(here::query()), |found| view! { <Listing found=found /> })}
    }
}

/// The two lists there are of people.
#[component]
pub(super) fn Tabs(
    /// Whether it is the groups that are shown.
    groups: bool,
) -> impl IntoView {
    view! {
        <nav class="segments" aria-label=t!("users-lists")>
            <a href="/users" aria-current=(!groups).then_some("page")>
                {t!("users-people")}
            </a>
            <a href="/users/groups" aria-current=groups.then_some("page")>
                {t!("users-groups")}
            </a>
        </nav>
    }
}

#[component]
fn Listing(found: PeopleView) -> impl IntoView {
    let PeopleView {
        now,
        editable,
        sought,
        people,
        all,
        seen,
        told,
    } = found;
    let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let of = i64::try_from(all).unwrap_or(i64::MAX);
    let body = if people.is_empty() {
        view! {
            <Empty glyph=Glyph::Person title=t!("users-none")>
                <p>
                    <a class="button" href="/users">
                        {t!("users-show-all")}
                    </a>
                </p>
            </Empty>
        }
        .into_any()
    } else {
        view! { <PeopleTable people=people seen=seen now=now /> }.into_any()
    };
    view! {
        <header class="page-head">
            <div>
                <h1>{t!("users-title")}</h1>
                <p class="page-sub muted">
                    {if sought.asks() {
                        t!("users-count-of", count = count, all = of)
                    } else {
                        t!("users-sub", count = of)
                    }}
                </p>
            </div>
            <div class="actions">
                <Tabs groups=false />
                {editable
                    .then(|| {
                        view! {
                            <a class="button primary" href="/users/new">
                                <Icon glyph=Glyph::Plus />
                                {t!("users-new")}
                            </a>
                        }
                    })}
            </div>
        </header>
        <Done user=told />
        <Filters sought=sought.clone() />
        <Chips chips=chips(&sought) clear="/users" />
        {body}
    }
    .into_any()
}

/// What was done a moment ago, as the address tells.
#[component]
fn Done(user: Option<User>) -> impl IntoView {
    let word = address::parameter(&here::query(), "done")?;
    let user = user?;
    let href = format!("/users/{}", address::encode_segment(&user.id));
    let name = view! { <a href=href>{user.name}</a> };
    let text = match word.as_str() {
        "created" => phrase!("users-done-created", { name = name }, login = user.login),
        "saved" => phrase!("users-done-saved", { name = name }),
        "reset" => phrase!("users-done-reset", { name = name }),
        "disabled" => phrase!("users-done-disabled", { name = name }),
        "enabled" => phrase!("users-done-enabled", { name = name }),
        _ => return None,
    };
    Some(view! {
        <Notice tone=Tone::Good>
            <p>{text}</p>
        </Notice>
    })
}

#[component]
fn Filters(sought: Sought) -> impl IntoView {
    let state = sought.state();
    let role = sought.role;
    let states = [
        ("", t!("users-state-all")),
        ("active", t!("users-state-active")),
        ("disabled", t!("users-state-disabled")),
    ];
    view! {
        <GetForm action="/users".to_owned() class="filters" label=t!("users-filter")>
            <div class="filters-main">
                <label class="search">
                    <span class="hidden">{t!("users-search")}</span>
                    <Icon glyph=Glyph::Search />
                    <input
                        type="search"
                        name="q"
                        value=sought.q
                        maxlength="200"
                        placeholder=t!("users-search-what")
                    />
                </label>
                <label>
                    <span class="hidden">{t!("users-role")}</span>
                    <select name="role">
                        <option value="">{t!("users-role-all")}</option>
                        {Role::ALL
                            .into_iter()
                            .map(|of| {
                                view! {
                                    <option value=of.as_str() selected=role == Some(of)>
                                        {role_word(of)}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </label>
                <label>
                    <span class="hidden">{t!("users-state")}</span>
                    <select name="state">
                        {states
                            .into_iter()
                            .map(|(of, word)| {
                                view! {
                                    <option value=of selected=state == of>
                                        {word}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </label>
                <button type="submit">{t!("users-filter-do")}</button>
            </div>
        </GetForm>
    }
    .into_any()
}

fn chips(sought: &Sought) -> Vec<Chip> {
    let mut chips = Vec::new();
    if !sought.q.is_empty() {
        let rest = Sought {
            q: String::new(),
            ..sought.clone()
        };
        chips.push(Chip {
            name: t!("users-search"),
            value: sought.q.clone(),
            remove: rest.address(),
        });
    }
    if let Some(role) = sought.role {
        let rest = Sought {
            role: None,
            ..sought.clone()
        };
        chips.push(Chip {
            name: t!("users-role"),
            value: role_word(role),
            remove: rest.address(),
        });
    }
    if let Some(disabled) = sought.disabled {
        let rest = Sought {
            disabled: None,
            ..sought.clone()
        };
        chips.push(Chip {
            name: t!("users-state"),
            value: if disabled {
                t!("users-state-disabled")
            } else {
                t!("users-state-active")
            },
            remove: rest.address(),
        });
    }
    chips
}
