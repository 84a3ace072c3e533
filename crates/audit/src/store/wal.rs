//! SQLite's write-ahead log is put into the file beside the recorder, not by it.
//!
//! SQLite by itself does that within the commit that finds the log long, which then waits for
//! thousands of pages. Here a connection of its own does nearly all of it while others write; only
//! what came meanwhile is put there with the writer held up, so that the log begins anew and does not
//! grow without end. A log is called write-ahead log here throughout: neither is it one of the
//! trail's, nor are these the checkpoints that are signed.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::{Store, Stored};

/// So many pages are put into the file at once: 32 MiB. The pages of indexes change again and again,
/// and each is put there once.
const STEP: i64 = 8_192;
/// How many pages the write-ahead log has before it begins anew: 64 MiB.
const LONG: i64 = 2 * STEP;
/// So many the writer is held up for.
const REST: i64 = 512;
/// How often what came meanwhile is put into the file before the writer is held up all the same.
const TRIES: u32 = 4;

/// How many pages the write-ahead log has, and how many of them are in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Length {
    pages: i64,
    settled: i64,
}

impl Length {
    const fn left(self) -> i64 {
        self.pages - self.settled
    }
}

impl Store {
    /// Puts the write-ahead log into the file where it has become long, and tells how many pages it
    /// has. Nothing to do on PostgreSQL.
    pub(crate) async fn settle(&self) -> Stored<i64> {
        let Some(beside) = &self.settling else {
            return Ok(0);
        };
        let mut length = look(beside, "NOOP").await?;
        if length.left() >= STEP || (length.pages >= LONG && length.left() > 0) {
            length = look(beside, "PASSIVE").await?;
        }
        if length.pages >= LONG {
            for _ in 0..TRIES {
                if length.left() <= REST {
                    break;
                }
                length = look(beside, "PASSIVE").await?;
            }
            // On the connection that writes, so nobody writes meanwhile: the next one begins anew,
            // unless somebody still reads what is there.
            length = look(self.write(), "PASSIVE").await?;
        }
        Ok(length.pages)
    }
}

/// Asks SQLite about its write-ahead log, in a mode of `wal_checkpoint`.
async fn look(connection: &DatabaseConnection, mode: &str) -> Stored<Length> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    let row = connection
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("wal_checkpoint".to_owned()))?;
    // Both are -1 where there is no write-ahead log.
    let number = |index: usize| row.try_get_by_index::<i32>(index);
    Ok(Length {
        pages: number(1)?.max(0).into(),
        settled: number(2)?.max(0).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::grams::Shape;

    async fn write(store: &Store, rows: u32) {
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
             INSERT INTO kept (what) SELECT randomblob(3000) FROM n"
        );
        store.write().execute_unprepared(&sql).await.unwrap();
    }

    async fn opened(folder: &tempfile::TempDir) -> Store {
        let url = format!("sqlite://{}/kept.db?mode=rwc", folder.path().display());
        let store = Store::open(&url, None, Shape::of(64)).await.unwrap();
        let sql = "CREATE TABLE kept (id INTEGER PRIMARY KEY, what BLOB)";
        store.write().execute_unprepared(sql).await.unwrap();
        store
    }

    #[tokio::test]
    async fn a_long_write_ahead_log_is_put_into_the_file_and_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder).await;
        write(&store, 100).await;
        store.settle().await.unwrap();
        let before = look(store.write(), "NOOP").await.unwrap();
        assert_eq!(before.settled, 0, "a short one is left alone");
        for _ in 0..5 {
            write(&store, 4_000).await;
        }
        assert!(store.settle().await.unwrap() >= LONG);
        let all = look(store.write(), "NOOP").await.unwrap();
        assert_eq!(all.left(), 0, "all of it is in the file");
        write(&store, 1).await;
        let after = look(store.write(), "NOOP").await.unwrap();
        assert!(
            after.pages < 100,
            "it began anew, and is not {} long",
            after.pages
        );
        store.close().await.unwrap();
    }

    #[tokio::test]
    async fn whoever_still_reads_hinders_nobody_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder).await;
        write(&store, 10).await;
        let reading = store.read_at_one_moment().await;
        for _ in 0..5 {
            write(&store, 4_000).await;
        }
        store.settle().await.unwrap();
        write(&store, 10).await;
        assert_eq!(
            reading.count().await,
            10,
            "as it was when the reading began"
        );
        drop(reading);
        assert_eq!(store.read_at_one_moment().await.count().await, 20_020);
        store.settle().await.unwrap();
        write(&store, 1).await;
        let length = look(store.write(), "NOOP").await.unwrap();
        assert!(length.pages < 100, "{} pages", length.pages);
    }

    struct Reading(sea_orm::DatabaseTransaction);

    impl Reading {
        async fn count(&self) -> i64 {
            let sql = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM kept");
            let row = self.0.query_one_raw(sql).await.unwrap().unwrap();
            row.try_get_by_index(0).unwrap()
        }
    }

    impl Store {
        async fn read_at_one_moment(&self) -> Reading {
            use sea_orm::TransactionTrait as _;
            let reading = Reading(self.read().begin().await.unwrap());
            reading.count().await;
            reading
        }
    }
}
