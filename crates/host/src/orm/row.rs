//! Rows as they are in the database: which, and with what values.

use std::collections::BTreeMap;

use sea_orm::sea_query::ValueTuple;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, IdenStatic, Iterable,
    ModelTrait, PrimaryKeyToColumn, QueryFilter, QuerySelect,
};
use types::{OperationKind, Values};

use super::about::Subject;
use super::value;

/// Most keys in one statement: SQLite takes 32,766 values, and an update brings its own.
pub(super) const KEYS: usize = 20_000;
/// Most keys of several columns in one statement: they become a chain of `OR`, which SQLite takes
/// no deeper than 1,000.
const LONG_KEYS: usize = 400;

/// How many keys of `E` fit into one statement.
pub(super) fn keys_at_once<E: EntityTrait>() -> usize {
    if E::PrimaryKey::iter().count() == 1 {
        KEYS
    } else {
        LONG_KEYS
    }
}

/// A row: its values by column, in the order of the columns.
pub(super) type Row = Values;

/// Rows by the id of their record.
pub(super) type Rows = BTreeMap<String, Row>;

/// The rows that meet `condition`, read so that nobody changes them before this transaction ends,
/// where the database can do that; on SQLite nobody else writes meanwhile anyway.
///
/// What was written is read in the same way: on MySQL a plain read in a transaction may tell an
/// older version of a row than the one that was locked.
pub(super) async fn select<E: EntityTrait>(
    link: &impl ConnectionTrait,
    condition: Condition,
) -> Result<Vec<E::Model>, DbErr> {
    let select = E::find().filter(condition);
    let select = match link.get_database_backend() {
        DbBackend::Sqlite => select,
        _ => select.lock_exclusive(),
    };
    select.all(link).await
}

/// The rows with these keys.
pub(super) async fn select_keys<E: EntityTrait>(
    link: &impl ConnectionTrait,
    keys: &[ValueTuple],
) -> Result<Vec<E::Model>, DbErr> {
    let mut models = Vec::with_capacity(keys.len());
    for keys in keys.chunks(keys_at_once::<E>()) {
        models.extend(select::<E>(link, among::<E>(keys)).await?);
    }
    Ok(models)
}

/// The condition that a row's key is one of these.
pub(super) fn among<E: EntityTrait>(keys: &[ValueTuple]) -> Condition {
    let columns: Vec<_> = E::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect();
    if let [column] = columns.as_slice() {
        let values = keys.iter().cloned().flatten();
        return Condition::all().add(column.is_in(values));
    }
    keys.iter().fold(Condition::any(), |any, key| {
        let parts = columns.iter().zip(key.clone());
        any.add(parts.fold(Condition::all(), |all, (column, value)| {
            all.add(column.eq(value))
        }))
    })
}

/// The rows of models, without what is left out.
pub(super) fn rows<M: ModelTrait>(models: &[M], subject: &Subject) -> Rows {
    models
        .iter()
        .map(|model| {
            (
                record_id(&model.get_primary_key_value()),
                row(model, subject),
            )
        })
        .collect()
}

fn row<M: ModelTrait>(model: &M, subject: &Subject) -> Row {
    <M::Entity as EntityTrait>::Column::iter()
        .filter(|column| !subject.ignored.contains(column.as_str()))
        .map(|column| (column.as_str().to_owned(), value::json(&model.get(column))))
        .collect()
}

/// A key as the id of a record: the value as text; several with commas between, where a comma or
/// backslash inside a value is preceded by a backslash.
pub(super) fn record_id(key: &ValueTuple) -> String {
    let parts: Vec<String> = key
        .clone()
        .into_iter()
        .map(|part| match value::json(&part) {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        })
        .collect();
    crate::fit::record_id(&parts)
}

/// What became of one row.
#[derive(Debug, PartialEq)]
pub(super) struct Changed {
    pub(super) record_id: String,
    pub(super) kind: OperationKind,
    pub(super) old: Option<Row>,
    pub(super) new: Option<Row>,
}

/// What became of rows, in the order of their ids. One that is as it was is none of them.
pub(super) fn compare(mut before: Rows, after: Rows) -> Vec<Changed> {
    let mut changes = Vec::new();
    for (record_id, new) in after {
        match before.remove(&record_id) {
            None => changes.push(Changed {
                record_id,
                kind: OperationKind::Create,
                old: None,
                new: Some(new),
            }),
            Some(old) => {
                // The old row goes whole, so that what the server knew wrong shows; of the new
                // one only what changed.
                let other: Row = new
                    .into_iter()
                    .filter(|(name, value)| old.get(name) != Some(value))
                    .collect();
                if !other.is_empty() {
                    changes.push(Changed {
                        record_id,
                        kind: OperationKind::Write,
                        old: Some(old),
                        new: Some(other),
                    });
                }
            }
        }
    }
    changes.extend(before.into_iter().map(|(record_id, old)| Changed {
        record_id,
        kind: OperationKind::Unlink,
        old: Some(old),
        new: None,
    }));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::sea_query::IntoValueTuple;
    use serde_json::json;

    fn rows(rows: &[(&str, serde_json::Value)]) -> Rows {
        rows.iter()
            .map(|(id, row)| ((*id).to_owned(), row.as_object().unwrap().clone()))
            .collect()
    }

    #[test]
    fn a_row_is_created_written_or_unlinked_and_else_nothing_happened() {
        let before = rows(&[
            ("1", json!({"id": 1, "name": "a", "age": 5})),
            ("2", json!({"id": 2, "name": "b"})),
            ("3", json!({"id": 3, "name": "c"})),
        ]);
        let after = rows(&[
            ("1", json!({"id": 1, "name": "z", "age": 5})),
            ("3", json!({"id": 3, "name": "c"})),
            ("4", json!({"id": 4, "name": "d"})),
        ]);
        let told: Vec<_> = compare(before, after)
            .into_iter()
            .map(|change| {
                let sides = (change.old.map(json_of), change.new.map(json_of));
                (change.record_id, change.kind, sides)
            })
            .collect();
        assert_eq!(
            told,
            [
                (
                    "1".to_owned(),
                    OperationKind::Write,
                    (
                        Some(json!({"id": 1, "name": "a", "age": 5})),
                        Some(json!({"name": "z"}))
                    )
                ),
                (
                    "4".to_owned(),
                    OperationKind::Create,
                    (None, Some(json!({"id": 4, "name": "d"})))
                ),
                (
                    "2".to_owned(),
                    OperationKind::Unlink,
                    (Some(json!({"id": 2, "name": "b"})), None)
                ),
            ]
        );
    }

    fn json_of(row: Row) -> serde_json::Value {
        serde_json::Value::Object(row)
    }

    #[test]
    fn keys_of_several_columns_never_meet() {
        assert_eq!(record_id(&7_i64.into_value_tuple()), "7");
        assert_eq!(record_id(&"a,b".into_value_tuple()), "a,b");
        assert_eq!(record_id(&("a,b", "c").into_value_tuple()), "a\\,b,c");
        assert_eq!(record_id(&("a", "b,c").into_value_tuple()), "a,b\\,c");
        assert_eq!(record_id(&("a\\", ",b").into_value_tuple()), "a\\\\,\\,b");
    }
}
