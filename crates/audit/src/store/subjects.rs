//! Keys of data subjects as rows, and which logs hold values under which key.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, Statement,
};
use zeroize::Zeroizing;

use super::bulk::{Kind, Target};
use super::entity::subject_key;
use super::{Store, Stored, Work, to_json};

/// The row of a key, without its secret.
pub(crate) use super::entity::subject_key::Model as SubjectRow;

/// Who the personal values are about: a record of a host, or what a field names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SubjectOf {
    pub(crate) host_id: i32,
    pub(crate) model: String,
    pub(crate) record_id: String,
}

/// A key that was found: with its secret as long as it is not destroyed. No `Debug`.
pub(crate) struct FoundKey {
    pub(crate) id: Uuid,
    pub(crate) subject: SubjectOf,
    pub(crate) erased_at: Option<i64>,
    pub(crate) secret: Zeroizing<Vec<u8>>,
}

/// A key to be kept. No `Debug`.
pub(crate) struct NewSubjectKey {
    pub(crate) id: Uuid,
    pub(crate) subject: SubjectOf,
    pub(crate) secret: Zeroizing<[u8; 32]>,
    pub(crate) created_at: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    host_id: i32,
    model: String,
    record_id: String,
    erased_at: Option<i64>,
    secret: Vec<u8>,
}

impl From<Row> for FoundKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            subject: SubjectOf {
                host_id: row.host_id,
                model: row.model,
                record_id: row.record_id,
            },
            erased_at: row.erased_at,
            secret: Zeroizing::new(row.secret),
        }
    }
}

/// How long SQLite waits for others: while it clears away, and else.
const PATIENCE: (&str, &str) = ("PRAGMA busy_timeout = 1000", "PRAGMA busy_timeout = 15000");

const FOUND: &str = "SELECT k.id, k.host_id, k.model, k.record_id, k.erased_at, s.secret \
                     FROM subject_key AS k JOIN subject_secret AS s ON s.key_id = k.id";

const KEYS: Target = Target {
    table: "subject_key",
    columns: &[
        ("id", Kind::Uuid),
        ("host_id", Kind::Int),
        ("model", Kind::Text),
        ("record_id", Kind::Text),
        ("created_at", Kind::Big),
    ],
    then: "",
};

const SECRETS: Target = Target {
    table: "subject_secret",
    columns: &[("key_id", Kind::Uuid), ("secret", Kind::Bytes)],
    then: "",
};

const LOGS: Target = Target {
    table: "subject_log",
    columns: &[("key_id", Kind::Uuid), ("seq", Kind::Big)],
    then: "",
};

impl Work {
    /// The living keys of these subjects, and those of these ids that live. Nobody destroys one of
    /// them until this work is done.
    pub(crate) async fn living_keys(
        &self,
        subjects: Vec<SubjectOf>,
        ids: Vec<Uuid>,
    ) -> Stored<Vec<FoundKey>> {
        if subjects.is_empty() && ids.is_empty() {
            return Ok(Vec::new());
        }
        let backend = self.connection().get_database_backend();
        let statement = if backend == DbBackend::Postgres {
            let sql = format!(
                "{FOUND} WHERE k.erased_at IS NULL AND k.id IN (
                   SELECT l.id FROM unnest($1::integer[], $2::text[], $3::text[]) AS w (a, b, c)
                     JOIN subject_key AS l ON l.host_id = w.a AND l.model = w.b
                       AND l.record_id = w.c AND l.erased_at IS NULL
                   UNION SELECT unnest($4::uuid[]))
                 ORDER BY k.id FOR SHARE OF k"
            );
            let (mut hosts, mut models, mut records) = (Vec::new(), Vec::new(), Vec::new());
            for subject in subjects {
                hosts.push(subject.host_id);
                models.push(subject.model);
                records.push(subject.record_id);
            }
            let values = [hosts.into(), models.into(), records.into(), ids.into()];
            Statement::from_sql_and_values(backend, sql, values)
        } else {
            let sql = format!(
                "{FOUND} WHERE k.erased_at IS NULL AND k.id IN (
                   SELECT l.id FROM json_each(?) AS w CROSS JOIN subject_key AS l
                     ON l.host_id = w.value ->> 0 AND l.model = w.value ->> 1
                       AND l.record_id = w.value ->> 2 AND l.erased_at IS NULL
                   UNION SELECT unhex(value) FROM json_each(?))"
            );
            let subjects: Vec<_> = subjects
                .into_iter()
                .map(|subject| (subject.host_id, subject.model, subject.record_id))
                .collect();
            let ids: Vec<_> = ids.iter().map(|id| id.simple().to_string()).collect();
            let values = [to_json(&subjects)?.into(), to_json(&ids)?.into()];
            Statement::from_sql_and_values(backend, sql, values)
        };
        let rows = Row::find_by_statement(statement).all(self.connection());
        Ok(rows.await?.into_iter().map(FoundKey::from).collect())
    }

    /// Keeps keys of subjects that have none that lives.
    pub(crate) async fn insert_subject_keys(&self, keys: Vec<NewSubjectKey>) -> Stored<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let secret = |key: &NewSubjectKey| Ok(vec![key.id.into(), key.secret.to_vec().into()]);
        let secrets: Vec<_> = keys.iter().map(secret).collect();
        let row = |key: NewSubjectKey| {
            Ok(vec![
                key.id.into(),
                key.subject.host_id.into(),
                key.subject.model.into(),
                key.subject.record_id.into(),
                key.created_at.into(),
            ])
        };
        // The key first: of two servers that make one, the slower one is told so here.
        KEYS.insert(self, keys.into_iter().map(row)).await?;
        self.leaving_nothing(true).await?;
        SECRETS.insert(self, secrets.into_iter()).await?;
        self.leaving_nothing(false).await
    }

    /// Says which logs hold values under which keys.
    pub(crate) async fn insert_subject_logs(&self, logs: Vec<(Uuid, i64)>) -> Stored<()> {
        let row = |(key, seq): (Uuid, i64)| Ok(vec![key.into(), seq.into()]);
        LOGS.insert(self, logs.into_iter().map(row)).await
    }

    /// The living key of a subject. Nobody uses or destroys it until this work is done.
    pub(crate) async fn lock_subject_key(&self, subject: &SubjectOf) -> Stored<Option<SubjectRow>> {
        Ok(of(subject)
            .filter(subject_key::Column::ErasedAt.is_null())
            .lock_exclusive()
            .one(self.connection())
            .await?)
    }

    /// Overwrites the secret of a key and says who did so, when, and why. For ever.
    pub(crate) async fn destroy_subject_key(
        &self,
        id: Uuid,
        (at, by, reason): (i64, &str, &str),
    ) -> Stored<()> {
        let backend = self.connection().get_database_backend();
        let sql = if backend == DbBackend::Postgres {
            "UPDATE subject_secret SET secret = decode(repeat('00', 32), 'hex') WHERE key_id = $1"
        } else {
            "UPDATE subject_secret SET secret = zeroblob(32) WHERE key_id = ?"
        };
        self.leaving_nothing(true).await?;
        let statement = Statement::from_sql_and_values(backend, sql, [id.into()]);
        self.connection().execute_raw(statement).await?;
        self.leaving_nothing(false).await?;
        subject_key::Entity::update_many()
            .col_expr(subject_key::Column::ErasedAt, Expr::value(at))
            .col_expr(subject_key::Column::ErasedBy, Expr::value(by))
            .col_expr(subject_key::Column::Reason, Expr::value(reason))
            .filter(subject_key::Column::Id.eq(id))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Whether SQLite overwrites what it deletes and moves, on this connection.
    async fn leaving_nothing(&self, on: bool) -> Stored<()> {
        if self.connection().get_database_backend() == DbBackend::Sqlite {
            let sql = if on {
                "PRAGMA secure_delete = ON"
            } else {
                "PRAGMA secure_delete = OFF"
            };
            self.connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }
}

fn of(subject: &SubjectOf) -> sea_orm::Select<subject_key::Entity> {
    subject_key::Entity::find()
        .filter(subject_key::Column::HostId.eq(subject.host_id))
        .filter(subject_key::Column::Model.eq(subject.model.as_str()))
        .filter(subject_key::Column::RecordId.eq(subject.record_id.as_str()))
}

impl Store {
    /// The keys of these ids, destroyed or not, as they are now.
    pub(crate) async fn subject_keys(&self, ids: Vec<Uuid>) -> Stored<Vec<FoundKey>> {
        let backend = self.read().get_database_backend();
        let statement = if backend == DbBackend::Postgres {
            let sql = format!("{FOUND} WHERE k.id = ANY($1::uuid[])");
            Statement::from_sql_and_values(backend, sql, [ids.into()])
        } else {
            let sql = format!("{FOUND} WHERE k.id IN (SELECT unhex(value) FROM json_each(?))");
            let ids: Vec<_> = ids.iter().map(|id| id.simple().to_string()).collect();
            Statement::from_sql_and_values(backend, sql, [to_json(&ids)?.into()])
        };
        let rows = Row::find_by_statement(statement).all(self.read()).await?;
        Ok(rows.into_iter().map(FoundKey::from).collect())
    }

    /// The keys that a subject has and had, the newest first.
    pub(crate) async fn keys_of_subject(&self, subject: &SubjectOf) -> Stored<Vec<SubjectRow>> {
        Ok(of(subject)
            .order_by_desc(subject_key::Column::CreatedAt)
            .all(self.read())
            .await?)
    }

    /// The keys that were destroyed, the last first, from behind one.
    pub(crate) async fn erased_keys(
        &self,
        after: Option<(i64, Uuid)>,
        limit: u64,
    ) -> Stored<Vec<SubjectRow>> {
        let mut query =
            subject_key::Entity::find().filter(subject_key::Column::ErasedAt.is_not_null());
        if let Some((at, id)) = after {
            let earlier = subject_key::Column::ErasedAt
                .lt(at)
                .or(subject_key::Column::ErasedAt
                    .eq(at)
                    .and(subject_key::Column::Id.lt(id)));
            query = query.filter(earlier);
        }
        Ok(query
            .order_by_desc(subject_key::Column::ErasedAt)
            .order_by_desc(subject_key::Column::Id)
            .limit(limit)
            .all(self.read())
            .await?)
    }

    /// How many logs hold values under a key, and of how many records they are.
    pub(crate) async fn under_key(&self, id: Uuid) -> Stored<(i64, i64)> {
        let backend = self.read().get_database_backend();
        let mark = if backend == DbBackend::Postgres {
            "$1"
        } else {
            "?"
        };
        let sql = format!(
            "SELECT coalesce(sum(logs), 0)::bigint, count(*) FROM (
               SELECT count(*) AS logs FROM subject_log AS s JOIN log AS l ON l.seq = s.seq
               WHERE s.key_id = {mark} GROUP BY l.model_id, l.record_id) AS record"
        );
        let sql = match backend {
            DbBackend::Postgres => sql,
            _ => sql.replace("::bigint", ""),
        };
        let statement = Statement::from_sql_and_values(backend, sql, [id.into()]);
        let row = self.read().query_one_raw(statement).await?;
        Ok(match row {
            Some(row) => (row.try_get_by_index(0)?, row.try_get_by_index(1)?),
            None => (0, 0),
        })
    }

    /// Clears away what a destroyed key may have left beside the table: SQLite's write-ahead log,
    /// dead rows of PostgreSQL. False where somebody who reads kept it from that.
    pub(crate) async fn scrub(&self) -> Stored<bool> {
        if self.is_shared() {
            let sql = "VACUUM subject_secret";
            self.write().execute_unprepared(sql).await?;
            return Ok(true);
        }
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        // Nobody records while it is waited for those who read.
        self.write().execute_unprepared(PATIENCE.0).await?;
        let row = self.write().query_one_raw(statement).await;
        self.write().execute_unprepared(PATIENCE.1).await?;
        let row = row?;
        Ok(match row {
            Some(row) => row.try_get_by_index::<i64>(0)? == 0,
            None => true,
        })
    }
}
