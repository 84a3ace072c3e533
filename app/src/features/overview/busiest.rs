//! The busiest models and users.

use leptos::prelude::*;
use types::{ByOperation, Overview, Qualifier};

use super::days::{logs_with, parts, series, since, told};
use crate::{
    components::chart::{Share, Shares},
    say::t,
};

/// Bars of logs, each a link to them.
#[component]
pub(super) fn Busiest(
    /// The figures.
    overview: Overview,
) -> impl IntoView {
    let from = overview
        .days
        .first()
        .map(|day| since(day.day))
        .unwrap_or_default();
    let title = |name: &str, logs: ByOperation| format!("{name}\n{}", told(logs));
    let models: Vec<Share> = overview
        .models
        .into_iter()
        .map(|model| Share {
            title: title(&model.label, model.logs),
            href: logs_with(&[
                (Qualifier::Host, &model.host),
                (Qualifier::Model, &model.model),
                (Qualifier::From, &from),
            ]),
            parts: parts(model.logs),
            name: model.label,
            note: Some(model.model),
        })
        .collect();
    let users: Vec<Share> = overview
        .users
        .into_iter()
        .map(|user| Share {
            title: title(&user.login, user.logs),
            href: logs_with(&[(Qualifier::User, &user.login), (Qualifier::From, &from)]),
            parts: parts(user.logs),
            name: user.login,
            note: None,
        })
        .collect();
    view! {
        <div class="overview-pair">
            {panel("models-title", t!("overview-models"), models)}
            {panel("users-title", t!("overview-users"), users)}
        </div>
    }
    .into_any()
}

fn panel(id: &'static str, title: String, shares: Vec<Share>) -> impl IntoView {
    let body = if shares.is_empty() {
        view! { <p class="muted">{t!("overview-quiet")}</p> }.into_any()
    } else {
        view! { <Shares series=series() shares=shares /> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {body}
        </section>
    }
}
