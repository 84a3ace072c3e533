//! Keys: what hosts sign their calls with.

use audit::Audit;
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use types::{Faults, Key, KeyInput, MintedKey, Page, Parameters, Scope};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiError,
    list::Window,
    request::{Caller, JsonBody, NoQuery, Query, Segments},
};
use crate::router::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
}

/// The keys of a host, oldest first, revoked ones too.
#[utoipa::path(get, path = "/hosts/{host}/keys", operation_id = "list_keys", tag = "Keys",
    params(
        ("host" = String, Path, description = "The host's name"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows of the page; 50 where not given"),
    ),
    responses((status = 200, description = "A page of keys, without their secrets", body = Page<Key>)))]
async fn list(
    Caller(principal): Caller,
    Query(query): Query,
    Segments(host): Segments<String>,
    State(audit): State<Audit>,
) -> Result<Json<Page<Key>>, ApiError> {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(&query);
    let window = Window::read(&mut parameters, &mut faults);
    parameters.finish(&mut faults);
    faults.finish(Some(()))?;
    let keys = audit::keys::list(&audit, &principal, &host).await?;
    let page = window.page(&format!("keys:{host}"), keys, |key| {
        format!("{:020} {}", key.created_at.micros(), key.id)
    })?;
    Ok(Json(page))
}

/// Makes a key.
///
/// The answer is the only time that the key itself is told: only a hash of it is kept.
#[utoipa::path(post, path = "/hosts/{host}/keys", operation_id = "create_key", tag = "Keys",
    params(("host" = String, Path, description = "The host's name")),
    request_body = KeyInput,
    responses((status = 201, description = "The key", body = MintedKey)))]
async fn create(
    caller: Caller,
    _: NoQuery,
    Segments(host): Segments<String>,
    State(audit): State<Audit>,
    body: JsonBody,
) -> Result<impl IntoResponse, ApiError> {
    caller.needs(Scope::Admin)?;
    let input = KeyInput::read(body.read().await?)?;
    let key = audit::keys::create(&audit, &caller.0, &host, input).await?;
    Ok((
        StatusCode::CREATED,
        [(header::CACHE_CONTROL, "no-store")],
        Json(key),
    ))
}

/// Revokes a key, at once.
#[utoipa::path(delete, path = "/hosts/{host}/keys/{id}", operation_id = "revoke_key", tag = "Keys",
    params(
        ("host" = String, Path, description = "The host's name"),
        ("id" = String, Path, description = "The key's id"),
    ),
    responses((status = 204, description = "Done")))]
async fn revoke(
    Caller(principal): Caller,
    _: NoQuery,
    Segments((host, id)): Segments<(String, String)>,
    State(audit): State<Audit>,
) -> Result<StatusCode, ApiError> {
    audit::keys::revoke(&audit, &principal, &host, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
