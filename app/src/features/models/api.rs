//! Server functions of the page of models.

use super::ModelChoice;
use crate::error::PageError;

/// The models the person may see, by host and name.
pub async fn list_models() -> Result<Vec<ModelChoice>, PageError> {
    use crate::request;
    let (audit, principal) = request::caller()?;
    let models = audit::models::list(&audit, &principal, None)
        .await
        .map_err(request::fail)?;
    Ok(models.into_iter().map(ModelChoice::from).collect())
}
