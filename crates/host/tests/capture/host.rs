//! A host's database, its clients, and the server that its operations are told to.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use revisor_host::capture::{self, Capturing, Database, Installed, Wish};
use revisor_host::delivery::Progress;
use revisor_host::{ModelInput, Operation, Outcome, Refusal, Server};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use tokio::sync::watch;

/// A database that goes with the test.
pub(crate) struct Host {
    pub(crate) server: String,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) database: Database,
    pub(crate) recorder: Arc<Recorder>,
}

impl Host {
    /// A database with these tables; none where there is no PostgreSQL to test on.
    pub(crate) async fn new(tables: &str) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("REVISOR_TEST_POSTGRES_URL") else {
            let required = std::env::var("REVISOR_TEST_REQUIRE_POSTGRES");
            assert!(required.is_err(), "REVISOR_TEST_POSTGRES_URL is not set");
            return None;
        };
        let server = server.trim_end_matches('/').to_owned();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("capture_test_{}_{number}", std::process::id());
        psql(
            &format!("{server}/postgres"),
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
        psql(
            &format!("{server}/postgres"),
            &format!("CREATE DATABASE {name}"),
        );
        let url = format!("{server}/{name}");
        let host = Self {
            database: Database::new(&url).unwrap(),
            recorder: Arc::default(),
            server,
            name,
            url,
        };
        host.run(tables).await;
        Some(host)
    }

    /// The same, captured.
    pub(crate) async fn captured(tables: &str) -> Option<Self> {
        let host = Self::new(tables).await?;
        host.install(Wish::default()).await;
        Some(host)
    }

    pub(crate) async fn install(&self, wish: Wish) -> Installed {
        self.try_install(wish).await.unwrap()
    }

    pub(crate) async fn try_install(&self, wish: Wish) -> Result<Installed, capture::Error> {
        let wish = Wish {
            host: wish.host.or(Some("crm".to_owned())),
            patience: wish.patience.max(Duration::from_secs(20)),
            ..wish
        };
        capture::install(&self.database, &wish).await
    }

    /// A client of the host.
    pub(crate) async fn client(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }

    /// Runs statements as a client of the host.
    pub(crate) async fn run(&self, sql: &str) {
        self.try_run(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub(crate) async fn try_run(&self, sql: &str) -> Result<(), sqlx::Error> {
        let mut client = self.client().await;
        run(&mut client, sql).await
    }

    /// One value, as text.
    pub(crate) async fn value(&self, sql: &str) -> String {
        scalar(&mut self.client().await, &format!("SELECT ({sql})::text")).await
    }

    /// Delivers what waits; the operations that arrived by that.
    pub(crate) async fn told(&self) -> Vec<Operation> {
        let before = self.recorder.operations().len();
        let mut capturing = Capturing::new(self.database.clone(), self.recorder.clone());
        let (progress, _) = watch::channel(Progress::default());
        for attempt in 0.. {
            match capturing.drain(&progress).await {
                Ok(_) => break,
                // The one before may not have left yet.
                Err(why) if why.contains("stands by") && attempt < 50 => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(why) => panic!("{why}"),
            }
        }
        self.recorder.operations().split_off(before)
    }

    /// What arrived, in short.
    pub(crate) async fn lines(&self) -> Vec<String> {
        self.told().await.iter().map(line).collect()
    }

    /// Like `pg_dump --schema-only`.
    pub(crate) fn dump(&self) -> String {
        let output = Command::new("pg_dump")
            .args(["--schema-only", &self.url])
            .output()
            .expect("pg_dump runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        // Newer minor versions write a random key at both ends.
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        psql(
            &format!("{}/postgres", self.server),
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
        );
    }
}

pub(crate) async fn run(client: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(client)
        .await
        .map(|_| ())
}

/// One value of one row, which is a text or nothing.
pub(crate) async fn scalar(client: &mut PgConnection, sql: &str) -> String {
    all(client, sql).await.pop().unwrap_or_default()
}

/// The texts of one column.
pub(crate) async fn all(client: &mut PgConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT x::text FROM ({sql}) AS q (x)"
    )))
    .fetch_all(client)
    .await
    .unwrap();
    rows.iter()
        .map(|row| {
            row.try_get::<Option<String>, _>(0)
                .unwrap()
                .unwrap_or_default()
        })
        .collect()
}

fn psql(url: &str, statement: &str) {
    let output = Command::new("psql")
        .args([url, "-qc", statement])
        .output()
        .expect("psql runs");
    assert!(
        output.status.success(),
        "{statement}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// `write lead 1 {old} -> {new}`, only of the fields that differ.
pub(crate) fn line(operation: &Operation) -> String {
    let (mut old, mut new) = (operation.old.clone(), operation.new.clone());
    if let (Some(old), Some(new)) = (&mut old, &mut new) {
        let same: BTreeSet<String> = old
            .iter()
            .filter(|(name, value)| new.get(*name) == Some(value))
            .map(|(name, _)| name.clone())
            .collect();
        old.retain(|name, _| !same.contains(name));
        new.retain(|name, _| !same.contains(name));
    }
    let sorted = |side: Option<serde_json::Map<String, Value>>| {
        side.map(|side| json!(side.into_iter().collect::<BTreeMap<_, _>>()).to_string())
    };
    let head = format!(
        "{} {} {}",
        operation.operation, operation.model, operation.record_id
    );
    [Some(head), sorted(old), sorted(new)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A server in memory: checks as the API does, keeps what it took.
#[derive(Default)]
pub(crate) struct Recorder {
    operations: Mutex<Vec<Operation>>,
    ids: Mutex<BTreeMap<String, Operation>>,
    pub(crate) duplicates: AtomicU32,
    pub(crate) models: Mutex<BTreeMap<String, ModelInput>>,
}

impl Recorder {
    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.operations.lock().unwrap().clone()
    }

    pub(crate) fn model(&self, name: &str) -> Value {
        let models = self.models.lock().unwrap();
        serde_json::to_value(
            models
                .get(name)
                .unwrap_or_else(|| panic!("{name} is not declared")),
        )
        .unwrap()
    }
}

impl Server for Recorder {
    async fn record(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Refusal> {
        let read = Operation::read_batch(json!({ "operations": batch }));
        if let Err(faults) = read {
            return Err(Refusal::Batch(format!("{:?}", faults.into_vec())));
        }
        let mut ids = self.ids.lock().unwrap();
        let mut outcomes = Vec::new();
        for one in batch {
            let id = one.id.clone().unwrap();
            if let Some(known) = ids.get(&id) {
                assert_eq!(known, one, "the same id with another content");
                self.duplicates.fetch_add(1, Ordering::Relaxed);
                outcomes.push(Outcome::Duplicate { log_id: None });
                continue;
            }
            ids.insert(id, one.clone());
            self.operations.lock().unwrap().push(one.clone());
            outcomes.push(Outcome::Recorded {
                log_id: "l".to_owned(),
                revision: 1,
            });
        }
        Ok(outcomes)
    }

    async fn declare(&self, model: &str, input: &ModelInput) -> Result<(), Refusal> {
        ModelInput::read(serde_json::to_value(input).unwrap())
            .map_err(|faults| Refusal::Batch(format!("{:?}", faults.into_vec())))?;
        self.models
            .lock()
            .unwrap()
            .insert(model.to_owned(), input.clone());
        Ok(())
    }
}
