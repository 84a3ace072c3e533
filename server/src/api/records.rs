//! Records as the audit trail knows them: now, as they were, and the way back.

use audit::{
    Audit,
    records::{Moment, RecordKey},
};
use axum::{Json, extract::State, http::header, response::IntoResponse};
use types::{Code, Comparison, Faults, Log, Page, Parameters, PatchOperation, Record, RecordQuery};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiError,
    request::{Caller, Query, Segments},
};
use crate::router::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(revisions))
        .routes(routes!(compare))
        .routes(routes!(restore_plan))
}

/// Reads a query to its end: every fault of it is told at once.
fn read<T>(
    query: &str,
    take: impl FnOnce(&mut Parameters, &mut Faults) -> Option<T>,
) -> Result<T, Faults> {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(query);
    let taken = take(&mut parameters, &mut faults);
    parameters.finish(&mut faults);
    faults.finish(taken)
}

/// A revision that must be given.
fn revision(name: &str, parameters: &mut Parameters, faults: &mut Faults) -> Option<i64> {
    let before = faults.len();
    let number = parameters.number(name, 1..=i64::MAX, faults);
    if number.is_none() && faults.len() == before {
        faults.push(
            format!("/{name}"),
            Code::Missing,
            format!("`{name}` is required"),
        );
    }
    number
}

/// The known records of a model.
#[utoipa::path(get, path = "/records", operation_id = "list_records", tag = "Records",
    params(
        ("model" = String, Query, description = "Of this model"),
        ("host" = Option<String>, Query, description = "Of this host"),
        ("q" = Option<String>, Query, description = "With this text in the name or a value"),
        ("deleted" = Option<bool>, Query, description = "Only deleted ones, or only living ones"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows of the page; 50 where not given"),
    ),
    responses((status = 200, description = "A page of records as last known", body = Page<Record>)))]
async fn list(
    Caller(principal): Caller,
    Query(query): Query,
    State(audit): State<Audit>,
) -> Result<Json<Page<Record>>, ApiError> {
    let query = RecordQuery::parse(&query)?;
    Ok(Json(
        audit::records::list(&audit, &principal, &query).await?,
    ))
}

/// A record as last known, or as it was.
#[utoipa::path(get, path = "/records/{model}/{record_id}", operation_id = "get_record", tag = "Records",
    params(
        ("model" = String, Path, description = "The model's name"),
        ("record_id" = String, Path, description = "The record's id"),
        ("host" = Option<String>, Query, description = "Its host, where several have the model"),
        ("at" = Option<String>, Query, format = DateTime, description = "As it was at this time; not with `revision`"),
        ("revision" = Option<i64>, Query, description = "As it was at this revision; not with `at`"),
    ),
    responses((status = 200, description = "The record", body = Record)))]
async fn get(
    Caller(principal): Caller,
    Query(query): Query,
    Segments((model, record_id)): Segments<(String, String)>,
    State(audit): State<Audit>,
) -> Result<Json<Record>, ApiError> {
    let (host, moment) = read(&query, |parameters, faults| {
        let host = parameters.one("host", faults);
        let before = faults.len();
        let at = parameters.time("at", faults);
        let revision = parameters.number("revision", 1..=i64::MAX, faults);
        if at.is_some() && revision.is_some() {
            let detail = "give `at` or `revision`, not both";
            faults.push("/revision", Code::Duplicate, detail);
        }
        let moment = match (at, revision) {
            (Some(at), _) => Moment::Time(at),
            (None, Some(revision)) => Moment::Revision(revision),
            (None, None) => Moment::Latest,
        };
        (faults.len() == before).then_some((host, moment))
    })?;
    let key = RecordKey {
        host: host.as_deref(),
        model: &model,
        record_id: &record_id,
    };
    Ok(Json(
        audit::records::get(&audit, &principal, key, moment).await?,
    ))
}

/// A record's logs, oldest first, each with its revision.
#[utoipa::path(get, path = "/records/{model}/{record_id}/revisions", operation_id = "list_revisions", tag = "Records",
    params(
        ("model" = String, Path, description = "The model's name"),
        ("record_id" = String, Path, description = "The record's id"),
        ("host" = Option<String>, Query, description = "Its host, where several have the model"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows of the page; 50 where not given"),
    ),
    responses((status = 200, description = "A page of logs", body = Page<Log>)))]
async fn revisions(
    Caller(principal): Caller,
    Query(query): Query,
    Segments((model, record_id)): Segments<(String, String)>,
    State(audit): State<Audit>,
) -> Result<Json<Page<Log>>, ApiError> {
    let (host, cursor, limit) = read(&query, |parameters, faults| {
        Some((
            parameters.one("host", faults),
            parameters.one("cursor", faults),
            parameters.limit(faults),
        ))
    })?;
    let key = RecordKey {
        host: host.as_deref(),
        model: &model,
        record_id: &record_id,
    };
    let page = audit::records::revisions(&audit, &principal, key, cursor.as_deref(), limit).await?;
    Ok(Json(page))
}

/// The fields that differ between two revisions, with both values.
#[utoipa::path(get, path = "/records/{model}/{record_id}/compare", operation_id = "compare_revisions", tag = "Records",
    params(
        ("model" = String, Path, description = "The model's name"),
        ("record_id" = String, Path, description = "The record's id"),
        ("host" = Option<String>, Query, description = "Its host, where several have the model"),
        ("from" = i64, Query, minimum = 1, description = "The first revision"),
        ("to" = i64, Query, minimum = 1, description = "The second revision"),
    ),
    responses((status = 200, description = "The differences", body = Comparison)))]
async fn compare(
    Caller(principal): Caller,
    Query(query): Query,
    Segments((model, record_id)): Segments<(String, String)>,
    State(audit): State<Audit>,
) -> Result<Json<Comparison>, ApiError> {
    let (host, from, to) = read(&query, |parameters, faults| {
        let host = parameters.one("host", faults);
        let from = revision("from", parameters, faults);
        let to = revision("to", parameters, faults);
        Some((host, from?, to?))
    })?;
    let key = RecordKey {
        host: host.as_deref(),
        model: &model,
        record_id: &record_id,
    };
    Ok(Json(
        audit::records::compare(&audit, &principal, key, from, to).await?,
    ))
}

/// The way back to a revision, as an RFC 6902 JSON Patch for the host to apply.
///
/// It begins with `test` operations: it applies only to the record as it was last known here. This
/// server writes to no host.
#[utoipa::path(get, path = "/records/{model}/{record_id}/restore-plan", operation_id = "plan_restore", tag = "Records",
    params(
        ("model" = String, Path, description = "The model's name"),
        ("record_id" = String, Path, description = "The record's id"),
        ("host" = Option<String>, Query, description = "Its host, where several have the model"),
        ("revision" = i64, Query, minimum = 1, description = "The revision to go back to"),
    ),
    responses((status = 200, description = "The patch", body = Vec<PatchOperation>, content_type = "application/json-patch+json")))]
async fn restore_plan(
    Caller(principal): Caller,
    Query(query): Query,
    Segments((model, record_id)): Segments<(String, String)>,
    State(audit): State<Audit>,
) -> Result<impl IntoResponse, ApiError> {
    let (host, revision) = read(&query, |parameters, faults| {
        let host = parameters.one("host", faults);
        Some((host, revision("revision", parameters, faults)?))
    })?;
    let key = RecordKey {
        host: host.as_deref(),
        model: &model,
        record_id: &record_id,
    };
    let plan = audit::records::restore_plan(&audit, &principal, key, revision).await?;
    Ok((
        [(header::CONTENT_TYPE, "application/json-patch+json")],
        Json(plan),
    ))
}
