//! What lies in the outbox, for people: how much waits, and what the server refused.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use types::{Operation, Timestamp};

use super::OUTBOX;
use super::write::Stored;

/// What lies in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Operations that wait to be delivered.
    pub waiting: u64,
    /// Operations that the server refused for what they are, set aside.
    pub refused: u64,
    /// The size of all of them.
    pub bytes: u64,
    /// When the oldest that waits was written.
    pub oldest: Option<Timestamp>,
}

/// Looks at what lies in the outbox.
pub async fn backlog(db: &impl ConnectionTrait) -> Result<Backlog, DbErr> {
    let backend = db.get_database_backend();
    let integer = match backend {
        DbBackend::MySql => "SIGNED",
        _ => "BIGINT",
    };
    let sql = format!(
        "SELECT COUNT(*) AS operations, COUNT(refused_at) AS refused, \
         CAST(COALESCE(SUM(bytes), 0) AS {integer}) AS bytes, \
         MIN(CASE WHEN refused_at IS NULL THEN written_at END) AS oldest FROM {OUTBOX}"
    );
    let Some(row) = db
        .query_one_raw(Statement::from_string(backend, sql))
        .await?
    else {
        return Ok(Backlog::default());
    };
    let number = |name| {
        row.try_get::<i64>("", name)
            .map(|number| u64::try_from(number).unwrap_or_default())
    };
    let refused = number("refused")?;
    Ok(Backlog {
        waiting: number("operations")?.saturating_sub(refused),
        refused,
        bytes: number("bytes")?,
        oldest: row
            .try_get::<Option<i64>>("", "oldest")?
            .map(Timestamp::from_micros),
    })
}

/// An operation that the server refused.
#[derive(Debug, Clone, PartialEq)]
pub struct SetAside {
    /// The operation; values of sensitive fields are taken out.
    pub operation: Option<Operation>,
    /// Its id.
    pub operation_id: String,
    /// Why the server refused it.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// The operations that the server refused, oldest first, at most `limit`.
pub async fn refused(db: &impl ConnectionTrait, limit: u32) -> Result<Vec<SetAside>, DbErr> {
    let backend = db.get_database_backend();
    let sql = format!(
        "SELECT operation_id, payload, refused, refused_at FROM {OUTBOX} \
         WHERE refused_at IS NOT NULL ORDER BY id LIMIT {limit}"
    );
    let rows = db
        .query_all_raw(Statement::from_string(backend, sql))
        .await?;
    rows.iter()
        .map(|row| {
            let payload: String = row.try_get("", "payload")?;
            let stored: Option<Stored> = serde_json::from_str(&payload).ok();
            Ok(SetAside {
                operation: stored.map(|stored| stored.operation),
                operation_id: row.try_get("", "operation_id")?,
                why: row
                    .try_get::<Option<String>>("", "refused")?
                    .unwrap_or_default(),
                at: Timestamp::from_micros(row.try_get("", "refused_at")?),
            })
        })
        .collect()
}

/// Takes the operations that the server refused out of the outbox; tells how many.
pub async fn discard_refused(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let sql = format!("DELETE FROM {OUTBOX} WHERE refused_at IS NOT NULL");
    Ok(db.execute_unprepared(&sql).await?.rows_affected())
}

/// Lets the operations that the server refused go again; tells how many.
///
/// They come after what was delivered meanwhile, and without the values of sensitive fields.
pub async fn retry_refused(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let sql = format!(
        "UPDATE {OUTBOX} SET refused = NULL, refused_at = NULL WHERE refused_at IS NOT NULL"
    );
    Ok(db.execute_unprepared(&sql).await?.rows_affected())
}
