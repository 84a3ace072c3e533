//! Running: what takes a captured database's operations to a server until it is told to end.

use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::watch;
use types::{ModelInput, Operation, Outcome};

use super::outbox::{Declarations, PgOutbox};
use super::{Database, Error};
use crate::delivery::{self, Pace, Progress};
use crate::{Refusal, Server};

/// How long a failure is waited out at most: whoever stands by takes over within it.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Delivers the operations of one captured database.
#[derive(Debug)]
pub struct Capturing<S> {
    outbox: PgOutbox,
    server: Declaring<S>,
    pace: Pace,
}

impl<S: Server> Capturing<S> {
    /// Connects to nothing yet.
    pub fn new(database: Database, server: S) -> Self {
        let declarations = Declarations::default();
        Self {
            outbox: PgOutbox::new(database, declarations.clone()),
            server: Declaring {
                server,
                declarations,
            },
            pace: Pace {
                longest_wait: LONGEST_WAIT,
                ..Pace::default()
            },
        }
    }

    /// The host that the database is captured for.
    pub async fn host(&mut self) -> Result<String, Error> {
        self.outbox.host().await
    }

    /// Delivers until `stop` turns true. Neither the server nor the database being away ends it.
    pub async fn run(&mut self, progress: &watch::Sender<Progress>, stop: watch::Receiver<bool>) {
        let mut early = stop.clone();
        // Models are told as soon as both are there, not only with the first operation.
        let declared = async {
            if self.outbox.host().await.is_ok() {
                let _ = self.server.declare_all().await;
            }
        };
        tokio::select! {
            () = declared => {}
            _ = early.wait_for(|stop| *stop) => {}
        }
        delivery::deliver(&mut self.outbox, &self.server, &self.pace, progress, stop).await;
    }

    /// Delivers what waits now; how many operations that were.
    pub async fn drain(&mut self, progress: &watch::Sender<Progress>) -> Result<u64, String> {
        self.outbox
            .host()
            .await
            .map_err(|error| error.to_string())?;
        self.server
            .declare_all()
            .await
            .map_err(|refusal| refusal.to_string())?;
        delivery::drain(&mut self.outbox, &self.server, &self.pace, progress).await
    }
}

/// A server that is told of models before it is sent their operations: what is sensitive has to
/// be known before the first value arrives.
#[derive(Debug)]
struct Declaring<S> {
    server: S,
    declarations: Declarations,
}

impl<S: Server> Declaring<S> {
    async fn declare_all(&self) -> Result<(), Refusal> {
        loop {
            let next = {
                let waiting = self
                    .declarations
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                waiting
                    .first_key_value()
                    .map(|(model, input)| (model.clone(), input.clone()))
            };
            let Some((model, input)) = next else {
                return Ok(());
            };
            match self.server.declare(&model, &input).await {
                Ok(()) => {}
                Err(refusal @ Refusal::Later { .. }) => return Err(refusal),
                Err(refusal) => {
                    if input
                        .fields
                        .iter()
                        .any(|field| field.sensitive || field.ignored)
                    {
                        return Err(Refusal::Later {
                            why: format!(
                                "the model {model}, which has secrets, cannot be declared: {refusal}"
                            ),
                            after: None,
                        });
                    }
                    tracing::warn!(model, refusal = %refusal, "capture.not_declared");
                }
            }
            let mut waiting = self
                .declarations
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if waiting.get(&model) == Some(&input) {
                waiting.remove(&model);
            }
        }
    }
}

impl<S: Server> Server for Declaring<S> {
    async fn record(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Refusal> {
        self.declare_all().await?;
        self.server.record(batch).await
    }

    async fn declare(&self, model: &str, input: &ModelInput) -> Result<(), Refusal> {
        self.server.declare(model, input).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    use types::FieldInput;

    /// Takes operations of models that were declared, and notes the order of calls.
    #[derive(Default)]
    struct Strict(Mutex<Vec<String>>);

    impl Server for Strict {
        async fn record(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Refusal> {
            self.0
                .lock()
                .unwrap()
                .push(format!("{} operations", batch.len()));
            Ok(vec![Outcome::Unchanged; batch.len()])
        }

        async fn declare(&self, model: &str, _: &ModelInput) -> Result<(), Refusal> {
            self.0.lock().unwrap().push(model.to_owned());
            if model.starts_with("bad") {
                return Err(Refusal::Batch("no".to_owned()));
            }
            Ok(())
        }
    }

    fn with(models: &[(&str, bool)]) -> Declaring<Strict> {
        let input = |sensitive| ModelInput {
            fields: vec![FieldInput {
                name: "f".to_owned(),
                label: None,
                kind: None,
                relation: None,
                selection: std::collections::BTreeMap::new(),
                sensitive,
                personal: false,
                ignored: false,
                groups: Vec::new(),
            }],
            ..ModelInput::default()
        };
        let models = models
            .iter()
            .map(|(model, sensitive)| ((*model).to_owned(), input(*sensitive)));
        Declaring {
            server: Strict::default(),
            declarations: std::sync::Arc::new(Mutex::new(models.collect())),
        }
    }

    #[tokio::test]
    async fn models_are_declared_before_operations_and_once() {
        let server = with(&[("lead", true), ("note", false)]);
        server.record(&[]).await.unwrap();
        server.record(&[]).await.unwrap();
        let calls = server.server.0.lock().unwrap().clone();
        assert_eq!(calls, ["lead", "note", "0 operations", "0 operations"]);
    }

    #[tokio::test]
    async fn nothing_is_sent_while_a_model_with_secrets_is_refused() {
        let open = with(&[("bad", false)]);
        assert!(open.record(&[]).await.is_ok());
        let secret = with(&[("bad", true)]);
        assert!(matches!(
            secret.record(&[]).await,
            Err(Refusal::Later { .. })
        ));
    }
}
