//! Captured databases, inside `serve`: their operations are recorded without going through HTTP.
//!
//! Each database has a task of its own. That a database or this one is away ends none of them: it
//! is waited out, and told in the log and by `/metrics`. Of several servers one delivers, the
//! others stand by.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use audit::{Audit, Principal};
use revisor_host::capture::{self, Capturing, Database};
use revisor_host::delivery::Progress;
use revisor_host::{ModelInput, Operation, Outcome, Refusal, Refused, Server};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use types::{HostInput, Scope};

/// How long to wait before a database that is away is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// How often figures are taken.
const FIGURES: Duration = Duration::from_secs(15);
/// How long the requests under way may take when the server ends.
const END: Duration = Duration::from_secs(2);

/// The tasks of the captured databases.
#[derive(Debug, Default)]
pub struct Tasks(JoinSet<()>);

impl Tasks {
    /// Waits a moment for what is under way. What is cut is delivered again, and known by its id.
    pub async fn end(mut self) {
        let all = async { while self.0.join_next().await.is_some() {} };
        if tokio::time::timeout(END, all).await.is_err() {
            self.0.abort_all();
        }
    }
}

/// Starts a task for each database; they end when `ended` turns true.
pub fn start(
    audit: &Audit,
    urls: &[String],
    ended: &watch::Receiver<bool>,
) -> Result<Tasks, capture::Error> {
    describe();
    let mut tasks = Tasks::default();
    for url in urls {
        let database = Database::new(url)?;
        tasks
            .0
            .spawn(until(ended.clone(), measure(database.clone())));
        tasks
            .0
            .spawn(follow(audit.clone(), database, ended.clone()));
    }
    Ok(tasks)
}

async fn until(mut ended: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _ = ended.wait_for(|ended| *ended) => {}
    }
}

/// Delivers the operations of one database until the server ends.
async fn follow(audit: Audit, database: Database, ended: watch::Receiver<bool>) {
    let name = database.name();
    let mut told = String::new();
    while !*ended.borrow() {
        let server = Recording::new(audit.clone());
        let mut capturing = Capturing::new(database.clone(), server.clone());
        match begin(&audit, &mut capturing, &server).await {
            Ok(host) => {
                tracing::info!(database = %name, host, "capture.delivers");
                told.clear();
                let (progress, _) = watch::channel(Progress::default());
                capturing.run(&progress, ended.clone()).await;
            }
            Err(why) => {
                if why != told {
                    tracing::warn!(database = %name, why, "capture.waits");
                    told = why;
                }
                until(ended.clone(), tokio::time::sleep(AGAIN)).await;
            }
        }
    }
}

/// Finds out which host it is; one that is not known is made, one that has ended stays so.
async fn begin(
    audit: &Audit,
    capturing: &mut Capturing<Recording>,
    server: &Recording,
) -> Result<String, String> {
    let name = capturing.host().await.map_err(|error| error.to_string())?;
    let hosts = audit::hosts::list(audit, &Principal::System, true).await;
    let known = hosts.map_err(|error| error.to_string())?;
    if !known.iter().any(|host| host.name == name) {
        let input = HostInput::read(json!({ "name": name }));
        let input = input.map_err(|_| format!("`{name}` is no name of a host"))?;
        let made = audit::hosts::ensure(audit, &Principal::System, input).await;
        made.map_err(|error| error.to_string())?;
    }
    server.is_for(&name);
    Ok(name)
}

/// The recorder of this process, as a server that operations are delivered to.
#[derive(Clone, Debug)]
pub struct Recording {
    audit: Audit,
    host: Arc<OnceLock<Principal>>,
}

impl Recording {
    /// Records for no host yet.
    pub fn new(audit: Audit) -> Self {
        Self {
            audit,
            host: Arc::default(),
        }
    }

    /// Records for this host from now on. The first call holds.
    pub fn is_for(&self, host: &str) {
        let _ = self.host.set(Principal::Key {
            id: "capture".to_owned(),
            host: host.to_owned(),
            scopes: vec![Scope::Record],
        });
    }

    fn principal(&self) -> Result<&Principal, Refusal> {
        self.host.get().ok_or_else(|| Refusal::Later {
            why: "the host is not known yet".to_owned(),
            after: None,
        })
    }
}

impl Server for Recording {
    async fn record(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Refusal> {
        let principal = self.principal()?;
        // The same reading as of a request, so that nothing gets in here that the API refuses.
        let operations = Operation::read_batch(json!({ "operations": batch }))
            .map_err(|faults| of_faults(&faults.into_vec()))?;
        audit::recorder::record(&self.audit, principal, operations, None)
            .await
            .map_err(refusal)
    }

    async fn declare(&self, model: &str, input: &ModelInput) -> Result<(), Refusal> {
        let principal = self.principal()?;
        let input =
            ModelInput::read(json!(input)).map_err(|faults| of_faults(&faults.into_vec()))?;
        audit::models::declare(&self.audit, principal, model, input)
            .await
            .map(|_| ())
            .map_err(refusal)
    }
}

fn of_faults(faults: &[types::Fault]) -> Refusal {
    let first = faults.first().map_or_else(String::new, |fault| {
        format!("{}: {} ({})", fault.pointer, fault.detail, fault.code)
    });
    match Refused::by_operation(faults) {
        Some(refused) if !refused.is_empty() => Refusal::Faults(refused),
        _ => Refusal::Batch(first),
    }
}

fn refusal(error: audit::Error) -> Refusal {
    match error {
        audit::Error::Invalid(faults) => of_faults(&faults.into_vec()),
        audit::Error::Overloaded { retry_after } => Refusal::Later {
            why: "the recorder has enough to do".to_owned(),
            after: Some(Duration::from_secs(u64::from(retry_after))),
        },
        // What about the batch itself cannot be: an id that came with another content.
        audit::Error::Refused { code, detail } if matches!(code.status(), 409 | 413 | 422) => {
            Refusal::Batch(format!("{detail} ({code})"))
        }
        other => Refusal::Later {
            why: crate::api::problem::chain(&other),
            after: None,
        },
    }
}

/// Shows the figures of a database by `/metrics`.
async fn measure(database: Database) {
    let name = database.name();
    loop {
        let up = match capture::figures(&database).await {
            Ok(figures) => {
                let set = |metric: &'static str, value: i64| {
                    // Exact up to 2^53.
                    #[expect(clippy::cast_precision_loss, reason = "a gauge is a double")]
                    metrics::gauge!(metric, "database" => name.clone()).set(value as f64);
                };
                set("revisor_capture_backlog", figures.backlog);
                set("revisor_capture_backlog_bytes", figures.backlog_bytes);
                set("revisor_capture_lag_seconds", figures.lag_seconds);
                set("revisor_capture_dropped", figures.dropped);
                set("revisor_capture_lost", figures.lost);
                set("revisor_capture_set_aside", figures.set_aside);
                1.0
            }
            Err(_) => 0.0,
        };
        metrics::gauge!("revisor_capture_up", "database" => name.clone()).set(up);
        tokio::time::sleep(FIGURES).await;
    }
}

fn describe() {
    for (metric, text) in [
        (
            "revisor_capture_up",
            "Whether the captured database answers.",
        ),
        (
            "revisor_capture_backlog",
            "Operations that wait in the captured database.",
        ),
        (
            "revisor_capture_backlog_bytes",
            "Size of the outbox on the disk of the captured database.",
        ),
        (
            "revisor_capture_lag_seconds",
            "How long the oldest waiting operation has been waiting.",
        ),
        (
            "revisor_capture_dropped",
            "Operations let go because too many waited.",
        ),
        (
            "revisor_capture_lost",
            "Operations that could not be written down.",
        ),
        (
            "revisor_capture_set_aside",
            "Operations that the server refused.",
        ),
    ] {
        metrics::describe_gauge!(metric, text);
    }
}
