//! Writing operations into the outbox, in the transaction that they belong to.

use sea_orm::sea_query::{Alias, Query};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use serde::{Deserialize, Serialize};
use types::Operation;

use super::{OUTBOX, now};

/// Most rows of one statement.
const ROWS: usize = 500;

/// An operation as it lies in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::orm) struct Stored {
    /// The fields whose values must not stay should the server refuse it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) sensitive: Vec<String>,
    /// The operation.
    pub(super) operation: Operation,
}

/// An operation ready to be written.
#[derive(Debug, Clone)]
pub(in crate::orm) struct Entry {
    operation_id: String,
    payload: String,
}

impl Entry {
    pub(in crate::orm) fn new(
        operation: Operation,
        sensitive: impl IntoIterator<Item = String>,
    ) -> Result<Self, DbErr> {
        let operation_id = operation.id.clone().unwrap_or_default();
        let stored = Stored {
            sensitive: sensitive.into_iter().collect(),
            operation,
        };
        let payload =
            serde_json::to_string(&stored).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(Self {
            operation_id,
            payload,
        })
    }

    /// How large it is.
    pub(in crate::orm) fn bytes(&self) -> u64 {
        self.payload.len() as u64
    }
}

/// Writes entries, in their order.
pub(in crate::orm) async fn write(
    link: &impl ConnectionTrait,
    entries: &[Entry],
) -> Result<(), DbErr> {
    let now = now();
    for entries in entries.chunks(ROWS) {
        let mut insert = Query::insert();
        insert
            .into_table(Alias::new(OUTBOX))
            .columns(["operation_id", "payload", "bytes", "written_at"].map(Alias::new));
        for entry in entries {
            let bytes = i64::try_from(entry.payload.len()).unwrap_or(i64::MAX);
            insert.values_panic([
                entry.operation_id.as_str().into(),
                entry.payload.as_str().into(),
                bytes.into(),
                now.into(),
            ]);
        }
        link.execute(&insert).await?;
    }
    Ok(())
}

/// How many operations are in the outbox, refused ones included, and how large they are.
pub(in crate::orm) async fn look(link: &impl ConnectionTrait) -> Result<(u64, u64), DbErr> {
    let backend = link.get_database_backend();
    let integer = match backend {
        DbBackend::MySql => "SIGNED",
        _ => "BIGINT",
    };
    let sql = format!(
        "SELECT COUNT(*) AS operations, CAST(COALESCE(SUM(bytes), 0) AS {integer}) AS bytes \
         FROM {OUTBOX}"
    );
    let row = link
        .query_one_raw(Statement::from_string(backend, sql))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a count".to_owned()))?;
    let number = |name| {
        row.try_get::<i64>("", name)
            .map(|number| u64::try_from(number).unwrap_or_default())
    };
    Ok((number("operations")?, number("bytes")?))
}
