//! How much a database looks at for every list, at a million logs. `cargo xtask guard` runs this and
//! holds the figures against those that are kept; nothing here asks the clock.
//!
//! On SQLite these are the steps of its virtual machine; on PostgreSQL the rows that its scans read,
//! as EXPLAIN tells them.

mod base;
mod meter;

use std::path::PathBuf;

use serde_json::{Map, Value};
use types::{LogQuery, OperationKind, RecordQuery};

use crate::records::{self, Moment, RecordKey};
use crate::{Audit, Principal, logs, overview};
use base::{BUSY, Base};
use meter::Meter;
pub(crate) use meter::{AT_ONCE, STEPS};

const SYSTEM: &Principal = &Principal::System;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: `cargo xtask guard` runs it"]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/revisor.db?mode=rwc", folder.path().display());
    told("sqlite", measured(&url).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: `cargo xtask guard` runs it"]
async fn on_postgres() {
    let server = std::env::var("REVISOR_GUARD_POSTGRES").unwrap();
    let admin = sea_orm::Database::connect(format!("{server}/postgres"));
    let admin = admin.await.unwrap();
    meter::run(&admin, "CREATE DATABASE guard").await;
    told("postgres", measured(&format!("{server}/guard")).await);
}

fn told(database: &str, figures: Map<String, Value>) {
    let folder = PathBuf::from(std::env::var("REVISOR_GUARD_OUT").unwrap());
    let text = Value::Object(figures).to_string();
    std::fs::write(folder.join(format!("{database}.json")), text).unwrap();
}

/// The figures of every question.
async fn measured(url: &str) -> Map<String, Value> {
    let base = Base::new(url).await;
    let mut meter = Meter::new(url).await;
    let opened = base::open(url).await;
    let audit = &opened;
    let mut figures = Map::new();
    // What is read once at the start is not counted.
    logs::list(audit, SYSTEM, &LogQuery::default())
        .await
        .unwrap();
    for (name, query, wanted) in lists(audit, &base).await {
        let page = logs::list(audit, SYSTEM, &query);
        let (page, figure) = meter.measure(page).await;
        let found = page.unwrap().items.len();
        assert_eq!(found, wanted, "{name}");
        figures.insert(name.to_owned(), figure.into());
    }
    let key = RecordKey {
        host: None,
        model: "m0",
        record_id: BUSY,
    };
    let last = base.revisions;
    let at = records::get(audit, SYSTEM, key, Moment::Revision(last - 30));
    let (found, figure) = meter.measure(at).await;
    assert_eq!(found.unwrap().revision, last - 30);
    figures.insert("a record at a revision".to_owned(), figure.into());
    let history = records::revisions(audit, SYSTEM, key, None, 50);
    let (found, figure) = meter.measure(history).await;
    assert_eq!(found.unwrap().items.len(), 50);
    figures.insert("a history".to_owned(), figure.into());
    let compared = records::compare(audit, SYSTEM, key, 10, last - 10);
    let (found, figure) = meter.measure(compared).await;
    assert!(!found.unwrap().changes.is_empty());
    figures.insert("two revisions compared".to_owned(), figure.into());
    let of_model = RecordQuery {
        model: "m1".to_owned(),
        ..RecordQuery::default()
    };
    let (found, figure) = meter.measure(records::list(audit, SYSTEM, &of_model)).await;
    assert_eq!(found.unwrap().items.len(), 50);
    figures.insert("records of a model".to_owned(), figure.into());
    let (found, figure) = meter.measure(overview::get(audit, SYSTEM, 30)).await;
    found.unwrap();
    figures.insert("overview".to_owned(), figure.into());
    let (found, figure) = meter
        .measure(overview::last_operations(audit, SYSTEM))
        .await;
    let of = |model: &str| ("crm".to_owned(), model.to_owned());
    let found = found.unwrap();
    assert!(found.contains_key(&of("m0")) && !found.contains_key(&of("idle")));
    figures.insert("last operations".to_owned(), figure.into());

    // The first counts have the newest logs read into memory, for those that follow.
    logs::beside(audit, SYSTEM, &LogQuery::default(), None)
        .await
        .unwrap();
    audit.recent_is_read().await;
    for (name, query) in counts() {
        let beside = logs::beside(audit, SYSTEM, &query, None);
        let (found, figure) = meter.measure(beside).await;
        assert_eq!(found.unwrap().count.count, 10_000, "{name}");
        figures.insert(format!("counts: {name}"), figure.into());
    }
    opened.close().await;
    figures
}

type Question = (&'static str, LogQuery, usize);

/// Every list of logs, with how many logs its page has.
async fn lists(audit: &Audit, base: &Base) -> Vec<Question> {
    let text = |text: &str| Some(text.to_owned());
    let all = LogQuery::default;
    let of = |model: &str| LogQuery {
        model: text(model),
        ..all()
    };
    let by = |login: &str| LogQuery {
        user: text(login),
        ..all()
    };
    let words = |words: &str| LogQuery {
        q: text(words),
        ..all()
    };
    let record = |id: &str| LogQuery {
        record_id: vec![id.to_owned()],
        ..of("m0")
    };
    vec![
        ("first page", all(), 50),
        ("10,000 logs deep", deep(audit).await, 50),
        ("a record", record("r7.40"), base.of_record),
        ("the busy record", record(BUSY), 50),
        (
            "a host",
            LogQuery {
                host: text("crm"),
                ..all()
            },
            50,
        ),
        ("a model", of("m5"), 50),
        ("a user", by("user3"), 50),
        ("a rare user", by("seldom"), 50),
        (
            "a model and a field",
            LogQuery {
                field: text("amount"),
                ..of("m5")
            },
            50,
        ),
        (
            "a user's deletions of a model",
            LogQuery {
                model: text("m2"),
                operation: vec![OperationKind::Unlink],
                ..by("user1")
            },
            50,
        ),
        (
            "a time range",
            LogQuery {
                from: Some(base.time(20, 0)),
                to: Some(base.time(20, 50)),
                ..all()
            },
            50,
        ),
        (
            "a request",
            LogQuery {
                request_id: text("q40"),
                ..all()
            },
            50,
        ),
        (
            "a transaction",
            LogQuery {
                transaction_id: text("t7"),
                ..all()
            },
            50,
        ),
        ("a common word", words("keyboards"), 50),
        ("a rare word", words("zanzibar"), 50),
        ("a word that is nowhere", words("zebra"), 0),
        (
            "a rare word of a model",
            LogQuery {
                q: text("zanzibar"),
                ..of("m0")
            },
            50,
        ),
        (
            "behind a place",
            LogQuery {
                after_seq: Some(500_000),
                ..all()
            },
            50,
        ),
    ]
}

/// A page that 10,000 logs come before.
async fn deep(audit: &Audit) -> LogQuery {
    let mut query = LogQuery {
        limit: types::MAX_LIMIT,
        ..LogQuery::default()
    };
    for _ in 0..50 {
        let page = logs::list(audit, SYSTEM, &query).await.unwrap();
        query.cursor = page.next_cursor;
        assert!(query.cursor.is_some());
    }
    query.limit = 0;
    query
}

/// What is counted beside a list.
fn counts() -> Vec<(&'static str, LogQuery)> {
    let text = |text: &str| Some(text.to_owned());
    vec![
        ("all", LogQuery::default()),
        (
            "a model",
            LogQuery {
                model: text("m5"),
                ..LogQuery::default()
            },
        ),
        (
            "a user",
            LogQuery {
                user: text("user3"),
                ..LogQuery::default()
            },
        ),
        (
            "a common word",
            LogQuery {
                q: text("keyboards"),
                ..LogQuery::default()
            },
        ),
    ]
}
