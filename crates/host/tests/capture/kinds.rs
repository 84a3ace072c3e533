//! Values of every kind, and names of every kind.

use revisor_host::capture::Wish;
use serde_json::{Value, json};

use crate::host::{Host, run};

/// Installs over a table of this one column, writes the value, and gives it as it was told.
async fn value(kind: &str, literal: &str) -> Option<Value> {
    let host = Host::captured(&format!("CREATE TABLE t (id int PRIMARY KEY, v {kind})")).await?;
    host.run(&format!("INSERT INTO t VALUES (1, {literal})"))
        .await;
    let told = host.told().await;
    assert_eq!(told.len(), 1, "{kind} {literal}");
    Some(told[0].new.as_ref().unwrap()["v"].clone())
}

#[tokio::test]
async fn values_are_told_exactly() {
    let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    for (kind, literal, told) in [
        ("bool", "true", json!(true)),
        (
            "bigint",
            "9223372036854775807",
            json!(9_223_372_036_854_775_807_i64),
        ),
        ("numeric", "'NaN'", json!("NaN")),
        ("numeric", "'Infinity'", json!("Infinity")),
        ("float8", "'-Infinity'", json!("-Infinity")),
        ("float8", "0.1", json!(0.1)),
        ("text", "'l''été \\ \"x\"'", json!("l'été \\ \"x\"")),
        ("char(5)", "'ab'", json!("ab   ")),
        ("date", "'2026-11-23'", json!("2026-11-23")),
        ("date", "'infinity'", json!("infinity")),
        ("date", "'0044-03-15 BC'", json!("0044-03-15 BC")),
        (
            "timestamptz",
            "'2026-11-23 09:15:30.5+01'",
            json!("2026-11-23T08:15:30.500000Z"),
        ),
        ("timestamptz", "'-infinity'", json!("-infinity")),
        (
            "timestamptz",
            "'12026-01-01 00:00+00'",
            json!("12026-01-01T00:00:00+00:00"),
        ),
        (
            "timestamp",
            "'2026-11-23 09:15:30.5'",
            json!("2026-11-23T09:15:30.5"),
        ),
        ("time", "'09:15'", json!("09:15:00")),
        (
            "uuid",
            "'7c9e6679-7425-40de-944b-e07fc1f90ae7'",
            json!("7c9e6679-7425-40de-944b-e07fc1f90ae7"),
        ),
        (
            "bytea",
            "'abc'",
            json!({"binary": {"size": 3, "sha256": sha}}),
        ),
        ("bytea[]", "ARRAY['abc'::bytea]", json!(["\\x616263"])),
        ("int[]", "'{{1,2},{3,NULL}}'", json!([[1, 2], [3, null]])),
        ("text[]", "'{}'", json!([])),
        (
            "json",
            "'{\"b\": 1, \"a\": [1.50]}'",
            json!({"b": 1, "a": [1.5]}),
        ),
        (
            "json",
            "'{\"half\": \"\\ud800\"}'",
            json!("{\"half\": \"\\ud800\"}"),
        ),
        ("jsonb", "'null'", Value::Null),
        ("int4range", "'[1,5)'", json!("[1,5)")),
        (
            "tstzrange",
            "'[2026-01-01 00:00+00,)'",
            json!("[\"2026-01-01 00:00:00+00\",)"),
        ),
        ("interval", "'1 day 02:00'", json!("P1DT2H")),
        ("money", "12.5::numeric::money", json!("$12.50")),
        ("inet", "'203.0.113.7'", json!("203.0.113.7")),
        ("point", "'(1,2)'", json!("(1,2)")),
        ("xml", "'<a/>'", json!("<a/>")),
        ("bit(3)", "B'101'", json!("101")),
        ("tsvector", "'a b'", json!("'a' 'b'")),
    ] {
        let Some(found) = value(kind, literal).await else {
            return;
        };
        if kind == "json" && told.is_object() {
            assert_eq!(found["a"][0].to_string(), "1.50");
            continue;
        }
        assert_eq!(found, told, "{kind} {literal}");
    }
    let big = "12345678901234567890123456789.000000000000000000010";
    let Some(found) = value("numeric", big).await else {
        return;
    };
    assert_eq!(found.to_string(), big);
}

#[tokio::test]
async fn what_a_value_looks_like_does_not_depend_on_the_session() {
    let tables = "CREATE TYPE pair AS (a float8, b interval);
        CREATE TABLE t (id int PRIMARY KEY, f float8, i interval, r tstzrange, d daterange, z timestamptz, b bytea, bs bytea[], p pair)";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    let insert = "INSERT INTO t VALUES (%, 0.1::float8 + 0.2, '1 mon 1 day 01:00', '[2026-01-01 00:00+00,2026-02-01 00:00+00)', \
        '[2026-01-01,2026-01-03)', '2026-01-01 00:00+00', 'a', ARRAY['a'::bytea], (0.1::float8 + 0.2, '1 day'))";
    host.run(&insert.replace('%', "1")).await;
    let mut client = host.client().await;
    run(
        &mut client,
        "SET extra_float_digits = -3; SET IntervalStyle = sql_standard; SET DateStyle = 'German, DMY'; \
         SET TimeZone = 'Asia/Tokyo'; SET bytea_output = escape; SET search_path = ''",
    )
    .await
    .unwrap();
    run(
        &mut client,
        &insert
            .replace('%', "2")
            .replace("INTO t ", "INTO public.t "),
    )
    .await
    .unwrap();
    let told = host.told().await;
    let values = |at: usize| {
        let mut values = told[at].new.clone().unwrap();
        values.remove("id");
        values
    };
    assert_eq!(values(0), values(1));
    assert_eq!(values(0)["f"], json!(0.300_000_000_000_000_04));
    assert_eq!(values(0)["i"], json!("P1M1DT1H"));
}

#[tokio::test]
async fn names_may_be_anything() {
    let tables = "CREATE SCHEMA \"Été\"; CREATE TABLE \"Été\".\"Order \"\"x'\\\" (\"Id'%\" int PRIMARY KEY, \"!row\" text, \"a.b\" bytea, op int, rows int, \"new\" int, \"old\" int);
        CREATE TABLE \"select\" (\"from\" text PRIMARY KEY, x int)";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    let table = "\"Été\".\"Order \"\"x'\\\"";
    host.run(&format!("INSERT INTO {table} VALUES (1, 'a', 'abc', 1, 2, 3, 4); UPDATE {table} SET op = 9; TRUNCATE {table}")).await;
    host.run("INSERT INTO \"select\" VALUES ('', 1), ('\\e', 2)")
        .await;
    let told = host.told().await;
    assert_eq!(told.len(), 5);
    assert!(
        told[..3]
            .iter()
            .all(|one| one.model == "Été.Order \"x'\\" && one.record_id == "1"),
        "{told:?}"
    );
    let last = told[2].old.clone().unwrap();
    assert_eq!(
        (&last["op"], &last["new"], &last["!row"]),
        (&json!(9), &json!(3), &json!("a"))
    );
    assert_eq!(last["a.b"]["binary"]["size"], json!(3));
    assert_eq!(
        (told[3].record_id.as_str(), told[4].record_id.as_str()),
        ("\\e", "\\\\e")
    );
}

#[tokio::test]
async fn keys_may_be_of_any_type() {
    for (kind, literal, id) in [
        (
            "uuid",
            "'7c9e6679-7425-40de-944b-e07fc1f90ae7'",
            "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        ),
        ("text", "'l''été, \\ x'", "l'été, \\ x"),
        (
            "timestamptz",
            "'2026-11-23 09:15:30+01'",
            "2026-11-23T08:15:30.000000Z",
        ),
        (
            "numeric",
            "12345678901234567890.50",
            "12345678901234567890.50",
        ),
        ("bool", "true", "true"),
        ("date", "'2026-11-23'", "2026-11-23"),
    ] {
        let Some(host) = Host::captured(&format!("CREATE TABLE t (k {kind} PRIMARY KEY)")).await
        else {
            return;
        };
        host.run(&format!("INSERT INTO t VALUES ({literal})")).await;
        assert_eq!(host.told().await[0].record_id, id, "{kind}");
    }
}

#[tokio::test]
async fn models_are_read_from_the_catalogue() {
    let tables = "CREATE SCHEMA crm; CREATE TYPE stage AS ENUM ('new', 'won'); CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');
        CREATE TABLE crm.people (id serial PRIMARY KEY, note text, email mail, api_key text, csrf_token text, photo bytea);
        CREATE TABLE lead (id bigint PRIMARY KEY, title varchar(80), stage stage, owner_id int REFERENCES crm.people, price numeric,
            twice numeric GENERATED ALWAYS AS (price * 2) STORED, tags text[], at timestamptz, seen bool);
        COMMENT ON TABLE lead IS 'Opportunities\nmore'; COMMENT ON COLUMN lead.stage IS 'Where it stands'";
    let Some(host) = Host::new(tables).await else {
        return;
    };
    let wish = Wish {
        not_sensitive: vec!["people.csrf_token".to_owned()],
        sensitive: vec!["lead.price".to_owned()],
        ignored: vec!["lead.seen".to_owned()],
        ..Wish::default()
    };
    let installed = host.install(wish).await;
    assert_eq!(installed.models, ["crm.people", "lead"]);
    assert_eq!(installed.sensitive, ["crm.people.api_key", "lead.price"]);
    host.run("INSERT INTO lead (id, title, stage, price, tags) VALUES (1, 'Sixty keyboards', 'new', 5, '{a}')").await;
    host.run("UPDATE lead SET seen = true").await;
    let told = host.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].record_name.as_deref(), Some("Sixty keyboards"));
    let new = told[0].new.clone().unwrap();
    assert_eq!(new["twice"], json!(10));
    assert!(!new.contains_key("seen"));
    let lead = host.recorder.model("lead");
    assert_eq!(
        (&lead["label"], &lead["name_field"]),
        (&json!("Opportunities"), &json!("title"))
    );
    let field = |model: &Value, name: &str| {
        let fields = model["fields"].as_array().unwrap();
        fields
            .iter()
            .find(|field| field["name"] == name)
            .unwrap()
            .clone()
    };
    let stage = field(&lead, "stage");
    assert_eq!(
        (&stage["type"], &stage["label"]),
        (&json!("selection"), &json!("Where it stands"))
    );
    assert_eq!(stage["selection"], json!({"new": "New", "won": "Won"}));
    let owner = field(&lead, "owner_id");
    assert_eq!(
        (&owner["type"], &owner["relation"]),
        (&json!("many2one"), &json!("crm.people"))
    );
    assert_eq!(field(&lead, "price")["sensitive"], json!(true));
    assert_eq!(field(&lead, "seen")["ignored"], json!(true));
    assert_eq!(field(&lead, "at")["type"], json!("datetime"));
    let people = host.recorder.model("crm.people");
    assert_eq!(people["name_field"], json!("email"));
    assert_eq!(field(&people, "photo")["type"], json!("binary"));
    assert_eq!(field(&people, "api_key")["sensitive"], json!(true));
    assert_eq!(field(&people, "csrf_token")["sensitive"], json!(false));
}
