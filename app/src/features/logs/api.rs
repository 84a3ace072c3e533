//! Server functions of the pages of logs.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use types::{List, Log, LogQuery, Timestamp};

use crate::error::PageError;

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
