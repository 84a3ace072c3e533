//! Logs, read only: no call changes or deletes one.

use audit::Audit;
use axum::{Json, extract::State};
use types::{Log, LogQuery, Page};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiError,
    request::{Caller, NoQuery, Query, Segments},
};
use crate::router::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
}

/// The filters of logs, for the document only: `types::LogQuery` reads them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "its fields are read by the derive alone")]
pub(super) struct LogFilters {
    /// Of this host
    host: Option<String>,
    /// Of this model
    model: Option<String>,
    /// Of these records; repeat it for several
    record_id: Option<Vec<String>>,
    /// By this user's login
    user: Option<String>,
    /// Of these operations: `create`, `write`, `unlink`; repeat it for several
    operation: Option<Vec<types::OperationKind>>,
    /// With a change of this field
    field: Option<String>,
    /// Of this request of the host
    request_id: Option<String>,
    /// Of this transaction of the host
    transaction_id: Option<String>,
    /// Recorded then or later
    #[param(format = DateTime)]
    from: Option<String>,
    /// Recorded then or earlier
    #[param(format = DateTime)]
    to: Option<String>,
    /// A search: words and `"phrases"` in the record's name, the user, an old or a new value, and
    /// qualifiers such as `model:crm.lead user:marc,joel op:write field:stage record:13
    /// revision:>5 from:-7d to:2026-11-23 on:today is:unrecorded`, any of them left out by a
    /// leading `-`. All terms must fit; of several values of a qualifier one. Times without an
    /// offset are in UTC. What only looks like a qualifier is searched as text; a known qualifier
    /// with a value that is not understood is a fault at `/q`
    q: Option<String>,
    /// With a greater `seq`: to follow the tail
    after_seq: Option<i64>,
    /// `desc` (newest first, where not given) or `asc`
    order: Option<String>,
}

/// Logs, newest first.
///
/// All filters combine.
#[utoipa::path(get, path = "/logs", operation_id = "list_logs", tag = "Logs",
    params(
        LogFilters,
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows of the page; 50 where not given"),
    ),
    responses((status = 200, description = "A page of logs", body = Page<Log>)))]
async fn list(
    Caller(principal): Caller,
    Query(query): Query,
    State(audit): State<Audit>,
) -> Result<Json<Page<Log>>, ApiError> {
    let query = LogQuery::parse(&query)?;
    Ok(Json(audit::logs::list(&audit, &principal, &query).await?))
}

/// One log.
#[utoipa::path(get, path = "/logs/{id}", operation_id = "get_log", tag = "Logs",
    params(("id" = String, Path, description = "The log's id")),
    responses((status = 200, description = "The log", body = Log)))]
async fn get(
    Caller(principal): Caller,
    _: NoQuery,
    Segments(id): Segments<String>,
    State(audit): State<Audit>,
) -> Result<Json<Log>, ApiError> {
    Ok(Json(audit::logs::get(&audit, &principal, &id).await?))
}
