//! What the pages of rules change.

// A form posts its fields by name, so saving takes each as an argument. The attribute cannot stand
// on the function: `#[server]` writes it twice, and one of the two is not concerned.
#![allow(clippy::too_many_arguments, clippy::fn_params_excessive_bools)]

use leptos::prelude::*;

use super::state::Draft;
use crate::error::PageError;

/// Makes a rule, or changes the one of `id`.
#[server(prefix = "/fn", endpoint = "rules/save")]
pub async fn save_rule(
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] host: String,
    #[server(default)] model: String,
    #[server(default)] log_create: bool,
    #[server(default)] log_write: bool,
    #[server(default)] log_unlink: bool,
    #[server(default)] groups: Vec<String>,
    #[server(default)] excluded_users: Vec<String>,
    #[server(default)] ignored_fields: Vec<String>,
    #[server(default)] require_reason: bool,
    #[server(default)] active: bool,
) -> Result<(), PageError> {
    use crate::{address, request};
    let draft = Draft {
        name,
        host,
        model,
        log_create,
        log_write,
        log_unlink,
        groups: groups.join("\n"),
        excluded_users: excluded_users.join("\n"),
        ignored_fields: ignored_fields.join("\n"),
        require_reason,
        active,
    };
    match server::save(&id, &draft).await {
        Ok((done, rule)) => {
            let told = address::query_text([("done", done), ("rule", &rule)]);
            request::go_to(&address::with_query("/rules", &told));
            Ok(())
        }
        Err(error) => {
            let page = if id.is_empty() {
                "/rules/new".to_owned()
            } else {
                address::rule(&id)
            };
            let query = draft.to_query(error.code, &error.faults);
            request::go_back(&address::with_query(&page, &query));
            Err(error)
        }
    }
}

/// Changes one switch of a rule in place: `log_write=false`. `back` is the query text of the list.
#[server(prefix = "/fn", endpoint = "rules/change")]
pub async fn change_rule(
    id: String,
    change: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    use crate::{address, request};
    let result = server::change(&id, &change).await;
    let mut query = address::without(&back, &["error", "done", "rule"]);
    if let Err(error) = &result {
        // One fault says more than that there are some.
        let code = error.faults.first().map_or(error.code, |fault| fault.code);
        let told = address::query_text([("error", code.as_str())]);
        query = if query.is_empty() {
            told
        } else {
            format!("{query}&{told}")
        };
    }
    request::go_back(&address::with_query("/rules", &query));
    result
}

/// Deletes a rule. Its logs stay.
#[server(prefix = "/fn", endpoint = "rules/delete")]
pub async fn delete_rule(id: String) -> Result<(), PageError> {
    use crate::{address, request};
    let (audit, principal) = request::caller()?;
    match audit::rules::delete(&audit, &principal, &id)
        .await
        .map_err(request::fail)
    {
        Ok(()) => {
            request::go_to("/rules?done=deleted");
            Ok(())
        }
        Err(error) => {
            request::go_back(&format!(
                "{}/delete?error={}",
                address::rule(&id),
                error.code
            ));
            Err(error)
        }
    }
}

mod server {
    use types::{Code, RulePatch};

    use super::super::state::{Draft, read_change};
    use crate::{error::PageError, request};

    /// Keeps what the form asks for, and says what was done.
    pub(super) async fn save(id: &str, draft: &Draft) -> Result<(&'static str, String), PageError> {
        let (audit, principal) = request::caller()?;
        let input = draft.input().map_err(request::invalid)?;
        if id.is_empty() {
            let rule = audit::rules::create(&audit, &principal, input)
                .await
                .map_err(request::fail)?;
            return Ok(("created", rule.id));
        }
        let patch = RulePatch {
            name: Some(input.name),
            host: Some(input.host),
            model: Some(input.model),
            log_create: Some(input.log_create),
            log_write: Some(input.log_write),
            log_unlink: Some(input.log_unlink),
            groups: Some(input.groups),
            excluded_users: Some(input.excluded_users),
            ignored_fields: Some(input.ignored_fields),
            require_reason: Some(input.require_reason),
            active: Some(input.active),
        };
        audit::rules::update(&audit, &principal, id, patch)
            .await
            .map_err(request::fail)?;
        Ok(("saved", id.to_owned()))
    }

    /// Changes one switch.
    pub(super) async fn change(id: &str, change: &str) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        let Some(patch) = read_change(change) else {
            return Err(request::fail(audit::Error::refused(
                Code::BadRequest,
                "The change cannot be read.",
            )));
        };
        audit::rules::update(&audit, &principal, id, patch)
            .await
            .map_err(request::fail)?;
        Ok(())
    }
}
