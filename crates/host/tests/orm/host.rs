//! A host with a database of its own, gone with the test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use revisor_host::delivery::{Pace, Progress};
use revisor_host::{Actor, Audited, Context, Delivery, Operation, Trail, TrailBuilder};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait, Schema,
    sea_query::TableCreateStatement,
};
use tempfile::TempDir;

use crate::entities::{company, contact, tag};
use crate::recorder::Recorder;

/// A host and its database.
pub(crate) struct Host {
    pub(crate) db: DatabaseConnection,
    pub(crate) url: String,
    _gone_at_the_end: Gone,
}

enum Gone {
    Folder { _folder: TempDir },
    Database { server: String, name: String },
}

impl Drop for Gone {
    fn drop(&mut self) {
        if let Self::Database { server, name } = self {
            let (server, name) = (server.clone(), name.clone());
            let drop = async move {
                let db = Database::connect(format!("{server}/{}", maintenance(&server))).await;
                let force = if server.starts_with("postgres") {
                    " WITH (FORCE)"
                } else {
                    ""
                };
                if let Ok(db) = db {
                    let sql = format!("DROP DATABASE IF EXISTS {name}{force}");
                    let _ = db.execute_unprepared(&sql).await;
                }
            };
            let thread = std::thread::spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime.unwrap().block_on(drop);
            });
            let _ = thread.join();
        }
    }
}

fn maintenance(server: &str) -> &'static str {
    if server.starts_with("postgres") {
        "postgres"
    } else {
        "mysql"
    }
}

pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(8).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| {
        options
            .pragma("journal_mode", "WAL")
            .busy_timeout(Duration::from_secs(30))
    });
    Database::connect(options).await.unwrap()
}

impl Host {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/host.db?mode=rwc", folder.path().display());
        Self::at(url, Gone::Folder { _folder: folder }).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        let required = std::env::var("REVISOR_TEST_REQUIRE_POSTGRES").is_ok();
        let server = std::env::var("REVISOR_TEST_POSTGRES_URL");
        assert!(
            server.is_ok() || !required,
            "REVISOR_TEST_POSTGRES_URL is not set"
        );
        Some(Self::below(server.ok()?).await)
    }

    #[cfg(feature = "mysql")]
    pub(crate) async fn mysql() -> Option<Self> {
        Some(Self::below(std::env::var("REVISOR_TEST_MYSQL_URL").ok()?).await)
    }

    pub(crate) async fn below(server: String) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("revisor_host_{}_{number}", std::process::id());
        let server = server.trim_end_matches('/').to_owned();
        let db = Database::connect(format!("{server}/{}", maintenance(&server)))
            .await
            .unwrap();
        db.execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
        Self::at(format!("{server}/{name}"), Gone::Database { server, name }).await
    }

    async fn at(url: String, gone: Gone) -> Self {
        let db = connect(&url).await;
        let schema = Schema::new(db.get_database_backend());
        let tables: [TableCreateStatement; 3] = [
            schema.create_table_from_entity(company::Entity),
            schema.create_table_from_entity(contact::Entity),
            schema.create_table_from_entity(tag::Entity),
        ];
        for table in &tables {
            db.execute(table).await.unwrap();
        }
        Self {
            db,
            url,
            _gone_at_the_end: gone,
        }
    }

    pub(crate) fn trail(&self) -> TrailBuilder {
        Trail::builder(self.db.clone()).refresh(Duration::from_millis(50))
    }

    /// All that the trail holds, as a server that was never away hears it.
    pub(crate) async fn heard(&self, trail: &Trail) -> Vec<Operation> {
        let server = Recorder::new();
        let delivery = Delivery::spawn_at(trail, server.clone(), quick());
        delivery.shutdown(Duration::from_secs(20)).await;
        server.heard()
    }

    /// A trigger of the host that sets a column of a row that is inserted.
    pub(crate) async fn doubles(&self) {
        let statements: &[&str] = match self.db.get_database_backend() {
            sea_orm::DbBackend::Postgres => &[
                "CREATE FUNCTION doubled() RETURNS trigger LANGUAGE plpgsql AS $$ \
             BEGIN UPDATE contact SET weight = NEW.age * 2 WHERE id = NEW.id; RETURN NULL; END $$",
                "CREATE TRIGGER doubles AFTER INSERT ON contact FOR EACH ROW EXECUTE FUNCTION doubled()",
            ],
            sea_orm::DbBackend::MySql => &["CREATE TRIGGER doubles BEFORE INSERT ON contact \
                 FOR EACH ROW SET NEW.weight = NEW.age * 2"],
            _ => &["CREATE TRIGGER doubles AFTER INSERT ON contact \
                BEGIN UPDATE contact SET weight = NEW.age * 2 WHERE id = NEW.id; END"],
        };
        for statement in statements {
            self.db.execute_unprepared(statement).await.unwrap();
        }
    }

    /// The rows of a table as JSON, by the id of their record.
    pub(crate) async fn rows<E: EntityTrait>(
        &self,
        id: impl Fn(&serde_json::Value) -> String,
    ) -> std::collections::BTreeMap<String, serde_json::Value> {
        let rows = E::find().into_json().all(&self.db).await.unwrap();
        rows.into_iter().map(|row| (id(&row), row)).collect()
    }
}

/// A pace for tests.
pub(crate) fn quick() -> Pace {
    Pace {
        batch: 50,
        idle: Duration::from_millis(5),
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(40),
    }
}

pub(crate) fn marc() -> Actor {
    Actor {
        login: "marc".to_owned(),
        name: Some("Marc Demo".to_owned()),
        groups: vec!["Sales".to_owned()],
        on_behalf_of: None,
    }
}

pub(crate) fn by_marc(trail: &Trail) -> Audited {
    trail.act(marc(), Context::default())
}

/// Waits until a delivery has come so far.
pub(crate) async fn until(delivery: &Delivery, done: impl FnMut(&Progress) -> bool) {
    let mut progress = delivery.progress();
    let waiting = progress.wait_for(done);
    tokio::time::timeout(Duration::from_secs(30), waiting)
        .await
        .expect("delivery comes so far")
        .expect("delivery runs");
}

/// The delivery of a trail to a server, quickly.
pub(crate) fn deliver(trail: &Trail, server: &Arc<Recorder>) -> Delivery {
    Delivery::spawn_at(trail, Arc::clone(server), quick())
}
