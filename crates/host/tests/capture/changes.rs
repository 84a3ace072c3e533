//! The host changes its tables while they are captured.

use revisor_host::capture::{self, Wish};

use crate::host::Host;

#[tokio::test]
async fn columns_come_go_and_change_without_a_loss() {
    let Some(host) =
        Host::captured("CREATE TABLE t (id int PRIMARY KEY, a int, photo bytea)").await
    else {
        return;
    };
    host.run("INSERT INTO t VALUES (1, 1, 'abc')").await;
    host.run("ALTER TABLE t ADD COLUMN b bytea DEFAULT 'x'; UPDATE t SET a = 2")
        .await;
    host.run("ALTER TABLE t RENAME COLUMN a TO c; UPDATE t SET c = 3")
        .await;
    host.run("ALTER TABLE t ALTER COLUMN c TYPE text; UPDATE t SET c = 'three'")
        .await;
    host.run("ALTER TABLE t DROP COLUMN photo; UPDATE t SET c = 'four'")
        .await;
    host.run("ALTER TABLE t DROP COLUMN c, ADD COLUMN d timestamptz; UPDATE t SET d = '2026-01-01 00:00+00'").await;
    let digest = |byte: &str| format!(r#"{{"binary":{{"sha256":"{byte}","size":1}}}}"#);
    let x = digest("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
    let lines = host.lines().await;
    assert_eq!(
        lines[1..],
        [
            r#"write t 1 {"a":1} {"a":2}"#,
            r#"write t 1 {"c":2} {"c":3}"#,
            r#"write t 1 {"c":"3"} {"c":"three"}"#,
            r#"write t 1 {"c":"three"} {"c":"four"}"#,
            r#"write t 1 {"d":null} {"d":"2026-01-01T00:00:00.000000Z"}"#,
        ]
    );
    // By now the triggers make digests of the column that is new.
    host.run("UPDATE t SET b = 'x', d = NULL; DELETE FROM t")
        .await;
    let lines = host.lines().await;
    assert_eq!(
        lines[1],
        format!(r#"unlink t 1 {{"b":{x},"d":null,"id":1}}"#)
    );
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!((status.lost, status.dropped, status.set_aside), (0, 0, 0));
    assert_eq!(status.tables[0].troubles, Vec::<String>::new());
}

#[tokio::test]
async fn a_key_and_a_table_may_be_renamed_while_operations_wait() {
    let Some(host) = Host::captured("CREATE TABLE lead (id int PRIMARY KEY, x int)").await else {
        return;
    };
    host.run("INSERT INTO lead VALUES (1, 1)").await;
    host.run("ALTER TABLE lead RENAME COLUMN id TO no; ALTER TABLE lead RENAME TO chance")
        .await;
    host.run("UPDATE chance SET x = 2").await;
    // The record goes on, and so do the rules for its model.
    assert_eq!(
        host.lines().await,
        [
            r#"create lead 1 {"id":1,"x":1}"#,
            r#"write lead 1 {"x":1} {"x":2}"#
        ]
    );
    host.run("CREATE TABLE lead (id int PRIMARY KEY)").await;
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!(status.not_captured, ["lead"]);
    assert_eq!(status.tables[0].table.as_deref(), Some("public.chance"));
    let installed = host.install(Wish::default()).await;
    assert_eq!(installed.new, ["public.lead"]);
}

#[tokio::test]
async fn what_waits_of_a_dropped_table_is_still_told() {
    let Some(host) = Host::captured("CREATE TABLE t (id int PRIMARY KEY, b bytea)").await else {
        return;
    };
    host.run("INSERT INTO t VALUES (1, 'abc'); DROP TABLE t")
        .await;
    let lines = host.lines().await;
    assert!(
        lines[0].starts_with(r#"create t 1 {"b":{"binary""#),
        "{lines:?}"
    );
    assert_eq!(
        capture::status(&host.database).await.unwrap().tables[0].troubles,
        ["it is gone"]
    );
}

#[tokio::test]
async fn a_table_may_become_a_partition_and_leave_again() {
    let tables = "CREATE TABLE all_jobs (id int PRIMARY KEY, x int) PARTITION BY RANGE (id);
        CREATE TABLE old_jobs (id int PRIMARY KEY, x int)";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    host.run("INSERT INTO old_jobs VALUES (1, 1)").await;
    host.run("ALTER TABLE all_jobs ATTACH PARTITION old_jobs FOR VALUES FROM (0) TO (100)")
        .await;
    assert_eq!(host.lines().await, [r#"create old_jobs 1 {"id":1,"x":1}"#]);
    // Its own triggers are gone by now: it is told once, with its table.
    host.run("UPDATE old_jobs SET x = 2").await;
    assert_eq!(host.lines().await, [r#"write all_jobs 1 {"x":1} {"x":2}"#]);
    host.run("ALTER TABLE all_jobs DETACH PARTITION old_jobs; UPDATE old_jobs SET x = 3")
        .await;
    assert!(host.lines().await.is_empty());
    let installed = host.install(Wish::default()).await;
    assert!(
        installed.models.contains(&"old_jobs".to_owned()),
        "{installed:?}"
    );
    host.run("UPDATE old_jobs SET x = 4; TRUNCATE old_jobs")
        .await;
    assert_eq!(host.lines().await.len(), 2);
}

#[tokio::test]
async fn a_role_of_the_host_makes_partitions_and_cannot_touch_the_outbox() {
    let Some(host) = Host::new("SELECT 1").await else {
        return;
    };
    let role = format!("role_{}", host.name);
    host.run(&format!(
        "CREATE ROLE {role} LOGIN; GRANT CREATE ON SCHEMA public TO {role}"
    ))
    .await;
    let as_role = |sql: &str| format!("SET SESSION AUTHORIZATION {role}; {sql}");
    host.run(&as_role(
        "CREATE TABLE job (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE plain (id int PRIMARY KEY)",
    ))
    .await;
    host.install(Wish::default()).await;
    host.run(&as_role(
        "CREATE TABLE job_1 PARTITION OF job FOR VALUES FROM (0) TO (9); INSERT INTO job VALUES (1); INSERT INTO plain VALUES (2)",
    ))
    .await;
    for forged in [
        "INSERT INTO revisor.outbox (id) VALUES (1)",
        "DELETE FROM revisor.outbox",
        "SELECT * FROM revisor.outbox",
        "SELECT nextval('revisor.outbox_id')",
        "CREATE TABLE mine (id int); CREATE TRIGGER t AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION revisor.insert_2()",
    ] {
        let error = host
            .try_run(&as_role(forged))
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("permission denied"), "{forged}: {error}");
    }
    let told = host.told().await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|one| one.user.login == role), "{told:?}");
    host.run(&format!(
        "DROP TABLE job, plain; DROP OWNED BY {role}; DROP ROLE {role}"
    ))
    .await;
}

#[tokio::test]
async fn a_table_without_a_key_is_told_and_refused_by_name() {
    let tables = "CREATE TABLE heap (x int); CREATE TABLE lead (id int PRIMARY KEY); CREATE VIEW v AS SELECT 1 AS x";
    let Some(host) = Host::new(tables).await else {
        return;
    };
    let before = host.dump();
    for (tables, word) in [
        ("heap", "no primary key"),
        ("leads", "no table leads"),
        ("v", "no table v"),
    ] {
        let wish = Wish {
            tables: vec!["lead".to_owned(), tables.to_owned()],
            ..Wish::default()
        };
        let error = host.try_install(wish).await.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let typo = Wish {
        sensitive: vec!["lead.pasword".to_owned()],
        ..Wish::default()
    };
    assert!(host.try_install(typo).await.is_err());
    assert_eq!(host.dump(), before, "nothing was installed");
    let installed = host.install(Wish::default()).await;
    assert_eq!(
        (installed.models, installed.without_key),
        (vec!["lead".to_owned()], vec!["heap".to_owned()])
    );
    let error = host
        .try_install(Wish {
            host: Some("other".to_owned()),
            ..Wish::default()
        })
        .await;
    assert!(error.unwrap_err().to_string().contains("for the host crm"));
}

#[tokio::test]
async fn installing_again_adds_tables_and_changes_choices() {
    let Some(host) =
        Host::new("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)").await
    else {
        return;
    };
    let one = Wish {
        tables: vec!["a".to_owned()],
        strict: Some(true),
        ..Wish::default()
    };
    assert_eq!(host.install(one.clone()).await.new, ["a"]);
    assert!(host.install(one).await.new.is_empty());
    let more = Wish {
        tables: vec!["b".to_owned()],
        strict: Some(false),
        max_backlog: Some(7),
        ..Wish::default()
    };
    let installed = host.install(more).await;
    assert_eq!(
        (installed.models, installed.new),
        (vec!["a".to_owned(), "b".to_owned()], vec!["b".to_owned()])
    );
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!((status.strict, status.max_backlog), (false, 7));
    host.run("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)")
        .await;
    assert_eq!(host.lines().await.len(), 2);
}

#[tokio::test]
async fn a_schema_of_somebody_else_is_left_alone() {
    let Some(host) = Host::new("CREATE SCHEMA revisor; CREATE TABLE revisor.install (x int)").await
    else {
        return;
    };
    let before = host.dump();
    for error in [
        host.try_install(Wish::default()).await.unwrap_err(),
        capture::status(&host.database).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("left as it is"), "{error}");
    }
    assert_eq!(host.dump(), before);
}

#[tokio::test]
async fn no_search_path_puts_other_functions_or_operators_in_the_way() {
    let tables = "CREATE TABLE t (id int PRIMARY KEY, photo bytea) PARTITION BY RANGE (id);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9); CREATE SCHEMA evil";
    let Some(host) = Host::new(tables).await else {
        return;
    };
    host.install(Wish {
        strict: Some(true),
        ..Wish::default()
    })
    .await;
    let mut sql = String::new();
    for (name, arguments, answer) in [
        ("nextval", "regclass", "bigint"),
        ("current_setting", "text, boolean", "text"),
        ("clock_timestamp", "", "timestamptz"),
        ("pg_sequence_last_value", "regclass", "bigint"),
        ("pg_partition_root", "regclass", "regclass"),
        ("octet_length", "bytea", "int"),
        ("sha256", "bytea", "bytea"),
        ("encode", "bytea, text", "text"),
    ] {
        sql.extend([format!(
            "CREATE FUNCTION evil.{name}({arguments}) RETURNS {answer} LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''evil''; END';"
        )]);
    }
    for kind in ["text", "bigint", "oid", "name", "\"char\"", "boolean"] {
        let function = format!("evil.\"no_{}\"", kind.replace('"', ""));
        sql.extend([format!(
            "CREATE FUNCTION {function}({kind}, {kind}) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''evil''; END';"
        )]);
        for operator in ["=", "<>", "<", ">=", ">"] {
            sql.extend([format!(
                "CREATE OPERATOR evil.{operator} (LEFTARG = {kind}, RIGHTARG = {kind}, FUNCTION = {function});"
            )]);
        }
    }
    host.run(&sql).await;
    assert!(
        host.try_run("SET search_path = evil, public, pg_catalog; SELECT 'a'::text = 'b'::text")
            .await
            .is_err()
    );
    host.run(
        "SET search_path = evil, public, pg_catalog; SET revisor.\"user\" = 'marc'; \
         INSERT INTO t VALUES (1, 'a'); UPDATE t SET photo = 'b'; TRUNCATE t1; INSERT INTO t VALUES (2); TRUNCATE t",
    )
    .await;
    assert_eq!(host.told().await.len(), 5);
}
