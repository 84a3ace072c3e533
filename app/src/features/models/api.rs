//! Server functions of the page of models.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use super::ModelChoice;
use crate::error::PageError;

/// The models the person may see, by host and name.
#[server(prefix = "/fn", endpoint = "models", input = GetUrl)]
pub async fn list_models() -> Result<Vec<ModelChoice>, PageError> {
    use crate::request;
    let (audit, principal) = request::caller()?;
    let models = audit::models::list(&audit, &principal, None)
        .await
        .map_err(request::fail)?;
    Ok(models.into_iter().map(ModelChoice::from).collect())
}
