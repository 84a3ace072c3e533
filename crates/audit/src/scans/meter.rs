//! What a database looked at.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use serde_json::Value;

/// Steps of SQLite's virtual machine so far, of all connections of this process.
pub(crate) static STEPS: AtomicU64 = AtomicU64::new(0);
/// SQLite tells its steps so many at a time.
pub(crate) const AT_ONCE: i32 = 50;

/// Counts between the beginning and the end of something.
pub(super) struct Meter {
    /// PostgreSQL, by a connection that is not measured.
    postgres: Option<DatabaseConnection>,
    marks: u32,
    /// How far PostgreSQL's log is read.
    read: i64,
}

/// The end of PostgreSQL's log.
const END: &str = "SELECT size FROM pg_stat_file(pg_current_logfile('jsonlog'))";

impl Meter {
    pub(super) async fn new(url: &str) -> Self {
        let mut meter = Self {
            postgres: None,
            marks: 0,
            read: 0,
        };
        if url.starts_with("postgres") {
            // Of connections from now on; this one says nothing of itself.
            let db = Database::connect(url).await.unwrap();
            run(
                &db,
                "ALTER DATABASE guard SET auto_explain.log_min_duration = 0",
            )
            .await;
            db.close().await.unwrap();
            let mut options = sea_orm::ConnectOptions::new(url);
            options.max_connections(1);
            let db = Database::connect(options).await.unwrap();
            meter.read = number(&db, END).await;
            meter.postgres = Some(db);
        }
        meter
    }

    /// What this gives, and how much was looked at for it.
    pub(super) async fn measure<T>(&mut self, work: impl Future<Output = T>) -> (T, u64) {
        self.looked_at().await;
        let done = work.await;
        (done, self.looked_at().await)
    }

    /// How much was looked at since the last time.
    async fn looked_at(&mut self) -> u64 {
        let Some(db) = &self.postgres else {
            return STEPS.swap(0, Ordering::SeqCst);
        };
        self.marks += 1;
        let mark = format!("guard mark {}", self.marks);
        run(db, &format!("SELECT '{mark}'")).await;
        loop {
            let end = number(db, END).await;
            let ask = format!(
                "SELECT pg_read_file(pg_current_logfile('jsonlog'), {}, {})",
                self.read,
                end - self.read
            );
            let row = db.query_one_raw(statement(&ask)).await.unwrap().unwrap();
            let text: String = row.try_get_by_index(0).unwrap();
            // The collector writes when it can.
            if text.contains(&mark) {
                self.read = end;
                return text.lines().map(rows_of_line).sum();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The rows that scans read for what a line of PostgreSQL's log tells, if it tells a plan.
fn rows_of_line(line: &str) -> u64 {
    let Ok(line) = serde_json::from_str::<Value>(line) else {
        return 0;
    };
    let message = line["message"].as_str().unwrap_or_default();
    let Some((_, plan)) = message.split_once("plan:\n") else {
        return 0;
    };
    let Ok(plan) = serde_json::from_str::<Value>(plan) else {
        return 0;
    };
    let query = plan["Query Text"].as_str().unwrap_or_default();
    // The meter's own.
    if query.contains("pg_current_logfile") || query.contains("guard mark") {
        return 0;
    }
    rows(&plan["Plan"])
}

/// The rows that the scans of a plan read, those that a filter threw away included.
fn rows(plan: &Value) -> u64 {
    let number = |name: &str| plan[name].as_u64().unwrap_or_default();
    let kind = plan["Node Type"].as_str().unwrap_or_default();
    let mut sum = 0;
    if kind.ends_with("Scan") && kind != "Subquery Scan" && kind != "CTE Scan" {
        let each = number("Actual Rows")
            + number("Rows Removed by Filter")
            + number("Rows Removed by Index Recheck");
        sum += each * number("Actual Loops");
    }
    let plans = plan["Plans"].as_array().map(Vec::as_slice);
    sum + plans.unwrap_or_default().iter().map(rows).sum::<u64>()
}

fn statement(sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql)
}

async fn number(db: &DatabaseConnection, sql: &str) -> i64 {
    let row = db.query_one_raw(statement(sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Runs a statement.
pub(super) async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.unwrap();
}

#[test]
fn rows_of_scans_are_told_from_those_of_joins() {
    let plan = serde_json::json!({"Query Text": "SELECT 1", "Plan": {
        "Node Type": "Nested Loop", "Actual Rows": 7, "Actual Loops": 1, "Plans": [
            {"Node Type": "Index Scan", "Actual Rows": 3, "Actual Loops": 1, "Rows Removed by Filter": 40},
            {"Node Type": "Index Only Scan", "Actual Rows": 2, "Actual Loops": 3},
            {"Node Type": "CTE Scan", "Actual Rows": 900, "Actual Loops": 1},
        ],
    }});
    let message = format!("duration: 0.2 ms  plan:\n{plan}");
    let line = serde_json::json!({"message": message}).to_string();
    assert_eq!(rows_of_line(&line), 43 + 6);
    assert_eq!(rows_of_line("not JSON"), 0);
    assert_eq!(
        rows_of_line(&serde_json::json!({"message": "started"}).to_string()),
        0
    );
}
