//! Hosts: the applications whose users' operations are audited.

use audit::Audit;
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use types::{Faults, Host, HostInput, Page, Parameters, Scope, encode_segment};
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
        .routes(routes!(end))
}

/// The hosts, by name.
///
/// Administrators only.
#[utoipa::path(get, path = "/hosts", operation_id = "list_hosts", tag = "Hosts",
    params(
        ("ended" = Option<bool>, Query, description = "Show uninstalled hosts too"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows of the page; 50 where not given"),
    ),
    responses((status = 200, description = "A page of hosts", body = Page<Host>)))]
async fn list(
    Caller(principal): Caller,
    Query(query): Query,
    State(audit): State<Audit>,
) -> Result<Json<Page<Host>>, ApiError> {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(&query);
    let ended = parameters.boolean("ended", &mut faults).unwrap_or(false);
    let window = Window::read(&mut parameters, &mut faults);
    parameters.finish(&mut faults);
    faults.finish(Some(()))?;
    let hosts = audit::hosts::list(&audit, &principal, ended).await?;
    let page = window.page(&format!("hosts:{ended}"), hosts, |host| host.name.clone())?;
    Ok(Json(page))
}

/// Creates a host.
#[utoipa::path(post, path = "/hosts", operation_id = "create_host", tag = "Hosts",
    request_body = HostInput,
    responses(
        (status = 201, description = "The host", body = Host),
        (status = 409, description = "`host_exists`", body = types::Problem, content_type = "application/problem+json"),
    ))]
async fn create(
    caller: Caller,
    _: NoQuery,
    State(audit): State<Audit>,
    body: JsonBody,
) -> Result<impl IntoResponse, ApiError> {
    caller.needs(Scope::Admin)?;
    let input = HostInput::read(body.read().await?)?;
    let host = audit::hosts::create(&audit, &caller.0, input).await?;
    let location = format!("/api/v1/hosts/{}", encode_segment(&host.name));
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(host),
    ))
}

/// Uninstalls a host: its keys and rules end, its logs stay readable.
#[utoipa::path(delete, path = "/hosts/{host}", operation_id = "end_host", tag = "Hosts",
    params(("host" = String, Path, description = "The host's name")),
    responses((status = 204, description = "Done")))]
async fn end(
    Caller(principal): Caller,
    _: NoQuery,
    Segments(host): Segments<String>,
    State(audit): State<Audit>,
) -> Result<StatusCode, ApiError> {
    audit::hosts::end(&audit, &principal, &host).await?;
    Ok(StatusCode::NO_CONTENT)
}
