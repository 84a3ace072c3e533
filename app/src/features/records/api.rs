//! Server functions of the list of a model's records.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use types::{RecordQuery, Timestamp};

use super::state::{Choice, Column, RecordRow};
use crate::error::PageError;

/// The records of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordsView {
    /// When the page was made.
    pub now: Timestamp,
    /// The host of the model.
    pub host: String,
    /// The model's label.
    pub label: String,
    /// What was asked for.
    pub query: RecordQuery,
    /// The columns.
    pub columns: Vec<Column>,
    /// The columns to choose.
    pub choices: Vec<Choice>,
    /// Whether the person chose the columns.
    pub chosen: bool,
    /// The lines.
    pub rows: Vec<RecordRow>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// Whether the logs of all that match were asked for, and these are too many.
    pub too_many: bool,
}

/// Most records whose logs are asked for at once: as many as a list of logs takes.
pub(super) const MOST: usize = 1_000;
/// Longest address that every server takes.
const LONGEST: usize = 30_000;

/// The records of a model that an address asks for. With `logs=all` in it the page is left for the
/// logs of all that match, where these are not too many.
pub async fn list_records(model: String, query: String) -> Result<RecordsView, PageError> {
    use crate::{address, request};
    let (audit, principal) = request::caller()?;
    let to_logs = address::parameter(&query, "logs").is_some_and(|word| word == "all");
    let (mut query, faults) =
        super::state::read_query(&model, &address::without(&query, &["logs"]));
    if !faults.is_empty() {
        return Err(request::invalid(faults));
    }
    let model = audit::models::get(&audit, &principal, query.host.as_deref(), &model)
        .await
        .map_err(request::fail)?;
    query.host = Some(model.host.clone());
    if to_logs && let Some(ids) = matching(&audit, &principal, &query).await? {
        let logs = address::logs_of(&model.host, &model.model, ids);
        if logs.len() <= LONGEST {
            request::redirect_page(&logs);
        }
    }
    let page = audit::records::list(&audit, &principal, &query)
        .await
        .map_err(request::fail)?;
    let mut by = audit::records::doers(&audit, &principal, &page.items)
        .await
        .map_err(request::fail)?;
    // Only people have preferences; who has none is shown the list's own columns.
    let preferences = audit::preferences::get(&audit, &principal)
        .await
        .unwrap_or_default();
    let key = types::Preferences::of_model(&model.host, &model.model);
    let chosen = preferences.record_columns.get(&key);
    let kept = chosen.map(Vec::as_slice).unwrap_or_default();
    let columns = super::state::columns(&model, &page.items, kept);
    let rows = page
        .items
        .into_iter()
        .map(|record| {
            let doer = by.remove(&record.record_id);
            super::state::row(record, &columns, doer)
        })
        .collect();
    Ok(RecordsView {
        now: request::now(),
        choices: super::state::choices(&model, &columns),
        chosen: chosen.is_some(),
        host: model.host,
        label: model.label,
        query,
        columns,
        rows,
        next_cursor: page.next_cursor,
        too_many: to_logs,
    })
}

/// The ids of all records that match; none where these are too many.
async fn matching(
    audit: &audit::Audit,
    principal: &audit::Principal,
    query: &RecordQuery,
) -> Result<Option<Vec<String>>, PageError> {
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let part = RecordQuery {
            cursor,
            limit: types::MAX_LIMIT,
            ..query.clone()
        };
        let page = audit::records::list(audit, principal, &part)
            .await
            .map_err(crate::request::fail)?;
        ids.extend(page.items.into_iter().map(|record| record.record_id));
        match page.next_cursor {
            _ if ids.len() > MOST => return Ok(None),
            None => return Ok(Some(ids).filter(|ids| !ids.is_empty())),
            next => cursor = next,
        }
    }
}

/// Keeps the columns of a model's list for the person who asks, or forgets them; then shows the
/// list at `place`, the text behind `?` of its address.
#[server(prefix = "/fn", endpoint = "records/columns")]
pub async fn save_columns(
    #[server(default)] host: String,
    #[server(default)] model: String,
    #[server(default)] place: String,
    #[server(default)] columns: Vec<String>,
    #[server(default)] forget: bool,
) -> Result<(), PageError> {
    use crate::request;
    let (audit, principal) = request::caller()?;
    let columns = if forget { Vec::new() } else { columns };
    audit::preferences::set_record_columns(&audit, &principal, &host, &model, columns)
        .await
        .map_err(request::fail)?;
    // Read and written again, so that nobody is led elsewhere by it.
    let (mut query, _) = super::state::read_query(&model, &place);
    query.host = Some(host);
    request::go_to(&super::state::page_address(&query, query.cursor.as_deref()));
    Ok(())
}
