//! The document and the routes.

use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};
use types::Theme;

use crate::{
    components::Titles,
    features::{
        erasure::ErasurePage,
        filters::FiltersPage,
        find::FindPage,
        hosts::{HostPage, HostsPage, NewKeyPage, RevokePage, UninstallPage},
        integrity::IntegrityPage,
        logs::{LogPage, LogsPage, SelectedPage},
        me::MePage,
        models::{ModelPage, ModelsPage},
        overview::OverviewPage,
        records::{HistoryPage, RecordsPage},
        rules::{CoveragePage, DeleteRulePage, RulePage, RulesPage},
        sign_in::{SetupPage, SignInPage},
        users::{GroupsPage, UserPage, UsersPage},
    },
    layout::{Layout, NotFound},
    reader::reader,
    request::RequestInfo,
    say::t,
};

/// The document around the pages, for the server.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<RequestInfo>().map_or(Theme::System, |info| info.theme);
    view! {
        <!DOCTYPE html>
        <html lang=reader().language.as_str() data-theme=theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=schemes(theme) />
                <meta name="description" content=t!("common-tagline") />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="stylesheet" href=format!("/{}/{}.css", options.site_pkg_dir, options.output_name) />
                <AutoReload options=options.clone() />
                <HydrationScripts options islands=true />
                <MetaTags />
            </head>
            <body>
                <div class="routing" aria-hidden="true"></div>
                <p
                    id="announce"
                    role="status"
                    data-offline=t!("common-offline")
                    data-refused=t!("common-refused")
                ></p>
                <div id="page">
                    <App />
                </div>
            </body>
        </html>
    }
}

const fn schemes(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// The whole application: every page there is.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Titles />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route
                        path=path!("")
                        view=|| view! { <Redirect path="/logs" /> }
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/logs") view=LogsPage ssr=SsrMode::Async />
                    <Route path=path!("/logs/selected") view=SelectedPage ssr=SsrMode::Async />
                    <Route path=path!("/logs/:id") view=LogPage ssr=SsrMode::Async />
                    <Route
                        path=path!("/records/:model/:record_id")
                        view=HistoryPage
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/models") view=ModelsPage ssr=SsrMode::Async />
                    <Route path=path!("/models/:model") view=ModelPage ssr=SsrMode::Async />
                    <Route path=path!("/models/:model/records") view=RecordsPage ssr=SsrMode::Async />
                    <Route path=path!("/rules") view=RulesPage ssr=SsrMode::Async />
                    <Route path=path!("/rules/new") view=RulePage ssr=SsrMode::Async />
                    <Route path=path!("/rules/coverage") view=CoveragePage ssr=SsrMode::Async />
                    <Route path=path!("/rules/:id") view=RulePage ssr=SsrMode::Async />
                    <Route path=path!("/rules/:id/delete") view=DeleteRulePage ssr=SsrMode::Async />
                    <Route path=path!("/overview") view=OverviewPage ssr=SsrMode::Async />
                    <Route path=path!("/hosts") view=HostsPage ssr=SsrMode::Async />
                    <Route path=path!("/hosts/:host") view=HostPage ssr=SsrMode::Async />
                    <Route path=path!("/hosts/:host/keys") view=NewKeyPage ssr=SsrMode::Async />
                    <Route path=path!("/hosts/:host/revoke") view=RevokePage ssr=SsrMode::Async />
                    <Route
                        path=path!("/hosts/:host/uninstall")
                        view=UninstallPage
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/users") view=UsersPage ssr=SsrMode::Async />
                    <Route path=path!("/users/groups") view=GroupsPage ssr=SsrMode::Async />
                    <Route path=path!("/users/:id") view=UserPage ssr=SsrMode::Async />
                    <Route path=path!("/integrity") view=IntegrityPage ssr=SsrMode::Async />
                    <Route path=path!("/integrity/erasure") view=ErasurePage ssr=SsrMode::Async />
                    <Route path=path!("/filters") view=FiltersPage ssr=SsrMode::Async />
                    <Route path=path!("/find") view=FindPage ssr=SsrMode::Async />
                    <Route path=path!("/me") view=MePage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
