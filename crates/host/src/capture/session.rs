//! One session of whoever delivers: what it read of the outbox, and what it knows of the tables.
//!
//! It ends with its connection, whatever ends that, and nothing of it is needed afterwards.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};

use super::database::{DELIVERS, Database, try_lock};
use super::decode::{self, Step};
use super::order::{Change, Side, Who, arrange};
use super::schema::{self, Install};
use super::subjects::{self, Subjects};
use super::{Error, values};

/// Rows read at once.
const ROWS: i64 = 2_000;
/// How much they hold at most, as stored.
const BYTES: i64 = 4 * 1024 * 1024;
/// How often the bound is moved, unless much was taken out.
const ROOM: Duration = Duration::from_secs(10);
/// How often the lowest place that can still come is looked for.
const FLOOR: Duration = Duration::from_secs(5);

/// All that ends with the connection.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) connection: PgConnection,
    pub(super) install: Install,
    pub(super) track: bool,
    pub(super) subjects: Subjects,
    pub(super) looked: Instant,
    pub(super) room: Option<(Instant, Duration)>,
    pub(super) taken: i64,
    pub(super) queue: VecDeque<Step>,
    pub(super) floor: i64,
    pub(super) candidate: Option<(i64, i64)>,
    pub(super) sought: Instant,
}

impl Session {
    pub(super) async fn open(database: &Database) -> Result<Self, Error> {
        let mut connection = database.connect().await?;
        schema::must_be_ours(&mut connection).await?;
        if !try_lock(&mut connection, DELIVERS).await? {
            return Err(Error::Standby);
        }
        schema::follow(&mut connection).await?;
        let install = schema::install(&mut connection).await?;
        let row = sqlx::query("SELECT current_setting('track_commit_timestamp') = 'on'")
            .fetch_one(&mut connection)
            .await?;
        let subjects = subjects::look(&mut connection, &install).await?;
        let now = Instant::now();
        Ok(Self {
            track: row.try_get(0)?,
            connection,
            install,
            subjects,
            looked: now,
            room: None,
            taken: 0,
            queue: VecDeque::new(),
            floor: 0,
            candidate: None,
            sought: now,
        })
    }

    pub(super) async fn look(&mut self) -> Result<(), Error> {
        self.install = schema::install(&mut self.connection).await?;
        self.subjects = subjects::look(&mut self.connection, &self.install).await?;
        self.looked = Instant::now();
        Ok(())
    }

    /// Moves the bound: as many may come as are missing to it. Counting takes its time where many
    /// wait, so it is done the less often the longer it takes; sooner where much was taken out.
    pub(super) async fn make_room(&mut self) -> Result<(), Error> {
        let much = self.taken >= self.install.max_backlog / 4;
        if !much
            && self
                .room
                .is_some_and(|(last, pause)| last.elapsed() < pause)
        {
            return Ok(());
        }
        let start = Instant::now();
        make_room(&mut self.connection, self.install.max_backlog).await?;
        self.room = Some((Instant::now(), ROOM.max(start.elapsed() * 20)));
        self.taken = 0;
        Ok(())
    }

    /// Reads what waits; false when nothing does.
    pub(super) async fn fill(&mut self) -> Result<bool, Error> {
        let rows = self.rows().await?;
        self.raise_floor(rows.first()).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        self.settle().await?;
        let (changes, strange) = self.changes(&rows).await?;
        for (id, why, row) in strange {
            set_aside(&mut self.connection, (id, 0), &[id], &why, &row).await?;
        }
        let prefix = self.install.id.to_string();
        for transaction in arrange(changes) {
            let steps = decode::steps(&prefix, transaction, |tab| self.subjects.by_tab.get(&tab));
            self.queue.extend(steps);
        }
        Ok(true)
    }

    /// Waits until the transactions that were read are on the disk. With `synchronous_commit = off`
    /// they are seen before that, and a crash takes them back: they would be told, and had never
    /// been. A commit that is waited for writes down all that came before it.
    async fn settle(&mut self) -> Result<(), Error> {
        let row = sqlx::query("SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn()")
            .fetch_one(&mut self.connection)
            .await?;
        if !row.try_get::<bool, _>(0)? {
            sqlx::query("SELECT setval('revisor.until', last_value) FROM revisor.until")
                .execute(&mut self.connection)
                .await?;
        }
        Ok(())
    }

    /// The rows with the lowest places.
    async fn rows(&mut self) -> Result<Vec<PgRow>, Error> {
        let committed = if self.track {
            "coalesce((extract(epoch FROM pg_xact_commit_timestamp(w.xid::xid)) * 1000000)::int8, 0)"
        } else {
            "0::int8"
        };
        let sql = format!(
            "SELECT w.id, w.xid::text::int8, {committed}, w.tab, w.relid::int8, w.op::text, \
               (extract(epoch FROM w.at) * 1000000)::int8, w.login, w.user_name, w.groups, w.on_behalf_of, \
               w.reason, w.request_id, w.ip, w.rows::text, w.digests::text \
             FROM (SELECT *, sum(pg_column_size(rows)) OVER (ORDER BY id) - pg_column_size(rows) AS before \
                     FROM (SELECT * FROM revisor.outbox WHERE id > $1 ORDER BY id LIMIT $2) AS lowest) AS w \
             WHERE coalesce(w.before, 0) < {BYTES} ORDER BY w.id"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(self.floor)
            .bind(ROWS);
        Ok(rows.fetch_all(&mut self.connection).await?)
    }

    /// The lowest place that can still come. Without it each look would go over all that was
    /// taken out and not yet vacuumed: a report of an hour keeps that from being done.
    ///
    /// A place at or below the last one given away belongs to a transaction that had its id by
    /// then. When all those are over and the lowest row is above, nothing comes below any more.
    async fn raise_floor(&mut self, first: Option<&PgRow>) -> Result<(), Error> {
        if self.sought.elapsed() < FLOOR {
            return Ok(());
        }
        self.sought = Instant::now();
        let first: i64 = first.map_or(Ok(i64::MAX), |row| row.try_get(0))?;
        if let Some((last, xid)) = self.candidate {
            let row = sqlx::query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::int8")
                .fetch_one(&mut self.connection)
                .await?;
            let over = row.try_get::<i64, _>(0)? >= xid;
            if !over {
                return Ok(());
            }
            // The rows that were read are of an older snapshot; one more look settles it.
            let row = sqlx::query(
                "SELECT NOT EXISTS (SELECT FROM revisor.outbox WHERE id > $1 AND id <= $2)",
            )
            .bind(self.floor)
            .bind(last)
            .fetch_one(&mut self.connection)
            .await?;
            if !row.try_get::<bool, _>(0)? {
                return Ok(());
            }
            self.floor = last;
            self.candidate = None;
        }
        let row = sqlx::query("SELECT last_value FROM revisor.outbox_id")
            .fetch_one(&mut self.connection)
            .await?;
        let last: i64 = row.try_get(0)?;
        if first > last || last > self.floor + 1_000 {
            let row = sqlx::query("SELECT pg_current_xact_id()::text::int8")
                .fetch_one(&mut self.connection)
                .await?;
            self.candidate = Some((last, row.try_get(0)?));
        }
        Ok(())
    }

    /// Reads rows as changes, and those that cannot be read with the reason.
    async fn changes(
        &mut self,
        rows: &[PgRow],
    ) -> Result<(Vec<Change>, Vec<(i64, String, String)>), Error> {
        let mut looked = false;
        let (mut changes, mut strange) = (Vec::new(), Vec::new());
        for row in rows {
            let mut read = change(row, &self.subjects)?;
            if matches!(read, Err(_) | Ok((_, true))) && !looked {
                // Something is new here: a table, a column, a key.
                self.look().await?;
                looked = true;
                read = change(row, &self.subjects)?;
            }
            match read {
                Ok((change, _)) => changes.push(change),
                Err(why) => {
                    let text: Option<String> = row.try_get(14)?;
                    strange.push((row.try_get(0)?, why, text.unwrap_or_default()));
                }
            }
        }
        Ok((changes, strange))
    }

    /// Takes out what has nothing to send.
    pub(super) async fn skip(&mut self) -> Result<(), Error> {
        let mut ids = Vec::new();
        while let Some(step) = self.queue.front()
            && step.operation.is_none()
        {
            ids.extend(&step.ids);
            self.queue.pop_front();
        }
        delete(&mut self.connection, &ids).await
    }
}

/// One row as a change, and whether it holds a column that nobody knows.
fn change(row: &PgRow, subjects: &Subjects) -> Result<Result<(Change, bool), String>, Error> {
    let op: String = row.try_get(5)?;
    let tab: i32 = row.try_get(3)?;
    let rows: Option<String> = row.try_get(14)?;
    let digests: Option<String> = row.try_get(15)?;
    let Some(subject) = subjects.by_tab.get(&tab) else {
        return Ok(Err(format!(
            "there is no captured table of the number {tab}"
        )));
    };
    let place: i64 = row.try_get(0)?;
    let sides = sides(subject, place, &op, rows.as_deref(), digests.as_deref());
    let (before, after) = match sides {
        Ok(sides) => sides,
        Err(why) => return Ok(Err(why)),
    };
    let told = after.as_ref().or(before.as_ref());
    let strange = !subject.columns.is_empty()
        && told.is_some_and(|side| {
            side.values
                .keys()
                .any(|name| !subject.shape.columns.contains_key(name))
        });
    let change = Change {
        id: place,
        xid: row.try_get(1)?,
        committed: row.try_get(2)?,
        tab,
        relid: row.try_get(4)?,
        at: row.try_get(6)?,
        who: Who {
            login: row.try_get(7)?,
            name: row.try_get(8)?,
            groups: row.try_get(9)?,
            on_behalf_of: row.try_get(10)?,
            reason: row.try_get(11)?,
            request_id: row.try_get(12)?,
            ip: row.try_get(13)?,
        },
        before,
        after,
    };
    Ok(Ok((change, strange)))
}

type Sides = (Option<Side>, Option<Side>);

/// Both sides of a row of the outbox.
fn sides(
    subject: &decode::Subject,
    place: i64,
    op: &str,
    rows: Option<&str>,
    digests: Option<&str>,
) -> Result<Sides, String> {
    let unreadable = || "the row cannot be read".to_owned();
    let rows = rows.ok_or_else(unreadable)?;
    let digests: Option<Value> = digests.and_then(|text| serde_json::from_str(text).ok());
    let digest = |name: &str| match op {
        "u" => digests.as_ref().and_then(|both| both.get(name)),
        _ => digests.as_ref(),
    };
    let side = |text: &str, name: &str| {
        let values = values::row(text).ok_or_else(unreadable)?;
        decode::side(subject, place, values, digest(name)).map(Some)
    };
    match op {
        "i" => Ok((None, side(rows, "f2")?)),
        "d" => Ok((side(rows, "f1")?, None)),
        _ => {
            let members = values::members(rows).ok_or_else(unreadable)?;
            let find = |wanted: &str| {
                members
                    .iter()
                    .find(|(name, _)| *name == wanted)
                    .map(|(_, value)| *value)
            };
            let (before, after) = find("\"f1\"").zip(find("\"f2\"")).ok_or_else(unreadable)?;
            Ok((side(before, "f1")?, side(after, "f2")?))
        }
    }
}

pub(super) async fn delete(connection: &mut PgConnection, ids: &[i64]) -> Result<(), Error> {
    if !ids.is_empty() {
        sqlx::query("DELETE FROM revisor.outbox WHERE id = ANY($1)")
            .bind(ids)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Moves a row to those that the server refused. The row of a change that is told in two parts
/// leaves with the second.
pub(super) async fn set_aside(
    connection: &mut PgConnection,
    place: (i64, i32),
    ids: &[i64],
    why: &str,
    told: &str,
) -> Result<(), Error> {
    sqlx::query(
        "WITH gone AS (DELETE FROM revisor.outbox WHERE id = ANY($1)) \
         INSERT INTO revisor.set_aside (id, part, why, operation) VALUES ($2, $3, $4, $5) \
         ON CONFLICT (id, part) DO NOTHING",
    )
    .bind(ids)
    .bind(place.0)
    .bind(place.1)
    .bind(why.replace('\0', ""))
    .bind(told)
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves the bound to as many places above the last one as may still come.
pub(super) async fn make_room(connection: &mut PgConnection, most: i64) -> Result<(), Error> {
    sqlx::query(
        "SELECT setval('revisor.until', (SELECT last_value FROM revisor.outbox_id) + greatest(0, $1 - \
           (SELECT count(*) FROM (SELECT FROM revisor.outbox LIMIT $1) AS waiting)))",
    )
    .bind(most)
    .execute(connection)
    .await?;
    Ok(())
}
