//! Rules: which operations are followed.

use audit::Audit;
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use types::{Page, Rule, RuleInput, RulePatch, RuleQuery, Scope, encode_segment};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiError,
    request::{Caller, JsonBody, NoQuery, Query, Segments},
};
use crate::router::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
}

/// The rules.
///
/// A key without scope `admin` reads the rules in force of its own host.
#[utoipa::path(get, path = "/rules", operation_id = "list_rules", tag = "Rules",
    params(
        ("host" = Option<String>, Query, description = "Of this host"),
        ("model" = Option<String>, Query, description = "Of this model"),
        ("q" = Option<String>, Query, description = "With this text in the name or model"),
        ("active" = Option<bool>, Query, description = "In force or not"),
        ("operation" = Option<Vec<types::OperationKind>>, Query, description = "Following one of these at least; may be repeated"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows of the page; 50 where not given"),
    ),
    responses((status = 200, description = "A page of rules", body = Page<Rule>)))]
async fn list(
    Caller(principal): Caller,
    Query(query): Query,
    State(audit): State<Audit>,
) -> Result<Json<Page<Rule>>, ApiError> {
    let query = RuleQuery::parse(&query)?;
    Ok(Json(audit::rules::list(&audit, &principal, &query).await?))
}

/// Makes a rule.
#[utoipa::path(post, path = "/rules", operation_id = "create_rule", tag = "Rules",
    request_body = RuleInput,
    responses(
        (status = 201, description = "The rule", body = Rule),
        (status = 409, description = "`rule_exists`", body = types::Problem, content_type = "application/problem+json"),
    ))]
async fn create(
    caller: Caller,
    _: NoQuery,
    State(audit): State<Audit>,
    body: JsonBody,
) -> Result<impl IntoResponse, ApiError> {
    caller.needs(Scope::Admin)?;
    let input = RuleInput::read(body.read().await?)?;
    let rule = audit::rules::create(&audit, &caller.0, input).await?;
    let location = format!("/api/v1/rules/{}", encode_segment(&rule.id));
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(rule),
    ))
}

/// One rule.
#[utoipa::path(get, path = "/rules/{id}", operation_id = "get_rule", tag = "Rules",
    params(("id" = String, Path, description = "The rule's id")),
    responses((status = 200, description = "The rule", body = Rule)))]
async fn get(
    Caller(principal): Caller,
    _: NoQuery,
    Segments(id): Segments<String>,
    State(audit): State<Audit>,
) -> Result<Json<Rule>, ApiError> {
    Ok(Json(audit::rules::get(&audit, &principal, &id).await?))
}

/// Changes members of a rule; the others stay.
#[utoipa::path(patch, path = "/rules/{id}", operation_id = "update_rule", tag = "Rules",
    params(("id" = String, Path, description = "The rule's id")),
    request_body = RulePatch,
    responses(
        (status = 200, description = "The rule", body = Rule),
        (status = 409, description = "`rule_exists`", body = types::Problem, content_type = "application/problem+json"),
    ))]
async fn update(
    caller: Caller,
    _: NoQuery,
    Segments(id): Segments<String>,
    State(audit): State<Audit>,
    body: JsonBody,
) -> Result<Json<Rule>, ApiError> {
    caller.needs(Scope::Admin)?;
    let patch = RulePatch::read(body.read().await?)?;
    Ok(Json(
        audit::rules::update(&audit, &caller.0, &id, patch).await?,
    ))
}

/// Deletes a rule; its logs stay as they are.
#[utoipa::path(delete, path = "/rules/{id}", operation_id = "delete_rule", tag = "Rules",
    params(("id" = String, Path, description = "The rule's id")),
    responses((status = 204, description = "Done")))]
async fn delete(
    Caller(principal): Caller,
    _: NoQuery,
    Segments(id): Segments<String>,
    State(audit): State<Audit>,
) -> Result<StatusCode, ApiError> {
    audit::rules::delete(&audit, &principal, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
