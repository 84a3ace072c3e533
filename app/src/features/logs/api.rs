//! Server functions of the pages of logs.

use serde::{Deserialize, Serialize};
use types::{Log, LogQuery, Timestamp};

use super::state::{LogRow, SelectedRecords};
use crate::{error::PageError, features::models::ModelChoice};

/// The list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogsView {
    /// When the page was made.
    pub now: Timestamp,
    /// What was asked for.
    pub query: LogQuery,
    /// The lines.
    pub rows: Vec<LogRow>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// The models to choose from.
    pub models: Vec<ModelChoice>,
    /// Whether the person may make rules.
    pub editable: bool,
    /// Whether no host has declared or reported anything yet.
    pub quiet: bool,
}

/// One log, with the ways from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogView {
    /// When the page was made.
    pub now: Timestamp,
    /// The log.
    pub log: Log,
    /// The log before.
    pub older: Option<String>,
    /// The log after.
    pub newer: Option<String>,
    /// The rules that asked for it: id, and the name where it can be seen and still exists.
    pub rules: Vec<(String, Option<String>)>,
}

/// The logs that an address asks for.
pub async fn list_logs(query: String) -> Result<LogsView, PageError> {
    use crate::request;
    let (audit, principal) = request::caller()?;
    let (query, faults) = super::state::read_query(&query);
    if !faults.is_empty() {
        return Err(request::invalid(faults));
    }
    let page = audit::logs::list(&audit, &principal, &query)
        .await
        .map_err(request::fail)?;
    let models = audit::models::list(&audit, &principal, None)
        .await
        .map_err(request::fail)?;
    let editable = request::administers(&principal);
    let quiet = editable && {
        let hosts = audit::hosts::list(&audit, &principal, true)
            .await
            .map_err(request::fail)?;
        models.iter().all(|model| {
            hosts
                .iter()
                .any(|host| host.builtin && host.name == model.host)
        })
    };
    Ok(LogsView {
        now: request::now(),
        editable,
        quiet,
        query,
        rows: page.items.into_iter().map(LogRow::from).collect(),
        next_cursor: page.next_cursor,
        models: models.into_iter().map(ModelChoice::from).collect(),
    })
}

/// One log.
pub async fn get_log(id: String) -> Result<LogView, PageError> {
    use crate::request;
    let (audit, principal) = request::caller()?;
    let log = audit::logs::get(&audit, &principal, &id)
        .await
        .map_err(request::fail)?;
    let (older, newer) = audit::logs::neighbours(&audit, &principal, &id, &LogQuery::default())
        .await
        .map_err(request::fail)?;
    let mut rules = Vec::with_capacity(log.rule_ids.len());
    for id in &log.rule_ids {
        // A rule that is gone, or not for this person, is still named by its id.
        let rule = audit::rules::get(&audit, &principal, id).await.ok();
        rules.push((id.clone(), rule.map(|rule| rule.name)));
    }
    Ok(LogView {
        now: request::now(),
        log,
        older,
        newer,
        rules,
    })
}

/// The records of the logs that an address selects by `log=…`; each must be one the person sees.
pub async fn list_selected(query: String) -> Result<Vec<SelectedRecords>, PageError> {
    use crate::request;
    const MOST: usize = 200;
    let (audit, principal) = request::caller()?;
    let ids = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "log")
        .map(|(_, id)| id.into_owned())
        .take(MOST);
    let mut rows = Vec::new();
    for id in ids {
        let log = audit::logs::get(&audit, &principal, &id)
            .await
            .map_err(request::fail)?;
        rows.push(LogRow::from(log));
    }
    let groups = super::state::group_records(rows);
    Ok(groups)
}
