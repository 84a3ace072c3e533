//! A million logs: some thousands through the recorder, and these again and again by SQL, with
//! everything that reading goes by.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use serde_json::{Value, json};
use types::{HostInput, Operation, RuleInput, Scope, Timestamp};

use super::meter::run;
use crate::{Audit, Options, Ports, Principal, hosts, recorder, rules};

/// The record with the most revisions.
pub(super) const BUSY: &str = "busy";
/// How many logs are recorded, the first ones of Revisor itself included.
const RECORDED: i64 = 16_384;
/// These so often make one block of the index of words.
const BLOCK: i64 = 65_536;
/// And so many blocks are a million.
const LOGS: i64 = 16 * BLOCK;

/// 2026-10-18, and then as the recording says.
static NOW: AtomicI64 = AtomicI64::new(1_792_300_000_000_000);

fn now() -> Timestamp {
    Timestamp::from_micros(NOW.load(Ordering::SeqCst))
}

/// What is known of the logs.
pub(super) struct Base {
    /// How many revisions the busy record has.
    pub(super) revisions: i64,
    /// How many logs the record `r7` of `m0` has, in each copy.
    pub(super) of_record: usize,
    /// When the first was recorded, and how long all take.
    first: i64,
    whole: i64,
}

impl Base {
    /// Records and copies.
    pub(super) async fn new(url: &str) -> Self {
        migration::up(url).await.unwrap();
        let audit = open(url).await;
        record(&audit).await;
        let db = Database::connect(url).await.unwrap();
        let mut logs = RECORDED;
        while logs < BLOCK {
            copy(&db, logs, 0).await;
            logs *= 2;
        }
        while audit.store().unindexed(1).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let rows = audit.store().shape.buckets();
        audit.close().await;
        while logs < LOGS {
            copy(&db, logs, rows).await;
            logs *= 2;
        }
        // One that never did anything.
        let idle = "INSERT INTO model (host_id, name, label, declared, fields, viewers) \
                    SELECT host_id, 'idle', 'Idle', declared, fields, viewers FROM model WHERE name = 'm0'";
        run(&db, idle).await;
        if url.starts_with("postgres") {
            run(&db, "VACUUM ANALYZE").await;
        }
        let count = async |sql: &str| -> i64 {
            let backend = db.get_database_backend();
            let row = db.query_one_raw(sea_orm::Statement::from_string(backend, sql));
            row.await.unwrap().unwrap().try_get_by_index(0).unwrap()
        };
        assert_eq!(count("SELECT count(*) FROM log").await, LOGS);
        let first = count("SELECT min(recorded_at) FROM log").await;
        let of = |record: &str| {
            format!("SELECT count(*) FROM log WHERE record_id = '{record}' AND model_label = 'M0'")
        };
        Self {
            revisions: count(&of(BUSY)).await,
            of_record: usize::try_from(count(&of("r7.40")).await).unwrap(),
            first,
            whole: count("SELECT max(recorded_at) FROM log").await - first,
        }
    }

    /// A time: so many parts of sixty-four of the whole, and hundredths of one.
    pub(super) fn time(&self, parts: i64, hundredths: i64) -> Timestamp {
        let part = self.whole / 64;
        Timestamp::from_micros(self.first + part * parts + part / 100 * hundredths)
    }
}

/// An audit core at the clock of the recording.
pub(super) async fn open(url: &str) -> Audit {
    let ports = Ports {
        now,
        ..Ports::default()
    };
    let options = Options {
        ports,
        ..Options::default()
    };
    Audit::open(url, options).await.unwrap()
}

async fn record(audit: &Audit) {
    let system = Principal::System;
    let host = HostInput {
        name: "crm".to_owned(),
        label: None,
    };
    hosts::create(audit, &system, host).await.unwrap();
    for model in 0..10 {
        let rule = json!({
            "name": format!("M{model}"), "host": "crm", "model": format!("m{model}"),
            "log_create": true, "log_write": true, "log_unlink": true,
        });
        let rule: RuleInput = serde_json::from_value(rule).unwrap();
        rules::create(audit, &system, rule).await.unwrap();
    }
    let caller = Principal::Key {
        id: String::new(),
        host: "crm".to_owned(),
        scopes: vec![Scope::Record],
    };
    let mut n = 0;
    let mut left = RECORDED - audit.store().end().await.unwrap();
    while left > 0 {
        let some = left.min(500);
        left -= some;
        let operations: Vec<Value> = (n..n + some).map(operation).collect();
        n += some;
        NOW.fetch_add(60_000_000, Ordering::SeqCst);
        let body = json!({ "operations": operations });
        let operations = Operation::read_batch(body).unwrap();
        recorder::record(audit, &caller, operations, None)
            .await
            .unwrap();
    }
    assert_eq!(audit.store().end().await.unwrap(), RECORDED);
}

/// An operation that is always recorded. Users, models and records are skewed.
fn operation(n: i64) -> Value {
    let skewed = |n: i64, of: i64| (n * n + n / 3) % of * ((n * 7) % of) / of;
    let login = match n % 5_000 {
        4_998 => "seldom".to_owned(),
        _ => format!("user{}", skewed(n, 60)),
    };
    let mut operation = json!({
        "operation": "write", "model": format!("m{}", skewed(n / 2, 10)), "record_id": format!("r{}", n % 3_000),
        "user": {"login": login, "name": format!("User of {login}")},
        "context": {"request_id": format!("q{}", n / 30), "transaction_id": format!("t{}", n / 300)},
    });
    let text = format!("{} keyboards for Lisbon", n % 90);
    operation["new"] = match n % 6 {
        0 => json!({ "name": text, "amount": n }),
        1 => json!({ "stage": format!("stage {n}") }),
        2 => json!({ "amount": n, "note": format!("Called about desk lamps on day {n}, {text}.") }),
        3 => json!({ "city": format!("Graz {n}") }),
        4 => json!({ "probability": n, "name": text }),
        _ => json!({ "deadline": format!("2027-01-{:02}", n % 28 + 1), "amount": n }),
    };
    if n % 8 == 0 {
        operation["model"] = json!("m0");
        operation["record_id"] = json!(BUSY);
    }
    if n % 40 == 39 {
        operation["operation"] = json!("unlink");
        operation["model"] = json!(["m2", "m6"][usize::from(n % 3 == 0)]);
        operation["user"] = json!({"login": "user1"});
        operation["record_id"] = json!(format!("gone{n}"));
        operation["new"] = Value::Null;
    }
    if n == 16_000 {
        operation["new"]["note"] = json!("Ships by Zanzibar");
    }
    operation
}

/// Puts all logs behind themselves once more, `logs` places later, with what reading goes by:
/// `rows` rows of the index of words are one block.
async fn copy(db: &DatabaseConnection, logs: i64, rows: u32) {
    let postgres = db.get_database_backend() == sea_orm::DbBackend::Postgres;
    // The record `r7` of the fortieth copy is called `r7.40`.
    let turn = logs / RECORDED;
    let record = if postgres {
        format!(
            "split_part(record_id, '.', 1) || '.' || (COALESCE(NULLIF(split_part(record_id, '.', 2), ''), '0')::int + {turn})"
        )
    } else {
        format!(
            "CASE WHEN instr(record_id, '.') = 0 THEN record_id || '.{turn}' ELSE \
             substr(record_id, 1, instr(record_id, '.')) || (substr(record_id, instr(record_id, '.') + 1) + {turn}) END"
        )
    };
    let id = if postgres {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let later = "(SELECT max(recorded_at) - min(recorded_at) + 1 FROM log)";
    let columns = "host_id, model_id, model_label, record_name, revision, operation, user_login, user_name, \
                   on_behalf_of, occurred_at, rule_ids, changes, unrecorded, observed, request_id, \
                   transaction_id, context, search, fields";
    let statements = [
        format!(
            "INSERT INTO log (seq, id, record_id, recorded_at, {columns}) SELECT seq + {logs}, {id}, {record}, \
             recorded_at + {later}, {columns} FROM log WHERE seq <= {logs} ORDER BY seq"
        ),
        format!(
            "INSERT INTO log_field (model_id, field, seq) SELECT model_id, field, seq + {logs} FROM log_field \
             WHERE seq <= {logs}"
        ),
        format!(
            "INSERT INTO record (model_id, record_id, name, revision, deleted, recorded_at, state, search) \
             SELECT model_id, {record}, name, revision, deleted, recorded_at, state, search FROM record ORDER BY id"
        ),
        format!(
            "INSERT INTO snapshot (model_id, record_id, revision, state) SELECT model_id, {record}, revision, state FROM snapshot"
        ),
        format!(
            "INSERT INTO gram (place, logs) SELECT place + {} * {rows}, logs FROM gram",
            logs / BLOCK
        ),
        format!(
            "UPDATE log_head SET seq = {}, recorded_at = (SELECT max(recorded_at) FROM log WHERE seq > {logs})",
            logs * 2
        ),
    ];
    for statement in statements {
        run(db, &statement).await;
    }
}
