//! A server by HTTP, as `/api/v1` describes it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{
    Client, RequestBuilder, Response, StatusCode,
    header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER},
};
use serde::Serialize;
use types::{
    MAX_LIMIT, ModelInput, Operation, Outcome, Page, Problem, Results, Rule, encode_segment,
};

use crate::{Refusal, Refused, Server, TaggedRules};

/// The longest a server is waited for because it asked so.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// How long an answer may take: a batch of a thousand on a busy machine, and then some.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A server reached by HTTP with a host's key of scope `record`.
#[derive(Clone)]
pub struct HttpServer {
    client: Client,
    url: String,
    key: Arc<str>,
}

impl std::fmt::Debug for HttpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpServer")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Why no server can be talked to at all.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is none.
    #[error("`{0}` is not an address of a server: it reads like https://audit.example")]
    Address(String),
    /// The key cannot be sent in a header.
    #[error("the key holds a character that no key has")]
    Key,
    /// The means for a secured connection are missing.
    #[error("no secured connection can be made")]
    Tls(#[source] rustls::Error),
    /// The client could not be made.
    #[error("no connection can be made")]
    Client(#[source] reqwest::Error),
}

impl HttpServer {
    /// The server at `url` (`http` or `https`), spoken to with `key`.
    ///
    /// Certificates are checked as the operating system does; the environment's proxies are not
    /// used.
    pub fn new(url: &str, key: &str) -> Result<Self, ConnectError> {
        let url = url.trim().trim_end_matches('/');
        let known = reqwest::Url::parse(url)
            .ok()
            .filter(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
        if known.is_none() {
            return Err(ConnectError::Address(url.to_owned()));
        }
        let key = key.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConnectError::Key);
        }
        let client = Client::builder()
            .no_proxy()
            .timeout(TIMEOUT)
            .tls_backend_preconfigured(tls().map_err(ConnectError::Tls)?)
            .build()
            .map_err(ConnectError::Client)?;
        Ok(Self {
            client,
            url: url.to_owned(),
            key: key.into(),
        })
    }

    /// The server's address, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends a request; anything but success is a refusal.
    async fn send(&self, request: RequestBuilder) -> Result<Response, Refusal> {
        let response = request.bearer_auth(&self.key).send().await;
        let response = response.map_err(|error| self.away(&error))?;
        if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
            return Ok(response);
        }
        let status = response.status();
        let after = wait(&response);
        let body = response.bytes().await.unwrap_or_default();
        Err(refusal(status, after, &body))
    }

    fn away(&self, error: &reqwest::Error) -> Refusal {
        // The innermost cause is what tells ("connection refused"); the others repeat the address.
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        Refusal::Later {
            why: format!("no answer from {}: {cause}", self.url),
            after: None,
        }
    }

    fn to(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

/// As many bytes as the server takes in one request.
const LARGEST: usize = 8 * 1024 * 1024;

impl Server for HttpServer {
    async fn record(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Refusal> {
        #[derive(Serialize)]
        struct Batch<'a> {
            operations: &'a [Operation],
        }
        let body = serde_json::to_vec(&Batch { operations: batch });
        let body = body.map_err(|error| Refusal::Batch(error.to_string()))?;
        // Not sent: whoever refuses a body before it is read may cut the connection, and with it the
        // answer, so that it would be tried again for ever.
        if body.len() > LARGEST {
            let why = format!("{} bytes are more than a request may have", body.len());
            return Err(Refusal::Batch(why));
        }
        let request = self.client.post(self.to("/api/v1/operations"));
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        let response = self.send(request).await?;
        let Results { results } = response.json().await.map_err(|error| self.away(&error))?;
        if results.len() == batch.len() {
            Ok(results)
        } else {
            Err(Refusal::Later {
                why: format!(
                    "{} answered {} results for {} operations",
                    self.url,
                    results.len(),
                    batch.len()
                ),
                after: None,
            })
        }
    }

    async fn declare(&self, model: &str, input: &ModelInput) -> Result<(), Refusal> {
        let path = format!("/api/v1/models/{}", encode_segment(model));
        let request = self.client.put(self.to(&path)).json(input);
        self.send(request).await.map(|_| ())
    }

    /// The tag is that of the first page. Rules of more pages are read whole each time: a change
    /// further behind does not show in it.
    async fn rules(&self, tag: Option<&str>) -> Result<Option<TaggedRules>, Refusal> {
        let first = format!("/api/v1/rules?limit={MAX_LIMIT}");
        let mut request = self.client.get(self.to(&first));
        if let Some(tag) = tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let mut response = self.send(request).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let tag = response.headers().get(ETAG);
        let mut tag = tag.and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let mut rules = Vec::new();
        loop {
            let page: Page<Rule> = response.json().await.map_err(|error| self.away(&error))?;
            rules.extend(page.items);
            let Some(cursor) = page.next_cursor else {
                return Ok(Some(TaggedRules { rules, tag }));
            };
            tag = None;
            let next = format!("{first}&cursor={}", encode_segment(&cursor));
            response = self.send(self.client.get(self.to(&next))).await?;
        }
    }
}

/// What a status that is no success means for a batch.
fn refusal(status: StatusCode, after: Option<Duration>, body: &[u8]) -> Refusal {
    let problem = serde_json::from_slice::<Problem>(body).ok();
    let why = problem.as_ref().map_or_else(
        || format!("status {}", status.as_u16()),
        |problem| format!("{} ({})", problem.detail, problem.code),
    );
    // What another answer may follow on: the server is away or busy, the key is not known (any
    // more), or what answers there is no such server.
    let mine = [
        StatusCode::CONFLICT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::BAD_REQUEST,
    ];
    if !mine.contains(&status) || problem.is_none() && status != StatusCode::PAYLOAD_TOO_LARGE {
        return Refusal::Later { why, after };
    }
    let faults = problem.map(|problem| problem.errors).unwrap_or_default();
    match Refused::by_operation(&faults) {
        Some(refused) if !refused.is_empty() => Refusal::Faults(refused),
        _ => Refusal::Batch(why),
    }
}

/// How long the server asks to wait: whole seconds.
fn wait(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?).min(LONGEST_WAIT))
}

/// Makes ring secure the connections of this process, unless something was chosen before.
///
/// For programs that have clients of their own: beside this crate, `reqwest` chooses nothing, and
/// a client that was told nothing either cannot be made.
pub fn secure_by_ring() {
    // An error says that something was chosen.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// TLS by rustls with ring, said here so that nothing depends on a default of the process.
fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    use rustls_platform_verifier::BuilderVerifierExt as _;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        Json, Router,
        extract::State,
        http::{HeaderMap, StatusCode as Status},
        response::IntoResponse as _,
        routing::post,
    };
    use serde_json::{Value, json};

    /// A server that answers every batch in the same way.
    async fn answering(status: u16, retry_after: Option<&str>, body: Value) -> HttpServer {
        let retry_after = retry_after.map(str::to_owned);
        let take = move |State(()): State<()>, headers: HeaderMap, Json(sent): Json<Value>| async move {
            assert_eq!(headers["authorization"], "Bearer rvk_key");
            assert!(sent["operations"].is_array());
            let mut answer = (Status::from_u16(status).unwrap(), Json(body)).into_response();
            if let Some(wait) = retry_after {
                answer
                    .headers_mut()
                    .insert("retry-after", wait.parse().unwrap());
            }
            answer
        };
        let router = Router::new()
            .route("/api/v1/operations", post(take))
            .with_state(());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        HttpServer::new(&format!("http://{address}/"), "rvk_key\n").unwrap()
    }

    fn one() -> Vec<Operation> {
        let text =
            json!({"operation": "unlink", "model": "m", "record_id": "1", "user": {"login": "u"}});
        vec![serde_json::from_value(text).unwrap()]
    }

    fn problem(status: u16, errors: &Value) -> Value {
        json!({"type": "about:blank", "title": "T", "status": status, "detail": "what happened",
               "code": "invalid_request", "request_id": "r", "errors": errors})
    }

    #[tokio::test]
    async fn outcomes_come_back_in_order() {
        let body = json!({"results": [{"status": "recorded", "log_id": "l", "revision": 4}]});
        let server = answering(200, None, body).await;
        let outcomes = server.record(&one()).await.unwrap();
        assert_eq!(
            outcomes,
            [Outcome::Recorded {
                log_id: "l".to_owned(),
                revision: 4
            }]
        );
    }

    #[tokio::test]
    async fn an_answer_that_leaves_one_out_is_no_success() {
        let server = answering(200, None, json!({"results": []})).await;
        let refusal = server.record(&one()).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Later { .. }), "{refusal}");
    }

    #[tokio::test]
    async fn busy_ended_and_strange_servers_are_waited_for() {
        for (status, asked, waits) in [
            (503, Some("7"), Some(7)),
            (429, Some("99999"), Some(300)),
            (500, None, None),
            (401, None, None),
            (404, Some("soon"), None),
        ] {
            let server = answering(status, asked, problem(status, &json!([]))).await;
            let refusal = server.record(&one()).await.unwrap_err();
            let expected = waits.map(Duration::from_secs);
            assert!(
                matches!(&refusal, Refusal::Later { after, .. } if *after == expected),
                "{status}: {refusal:?}"
            );
        }
        // Something that is no Revisor answers 422: nothing is set aside for that.
        let server = answering(422, None, json!({"message": "no"})).await;
        let refusal = server.record(&one()).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Later { .. }), "{refusal}");
    }

    #[tokio::test]
    async fn faults_are_told_by_operation() {
        let errors = json!([
            {"pointer": "/operations/0/model", "code": "missing", "detail": "`model` is required"},
            {"pointer": "/operations/0/record_id", "code": "too_long", "detail": "at most 512"},
        ]);
        let server = answering(422, None, problem(422, &errors)).await;
        let Refusal::Faults(refused) = server.record(&one()).await.unwrap_err() else {
            panic!("no faults");
        };
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].index, 0);
        assert_eq!(
            refused[0].why,
            "model: `model` is required (missing); record_id: at most 512 (too_long)"
        );
        let conflict = answering(409, None, problem(409, &json!([]))).await;
        let refusal = conflict.record(&one()).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Batch(_)), "{refusal}");
        let large = answering(413, None, json!(null)).await;
        let refusal = large.record(&one()).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Batch(_)), "{refusal}");
    }

    #[tokio::test]
    async fn nobody_there_is_told_in_words() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let server = HttpServer::new(&format!("http://{address}"), "k").unwrap();
        let refusal = server.record(&one()).await.unwrap_err().to_string();
        assert!(refusal.contains(&address.to_string()), "{refusal}");
        assert!(refusal.to_lowercase().contains("refused"), "{refusal}");
    }

    #[tokio::test]
    async fn what_is_larger_than_a_request_may_be_is_refused_without_asking() {
        let server = HttpServer::new("http://127.0.0.1:9", "k").unwrap();
        let mut large = one();
        large[0].record_name = Some("x".repeat(LARGEST));
        let refusal = server.record(&large).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Batch(_)), "{refusal}");
        let refusal = server.record(&one()).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Later { .. }), "{refusal}");
    }

    #[test]
    fn addresses_and_keys_are_checked_and_the_key_is_not_shown() {
        for address in ["", "audit.example", "ftp://audit.example", "http://"] {
            assert!(HttpServer::new(address, "k").is_err(), "{address}");
        }
        assert!(HttpServer::new("https://audit.example", "a b").is_err());
        assert!(HttpServer::new("https://audit.example", " \n").is_err());
        let server = HttpServer::new("https://audit.example/", "rvk_secret").unwrap();
        assert_eq!(server.url(), "https://audit.example");
        assert!(!format!("{server:?}").contains("rvk_secret"));
    }
}
