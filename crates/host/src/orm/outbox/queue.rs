//! The outbox as delivery sees it: one process at a time takes from it.
//!
//! Who delivers holds a lease in the installation's row, by the clocks of the hosts' machines. A
//! second one comes in only when the first did not renew it for [`LEASE`]. Should both deliver for
//! a moment (a process that stood still, clocks far apart) they send the same operations, which
//! the server knows by their ids.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, TransactionTrait as _, Value};
use serde_json::json;
use types::Operation;

use crate::delivery::{Outbox, Waiting};

use super::super::trail::Trail;
use super::write::Stored;
use super::{INSTALLATION, OUTBOX, now};

/// How long a lease holds without being renewed.
const LEASE: Duration = Duration::from_secs(30);
/// After this much of it, it is renewed.
const RENEW: Duration = Duration::from_secs(10);
/// Most bytes of one batch: the server takes 8 MiB, and the outbox holds a little more than is
/// sent.
const BYTES: usize = 6 * 1024 * 1024;

/// A place in the outbox: its number, and the operation that lies there, since a number may be
/// used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::orm) struct Place {
    id: i64,
    operation_id: String,
}

/// The outbox of a trail, for delivery.
#[derive(Debug)]
pub(in crate::orm) struct Queue {
    trail: Trail,
    name: String,
    held_since: Option<Instant>,
    sensitive: BTreeMap<i64, Vec<String>>,
    taken: BTreeMap<i64, Operation>,
}

impl Queue {
    pub(in crate::orm) fn of(trail: &Trail) -> Self {
        Self {
            trail: trail.clone(),
            name: uuid::Uuid::new_v4().to_string(),
            held_since: None,
            sensitive: BTreeMap::new(),
            taken: BTreeMap::new(),
        }
    }

    /// Takes or renews the lease; `false` when another process has it.
    async fn hold(&mut self) -> Result<bool, DbErr> {
        if self.held_since.is_some_and(|since| since.elapsed() < RENEW) {
            return Ok(true);
        }
        let asked = Instant::now();
        let now = now();
        let until = now.saturating_add(i64::try_from(LEASE.as_micros()).unwrap_or(i64::MAX));
        let update = Query::update()
            .table(Alias::new(INSTALLATION))
            .value(Alias::new("deliverer"), self.name.as_str())
            .value(Alias::new("leased_until"), until)
            .and_where(Expr::col(Alias::new("id")).eq(1))
            .and_where(
                Expr::col(Alias::new("deliverer"))
                    .eq(self.name.as_str())
                    .or(Expr::col(Alias::new("leased_until")).lt(now)),
            )
            .to_owned();
        let held = self
            .trail
            .database()
            .execute(&update)
            .await?
            .rows_affected()
            == 1;
        self.held_since = held.then_some(asked);
        self.trail.holds(held);
        Ok(held)
    }

    /// Gives the lease back, so that another process need not wait for its end.
    pub(in crate::orm) async fn release(&mut self) -> Result<(), DbErr> {
        if self.held_since.take().is_none() {
            return Ok(());
        }
        self.trail.holds(false);
        let update = Query::update()
            .table(Alias::new(INSTALLATION))
            .value(Alias::new("leased_until"), 0)
            .and_where(Expr::col(Alias::new("deliverer")).eq(self.name.as_str()))
            .to_owned();
        self.trail.database().execute(&update).await.map(|_| ())
    }

    /// The rows with the lowest numbers, when they are on the disk. With `synchronous_commit = off`
    /// a PostgreSQL shows them before that, and a crash takes them back: they would be told, and had
    /// never been. A commit that is waited for writes down all that came before it; that it is of
    /// the connection that read tells that there was no crash in between.
    async fn settled_rows(&self, limit: usize) -> Result<VecDeque<(Place, String)>, DbErr> {
        let db = self.trail.database();
        if db.get_database_backend() != DbBackend::Postgres {
            return rows(db, limit).await;
        }
        let txn = db.begin().await?;
        let rows = rows(&txn, limit).await?;
        if !rows.is_empty() && !is_settled(&txn).await? {
            txn.execute_unprepared("SET LOCAL synchronous_commit = on")
                .await?;
            txn.execute_unprepared(&format!("UPDATE {INSTALLATION} SET id = id"))
                .await?;
        }
        txn.commit().await?;
        Ok(rows)
    }

    async fn take(&mut self, limit: usize) -> Result<Vec<Waiting<Place>>, DbErr> {
        if self.trail.has_ended() || !self.hold().await? {
            return Ok(Vec::new());
        }
        self.trail.enter_spooled().await?;
        self.sensitive.clear();
        self.taken.clear();
        let mut batch = Vec::new();
        let mut bytes = 0;
        for (place, payload) in self.settled_rows(limit).await? {
            bytes += payload.len();
            if bytes > BYTES && !batch.is_empty() {
                break;
            }
            match serde_json::from_str::<Stored>(&payload) {
                Ok(stored) => {
                    if !stored.sensitive.is_empty() {
                        self.sensitive.insert(place.id, stored.sensitive);
                        self.taken.insert(place.id, stored.operation.clone());
                    }
                    batch.push(Waiting {
                        key: place,
                        operation: stored.operation,
                    });
                }
                Err(error) => {
                    let why = format!("it cannot be read: {error}");
                    self.refuse(&place, &why, None).await?;
                }
            }
        }
        Ok(batch)
    }

    async fn refuse(&self, place: &Place, why: &str, payload: Option<String>) -> Result<(), DbErr> {
        let mut update = Query::update();
        update
            .table(Alias::new(OUTBOX))
            .value(Alias::new("refused"), why)
            .value(Alias::new("refused_at"), now())
            .and_where(Expr::col(Alias::new("id")).eq(place.id))
            .and_where(Expr::col(Alias::new("operation_id")).eq(place.operation_id.as_str()));
        if let Some(payload) = payload {
            update.value(Alias::new("payload"), payload);
        }
        self.trail.database().execute(&update).await.map(|_| ())
    }

    /// The same operation without the values that must not stay.
    fn masked(&self, place: &Place) -> Option<String> {
        let sensitive = self.sensitive.get(&place.id)?.clone();
        let mut operation = self.taken.get(&place.id)?.clone();
        let sides = [&mut operation.old, &mut operation.new];
        for (name, value) in sides.into_iter().flatten().flatten() {
            if sensitive.contains(name) && *value != serde_json::Value::Null {
                *value = json!({"masked": true});
            }
        }
        serde_json::to_string(&Stored {
            sensitive,
            operation,
        })
        .ok()
    }

    /// Nothing is wrong where the tables were taken away on purpose.
    async fn unless_ended<T>(&self, result: Result<T, DbErr>, nothing: T) -> Result<T, DbErr> {
        match result {
            Err(_) if self.trail.find_ended(self.trail.database()).await => Ok(nothing),
            result => result,
        }
    }
}

async fn rows(db: &impl ConnectionTrait, limit: usize) -> Result<VecDeque<(Place, String)>, DbErr> {
    let sql = format!(
        "SELECT id, operation_id, payload FROM {OUTBOX} WHERE refused_at IS NULL \
         ORDER BY id LIMIT {limit}"
    );
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| {
            let place = Place {
                id: row.try_get("", "id")?,
                operation_id: row.try_get("", "operation_id")?,
            };
            Ok((place, row.try_get("", "payload")?))
        })
        .collect()
}

/// Whether all that a PostgreSQL shows is on its disk.
async fn is_settled(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let sql = "SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() AS settled";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql));
    row.await?
        .map_or(Ok(false), |row| row.try_get("", "settled"))
}

impl Outbox for Queue {
    type Key = Place;
    type Error = DbErr;

    async fn next(&mut self, limit: usize) -> Result<Vec<Waiting<Place>>, DbErr> {
        let taken = self.take(limit).await;
        self.unless_ended(taken, Vec::new()).await
    }

    async fn delivered(&mut self, places: &[Place]) -> Result<(), DbErr> {
        let delete = Query::delete()
            .from_table(Alias::new(OUTBOX))
            .and_where(Expr::col(Alias::new("id")).is_in(places.iter().map(|place| place.id)))
            .and_where(
                Expr::col(Alias::new("operation_id")).is_in(
                    places
                        .iter()
                        .map(|place| Value::from(place.operation_id.as_str())),
                ),
            )
            .to_owned();
        let done = self.trail.database().execute(&delete).await.map(|_| ());
        self.unless_ended(done, ()).await
    }

    async fn set_aside(&mut self, place: &Place, why: &str) -> Result<(), DbErr> {
        let done = self.refuse(place, why, self.masked(place)).await;
        self.unless_ended(done, ()).await
    }
}
