//! Models: the kinds of records of a host.

use audit::Audit;
use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use types::{Faults, Model, ModelInput, Page, Parameters, Scope, ViewersInput};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiError,
    list::Window,
    request::{Caller, HostOnly, JsonBody, NoQuery, Query, Segments},
};
use crate::router::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, declare))
        .routes(routes!(set_viewers))
}

/// The models that the key may see, by host and name.
#[utoipa::path(get, path = "/models", operation_id = "list_models", tag = "Models",
    params(
        ("host" = Option<String>, Query, description = "Of this host"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Rows of the page; 50 where not given"),
    ),
    responses((status = 200, description = "A page of models", body = Page<Model>)))]
async fn list(
    Caller(principal): Caller,
    Query(query): Query,
    State(audit): State<Audit>,
) -> Result<Json<Page<Model>>, ApiError> {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(&query);
    let host = parameters.one("host", &mut faults);
    let window = Window::read(&mut parameters, &mut faults);
    parameters.finish(&mut faults);
    faults.finish(Some(()))?;
    let models = audit::models::list(&audit, &principal, host.as_deref()).await?;
    let name = format!("models:{}", host.unwrap_or_default());
    let page = window.page(&name, models, |model| {
        format!("{}\0{}", model.host, model.model)
    })?;
    Ok(Json(page))
}

/// One model.
#[utoipa::path(get, path = "/models/{model}", operation_id = "get_model", tag = "Models",
    params(
        ("model" = String, Path, description = "The model's name"),
        ("host" = Option<String>, Query, description = "Its host, where several have a model of this name"),
    ),
    responses((status = 200, description = "The model", body = Model)))]
async fn get(
    Caller(principal): Caller,
    HostOnly(host): HostOnly,
    Segments(model): Segments<String>,
    State(audit): State<Audit>,
) -> Result<Json<Model>, ApiError> {
    let model = audit::models::get(&audit, &principal, host.as_deref(), &model).await?;
    Ok(Json(model))
}

/// Declares a model of the key's host.
///
/// What was declared before is replaced; fields that were only seen stay known.
#[utoipa::path(put, path = "/models/{model}", operation_id = "declare_model", tag = "Models",
    params(("model" = String, Path, description = "The model's name")),
    request_body = ModelInput,
    responses(
        (status = 200, description = "The model, known before", body = Model),
        (status = 201, description = "The model, new", body = Model),
    ))]
async fn declare(
    caller: Caller,
    _: NoQuery,
    Segments(model): Segments<String>,
    State(audit): State<Audit>,
    body: JsonBody,
) -> Result<impl IntoResponse, ApiError> {
    caller.needs(Scope::Record)?;
    let input = ModelInput::read(body.read().await?)?;
    let (model, new) = audit::models::declare(&audit, &caller.0, &model, input).await?;
    let status = if new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(model)))
}

/// Says which groups may read the logs of a model, besides administrators and auditors.
#[utoipa::path(put, path = "/models/{model}/viewers", operation_id = "set_model_viewers", tag = "Models",
    params(
        ("model" = String, Path, description = "The model's name"),
        ("host" = Option<String>, Query, description = "Its host, where several have a model of this name"),
    ),
    request_body = ViewersInput,
    responses((status = 200, description = "The model", body = Model)))]
async fn set_viewers(
    caller: Caller,
    HostOnly(host): HostOnly,
    Segments(model): Segments<String>,
    State(audit): State<Audit>,
    body: JsonBody,
) -> Result<Json<Model>, ApiError> {
    caller.needs(Scope::Admin)?;
    let input = ViewersInput::read(body.read().await?)?;
    let model =
        audit::models::set_viewers(&audit, &caller.0, host.as_deref(), &model, input).await?;
    Ok(Json(model))
}
