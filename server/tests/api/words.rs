//! The index of words: with it and without it, whole, missing in part, or being made meanwhile, a
//! search finds the same logs, and those are the ones that have the words.

use audit::{Audit, Options, Principal, logs};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use types::{LogQuery, encode_segment};

use crate::support::{LEAD, Lasting, Served, create, list, text, with};

const SYSTEM: &Principal = &Principal::System;

/// Blocks of so many logs, so that a test has many of them.
fn small() -> Options {
    Options {
        block: 64,
        ..Options::default()
    }
}

/// Numbers that are the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// Words that contain each other, that are of several scripts, and that mean something to `LIKE`.
const WORDS: [&str; 16] = [
    "banana",
    "bananas",
    "ananas",
    "nana",
    "Straße",
    "ÉTÉ",
    "50%",
    "a_b_c",
    r"back\slash",
    "中文",
    "中文書",
    "書中",
    "москва",
    "x",
    "zz",
    "common",
];
/// What is looked for: parts of words, several words, what is nowhere, what is short.
const NEEDLES: [&str; 27] = [
    "banana",
    "anana",
    "nana",
    "ananas",
    "bananas",
    "strasse",
    "straße",
    "été",
    "50%",
    "0% ",
    "a_b",
    "axb",
    r"k\s",
    "中文",
    "中文書",
    "書",
    "書中",
    "文中",
    "москва",
    "zz",
    "x",
    "common",
    "common zz",
    "zebra",
    "mon ban",
    "人人",
    "only-once",
];

/// What is asked for beside a needle, each beside some.
const OTHERS: [&str; 7] = [
    "common",
    "-banana",
    "user:ada,cid zz",
    "user:bea -zz",
    "field:note",
    "record:7",
    "revision:1 op:create",
];

/// A text of some words, most of them with the common one.
fn note(chance: &mut Chance) -> String {
    let mut words = Vec::new();
    for _ in 0..=chance.below(3) {
        // The first words are the common ones.
        let rank = chance.below(WORDS.len()).min(chance.below(WORDS.len()));
        words.push(WORDS[rank]);
    }
    if chance.below(4) > 0 {
        words.push(WORDS[15]);
    }
    words.join(" ")
}

/// Records leads with these notes, the first of them under this number; of three users.
async fn record(server: &Served, first: usize, notes: &[String]) {
    for (number, notes) in (0..).zip(notes.chunks(50)) {
        let operations: Vec<Value> = (first + number * 50..)
            .zip(notes)
            .map(|(n, note)| {
                let login = ["ada", "bea", "cid"][n % 3];
                let lead = create(&n.to_string(), json!({ "note": note }));
                with(lead, "user", json!({ "login": login }))
            })
            .collect();
        server.send(json!(operations)).await.expect(StatusCode::OK);
    }
}

fn query(needle: &str, rest: &str) -> LogQuery {
    let quoted = needle.replace('\\', r"\\");
    let q = encode_segment(&format!("\"{quoted}\" {rest}"));
    LogQuery::parse(&format!("model={LEAD}&limit=17&q={q}")).unwrap()
}

/// The records of the logs that a query finds, page by page.
async fn found(audit: &Audit, query: &LogQuery) -> Vec<String> {
    let (mut query, mut found) = (query.clone(), Vec::new());
    loop {
        let page = logs::list(audit, SYSTEM, &query).await.unwrap();
        found.extend(page.items.into_iter().map(|log| log.record_id));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return found;
        }
    }
}

/// Every needle, alone and with others, finds on `server` what has it, and what `plain` finds, which
/// has no index.
async fn same(server: &Served, plain: &Served, notes: &[String]) {
    for (number, needle) in NEEDLES.into_iter().enumerate() {
        let having = |login: Option<usize>| -> Vec<String> {
            let has = |n: &usize| notes[*n].to_lowercase().contains(needle);
            let of = |n: &usize| login.is_none_or(|login| n % 3 == login);
            let numbers = (0..notes.len()).rev().filter(has).filter(of);
            numbers.map(|n| n.to_string()).collect()
        };
        let asked = query(needle, "");
        let mut wanted = having(None);
        assert_eq!(found(&server.audit, &asked).await, wanted, "{needle}");
        let by_bea = query(needle, "user:bea");
        assert_eq!(
            found(&server.audit, &by_bea).await,
            having(Some(1)),
            "{needle}"
        );
        let count = logs::count(&server.audit, SYSTEM, &asked).await.unwrap();
        assert_eq!(count.count as usize, wanted.len(), "{needle}");
        wanted.reverse();
        let rising = LogQuery {
            order: types::Order::Asc,
            ..asked.clone()
        };
        assert_eq!(found(&server.audit, &rising).await, wanted, "{needle}");
        for rest in ["", OTHERS[number % OTHERS.len()]] {
            let asked = query(needle, rest);
            let facets = async |audit| logs::facets(audit, SYSTEM, &asked).await.unwrap();
            let (with, without) = (facets(&server.audit).await, facets(&plain.audit).await);
            assert_eq!(with, without, "{needle} {rest}");
            let expected = found(&plain.audit, &asked).await;
            assert_eq!(
                found(&server.audit, &asked).await,
                expected,
                "{needle} {rest}"
            );
        }
    }
}

/// Runs a statement on the database itself.
async fn run(lasting: &Lasting, sql: &str) -> u64 {
    let database = Database::connect(&lasting.url).await.unwrap();
    let done = database.execute_unprepared(sql).await.unwrap();
    database.close().await.unwrap();
    done.rows_affected()
}

/// The place of the last log.
async fn end(server: &Served) -> i64 {
    let query = LogQuery::parse("limit=1").unwrap();
    let page = logs::list(&server.audit, SYSTEM, &query).await.unwrap();
    page.items[0].seq
}

/// The rows of the index.
async fn rows(lasting: &Lasting) -> Vec<(i64, Vec<u8>)> {
    let database = Database::connect(&lasting.url).await.unwrap();
    let sql = "SELECT place, logs FROM gram ORDER BY place";
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    let rows = rows.iter().map(|row| {
        (
            row.try_get_by_index(0).unwrap(),
            row.try_get_by_index(1).unwrap(),
        )
    });
    let rows = rows.collect();
    database.close().await.unwrap();
    rows
}

/// Waits until the index has so many rows. A task of the server makes it, too.
async fn indexed(server: &Served, lasting: &Lasting, wanted: usize) -> Vec<(i64, Vec<u8>)> {
    loop {
        server.audit.index().await.unwrap();
        let rows = rows(lasting).await;
        if rows.len() == wanted {
            return rows;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

both_lasting!(
    a_search_finds_the_same_with_and_without_an_index,
    async |lasting: Lasting| {
        let server = lasting.serve(small()).await;
        let plain = lasting.serve(Options::default()).await;
        server.follow().await;
        let mut chance = Chance(1);
        let mut notes: Vec<String> = (0..300).map(|_| note(&mut chance)).collect();
        notes[70].push_str(" only-once");
        record(&server, 0, &notes[..260]).await;
        // Besides the logs of leads there are some of what was set up.
        let blocks = usize::try_from(end(&server).await / 64).unwrap();
        let whole = indexed(&server, &lasting, blocks * 4).await;
        // Those behind the last whole block are not in it.
        record(&server, 260, &notes[260..]).await;
        same(&server, &plain, &notes).await;

        // What a server that was stopped in the middle left behind, and what nobody can read.
        run(&lasting, "DELETE FROM gram WHERE place IN (3, 4, 11)").await;
        assert_eq!(
            run(
                &lasting,
                "UPDATE gram SET logs = logs || logs WHERE place = 12"
            )
            .await,
            1
        );
        same(&server, &plain, &notes).await;
        server.stop().await;
        let server = lasting.serve(small()).await;
        indexed(&server, &lasting, blocks * 4 - 1).await;
        // The row that was broken, and the beginning of a block that has its end.
        let sql = "DELETE FROM gram WHERE place IN (7, 12, 15)";
        assert_eq!(run(&lasting, sql).await, 3);
        let again = indexed(&server, &lasting, blocks * 4).await;
        assert_eq!(again, whole, "it is made again as it was");

        run(&lasting, "DELETE FROM gram").await;
        same(&server, &plain, &notes).await;
        server.stop().await;
        plain.stop().await;
    }
);

both_lasting!(
    what_is_recorded_is_found_while_it_is_indexed,
    async |lasting: Lasting| {
        let server = lasting.serve(small()).await;
        let other = lasting.serve(small()).await;
        server.follow().await;
        let mut chance = Chance(2);
        let notes: Vec<String> = (0..600).map(|_| note(&mut chance)).collect();
        for (number, part) in (0..).zip(notes.chunks(60)) {
            let (done, _, _) = tokio::join!(
                async {
                    record(&server, number * 60, part).await;
                    let needle = "ananas";
                    let all = (0..(number + 1) * 60).rev();
                    let having = all.filter(|n| notes[*n].to_lowercase().contains(needle));
                    let wanted: Vec<String> = having.map(|n| n.to_string()).collect();
                    (found(&other.audit, &query(needle, "")).await, wanted)
                },
                async { server.audit.index().await.unwrap() },
                async { other.audit.index().await.unwrap() },
            );
            assert_eq!(done.0, done.1);
        }
        let blocks = usize::try_from(end(&server).await / 64).unwrap();
        let whole = indexed(&server, &lasting, blocks * 4).await;
        let places = whole.into_iter().map(|row| row.0);
        assert!(places.eq((0..).take(blocks * 4)), "each block once");
        server.stop().await;
        other.stop().await;
    }
);

both_lasting!(
    the_index_is_made_without_being_asked_for,
    async |lasting: Lasting| {
        let server = lasting.serve(small()).await;
        server.follow().await;
        let mut chance = Chance(3);
        let notes: Vec<String> = (0..130).map(|_| note(&mut chance)).collect();
        record(&server, 0, &notes).await;
        while rows(&lasting).await.len() < 8 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        // It is no part of what is recorded.
        let answer = server
            .call(
                reqwest::Method::GET,
                "/api/v1/logs?q=banana&limit=200",
                None,
            )
            .await;
        let logs = list(&answer.expect(StatusCode::OK).body["items"]);
        assert!(logs.iter().all(|log| text(&log["model"]) == LEAD));
        let having = notes.iter().filter(|note| note.contains("banana"));
        assert_eq!(logs.len(), having.count());
        server.stop().await;
    }
);
