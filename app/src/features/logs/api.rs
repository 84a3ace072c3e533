//! Server functions of the pages of logs.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use types::{Field, List, Log, LogQuery, Timestamp};

use super::{
    proof::{ProofView, get_proof},
    state::LogRow,
};
use crate::error::PageError;

/// One log, with the ways from it.
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
    /// Its proof, as far as there is one.
    pub(super) proof: ProofView,
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
        .map(|within| (super::list_query::ListQuery::read(&within), within))
        .filter(|((_, faults), _)| faults.is_empty())
        .map(|((list, _), within)| (within, list.query))
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
    let proof = get_proof(&id).await?;
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
        proof,
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

/// What a search may go on with, as the browser puts it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The whole search once it is taken.
    pub text: String,
    /// Where the caret is then, in UTF-16 units, as browsers count.
    pub caret: u32,
    /// What is put in.
    pub word: String,
    /// What people call it.
    pub label: String,
}

/// What the search `q` may go on with at the caret, which counts UTF-16 units.
#[server(prefix = "/fn", endpoint = "logs/complete", input = GetUrl)]
pub async fn complete_search(
    #[server(default)] q: String,
    #[server(default)] caret: u32,
) -> Result<Vec<Completion>, PageError> {
    use crate::request;
    let (audit, principal) = request::caller()?;
    let at = super::complete::byte_of(&q, caret);
    let found = audit::logs::complete(&audit, &principal, &q, at)
        .await
        .map_err(request::fail)?;
    Ok(found
        .into_iter()
        .map(|suggestion| super::complete::completion(&q, suggestion))
        .collect())
}

/// Keeps the columns of the list, or takes the list's own again. `back` is the list's address.
#[server(prefix = "/fn", endpoint = "logs/columns")]
pub async fn set_columns(
    #[server(default)] columns: Vec<String>,
    #[server(default)] own: bool,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    use super::columns::Column;
    use crate::{address, request};
    let (audit, principal) = request::caller()?;
    let kept: Vec<String> = if own {
        Vec::new()
    } else {
        Column::chosen(&columns)
            .into_iter()
            .map(|column| column.as_str().to_owned())
            .collect()
    };
    audit::preferences::set_columns(&audit, &principal, List::Logs, kept)
        .await
        .map_err(request::fail)?;
    // The address is ours whatever was sent: only its query text is taken.
    let query = back.split_once('?').map_or("", |(_, query)| query);
    request::go_to(&address::with_query("/logs", query));
    Ok(())
}
