//! What the page of integrity is made of, and the start of a verification.

use leptos::prelude::*;
use types::{SealedCheckpoint, Sealing, Timestamp, Verification};

use crate::{error::PageError, request};

/// Verifications and checkpoints that are told.
const TOLD: u64 = 10;

/// How the trail is sealed and what verifications found.
pub(super) struct Standing {
    /// When the page was made.
    pub(super) now: Timestamp,
    /// How the trail is sealed.
    pub(super) sealing: Sealing,
    /// Checkpoints that are kept, newest first.
    pub(super) kept: Vec<SealedCheckpoint>,
    /// Verifications, newest first; none for those who may not see them.
    pub(super) runs: Option<Vec<Verification>>,
    /// Whether the reader may erase.
    pub(super) erases: bool,
}

/// How the trail stands.
pub(super) async fn get_standing() -> Result<Standing, PageError> {
    let (audit, principal) = request::caller()?;
    let sealing = audit::integrity::sealing(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let kept = audit::integrity::checkpoints(&audit, &principal, TOLD)
        .await
        .map_err(request::fail)?;
    let runs = if principal.reads_all() {
        let runs = audit::integrity::verifications(&audit, &principal, TOLD).await;
        Some(runs.map_err(request::fail)?)
    } else {
        None
    };
    Ok(Standing {
        now: request::now(),
        sealing,
        kept,
        runs,
        erases: request::administers(&principal),
    })
}

/// Starts to verify the whole trail.
#[server(prefix = "/fn", endpoint = "integrity/verify")]
pub async fn verify_trail() -> Result<(), PageError> {
    let (audit, principal) = request::caller()?;
    audit::integrity::start(&audit, &principal)
        .await
        .map_err(request::fail)?;
    request::go_to("/integrity");
    Ok(())
}
