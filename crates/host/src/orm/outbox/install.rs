//! Making the tables and taking them away, while the host is writing.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionSession as _,
    TransactionTrait, Value,
};

use super::{INSTALLATION, OUTBOX, now};

/// Any number, the same wherever tables are made: PostgreSQL answers two that make one table at
/// once with an error.
const LOCK: i64 = 0x5245_5649_534f_5201;

/// Makes the tables of the outbox where they are not there yet.
///
/// [`TrailBuilder::open`](crate::TrailBuilder::open) does so too; this is for hosts that make
/// their tables in migrations, with a user that may.
pub async fn install(db: &impl TransactionTrait) -> Result<(), DbErr> {
    let txn = super::super::room::begin_any(db).await?;
    let backend = txn.get_database_backend();
    if backend == DbBackend::Postgres {
        txn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
    }
    let (number, text, end) = match backend {
        DbBackend::Postgres => ("BIGSERIAL PRIMARY KEY", "TEXT", ""),
        DbBackend::MySql => (
            "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
            "LONGTEXT",
            " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
        ),
        // Not AUTOINCREMENT, which leaves a table of SQLite's own behind: rows are taken away by
        // number and operation, so that a number may be used again.
        DbBackend::Sqlite => ("INTEGER PRIMARY KEY", "TEXT", ""),
        _ => return Err(unknown()),
    };
    txn.execute_unprepared(&format!(
        "CREATE TABLE IF NOT EXISTS {OUTBOX} (id {number}, operation_id VARCHAR(128) NOT NULL, \
         payload {text} NOT NULL, bytes BIGINT NOT NULL, written_at BIGINT NOT NULL, \
         refused {text}, refused_at BIGINT){end}"
    ))
    .await?;
    txn.execute_unprepared(&format!(
        "CREATE TABLE IF NOT EXISTS {INSTALLATION} (id INTEGER PRIMARY KEY, \
         installed_at BIGINT NOT NULL, deliverer VARCHAR(64), leased_until BIGINT NOT NULL){end}"
    ))
    .await?;
    let (verb, ignore) = match backend {
        DbBackend::MySql => ("INSERT IGNORE", ""),
        _ => ("INSERT", " ON CONFLICT DO NOTHING"),
    };
    txn.execute_unprepared(&format!(
        "{verb} INTO {INSTALLATION} (id, installed_at, leased_until) VALUES (1, {}, 0){ignore}",
        now()
    ))
    .await?;
    txn.commit().await
}

/// What went with the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uninstalled {
    /// Operations that had not been delivered.
    pub waiting: u64,
    /// Operations that the server had refused.
    pub refused: u64,
}

/// Takes the tables away, with all that was not delivered; tells how much that was.
///
/// This is the orderly end of auditing: hosts that are running, strict ones too, notice that the
/// *whole* installation is gone, go on without auditing, and say so. Where only the outbox is
/// missing something is broken, and a strict host does not write.
pub async fn uninstall(db: &impl TransactionTrait) -> Result<Uninstalled, DbErr> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        match drop_tables(db).await {
            Err(error) if attempt < ATTEMPTS && is_impatient(&error) => {
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
}

/// Writers hold the table until they commit, and one may wait for another who waits for this: so
/// this waits for them only so long (a second), lets all pass, and comes again.
const ATTEMPTS: usize = 120;
const PAUSE: Duration = Duration::from_millis(250);

async fn drop_tables(db: &impl TransactionTrait) -> Result<Uninstalled, DbErr> {
    let txn = super::super::room::begin_any(db).await?;
    let backend = txn.get_database_backend();
    let patience = match backend {
        DbBackend::Postgres => Some("SET LOCAL lock_timeout = '1s'"),
        DbBackend::MySql => Some("SET SESSION lock_wait_timeout = 1"),
        _ => None,
    };
    if let Some(patience) = patience {
        txn.execute_unprepared(patience).await?;
    }
    let dropped = drop_in(&txn).await;
    if backend == DbBackend::MySql {
        // The connection goes back to the host.
        txn.execute_unprepared("SET SESSION lock_wait_timeout = DEFAULT")
            .await?;
    }
    match dropped {
        Ok(gone) => txn.commit().await.map(|()| gone),
        Err(error) => {
            txn.rollback().await?;
            Err(error)
        }
    }
}

async fn drop_in(txn: &impl ConnectionTrait) -> Result<Uninstalled, DbErr> {
    let gone = if exists(txn, OUTBOX).await? {
        let backlog = super::backlog(txn).await?;
        Uninstalled {
            waiting: backlog.waiting,
            refused: backlog.refused,
        }
    } else {
        Uninstalled::default()
    };
    // In this order: where each is dropped for itself (MySQL), no writer ever sees an installation
    // without its outbox.
    for table in [INSTALLATION, OUTBOX] {
        txn.execute_unprepared(&format!("DROP TABLE IF EXISTS {table}"))
            .await?;
    }
    Ok(gone)
}

/// Whether it was only a lock that did not come in time.
fn is_impatient(error: &DbErr) -> bool {
    let text = error.to_string().to_lowercase();
    [
        "lock timeout",
        "lock wait timeout",
        "database is locked",
        "deadlock",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Whether both tables are there.
pub(in crate::orm) async fn is_installed(db: &DatabaseConnection) -> Result<bool, DbErr> {
    Ok(exists(db, OUTBOX).await? && exists(db, INSTALLATION).await?)
}

/// Whether neither is: somebody uninstalled.
pub(in crate::orm) async fn is_ended(link: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(!exists(link, INSTALLATION).await? && !exists(link, OUTBOX).await?)
}

async fn exists(link: &impl ConnectionTrait, table: &str) -> Result<bool, DbErr> {
    let backend = link.get_database_backend();
    let sql = match backend {
        // As the statements of this crate find it: along the search path.
        DbBackend::Postgres => "SELECT 1 WHERE to_regclass($1) IS NOT NULL",
        DbBackend::MySql => {
            "SELECT 1 FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name = ?"
        }
        DbBackend::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
        _ => return Err(unknown()),
    };
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(table)]);
    Ok(link.query_one_raw(statement).await?.is_some())
}

fn unknown() -> DbErr {
    DbErr::BackendNotSupported {
        db: "this database",
        ctx: "the outbox",
    }
}
