//! What the pages of hosts change. A key is made by its own page: see [`super::new_key_page`].

use leptos::prelude::*;

use super::state::HostDraft;
use crate::{address, came_back::query_of, error::PageError, request};

/// Makes a host. One that had ended comes back.
#[server(prefix = "/fn", endpoint = "hosts/create")]
pub async fn create_host(
    #[server(default)] name: String,
    #[server(default)] label: String,
) -> Result<(), PageError> {
    let draft = HostDraft { name, label };
    match server::create(&draft).await {
        Ok(name) => {
            request::go_to(&format!("{}?done=created", address::host(&name)));
            Ok(())
        }
        Err(error) => {
            let typed = [("name", draft.name.as_str()), ("label", &draft.label)];
            let query = query_of(error.code, &error.faults, typed);
            request::go_back(&address::with_query("/hosts", &query));
            Err(error)
        }
    }
}

/// Ends a host: its keys and rules end, its logs stay.
#[server(prefix = "/fn", endpoint = "hosts/uninstall")]
pub async fn uninstall_host(host: String) -> Result<(), PageError> {
    let (audit, principal) = request::caller()?;
    match audit::hosts::end(&audit, &principal, &host)
        .await
        .map_err(request::fail)
    {
        Ok(()) => {
            request::go_to("/hosts?done=uninstalled");
            Ok(())
        }
        Err(error) => {
            let page = address::host(&host);
            request::go_back(&format!("{page}/uninstall?error={}", error.code));
            Err(error)
        }
    }
}

/// Revokes a key at once.
#[server(prefix = "/fn", endpoint = "hosts/revoke")]
pub async fn revoke_key(host: String, key: String) -> Result<(), PageError> {
    let (audit, principal) = request::caller()?;
    let page = address::host(&host);
    match audit::keys::revoke(&audit, &principal, &host, &key)
        .await
        .map_err(request::fail)
    {
        Ok(()) => {
            request::go_to(&format!("{page}?done=revoked"));
            Ok(())
        }
        Err(error) => {
            request::go_back(&format!("{page}?error={}", error.code));
            Err(error)
        }
    }
}

mod server {
    use super::HostDraft;
    use crate::{error::PageError, request};

    pub(super) async fn create(draft: &HostDraft) -> Result<String, PageError> {
        let (audit, principal) = request::caller()?;
        let input = draft.input().map_err(request::invalid)?;
        let host = audit::hosts::create(&audit, &principal, input)
            .await
            .map_err(request::fail)?;
        Ok(host.name)
    }
}
