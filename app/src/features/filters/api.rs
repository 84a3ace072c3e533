//! Server functions of saved filters.

use leptos::prelude::*;
use types::{FilterInput, FilterPatch, List, SavedFilter};

use crate::{
    address,
    error::PageError,
    request::{self, fail},
};

/// The person's filters, and those that are shared, of every list that has any.
pub async fn list_filters() -> Result<Vec<(List, Vec<SavedFilter>)>, PageError> {
    let (audit, principal) = request::caller()?;
    let mut found = Vec::new();
    for list in List::ALL {
        let filters = audit::filters::list(&audit, &principal, list)
            .await
            .map_err(fail)?;
        if !filters.is_empty() {
            found.push((list, filters));
        }
    }
    Ok(found)
}

/// Saves what the list of logs asks for under a name. `query` is the list's query text.
#[server(prefix = "/fn", endpoint = "filters/save")]
pub async fn save_filter(
    #[server(default)] name: String,
    #[server(default)] query: String,
    #[server(default)] shared: bool,
    #[server(default)] default: bool,
) -> Result<(), PageError> {
    let input = FilterInput {
        list: List::Logs,
        name: name.clone(),
        query: query.clone(),
        shared,
    };
    let saved = server::save(input, default).await;
    let told = match &saved {
        Ok(()) => address::query_text([("done", "filter")]),
        Err(error) => {
            let code = error.faults.first().map_or(error.code, |fault| fault.code);
            let shared = if shared { "true" } else { "" };
            address::query_text([
                ("error", code.as_str()),
                ("name", &name),
                ("shared", shared),
            ])
        }
    };
    let query = address::without(&query, &["done", "error", "name", "shared"]);
    let text = if query.is_empty() {
        told
    } else {
        format!("{query}&{told}")
    };
    request::go_to(&address::with_query("/logs", &text));
    saved
}

/// Renames a filter, or shares it, or takes it back.
#[server(prefix = "/fn", endpoint = "filters/change")]
pub async fn change_filter(
    id: String,
    #[server(default)] name: String,
    #[server(default)] shared: String,
) -> Result<(), PageError> {
    let patch = FilterPatch {
        name: Some(name).filter(|name| !name.is_empty()),
        shared: match shared.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        query: None,
    };
    server::back(server::change(&id, patch).await, &id)
}

/// Makes a filter the one that its list begins with; an empty `id` unsets it.
#[server(prefix = "/fn", endpoint = "filters/default")]
pub async fn set_default_filter(
    list: String,
    #[server(default)] id: String,
) -> Result<(), PageError> {
    server::back(server::set_default(&list, &id).await, &id)
}

/// Deletes a filter.
#[server(prefix = "/fn", endpoint = "filters/delete")]
pub async fn delete_filter(id: String) -> Result<(), PageError> {
    server::back(server::delete(&id).await, &id)
}

mod server {
    use types::{Code, FilterInput, FilterPatch, List};

    use crate::{
        address,
        error::PageError,
        request::{self, fail},
    };

    pub(super) async fn save(input: FilterInput, default: bool) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        let list = input.list;
        let saved = audit::filters::create(&audit, &principal, input)
            .await
            .map_err(fail)?;
        if default {
            audit::filters::set_default(&audit, &principal, list, Some(&saved.id))
                .await
                .map_err(fail)?;
        }
        Ok(())
    }

    pub(super) async fn change(id: &str, patch: FilterPatch) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        audit::filters::update(&audit, &principal, id, patch)
            .await
            .map_err(fail)?;
        Ok(())
    }

    pub(super) async fn set_default(list: &str, id: &str) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        let Some(list) = List::parse(list) else {
            let error = audit::Error::refused(Code::BadRequest, "there is no such list");
            return Err(fail(error));
        };
        let id = Some(id).filter(|id| !id.is_empty());
        audit::filters::set_default(&audit, &principal, list, id)
            .await
            .map_err(fail)
    }

    pub(super) async fn delete(id: &str) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        audit::filters::delete(&audit, &principal, id)
            .await
            .map_err(fail)
    }

    /// Goes back to the filters, with what is wrong.
    pub(super) fn back(done: Result<(), PageError>, id: &str) -> Result<(), PageError> {
        let told = match &done {
            Ok(()) => String::new(),
            Err(error) => {
                let code = error.faults.first().map_or(error.code, |fault| fault.code);
                address::query_text([("error", code.as_str()), ("filter", id)])
            }
        };
        request::go_to(&address::with_query("/filters", &told));
        done
    }
}
