//! What stands beside a list is what plain counting of its logs gives: in memory, by the
//! database, at the bound and beyond it, on the clocks of every zone, and by another server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use audit::{Audit, Options, Ports, Principal, hosts, keys, logs, recorder, rules};
use sea_orm::{ConnectionTrait as _, Database};
use serde_json::{Value, json};
use types::{
    Facet, FacetValue, Facets, Group, GroupBy, HostInput, KeyInput, Log, LogQuery, Operation,
    RuleInput, Scope, Timestamp, Zone,
};

/// The bound of what is counted.
const BOUND: usize = 10_000;

/// Both tests share a clock that only goes on: 2026-10-18.
static NOW: AtomicI64 = AtomicI64::new(1_792_300_000_000_000);

fn now() -> Timestamp {
    Timestamp::from_micros(NOW.load(Ordering::SeqCst))
}

async fn open(url: &str) -> Audit {
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

/// An operation: of three models, seven users whose names change, three kinds.
fn operation(n: usize) -> Value {
    let kind = ["create", "write", "write", "unlink"][n % 4];
    let record = (n / 4).to_string();
    let mut user = json!({ "login": format!("user{}", n * n % 7) });
    if !n.is_multiple_of(5) {
        user["name"] = json!(format!("User {}", n / 3_000));
    }
    let mut operation = json!({
        "operation": kind, "model": format!("m{}", n / 4 % 3), "record_id": record, "user": user,
    });
    match kind {
        "create" => operation["new"] = json!({ "a": n, "b": 1 }),
        "write" => operation["new"] = json!({ ["b", "c", "a"][n % 3]: n + 2 }),
        _ => {}
    }
    operation
}

/// A term that memory cannot tell of, and one that is found by words in all logs of the host.
const SLOW: Option<&str> = Some("-record:nowhere");
const WORD: Option<&str> = Some("user");

/// What is asked for, one of each kind at most.
#[derive(Debug, Clone, Default)]
struct Asked {
    host: Option<&'static str>,
    model: Option<&'static str>,
    user: Option<&'static str>,
    operation: Option<&'static str>,
    field: Option<&'static str>,
    from: Option<Timestamp>,
}

impl Asked {
    /// With a `term` that leaves nothing out.
    fn query(&self, zone: &Zone, term: Option<&str>) -> LogQuery {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let mut query = LogQuery {
            host: own(self.host),
            model: own(self.model),
            user: own(self.user),
            field: own(self.field),
            from: self.from,
            q: own(term),
            zone: zone.clone(),
            ..LogQuery::default()
        };
        let kinds = types::OperationKind::ALL.into_iter();
        query.operation = kinds
            .filter(|kind| Some(kind.as_str()) == self.operation)
            .collect();
        query
    }

    fn newest<'a>(&self, logs: &'a [Log]) -> (Vec<&'a Log>, bool) {
        let is = |asked: Option<&str>, value: &str| asked.is_none_or(|asked| asked == value);
        let mut fitting: Vec<&Log> = logs
            .iter()
            .filter(|log| is(self.host, &log.host) && is(self.model, &log.model))
            .filter(|log| is(self.user, &log.user.login))
            .filter(|log| is(self.operation, log.operation.as_str()))
            .filter(|log| {
                let mut changed = log.changes.iter();
                self.field
                    .is_none_or(|field| changed.any(|change| change.field == field))
            })
            .filter(|log| self.from.is_none_or(|from| log.recorded_at >= from))
            .collect();
        let complete = fitting.len() <= BOUND;
        fitting.truncate(BOUND);
        (fitting, complete)
    }
}

/// Plain counting.
fn facet<K: Ord + Clone>(
    (logs, complete): (Vec<&Log>, bool),
    keys: impl Fn(&Log) -> Vec<(K, FacetValue)>,
    by_count: bool,
) -> Facet {
    let mut counts: BTreeMap<K, FacetValue> = BTreeMap::new();
    for log in logs {
        for (key, value) in keys(log) {
            let label = value.label.clone();
            let known = counts.entry(key).or_insert(value);
            known.count += 1;
            known.label = known.label.take().or(label);
        }
    }
    let mut values: Vec<FacetValue> = counts.into_values().collect();
    if by_count {
        values.sort_by_key(|value| Reverse(value.count));
    }
    let more = values.len().saturating_sub(20);
    values.truncate(20);
    Facet {
        values,
        more: u32::try_from(more).unwrap(),
        complete,
    }
}

fn value(value: &str, label: Option<String>) -> FacetValue {
    FacetValue {
        value: value.to_owned(),
        label,
        host: None,
        count: 0,
    }
}

fn day(log: &Log, zone: &Zone) -> String {
    zone.to_local(log.recorded_at).to_string()[..10].to_owned()
}

fn expected(asked: &Asked, logs: &[Log], zone: &Zone) -> Facets {
    let one = |key: String, label| vec![(key.clone(), value(&key, label))];
    let without = |change: fn(&mut Asked)| {
        let mut rest = asked.clone();
        change(&mut rest);
        rest.newest(logs)
    };
    Facets {
        hosts: facet(
            without(|asked| asked.host = None),
            |log| one(log.host.clone(), None),
            true,
        ),
        models: facet(
            without(|asked| asked.model = None),
            |log| {
                let mut of = value(&log.model, Some(log.model_label.clone()));
                of.host = Some(log.host.clone());
                vec![((log.model.clone(), log.host.clone()), of)]
            },
            true,
        ),
        users: facet(
            without(|asked| asked.user = None),
            |log| one(log.user.login.clone(), log.user.name.clone()),
            true,
        ),
        operations: facet(
            without(|asked| asked.operation = None),
            |log| {
                let kind = log.operation;
                vec![(kind as i16, value(kind.as_str(), None))]
            },
            true,
        ),
        fields: facet(
            without(|asked| asked.field = None),
            |log| {
                let changes = log.changes.iter();
                let fields = changes.map(|change| {
                    let label = types::label_from_name(&change.field);
                    (change.field.clone(), value(&change.field, Some(label)))
                });
                fields.collect()
            },
            true,
        ),
        days: facet(
            without(|asked| asked.from = None),
            |log| {
                let day = day(log, zone);
                vec![(Reverse(day.clone()), value(&day, None))]
            },
            false,
        ),
    }
}

/// The groups as (key, label, count, newest).
fn expected_groups(asked: &Asked, logs: &[Log], by: GroupBy, zone: &Zone) -> Vec<Told> {
    let mut groups: BTreeMap<String, Told> = BTreeMap::new();
    for log in asked.newest(logs).0 {
        let (key, label) = match by {
            GroupBy::User => (log.user.login.clone(), log.user.name.clone()),
            GroupBy::Model => (log.model.clone(), Some(log.model_label.clone())),
            GroupBy::Day => (day(log, zone), None),
        };
        let group = groups
            .entry(key.clone())
            .or_insert((key, label, 0, log.seq));
        group.2 += 1;
    }
    let mut groups: Vec<Told> = groups.into_values().collect();
    match by {
        GroupBy::Day => groups.reverse(),
        _ => groups.sort_by_key(|group| Reverse(group.2)),
    }
    groups.truncate(100);
    groups
}

type Told = (String, Option<String>, u32, i64);

fn told(group: Group) -> Told {
    (group.key, group.label, group.count, group.newest_seq)
}

/// Compares what two servers tell with plain counting, in memory and by the database.
async fn compare(servers: [&Audit; 2], size: usize) {
    let system = Principal::System;
    let mut query = LogQuery {
        limit: types::MAX_LIMIT,
        ..LogQuery::default()
    };
    let mut all = Vec::new();
    loop {
        let page = logs::list(servers[0], &system, &query).await.unwrap();
        all.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    let crm = || Asked {
        host: Some("crm"),
        ..Asked::default()
    };
    let middle = all[all.len() / 2].recorded_at;
    let questions = [
        Asked::default(),
        crm(),
        Asked {
            model: Some("m1"),
            ..crm()
        },
        Asked {
            user: Some("user4"),
            ..Asked::default()
        },
        Asked {
            operation: Some("write"),
            user: Some("user1"),
            ..crm()
        },
        Asked {
            field: Some("c"),
            ..Asked::default()
        },
        Asked {
            from: Some(middle),
            field: Some("b"),
            ..crm()
        },
        Asked {
            user: Some("nobody"),
            ..crm()
        },
    ];
    let zones = [
        Zone::default(),
        audit::preferences::zone("Europe/Paris", now()),
        audit::preferences::zone("Asia/Kathmandu", now()),
        Zone::fixed(-34_567),
    ];
    for (place, asked) in questions.iter().enumerate() {
        let zone = &zones[(place + size) % zones.len()];
        let facets = expected(asked, &all, zone);
        let (newest, complete) = asked.newest(&all);
        for (audit, term) in [(0, None), (0, SLOW), (0, WORD), (1, None), (1, WORD)] {
            let narrow = asked.model.or(asked.user).or(asked.field).and(asked.host);
            if term == WORD && narrow.is_none() {
                // Revisor's own logs do not have the word.
                continue;
            }
            let context = format!("{asked:?}, {size} logs, server {audit}, {term:?}");
            let by = GroupBy::ALL[place % 3];
            let query = asked.query(zone, term);
            let audit = servers[audit];
            let found = logs::beside(audit, &system, &query, Some(by))
                .await
                .unwrap();
            assert_eq!(found.facets, facets, "{context}");
            let count = (found.count.count as usize, !found.count.more);
            assert_eq!(count, (newest.len(), complete), "{context}");
            let groups = found.groups.unwrap();
            assert_eq!(groups.complete, complete, "{context}");
            assert_eq!(
                logs::groups(audit, &system, &query, by).await.unwrap(),
                groups,
                "{context}"
            );
            let groups: Vec<Told> = groups.groups.into_iter().map(told).collect();
            assert_eq!(groups, expected_groups(asked, &all, by, zone), "{context}");
            let counted = logs::count(audit, &system, &query).await.unwrap();
            assert_eq!(counted, found.count, "{context}");
        }
    }
}

async fn plain_counting_gives_the_same(url: &str) {
    migration::up(url).await.unwrap();
    let (one, two) = (open(url).await, open(url).await);
    let system = Principal::System;
    let host = HostInput {
        name: "crm".into(),
        label: None,
    };
    hosts::create(&one, &system, host).await.unwrap();
    let key = KeyInput {
        name: "test".into(),
        scopes: vec![Scope::Record],
        expires_at: None,
    };
    let key = keys::create(&one, &system, "crm", key).await.unwrap();
    let key = keys::authenticate(&one, &key.key).await.unwrap();
    for model in ["m0", "m1", "m2"] {
        let rule = json!({"name": model, "host": "crm", "model": model,
            "log_create": true, "log_write": true, "log_unlink": true});
        rules::create(&one, &system, RuleInput::read(rule).unwrap())
            .await
            .unwrap();
    }
    let mut recorded = 0;
    for size in [40, 9_999, BOUND, BOUND + 1, BOUND + 160] {
        while recorded < size {
            // Some three hours, over the night in which the clocks of Paris are put back.
            NOW.fetch_add(10_787_654_321, Ordering::SeqCst);
            let end = (recorded + 80).min(size);
            let batch: Vec<Value> = (recorded..end).map(operation).collect();
            let batch = Operation::read_batch(json!({ "operations": batch })).unwrap();
            let done = recorder::record(&one, &key, batch, None).await.unwrap();
            assert_eq!(done.len(), end - recorded);
            recorded = end;
        }
        // The other server reads now and then, from what it knew.
        compare([&one, &two], size).await;
    }
    one.close().await;
    two.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/audit.db?mode=rwc", folder.path().display());
    plain_counting_gives_the_same(&url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let Ok(server) = std::env::var("REVISOR_TEST_POSTGRES_URL") else {
        return;
    };
    let name = format!("revisor_beside_{}", std::process::id());
    let root = Database::connect(format!("{server}/postgres"))
        .await
        .unwrap();
    let create = format!("CREATE DATABASE {name}");
    root.execute_unprepared(&create).await.unwrap();
    plain_counting_gives_the_same(&format!("{server}/{name}")).await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    root.execute_unprepared(&drop).await.unwrap();
}
