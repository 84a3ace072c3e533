//! The CRM's side of the HTTP API: declares models and sends operations, as any host would.

use std::io::Write as _;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode, header::RETRY_AFTER};
use serde_json::json;
use types::{ModelInput, Operation, Outcome, Problem, Results, encode_segment};

use super::Error;

/// After how many operations people are told how far it is.
const TELL: usize = 1_000;
/// How often a busy server is asked again.
const PATIENCE: u32 = 20;

/// What became of the operations that were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How many made a log.
    pub(crate) recorded: usize,
    /// How many no rule asked for.
    pub(crate) skipped: usize,
    /// How many changed nothing.
    pub(crate) unchanged: usize,
    /// How many were there from an earlier time.
    pub(crate) duplicate: usize,
}

impl Tally {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Recorded { .. } => self.recorded += 1,
            Outcome::Skipped { .. } => self.skipped += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Duplicate { .. } => self.duplicate += 1,
            // Only a stream answers so, and this sends batches.
            Outcome::Invalid { .. } => {}
        }
    }
}

/// A server, and the key to it.
#[derive(Debug)]
pub(crate) struct Server {
    client: Client,
    url: String,
    key: String,
}

impl Server {
    /// The server at `url`; `http` where it names no scheme.
    pub(crate) fn new(url: &str, key: &str) -> Result<Self, Error> {
        let url = address(url);
        // The environment's proxy is for the world outside, not for a server next door.
        revisor_host::secure_by_ring();
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_mins(1))
            .build();
        Ok(Self {
            client: client.map_err(|source| Error::Unanswered {
                url: url.clone(),
                source,
            })?,
            url,
            key: key.to_owned(),
        })
    }

    /// The server's address, without a slash at its end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Declares a model.
    pub(crate) async fn declare(&self, model: &str, input: &ModelInput) -> Result<(), Error> {
        let path = format!("/api/v1/models/{}", encode_segment(model));
        let request = self.client.put(self.to(&path)).json(input);
        let call = format!("PUT {path}");
        let expected = [StatusCode::OK, StatusCode::CREATED];
        self.answer(&call, request, &expected).await.map(|_| ())
    }

    /// Sends batches of `of` operations in their order; `before` is called with each first.
    pub(crate) async fn send(
        &self,
        batches: impl Iterator<Item = &[Operation]>,
        of: usize,
        before: impl Fn(&[Operation]),
    ) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        let mut sent = 0;
        for batch in batches {
            before(batch);
            let results = self.post(batch).await?;
            for outcome in &results {
                tally.count(outcome);
            }
            let told = sent / TELL;
            sent += batch.len();
            if sent / TELL > told || sent == of {
                progress(sent, of);
            }
        }
        Ok(tally)
    }

    async fn post(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Error> {
        let call = "POST /api/v1/operations";
        let request = self
            .client
            .post(self.to("/api/v1/operations"))
            .json(&json!({ "operations": batch }));
        let response = self.answer(call, request, &[StatusCode::OK]).await?;
        let Results { results } = response.json().await.map_err(|e| self.unanswered(e))?;
        if results.len() == batch.len() {
            Ok(results)
        } else {
            Err(Error::Refused {
                call: call.to_owned(),
                status: StatusCode::OK.as_u16(),
                detail: format!("{} results for {} operations", results.len(), batch.len()),
            })
        }
    }

    /// Sends a request until the server has time for it; anything but `expected` is an error.
    async fn answer(
        &self,
        call: &str,
        request: RequestBuilder,
        expected: &[StatusCode],
    ) -> Result<Response, Error> {
        let mut patience = PATIENCE;
        loop {
            // A body of JSON is in memory and can be sent again.
            let Some(attempt) = request.try_clone() else {
                return Err(refused(
                    call,
                    StatusCode::BAD_REQUEST,
                    "the request cannot be sent",
                ));
            };
            let response = attempt.bearer_auth(&self.key).send().await;
            let response = response.map_err(|source| self.unanswered(source))?;
            let status = response.status();
            if expected.contains(&status) {
                return Ok(response);
            }
            let busy = [
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::SERVICE_UNAVAILABLE,
            ];
            if busy.contains(&status) && patience > 0 {
                patience -= 1;
                tokio::time::sleep(pause(&response)).await;
                continue;
            }
            let body = response.bytes().await.unwrap_or_default();
            return Err(refused(call, status, &detail(&body)));
        }
    }

    fn to(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn unanswered(&self, source: reqwest::Error) -> Error {
        Error::Unanswered {
            url: self.url.clone(),
            source,
        }
    }
}

fn refused(call: &str, status: StatusCode, detail: &str) -> Error {
    Error::Refused {
        call: call.to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
    }
}

/// How long the server asks to wait: whole seconds, one where it does not say.
fn pause(response: &Response) -> Duration {
    let seconds = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1).min(30))
}

/// What a problem document says, with its first faults.
fn detail(body: &[u8]) -> String {
    let Ok(problem) = serde_json::from_slice::<Problem>(body) else {
        return "no problem document".to_owned();
    };
    let faults = problem.errors.iter().take(3);
    let mut parts = vec![format!("{} ({})", problem.detail, problem.code)];
    parts.extend(faults.map(|fault| format!("{}: {}", fault.pointer, fault.detail)));
    parts.join("; ")
}

fn address(url: &str) -> String {
    let url = url.trim_end_matches('/');
    if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    }
}

/// Progress is for people; where nobody reads it, that is no reason to stop.
fn progress(sent: usize, of: usize) {
    let _ = writeln!(std::io::stderr(), "demo: {sent} of {of} operations sent");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::{Json, Router, http::HeaderMap, response::IntoResponse, routing::post};
    use serde_json::Value;
    use types::{Code, Timestamp};

    /// A server that is busy at first, and then answers as `reply` says.
    async fn server(reply: fn(&Value) -> axum::response::Response) -> Server {
        let calls = Arc::new(AtomicUsize::new(0));
        let take = move |headers: HeaderMap, Json(body): Json<Value>| async move {
            assert_eq!(headers["authorization"], "Bearer the-key");
            match calls.fetch_add(1, Ordering::Relaxed) {
                0 => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "0")]).into_response(),
                _ => reply(&body),
            }
        };
        let router = Router::new().route("/api/v1/operations", post(take));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Server::new(&address.to_string(), "the-key").unwrap()
    }

    const BATCH: usize = 250;

    fn some_operations() -> Vec<Operation> {
        let end = Timestamp::parse("2026-11-23T08:15:30Z").unwrap();
        let mut operations = crate::demo::operations(1, end);
        operations.truncate(BATCH * 2 + 10);
        operations
    }

    #[tokio::test]
    async fn all_operations_are_sent_in_batches_though_the_server_is_busy_at_first() {
        let server = server(|body| {
            let count = body["operations"].as_array().map_or(0, Vec::len);
            let results = vec![Outcome::no_rule(); count];
            Json(Results { results }).into_response()
        })
        .await;
        let all = some_operations();
        let seen = std::cell::Cell::new(0);
        let batches = all.chunks(BATCH);
        let before = |batch: &[Operation]| seen.set(seen.get() + batch.len());
        let tally = server.send(batches, all.len(), before).await.unwrap();
        assert_eq!(seen.get(), BATCH * 2 + 10, "each was announced");
        assert_eq!(tally.skipped, BATCH * 2 + 10);
    }

    #[tokio::test]
    async fn a_refusal_ends_the_loading_and_tells_why() {
        let server = server(|_| {
            let problem = Problem::new(Code::IdempotencyConflict, "`demo-1` was used before", "r");
            (StatusCode::CONFLICT, Json(problem)).into_response()
        })
        .await;
        let all = some_operations();
        let batches = all.chunks(BATCH);
        let error = server.send(batches, all.len(), |_| ()).await.unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains("409") && told.contains("`demo-1` was used before"),
            "{told}"
        );
    }

    #[tokio::test]
    async fn an_answer_that_leaves_an_operation_out_is_not_taken_for_success() {
        let server = server(|_| Json(Results { results: vec![] }).into_response()).await;
        let all = some_operations();
        let batches = all.chunks(BATCH);
        assert!(server.send(batches, all.len(), |_| ()).await.is_err());
    }

    #[test]
    fn an_address_is_taken_with_and_without_its_scheme() {
        assert_eq!(address("127.0.0.1:3000"), "http://127.0.0.1:3000");
        assert_eq!(address("https://audit.example/"), "https://audit.example");
    }

    #[test]
    fn a_problem_is_told_with_its_faults() {
        let mut problem = Problem::new(Code::Invalid, "the request has 1 fault", "r");
        problem.errors.push(types::Fault {
            pointer: "/operations/3/model".to_owned(),
            code: Code::Missing,
            detail: "`model` is required".to_owned(),
        });
        let told = detail(&serde_json::to_vec(&problem).unwrap());
        assert!(told.contains("invalid_request") && told.contains("/operations/3/model"));
        assert_eq!(detail(b"<html>"), "no problem document");
    }

    #[test]
    fn outcomes_are_counted_by_their_kind() {
        let mut tally = Tally::default();
        for outcome in [Outcome::Unchanged, Outcome::no_rule(), Outcome::no_rule()] {
            tally.count(&outcome);
        }
        assert_eq!((tally.skipped, tally.unchanged, tally.recorded), (2, 1, 0));
    }
}
