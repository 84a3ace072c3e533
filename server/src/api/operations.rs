//! Operations: what hosts report. The way in.

use audit::{Audit, recorder::Room};
use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use types::{Code, Fault, Faults, Operation, Outcome, Results, Scope};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ApiError,
    request::{self, Caller, NoQuery},
    stream,
};
use crate::router::AppState;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(record))
}

/// A batch, for the document only: `Operation::read_batch` reads it.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "its fields are read by the derive alone")]
pub(super) struct Batch {
    /// The operations, in the order they were done.
    #[schema(max_items = 1000)]
    operations: Vec<Operation>,
}

/// Records operations.
///
/// As `application/json`: a batch of at most 1,000 operations and 8 MiB, whole or not at all; it
/// is durable when the answer comes. As `application/x-ndjson`: one operation a line, without end;
/// the answer streams one result a line, in order, and a line that is refused does not stop the
/// rest.
#[utoipa::path(post, path = "/operations", operation_id = "record_operations", tag = "Operations",
    params(("traceparent" = Option<String>, Header, description = "W3C trace context, kept in the logs' context")),
    request_body(content(
        (Batch = "application/json"),
        (String = "application/x-ndjson"),
    )),
    responses(
        (status = 200, description = "One result an operation, in the order of the request", content(
            (Results = "application/json"),
            (String = "application/x-ndjson"),
        )),
        (status = 409, description = "`idempotency_conflict`; nothing of the batch was recorded", body = types::Problem, content_type = "application/problem+json"),
        (status = 503, description = "`overloaded`: nothing was recorded; `unavailable`: the database does not work, and it may have been recorded, so send it again with the same ids; see `Retry-After`", body = types::Problem, content_type = "application/problem+json"),
    ))]
async fn record(
    caller: Caller,
    _: NoQuery,
    State(audit): State<Audit>,
    Whole(request): Whole,
) -> Result<Response, ApiError> {
    caller.needs(Scope::Record)?;
    let traceparent = traceparent(request.headers());
    match request::media_type(request.headers()).as_deref() {
        Some("application/json") => {
            // Held until the answer: so much is in memory until then.
            let mut room = Room::new(&audit);
            let body = request::read_within(request, &mut room).await?;
            let operations = Operation::read_batch(body).map_err(refused)?;
            let results =
                audit::recorder::record(&audit, &caller.0, operations, traceparent.as_deref())
                    .await?;
            count(&results);
            Ok(Json(Results { results }).into_response())
        }
        Some("application/x-ndjson") => {
            stream::record(audit, caller.0, request.into_body(), traceparent).await
        }
        _ => Err(request::unsupported(
            "application/json` or `application/x-ndjson",
        )),
    }
}

/// A batch of too many operations is too large, whatever else is wrong with it.
fn refused(faults: Faults) -> ApiError {
    let faults = faults.into_vec();
    let too_many = |fault: &&Fault| fault.pointer == "/operations" && fault.code == Code::TooMany;
    match faults.iter().find(too_many) {
        Some(fault) => ApiError::new(Code::PayloadTooLarge, fault.detail.clone()),
        None => ApiError::invalid(faults.into_iter().collect()),
    }
}

/// The request as it is.
struct Whole(Request);

impl<S: Send + Sync> FromRequest<S> for Whole {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        Ok(Self(request))
    }
}

/// Counts what became of operations.
pub(super) fn count(outcomes: &[Outcome]) {
    for outcome in outcomes {
        let word = match outcome {
            Outcome::Recorded { .. } => "recorded",
            Outcome::Skipped { .. } => "skipped",
            Outcome::Unchanged => "unchanged",
            Outcome::Duplicate { .. } => "duplicate",
            Outcome::Invalid { .. } => "invalid",
        };
        metrics::counter!("revisor_operations_total", "outcome" => word).increment(1);
    }
}

/// A well-formed `traceparent` (W3C Trace Context, version 00); a malformed one is ignored, as
/// the standard asks.
fn traceparent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?.trim();
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, parent, flags] = parts.as_slice() else {
        return None;
    };
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let some = |part: &str| part.bytes().any(|b| b != b'0');
    (*version == "00"
        && hex(trace, 32)
        && some(trace)
        && hex(parent, 16)
        && some(parent)
        && hex(flags, 2))
    .then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_malformed_traceparent_is_ignored() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        for (value, taken) in [
            (good, true),
            (
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                false,
            ),
            (
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                false,
            ),
            (
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                false,
            ),
            (
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                false,
            ),
            ("x", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", HeaderValue::from_static(value));
            assert_eq!(traceparent(&headers).is_some(), taken, "{value}");
        }
    }
}
