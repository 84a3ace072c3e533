//! The database schema of Revisor, step by step, one set for SQLite and PostgreSQL.
//!
//! Migrations name tables and columns by words of their own, never through entities, so that a
//! migration means the same for ever. On PostgreSQL they run under an advisory lock: several
//! servers may start at once.

use std::time::Duration;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, TransactionTrait,
};

mod grants;
mod m20261123_000001_foundation;
mod m20261123_000002_administration;
mod m20261123_000003_search;
mod m20261123_000004_proof;
mod m20261123_000006_identity;
mod m20261123_000007_lean;
mod m20261123_000008_text;
mod m20261124_000009_subject;
mod triggers;

pub use grants::{GrantError, grant};

/// All migrations, in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_foundation::Migration),
            Box::new(m20261123_000002_administration::Migration),
            Box::new(m20261123_000003_search::Migration),
            Box::new(m20261123_000004_proof::Migration),
            Box::new(m20261123_000006_identity::Migration),
            Box::new(m20261123_000007_lean::Migration),
            Box::new(m20261123_000008_text::Migration),
            Box::new(m20261124_000009_subject::Migration),
        ]
    }
}

/// The key of the advisory lock under which PostgreSQL migrates.
const LOCK: i64 = 0x7265_7669_736f_7200;

/// Applies every migration that is not applied yet. Where there is none it needs no right to change
/// the schema.
pub async fn up(url: &str) -> Result<(), DbErr> {
    let connection = connect(url).await?;
    let pending = Migrator::get_pending_migrations_read_only(&connection).await?;
    if pending.is_empty() {
        return connection.close().await;
    }
    let transaction = connection.begin().await?;
    lock(&transaction).await?;
    Migrator::up(&transaction, None).await?;
    transaction.commit().await?;
    connection.close().await
}

/// Takes back the last `steps` migrations.
pub async fn down(url: &str, steps: u32) -> Result<(), DbErr> {
    let connection = connect(url).await?;
    let transaction = connection.begin().await?;
    lock(&transaction).await?;
    Migrator::down(&transaction, Some(steps)).await?;
    transaction.commit().await?;
    connection.close().await
}

/// Every migration's name and whether it is applied. Changes nothing.
pub async fn status(url: &str) -> Result<Vec<(String, bool)>, DbErr> {
    let connection = connect(url).await?;
    let migrations = Migrator::get_migration_with_status_read_only(&connection).await?;
    let status = migrations
        .iter()
        .map(|migration| {
            let applied = migration.status() == sea_orm_migration::MigrationStatus::Applied;
            (migration.name().to_owned(), applied)
        })
        .collect();
    connection.close().await?;
    Ok(status)
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(10));
    options.map_sqlx_sqlite_opts(|options| {
        options
            .create_if_missing(true)
            .journal_mode(sea_orm_migration::sea_orm::sqlx::sqlite::SqliteJournalMode::Wal)
            .busy_timeout(Duration::from_secs(30))
    });
    Database::connect(options).await
}

async fn lock<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    if connection.get_database_backend() == DbBackend::Postgres {
        connection
            .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
    }
    Ok(())
}
