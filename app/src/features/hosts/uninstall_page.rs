//! Uninstalling a host asks first, and says what ends and what stays.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use types::{Code, LogQuery};

use super::{
    api::UninstallHost,
    view::{HostView, get_host},
};
use crate::{
    address,
    came_back::error_of,
    components::{Failure, FormErrors, loaded},
    error::PageError,
    here,
    say::{phrase, t},
};

/// The page that asks.
#[component]
pub(crate) fn UninstallPage() -> impl IntoView {
    view! {
        <Title text=t!("hosts-uninstall-page") />
        {loaded(
            get_host(here::segment(1)),
            |page| {
                let host = &page.line.host;
                if !page.editable {
                    view! { <Failure error=PageError::new(Code::Forbidden, "") /> }.into_any()
                } else if host.builtin {
                    view! { <Failure error=PageError::new(Code::BuiltinHost, "") /> }.into_any()
                } else if host.ended_at.is_some() {
                    view! { <Failure error=PageError::new(Code::NotFound, "") /> }.into_any()
                } else {
                    view! { <Ask page=page /> }.into_any()
                }
            },
        )}
    }
}

#[component]
fn Ask(page: HostView) -> impl IntoView {
    let line = page.line;
    let name = line.host.name;
    let back = address::host(&name);
    let logs = address::logs(&LogQuery {
        host: Some(name.clone()),
        ..LogQuery::default()
    });
    view! {
        <section class="card narrow">
            <h1>{phrase!("hosts-uninstall-title", { name = view! { <bdi>{line.host.label}</bdi> } })}</h1>
            <div class="ends-stays">
                <div>
                    <h2>{t!("hosts-uninstall-ends")}</h2>
                    <ul>
                        <li>{t!("hosts-uninstall-keys", count = line.keys)}</li>
                        <li>{t!("hosts-uninstall-rules", count = line.rules)}</li>
                        <li>{t!("hosts-uninstall-reports")}</li>
                    </ul>
                </div>
                <div>
                    <h2>{t!("hosts-uninstall-stays")}</h2>
                    <ul>
                        <li>
                            <a href=logs>{t!("hosts-uninstall-logs")}</a>
                        </li>
                        <li>{t!("hosts-uninstall-models", count = line.models)}</li>
                        <li>{t!("hosts-uninstall-proof")}</li>
                    </ul>
                </div>
            </div>
            <p class="muted">{t!("hosts-uninstall-back")}</p>
            <FormErrors error=error_of(&here::query()) />
            <form method="post" action=UninstallHost::url() class="actions">
                <input type="hidden" name="host" value=name />
                <button type="submit" class="danger">
                    {t!("hosts-uninstall-submit")}
                </button>
                <a class="button" href=back>
                    {t!("hosts-uninstall-keep")}
                </a>
            </form>
        </section>
    }
    .into_any()
}
