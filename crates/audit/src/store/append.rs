//! Appending: what one transaction of the recorder reads and writes.

use std::collections::BTreeMap;

use sea_orm::prelude::Uuid;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QuerySelect,
    Statement,
};
use types::Timestamp;

use super::bulk::{Kind, Target};
use super::entity::{log, log_field, log_head, operation_key, snapshot};
use super::{Stored, Work, to_json};

/// Where the log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// The place of the last log.
    pub(crate) seq: i64,
    /// When the last log was recorded.
    pub(crate) recorded_at: Timestamp,
}

/// A record as it is last known after this transaction.
#[derive(Debug, Clone)]
pub(crate) struct RecordUpsert {
    pub(crate) model_id: i32,
    pub(crate) record_id: String,
    pub(crate) name: Option<String>,
    pub(crate) revision: i64,
    pub(crate) deleted: bool,
    pub(crate) recorded_at: i64,
    pub(crate) state: String,
    pub(crate) search: String,
}

/// A record as it was found.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Found {
    pub(crate) model_id: i32,
    pub(crate) record_id: String,
    pub(crate) name: Option<String>,
    pub(crate) revision: i64,
    pub(crate) deleted: bool,
    pub(crate) state: String,
}

/// An idempotency key that was used, with what made of it.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Used {
    pub(crate) host_id: i32,
    pub(crate) key: String,
    pub(crate) digest: Vec<u8>,
    pub(crate) log_id: Option<Uuid>,
}

impl Work {
    /// The records of these models and ids. Their rows are locked, in the order of model and id.
    pub(crate) async fn lock_records(
        &self,
        wanted: &BTreeMap<i32, Vec<String>>,
    ) -> Stored<Vec<Found>> {
        const COLUMNS: &str = "r.model_id, r.record_id, r.name, r.revision, r.deleted, r.state";
        let pairs = pairs_of(wanted);
        if pairs.0.is_empty() {
            return Ok(Vec::new());
        }
        let statement = self.of_pairs(
            pairs,
            |pairs| {
                format!(
                    "SELECT {COLUMNS} FROM {pairs} JOIN record AS r ON r.model_id = w.a AND r.record_id = w.b \
                     ORDER BY r.model_id, r.record_id FOR UPDATE OF r"
                )
            },
            |pairs| {
                format!(
                    "SELECT {COLUMNS} FROM {pairs} CROSS JOIN record AS r \
                     ON r.model_id = w.value ->> 0 AND r.record_id = w.value ->> 1"
                )
            },
        )?;
        Ok(Found::find_by_statement(statement)
            .all(self.connection())
            .await?)
    }

    /// Those of the hosts' idempotency keys that were used before, with the log that each made.
    pub(crate) async fn operation_keys(
        &self,
        wanted: &BTreeMap<i32, Vec<String>>,
    ) -> Stored<Vec<Used>> {
        const COLUMNS: &str = "k.host_id, k.key, k.digest, l.id AS log_id";
        let pairs = pairs_of(wanted);
        if pairs.0.is_empty() {
            return Ok(Vec::new());
        }
        let statement = self.of_pairs(
            pairs,
            |pairs| {
                format!(
                    "SELECT {COLUMNS} FROM {pairs} JOIN operation_key AS k ON k.host_id = w.a AND k.key = w.b \
                     LEFT JOIN log AS l ON l.seq = k.seq"
                )
            },
            |pairs| {
                format!(
                    "SELECT {COLUMNS} FROM {pairs} CROSS JOIN operation_key AS k \
                     ON k.host_id = w.value ->> 0 AND k.key = w.value ->> 1 LEFT JOIN log AS l ON l.seq = k.seq"
                )
            },
        )?;
        Ok(Used::find_by_statement(statement)
            .all(self.connection())
            .await?)
    }

    /// A statement about pairs, which come as a table `w`: on PostgreSQL of the columns `a` and
    /// `b`, on SQLite of arrays `value`.
    fn of_pairs(
        &self,
        (numbers, texts): (Vec<i32>, Vec<String>),
        postgres: impl Fn(&str) -> String,
        sqlite: impl Fn(&str) -> String,
    ) -> Stored<Statement> {
        let backend = self.connection().get_database_backend();
        Ok(if backend == DbBackend::Postgres {
            let sql = postgres("unnest($1::integer[], $2::text[]) AS w (a, b)");
            Statement::from_sql_and_values(backend, sql, [numbers.into(), texts.into()])
        } else {
            let pairs: Vec<_> = numbers.into_iter().zip(texts).collect();
            Statement::from_sql_and_values(
                backend,
                sqlite("json_each(?) AS w"),
                [to_json(&pairs)?.into()],
            )
        })
    }

    /// Where the log ends; nobody else appends until this work is done.
    pub(crate) async fn lock_head(&self) -> Stored<Head> {
        let row = log_head::Entity::find_by_id(1)
            .lock_exclusive()
            .one(self.connection())
            .await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("log_head".to_owned()))?;
        Ok(Head {
            seq: row.seq,
            recorded_at: Timestamp::from_micros(row.recorded_at),
        })
    }

    /// Moves the end of the log.
    pub(crate) async fn set_head(&self, head: Head) -> Stored<()> {
        let row = log_head::ActiveModel {
            id: Set(1),
            seq: Set(head.seq),
            recorded_at: Set(head.recorded_at.micros()),
        };
        log_head::Entity::update(row)
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Appends logs and says which fields each changes.
    pub(crate) async fn insert_logs(
        &self,
        logs: impl Iterator<Item = Stored<log::Model>> + Send,
        fields: impl Iterator<Item = log_field::Model> + Send,
    ) -> Stored<()> {
        let log = |log: log::Model| {
            vec![
                log.seq.into(),
                log.id.into(),
                log.host_id.into(),
                log.model_id.into(),
                log.model_label.into(),
                log.record_id.into(),
                log.record_name.into(),
                log.revision.into(),
                log.operation.into(),
                log.user_login.into(),
                log.user_name.into(),
                log.on_behalf_of.into(),
                log.occurred_at.into(),
                log.recorded_at.into(),
                log.rule_ids.into(),
                log.changes.into(),
                log.unrecorded.into(),
                log.observed.into(),
                log.request_id.into(),
                log.transaction_id.into(),
                log.context.into(),
                log.search.into(),
                log.fields.into(),
            ]
        };
        LOGS.insert(self, logs.map(|row| row.map(log))).await?;
        let field = |field: log_field::Model| {
            Ok(vec![
                field.field.into(),
                field.model_id.into(),
                field.seq.into(),
            ])
        };
        FIELDS.insert(self, fields.map(field)).await
    }

    /// Keeps idempotency keys.
    pub(crate) async fn insert_keys(
        &self,
        keys: impl Iterator<Item = operation_key::Model> + Send,
    ) -> Stored<()> {
        let key = |key: operation_key::Model| {
            Ok(vec![
                key.host_id.into(),
                key.key.into(),
                key.digest.into(),
                key.seq.into(),
            ])
        };
        KEYS.insert(self, keys.map(key)).await
    }

    /// Keeps the last known state of records.
    pub(crate) async fn upsert_records(
        &self,
        records: impl Iterator<Item = Stored<RecordUpsert>> + Send,
    ) -> Stored<()> {
        let record = |record: RecordUpsert| {
            vec![
                record.model_id.into(),
                record.record_id.into(),
                record.name.into(),
                record.revision.into(),
                record.deleted.into(),
                record.recorded_at.into(),
                record.state.into(),
                record.search.into(),
            ]
        };
        RECORDS
            .insert(self, records.map(|row| row.map(record)))
            .await
    }

    /// Keeps whole states of records at some of their revisions.
    pub(crate) async fn insert_snapshots(
        &self,
        snapshots: impl Iterator<Item = Stored<snapshot::Model>> + Send,
    ) -> Stored<()> {
        let snapshot = |snapshot: snapshot::Model| {
            vec![
                snapshot.model_id.into(),
                snapshot.record_id.into(),
                snapshot.revision.into(),
                snapshot.state.into(),
            ]
        };
        SNAPSHOTS
            .insert(self, snapshots.map(|row| row.map(snapshot)))
            .await
    }
}

const LOGS: Target = Target {
    table: "log",
    columns: &[
        ("seq", Kind::Big),
        ("id", Kind::Uuid),
        ("host_id", Kind::Int),
        ("model_id", Kind::Int),
        ("model_label", Kind::Text),
        ("record_id", Kind::Text),
        ("record_name", Kind::TextNull),
        ("revision", Kind::Big),
        ("operation", Kind::Small),
        ("user_login", Kind::Text),
        ("user_name", Kind::TextNull),
        ("on_behalf_of", Kind::TextNull),
        ("occurred_at", Kind::Big),
        ("recorded_at", Kind::Big),
        ("rule_ids", Kind::Text),
        ("changes", Kind::Text),
        ("unrecorded", Kind::TextNull),
        ("observed", Kind::TextNull),
        ("request_id", Kind::TextNull),
        ("transaction_id", Kind::TextNull),
        ("context", Kind::TextNull),
        ("search", Kind::Text),
        ("fields", Kind::Text),
    ],
    then: "",
};

const FIELDS: Target = Target {
    table: "log_field",
    columns: &[
        ("field", Kind::Text),
        ("model_id", Kind::Int),
        ("seq", Kind::Big),
    ],
    then: "",
};

const KEYS: Target = Target {
    table: "operation_key",
    columns: &[
        ("host_id", Kind::Int),
        ("key", Kind::Text),
        ("digest", Kind::Bytes),
        ("seq", Kind::BigNull),
    ],
    then: "",
};

const RECORDS: Target = Target {
    table: "record",
    columns: &[
        ("model_id", Kind::Int),
        ("record_id", Kind::Text),
        ("name", Kind::TextNull),
        ("revision", Kind::Big),
        ("deleted", Kind::Bool),
        ("recorded_at", Kind::Big),
        ("state", Kind::Text),
        ("search", Kind::Text),
    ],
    then: "ON CONFLICT (\"model_id\", \"record_id\") DO UPDATE SET \"name\" = excluded.\"name\", \
           \"revision\" = excluded.\"revision\", \"deleted\" = excluded.\"deleted\", \
           \"recorded_at\" = excluded.\"recorded_at\", \"state\" = excluded.\"state\", \
           \"search\" = excluded.\"search\"",
};

const SNAPSHOTS: Target = Target {
    table: "snapshot",
    columns: &[
        ("model_id", Kind::Int),
        ("record_id", Kind::Text),
        ("revision", Kind::Big),
        ("state", Kind::Text),
    ],
    then: "",
};

fn pairs_of(wanted: &BTreeMap<i32, Vec<String>>) -> (Vec<i32>, Vec<String>) {
    let pairs = wanted
        .iter()
        .flat_map(|(number, texts)| texts.iter().map(|text| (*number, text.clone())));
    pairs.unzip()
}

pub(super) fn chunks<T>(rows: Vec<T>, size: usize) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(size).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}
