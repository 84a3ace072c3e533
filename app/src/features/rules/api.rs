//! Server functions of the pages of rules.

// A form posts its fields by name, so saving takes each as an argument. The attribute cannot stand
// on the function: `#[server]` writes it twice, and one of the two is not concerned.
#![allow(clippy::too_many_arguments, clippy::fn_params_excessive_bools)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use types::{Rule, RuleQuery, Timestamp};

use super::state::Draft;
use crate::{error::PageError, features::models::ModelChoice};

/// The list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RulesView {
    /// When the page was made.
    pub now: Timestamp,
    /// Whether the person may change rules.
    pub editable: bool,
    /// What was asked for.
    pub query: RuleQuery,
    /// The rules.
    pub rules: Vec<Rule>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// Id and name of the rule that was kept a moment ago.
    pub told: Option<(String, String)>,
}

/// The form of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleForm {
    /// The rule; none for a new one.
    pub id: Option<String>,
    /// The rule's name as it is kept, for the heading.
    pub kept_name: Option<String>,
    /// Whether the person may change rules.
    pub editable: bool,
    /// What the form holds.
    pub draft: Draft,
    /// What is wrong with it, when it came back.
    pub error: Option<PageError>,
    /// The hosts to choose from: name and label.
    pub hosts: Vec<(String, String)>,
    /// The models to choose from.
    pub models: Vec<ModelChoice>,
}

/// The rules that an address asks for.
pub async fn list_rules(query: String) -> Result<RulesView, PageError> {
    use crate::{address, request};
    let (audit, principal) = request::caller()?;
    let told = match address::parameter(&query, "rule") {
        Some(id) => audit::rules::get(&audit, &principal, &id)
            .await
            .ok()
            .map(|rule| (rule.id, rule.name)),
        None => None,
    };
    let (query, faults) = super::state::read_query(&query);
    if !faults.is_empty() {
        return Err(request::invalid(faults));
    }
    let page = audit::rules::list(&audit, &principal, &query)
        .await
        .map_err(request::fail)?;
    Ok(RulesView {
        now: request::now(),
        editable: request::administers(&principal),
        query,
        rules: page.items,
        next_cursor: page.next_cursor,
        told,
    })
}

/// The form of a rule, or of a new one where `id` is empty; prefilled by what the address holds.
pub async fn get_rule_form(id: String, query: String) -> Result<RuleForm, PageError> {
    use super::state;
    use crate::request;
    let (audit, principal) = request::caller()?;
    let editable = request::administers(&principal);
    let rule = if id.is_empty() {
        if !editable {
            return Err(request::fail(audit::Error::forbidden(
                "Only administrators make rules.",
            )));
        }
        None
    } else {
        Some(
            audit::rules::get(&audit, &principal, &id)
                .await
                .map_err(request::fail)?,
        )
    };
    let hosts = audit::hosts::list(&audit, &principal, false)
        .await
        .map_err(request::fail)?;
    let models = audit::models::list(&audit, &principal, None)
        .await
        .map_err(request::fail)?;
    let kept_name = rule.as_ref().map(|rule| rule.name.clone());
    let mut draft = rule.map(Draft::from).unwrap_or_default();
    draft.prefill(&query);
    let error = state::faults_of(&query).map(|(code, faults)| PageError {
        faults,
        ..PageError::new(code, code.title())
    });
    Ok(RuleForm {
        id: Some(id).filter(|id| !id.is_empty()),
        kept_name,
        editable,
        draft,
        error,
        hosts: hosts
            .into_iter()
            .filter(|host| !host.builtin)
            .map(|host| (host.name, host.label))
            .collect(),
        models: models.into_iter().map(ModelChoice::from).collect(),
    })
}

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
    #[server(default)] groups: String,
    #[server(default)] excluded_users: String,
    #[server(default)] ignored_fields: String,
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
        groups,
        excluded_users,
        ignored_fields,
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
