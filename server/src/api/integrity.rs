//! Integrity: checkpoints and proofs, for whoever does not want to take our word for it.

use audit::Audit;
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use types::{Code, Consistency, Faults, Parameters, Proof};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiError,
    request::{Caller, NoQuery, Query, Segments},
};
use crate::router::AppState;

/// After how many seconds it is worth asking for a checkpoint again.
const AGAIN: u32 = 1;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint))
        .routes(routes!(keys))
        .routes(routes!(proof))
        .routes(routes!(consistency))
}

/// The newest signed checkpoint of the log.
///
/// A signed note (C2SP signed-note) with a checkpoint (C2SP tlog-checkpoint): the trail's name,
/// how many logs there are, and the root of the Merkle tree over them (RFC 6962), signed by
/// Ed25519. 409 `not_sealed_yet` as long as there is none.
#[utoipa::path(get, path = "/checkpoint", operation_id = "get_checkpoint", tag = "Integrity",
    responses(
        (status = 200, description = "The signed note", body = String, content_type = "text/plain"),
        (status = 409, description = "`not_sealed_yet`; see `Retry-After`", body = types::Problem, content_type = "application/problem+json"),
    ))]
async fn checkpoint(
    Caller(principal): Caller,
    _: NoQuery,
    State(audit): State<Audit>,
) -> Result<Response, ApiError> {
    match audit::integrity::checkpoint(&audit, &principal).await? {
        Some(note) => Ok(text(note)),
        None => Err(later(ApiError::new(
            Code::NotSealedYet,
            "nothing was sealed up to now",
        ))),
    }
}

/// The public keys that sign checkpoints.
///
/// One a line, in the form of C2SP signed-note (`name+id+key`), the one in use first. Keep it
/// elsewhere: a key taken from the same server proves little.
#[utoipa::path(get, path = "/checkpoint/keys", operation_id = "get_checkpoint_keys", tag = "Integrity",
    responses((status = 200, description = "A key a line", body = String, content_type = "text/plain")))]
async fn keys(
    Caller(principal): Caller,
    _: NoQuery,
    State(audit): State<Audit>,
) -> Result<Response, ApiError> {
    let keys = audit::integrity::keys(&audit, &principal).await?;
    Ok(text(keys.join("\n") + "\n"))
}

/// The proof that a log is in the trail.
///
/// Against the newest checkpoint. The leaf is canonical JSON (RFC 8785) of everything that the log
/// says: a value under `old` or `new`; a sensitive one as its keyed commitment under
/// `old_commitment`; a personal one as it is encrypted, also when it is erased, under `old_sealed`;
/// bytes by size and digest under `old_binary`; a value with a number that no
/// double tells in full as JSON text under `old_exact`.
#[utoipa::path(get, path = "/logs/{id}/proof", operation_id = "get_log_proof", tag = "Integrity",
    params(("id" = String, Path, description = "The log's id")),
    responses(
        (status = 200, description = "The proof", body = Proof),
        (status = 409, description = "`not_sealed_yet`; see `Retry-After`", body = types::Problem, content_type = "application/problem+json"),
    ))]
async fn proof(
    Caller(principal): Caller,
    Segments(id): Segments<String>,
    _: NoQuery,
    State(audit): State<Audit>,
) -> Result<Json<Proof>, ApiError> {
    let proof = audit::integrity::proof(&audit, &principal, &id).await;
    proof.map(Json).map_err(|error| later(error.into()))
}

/// The proof that the trail only grew.
///
/// From the tree of `from` logs to that of `to` (RFC 6962, section 2.1.2).
#[utoipa::path(get, path = "/consistency", operation_id = "get_consistency", tag = "Integrity",
    params(
        ("from" = u64, Query, minimum = 0, description = "The smaller size"),
        ("to" = u64, Query, minimum = 0, description = "The larger size; that of a checkpoint at most"),
    ),
    responses(
        (status = 200, description = "The proof", body = Consistency),
        (status = 409, description = "`not_sealed_yet`; see `Retry-After`", body = types::Problem, content_type = "application/problem+json"),
    ))]
async fn consistency(
    Caller(principal): Caller,
    Query(query): Query,
    State(audit): State<Audit>,
) -> Result<Json<Consistency>, ApiError> {
    let (from, to) = sizes(&query)?;
    let proof = audit::integrity::consistency(&audit, &principal, from, to).await;
    proof.map(Json).map_err(|error| later(error.into()))
}

fn sizes(query: &str) -> Result<(u64, u64), Faults> {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(query);
    let mut size = |name: &str| {
        let before = faults.len();
        let number = parameters.number(name, 0..=i64::MAX, &mut faults);
        if number.is_none() && faults.len() == before {
            let detail = format!("`{name}` is required");
            faults.push(format!("/{name}"), Code::Missing, detail);
        }
        number.and_then(|number| u64::try_from(number).ok())
    };
    let sizes = (size("from"), size("to"));
    parameters.finish(&mut faults);
    faults.finish(sizes.0.zip(sizes.1))
}

/// What is not sealed yet will be in a moment.
fn later(error: ApiError) -> ApiError {
    if error.code() == Code::NotSealedYet {
        error.retry_after(AGAIN)
    } else {
        error
    }
}

fn text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
