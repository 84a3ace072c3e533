//! Tables as they are in the applications of others: other owners, policies, deep partitions, keys
//! that change, copies.

use std::process::Command;

use revisor_host::capture::{self, Wish};

use crate::host::Host;

#[tokio::test]
async fn a_partitioned_table_may_change_its_owner_and_the_new_one_makes_partitions() {
    let role = format!("owner_{}", std::process::id());
    let Some(host) = Host::captured(&format!(
        "DROP ROLE IF EXISTS {role}; CREATE ROLE {role}; GRANT CREATE ON SCHEMA public TO {role}; \
         CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id)"
    ))
    .await
    else {
        return;
    };
    host.run(&format!("ALTER TABLE t OWNER TO {role}")).await;
    let made = host
        .try_run(&format!(
            "SET ROLE {role}; CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10); INSERT INTO t VALUES (1)"
        ))
        .await;
    let forged = host
        .try_run(&format!(
            "SET ROLE {role}; CREATE TABLE own (id int PRIMARY KEY); \
             CREATE TRIGGER x AFTER INSERT ON own FOR EACH ROW EXECUTE FUNCTION revisor.insert_1()"
        ))
        .await;
    let lines = host.lines().await;
    host.run(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await;
    made.unwrap();
    assert_eq!(lines, [r#"create t 1 {"id":1}"#]);
    assert!(
        forged
            .unwrap_err()
            .to_string()
            .contains("permission denied")
    );
}

#[tokio::test]
async fn truncation_of_a_table_is_told_of_partitions_of_new_partitions_too() {
    let Some(host) = Host::captured(
        "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id); \
             CREATE TABLE old PARTITION OF t FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id)",
    )
    .await
    else {
        return;
    };
    host.run(
        "CREATE TABLE leaf PARTITION OF old FOR VALUES FROM (0) TO (5); \
         CREATE TABLE young PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id); \
         CREATE TABLE twig PARTITION OF young FOR VALUES FROM (10) TO (15); \
         INSERT INTO t VALUES (1), (2), (11); TRUNCATE t",
    )
    .await;
    let mut lines = host.lines().await.split_off(3);
    lines.sort();
    assert_eq!(
        lines,
        [
            r#"unlink t 1 {"id":1}"#,
            r#"unlink t 11 {"id":11}"#,
            r#"unlink t 2 {"id":2}"#
        ]
    );
    // By now each of them has a trigger of its own: none is told twice.
    host.run("INSERT INTO t VALUES (3), (12); TRUNCATE t").await;
    assert_eq!(host.lines().await.len(), 4);
    host.run("INSERT INTO t VALUES (4), (13); TRUNCATE old")
        .await;
    assert_eq!(host.lines().await.len(), 3);
}

#[tokio::test]
async fn rows_behind_a_policy_are_told_or_counted_when_they_are_truncated() {
    let role = format!("installer_{}", std::process::id());
    let Some(host) = Host::new(&format!(
        "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN; GRANT ALL ON SCHEMA public TO {role}; \
         CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO {role}; \
         ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; \
         CREATE POLICY few ON t USING (id < 2); INSERT INTO t VALUES (1), (2), (3)"
    ))
    .await
    else {
        return;
    };
    host.run(&format!("GRANT CREATE ON DATABASE {} TO {role}", host.name))
        .await;
    let url = host.url.replace("postgres@", &format!("{role}@"));
    let wish = Wish {
        host: Some("crm".to_owned()),
        ..Wish::default()
    };
    let installed = capture::install(&capture::Database::new(&url).unwrap(), &wish).await;
    let done = host.try_run("TRUNCATE t").await;
    let lost = host
        .value("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM revisor.lost")
        .await;
    let told = host.value("SELECT count(*) FROM revisor.outbox").await;
    host.run(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}"))
        .await;
    installed.unwrap();
    done.unwrap();
    assert_eq!(
        (told.as_str(), lost.as_str()),
        ("0", "1"),
        "not some of them"
    );
}

#[tokio::test]
async fn a_table_of_many_columns_of_bytes_is_told() {
    let columns: Vec<String> = (0..120).map(|n| format!(", b{n} bytea")).collect();
    let columns = columns.concat();
    let Some(host) = Host::captured(&format!("CREATE TABLE t (id int PRIMARY KEY{columns})")).await
    else {
        return;
    };
    host.run("SET bytea_output = escape; INSERT INTO t (id, b7) VALUES (1, 'abc'); UPDATE t SET b119 = 'abc'")
        .await;
    let lines = host.lines().await;
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("ba7816bf8f01cfea"), "{}", lines[0]);
    assert!(lines[1].contains("ba7816bf8f01cfea"), "{}", lines[1]);
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!(status.lost, 0);
}

#[tokio::test]
async fn triggers_that_were_disabled_or_put_back_halfway_are_mended_by_installing_again() {
    let Some(host) = Host::captured("CREATE TABLE t (id int PRIMARY KEY)").await else {
        return;
    };
    // As restoring data and fixtures of tests do.
    host.run("ALTER TABLE t DISABLE TRIGGER ALL; ALTER TABLE t ENABLE TRIGGER ALL")
        .await;
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!(
        status.tables[0].troubles.len(),
        4,
        "{:?}",
        status.tables[0].troubles
    );
    host.install(Wish::default()).await;
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!(status.tables[0].troubles, Vec::<String>::new());
    host.run("SET session_replication_role = replica; INSERT INTO t VALUES (1)")
        .await;
    assert_eq!(host.lines().await.len(), 1);
}

#[tokio::test]
async fn a_publication_of_all_tables_keeps_capture_out_unless_it_is_said() {
    let Some(host) = Host::new(
        "CREATE TABLE t (id int PRIMARY KEY); CREATE PUBLICATION everything FOR ALL TABLES",
    )
    .await
    else {
        return;
    };
    let before = host.dump();
    let error = host.try_install(Wish::default()).await.unwrap_err();
    assert!(
        error.to_string().contains("publication everything"),
        "{error}"
    );
    assert_eq!(host.dump(), before);
    let wish = Wish {
        despite_publication: true,
        ..Wish::default()
    };
    host.install(wish).await;
    // Said once.
    host.install(Wish::default()).await;
    host.run("INSERT INTO t VALUES (1)").await;
    assert_eq!(host.lines().await.len(), 1);
}

#[tokio::test]
async fn what_waits_when_the_key_changes_is_told_by_the_key_it_had() {
    let Some(host) =
        Host::captured("CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL)").await
    else {
        return;
    };
    host.run("INSERT INTO t VALUES (1, 'a'), (2, 'b')").await;
    host.run("ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (code)")
        .await;
    assert_eq!(
        host.lines().await,
        [
            r#"create t 1 {"code":"a","id":1}"#,
            r#"create t 2 {"code":"b","id":2}"#
        ]
    );
    host.run("UPDATE t SET id = 9 WHERE code = 'a'").await;
    assert_eq!(host.lines().await, [r#"write t a {"id":1} {"id":9}"#]);
}

#[tokio::test]
async fn a_database_that_was_restored_from_a_dump_goes_on_being_captured() {
    let Some(host) = Host::new(
        "CREATE TABLE gone (id int PRIMARY KEY); CREATE TABLE a (name text PRIMARY KEY, password text); \
         CREATE TABLE b (id int PRIMARY KEY, x int)",
    )
    .await
    else {
        return;
    };
    host.run("DROP TABLE gone").await;
    host.install(Wish::default()).await;
    host.run("INSERT INTO a VALUES ('n', 'p'); INSERT INTO b VALUES (1, 1)")
        .await;
    host.told().await;
    let Some(copy) = Host::new("").await else {
        return;
    };
    let done = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "pg_dump '{}' | psql -qX -v ON_ERROR_STOP=1 '{}'",
            host.url, copy.url
        ))
        .output()
        .unwrap();
    assert!(
        done.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    copy.run("UPDATE b SET x = 2; UPDATE a SET password = 'q'; TRUNCATE b")
        .await;
    assert_eq!(
        copy.lines().await,
        [
            r#"write b 1 {"x":1} {"x":2}"#,
            r#"write a n {"password":"p"} {"password":"q"}"#,
        ],
        "a truncation is told from the first look on"
    );
    copy.run("INSERT INTO b VALUES (2, 2); TRUNCATE b").await;
    assert_eq!(copy.lines().await.len(), 2);
    let status = capture::status(&copy.database).await.unwrap();
    assert!(
        status.tables.iter().all(|table| table.troubles.is_empty()),
        "{:?}",
        status.tables
    );
    let installed = copy.install(Wish::default()).await;
    assert_eq!((installed.models.len(), installed.new.len()), (2, 0));
}
