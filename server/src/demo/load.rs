//! The CRM's side of the HTTP API: declares models and sends operations, as any host would.

use std::io::Write as _;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode, header::RETRY_AFTER};
use serde_json::json;
use types::{ModelInput, Operation, Outcome, Problem, Results, encode_segment};

use super::Error;

/// How many operations are sent at once.
const BATCH: usize = 250;
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
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
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

    /// Sends all operations in their order, batch by batch.
    pub(crate) async fn send(&self, operations: &[Operation]) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        let mut sent = 0;
        for batch in operations.chunks(BATCH) {
            let results = self.post(batch).await?;
            results.iter().for_each(|outcome| tally.count(outcome));
            sent += batch.len();
            if sent % (BATCH * 4) == 0 || sent == operations.len() {
                progress(sent, operations.len());
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
    let mut detail = format!("{} ({})", problem.detail, problem.code);
    for fault in problem.errors.iter().take(3) {
        detail.push_str(&format!("; {}: {}", fault.pointer, fault.detail));
    }
    detail
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
    use types::Code;

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
