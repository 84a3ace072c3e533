//! Server functions of the pages of logs.

use serde::{Deserialize, Serialize};
use types::{Field, Log, LogQuery, Timestamp};

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
    /// The fields of its model as they are now, for the labels of what the log tells beside its
    /// changes.
    pub fields: Vec<Field>,
    /// The query of the list one came from; empty for all logs.
    pub within: String,
    /// The log before, in that list.
    pub older: Option<String>,
    /// The log after.
    pub newer: Option<String>,
    /// The rules that asked for it: id, and the name where it can be seen and still exists.
    pub rules: Vec<(String, Option<String>)>,
    /// Other logs of the same request or transaction.
    pub others: Vec<LogRow>,
    /// Whether there are more of these.
    pub more_others: bool,
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

/// One log; `query` may hold `within`, the query of the list one came from.
pub async fn get_log(id: String, query: String) -> Result<LogView, PageError> {
    use crate::{address, request};
    let (audit, principal) = request::caller()?;
    let log = audit::logs::get(&audit, &principal, &id)
        .await
        .map_err(request::fail)?;
    // A list that cannot be read is no reason not to show the log.
    let (within, list) = address::parameter(&query, "within")
        .map(|within| (super::state::read_query(&within), within))
        .filter(|((_, faults), _)| faults.is_empty())
        .map(|((list, _), within)| (within, list))
        .unwrap_or_default();
    let list = LogQuery {
        cursor: None,
        ..list
    };
    let (older, newer) = audit::logs::neighbours(&audit, &principal, &id, &list)
        .await
        .map_err(request::fail)?;
    let mut rules = Vec::with_capacity(log.rule_ids.len());
    for id in &log.rule_ids {
        // Somebody who may see the log but not the rule is told the rule's id.
        let rule = audit::rules::get(&audit, &principal, id).await.ok();
        rules.push((id.clone(), rule.map(|rule| rule.name)));
    }
    let model = audit::models::get(&audit, &principal, Some(&log.host), &log.model)
        .await
        .map_err(request::fail)?;
    let (others, more_others) = others::of(&audit, &principal, &log).await?;
    Ok(LogView {
        now: request::now(),
        log,
        fields: model.fields,
        within,
        older,
        newer,
        rules,
        others,
        more_others,
    })
}

mod others {
    use audit::{Audit, Principal};
    use types::{Log, LogQuery};

    use crate::{error::PageError, features::logs::state::LogRow, request};

    /// Other logs that are told.
    const MOST: usize = 10;

    /// Other logs of the same request or transaction, the latest first, and whether there are more.
    pub(super) async fn of(
        audit: &Audit,
        principal: &Principal,
        log: &Log,
    ) -> Result<(Vec<LogRow>, bool), PageError> {
        let of_host = LogQuery {
            host: Some(log.host.clone()),
            limit: 12,
            ..LogQuery::default()
        };
        let of_request = log.context.request_id.clone().map(|id| LogQuery {
            request_id: Some(id),
            ..of_host.clone()
        });
        let of_transaction = log.context.transaction_id.clone().map(|id| LogQuery {
            transaction_id: Some(id),
            ..of_host
        });
        let mut found: Vec<Log> = Vec::new();
        for query in of_request.into_iter().chain(of_transaction) {
            let page = audit::logs::list(audit, principal, &query)
                .await
                .map_err(request::fail)?;
            found.extend(page.items);
        }
        found.retain(|other| other.id != log.id);
        found.sort_by_key(|other| std::cmp::Reverse(other.seq));
        found.dedup_by_key(|other| other.seq);
        let more = found.len() > MOST;
        found.truncate(MOST);
        Ok((found.into_iter().map(LogRow::from).collect(), more))
    }
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
