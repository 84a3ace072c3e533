//! Appending: what one transaction of the recorder reads and writes.

use std::collections::BTreeMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use types::Timestamp;

use super::entity::{log, log_field, log_head, operation_key, record, snapshot};
use super::{Stored, Work, rows_of};

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

/// Most values of one `IN`.
const IN: usize = 500;

impl Work {
    /// The records of these ids, by model. Their rows are locked, in the order of model and id.
    pub(crate) async fn lock_records(
        &self,
        wanted: &BTreeMap<i32, Vec<String>>,
    ) -> Stored<Vec<record::Model>> {
        let mut rows = Vec::new();
        for (model_id, ids) in wanted {
            for ids in ids.chunks(IN) {
                let found = record::Entity::find()
                    .filter(record::Column::ModelId.eq(*model_id))
                    .filter(record::Column::RecordId.is_in(ids.iter().map(String::as_str)))
                    .order_by_asc(record::Column::RecordId)
                    .lock_exclusive()
                    .all(self.connection())
                    .await?;
                rows.extend(found);
            }
        }
        Ok(rows)
    }

    /// The idempotency keys of a host that were used before, with the log that each made.
    pub(crate) async fn operation_keys(
        &self,
        host_id: i32,
        keys: &[String],
    ) -> Stored<Vec<(operation_key::Model, Option<String>)>> {
        let mut rows = Vec::new();
        for keys in keys.chunks(IN) {
            let found = operation_key::Entity::find()
                .filter(operation_key::Column::HostId.eq(host_id))
                .filter(operation_key::Column::Key.is_in(keys.iter().map(String::as_str)))
                .all(self.connection())
                .await?;
            rows.extend(found);
        }
        let places: Vec<i64> = rows.iter().filter_map(|row| row.seq).collect();
        let mut ids = BTreeMap::new();
        for places in places.chunks(IN) {
            let logs: Vec<(i64, sea_orm::prelude::Uuid)> = log::Entity::find()
                .select_only()
                .column(log::Column::Seq)
                .column(log::Column::Id)
                .filter(log::Column::Seq.is_in(places.iter().copied()))
                .into_tuple()
                .all(self.connection())
                .await?;
            ids.extend(logs.into_iter().map(|(seq, id)| (seq, id.to_string())));
        }
        let with_id = |row: operation_key::Model| {
            let id = row.seq.and_then(|seq| ids.get(&seq).cloned());
            (row, id)
        };
        Ok(rows.into_iter().map(with_id).collect())
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
        logs: Vec<log::Model>,
        fields: Vec<log_field::Model>,
    ) -> Stored<()> {
        for rows in chunks(logs, rows_of(22)) {
            let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
            log::Entity::insert_many(rows)
                .exec_without_returning(self.connection())
                .await?;
        }
        for rows in chunks(fields, rows_of(3)) {
            let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
            log_field::Entity::insert_many(rows)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Keeps idempotency keys.
    pub(crate) async fn insert_keys(&self, keys: Vec<operation_key::Model>) -> Stored<()> {
        for rows in chunks(keys, rows_of(4)) {
            let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
            operation_key::Entity::insert_many(rows)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Keeps the last known state of records.
    pub(crate) async fn upsert_records(&self, records: Vec<RecordUpsert>) -> Stored<()> {
        for rows in chunks(records, rows_of(9)) {
            let rows = rows.into_iter().map(|row| record::ActiveModel {
                id: NotSet,
                model_id: Set(row.model_id),
                record_id: Set(row.record_id),
                name: Set(row.name),
                revision: Set(row.revision),
                deleted: Set(row.deleted),
                recorded_at: Set(row.recorded_at),
                state: Set(row.state),
                search: Set(row.search),
            });
            let same = OnConflict::columns([record::Column::ModelId, record::Column::RecordId])
                .update_columns([
                    record::Column::Name,
                    record::Column::Revision,
                    record::Column::Deleted,
                    record::Column::RecordedAt,
                    record::Column::State,
                    record::Column::Search,
                ])
                .to_owned();
            record::Entity::insert_many(rows)
                .on_conflict(same)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Keeps whole states of records at some of their revisions.
    pub(crate) async fn insert_snapshots(
        &self,
        snapshots: Vec<(i32, String, i64, String)>,
    ) -> Stored<()> {
        for rows in chunks(snapshots, rows_of(4)) {
            let rows = rows
                .into_iter()
                .map(|(model_id, record_id, revision, state)| {
                    snapshot::Model {
                        model_id,
                        record_id,
                        revision,
                        state,
                    }
                    .into_active_model()
                });
            snapshot::Entity::insert_many(rows)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }
}

pub(super) fn chunks<T>(rows: Vec<T>, size: usize) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(size).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}
