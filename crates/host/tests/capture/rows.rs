//! Every way a row can change, and the operations that it is told as.

use crate::host::{Host, line, run};

const LEAD: &str = "CREATE TABLE lead (id int PRIMARY KEY, name text, stage text DEFAULT 'new')";

#[tokio::test]
async fn insert_update_and_delete_are_told_with_old_and_new() {
    let Some(host) = Host::captured(LEAD).await else {
        return;
    };
    host.run("INSERT INTO lead VALUES (1, 'Delta')").await;
    host.run("UPDATE lead SET stage = 'won'").await;
    host.run("UPDATE lead SET stage = stage").await;
    host.run("DELETE FROM lead").await;
    let told = host.told().await;
    assert_eq!(
        told.iter().map(line).collect::<Vec<_>>(),
        [
            r#"create lead 1 {"id":1,"name":"Delta","stage":"new"}"#,
            r#"write lead 1 {"stage":"new"} {"stage":"won"}"#,
            r#"unlink lead 1 {"id":1,"name":"Delta","stage":"won"}"#,
        ]
    );
    assert!(
        told.iter()
            .all(|one| one.record_name.as_deref() == Some("Delta"))
    );
    assert_eq!(told[0].user.login, "postgres");
    assert!(host.told().await.is_empty(), "each once");
    assert_eq!(host.value("SELECT count(*) FROM revisor.outbox").await, "0");
}

#[tokio::test]
async fn what_is_rolled_back_is_not_told_and_what_a_savepoint_keeps_is() {
    let Some(host) = Host::captured(LEAD).await else {
        return;
    };
    host.run("BEGIN; INSERT INTO lead VALUES (1); ROLLBACK")
        .await;
    host.run(
        "BEGIN; INSERT INTO lead VALUES (2); SAVEPOINT s; INSERT INTO lead VALUES (3); ROLLBACK TO s; \
         INSERT INTO lead VALUES (4); COMMIT",
    )
    .await;
    let told = host.told().await;
    let ids: Vec<_> = told.iter().map(|one| one.record_id.as_str()).collect();
    assert_eq!(ids, ["2", "4"]);
    assert_eq!(
        told[0].context.transaction_id,
        told[1].context.transaction_id
    );
}

#[tokio::test]
async fn upsert_merge_copy_and_many_rows_are_told_row_by_row() {
    let Some(host) = Host::captured(LEAD).await else {
        return;
    };
    host.run("INSERT INTO lead SELECT i, 'n' || i FROM generate_series(1, 3) i")
        .await;
    host.run(
        "INSERT INTO lead VALUES (3, 'three'), (4, 'four') ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    )
    .await;
    host.run("INSERT INTO lead VALUES (3, 'no') ON CONFLICT DO NOTHING")
        .await;
    host.run(
        "MERGE INTO lead USING (VALUES (1), (9)) AS v (id) ON lead.id = v.id \
         WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (v.id, 'nine')",
    )
    .await;
    host.run("UPDATE lead SET stage = 'won' WHERE id IN (2, 4)")
        .await;
    let mut client = host.client().await;
    let mut copy = client_copy(&mut client, "COPY lead (id, name) FROM STDIN").await;
    copy.send(b"20\ttwenty\n21\t\\N\n".as_slice())
        .await
        .unwrap();
    copy.finish().await.unwrap();
    assert_eq!(
        host.lines().await,
        [
            r#"create lead 1 {"id":1,"name":"n1","stage":"new"}"#,
            r#"create lead 2 {"id":2,"name":"n2","stage":"new"}"#,
            r#"create lead 3 {"id":3,"name":"n3","stage":"new"}"#,
            r#"write lead 3 {"name":"n3"} {"name":"three"}"#,
            r#"create lead 4 {"id":4,"name":"four","stage":"new"}"#,
            r#"unlink lead 1 {"id":1,"name":"n1","stage":"new"}"#,
            r#"create lead 9 {"id":9,"name":"nine","stage":"new"}"#,
            r#"write lead 2 {"stage":"new"} {"stage":"won"}"#,
            r#"write lead 4 {"stage":"new"} {"stage":"won"}"#,
            r#"create lead 20 {"id":20,"name":"twenty","stage":"new"}"#,
            r#"create lead 21 {"id":21,"name":null,"stage":"new"}"#,
        ]
    );
}

async fn client_copy<'a>(
    client: &'a mut sqlx::PgConnection,
    sql: &str,
) -> sqlx::postgres::PgCopyIn<&'a mut sqlx::PgConnection> {
    client.copy_in_raw(sql).await.unwrap()
}

#[tokio::test]
async fn cascades_and_writes_inside_functions_are_told() {
    let tables = "CREATE TABLE company (id int PRIMARY KEY, name text);
        CREATE TABLE person (id int PRIMARY KEY, company_id int REFERENCES company ON DELETE CASCADE ON UPDATE CASCADE);
        CREATE TABLE note (id int PRIMARY KEY, company_id int REFERENCES company ON DELETE SET NULL);
        CREATE FUNCTION hire(who int) RETURNS void LANGUAGE sql AS 'INSERT INTO person VALUES (who, 1)'";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    host.run("INSERT INTO company VALUES (1, 'Delta'); INSERT INTO note VALUES (5, 1)")
        .await;
    host.run("SELECT hire(7)").await;
    host.run("DELETE FROM company").await;
    let lines = host.lines().await;
    assert_eq!(lines[2], r#"create person 7 {"company_id":1,"id":7}"#);
    let mut rest = lines[3..].to_vec();
    rest.sort();
    assert_eq!(
        rest,
        [
            r#"unlink company 1 {"id":1,"name":"Delta"}"#,
            r#"unlink person 7 {"company_id":1,"id":7}"#,
            r#"write note 5 {"company_id":1} {"company_id":null}"#,
        ]
    );
}

#[tokio::test]
async fn truncation_is_told_as_the_end_of_each_record() {
    let tables = "CREATE TABLE lead (id int PRIMARY KEY, x text);
        CREATE TABLE line (id int PRIMARY KEY, lead_id int REFERENCES lead, photo bytea)";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    host.run("INSERT INTO lead VALUES (1, 'a'), (2, 'b'); INSERT INTO line VALUES (8, 1, 'abc')")
        .await;
    host.told().await;
    host.run("TRUNCATE lead CASCADE").await;
    let mut lines = host.lines().await;
    lines.sort();
    assert_eq!(lines[0], r#"unlink lead 1 {"id":1,"x":"a"}"#);
    assert_eq!(lines[1], r#"unlink lead 2 {"id":2,"x":"b"}"#);
    assert!(
        lines[2].starts_with(r#"unlink line 8 {"id":8,"lead_id":1,"photo":{"binary":"#),
        "{}",
        lines[2]
    );
    assert_eq!(lines.len(), 3);
    host.run(
        "BEGIN; INSERT INTO lead VALUES (1, 'a'); COMMIT; BEGIN; TRUNCATE lead, line; ROLLBACK",
    )
    .await;
    assert_eq!(host.lines().await.len(), 1);
}

#[tokio::test]
async fn a_change_of_the_primary_key_is_another_record() {
    let tables = "CREATE TABLE line (doc text, no int, x int, PRIMARY KEY (doc, no))";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    host.run("INSERT INTO line VALUES ('a,b', 1, 5)").await;
    host.run("UPDATE line SET no = 2, x = 6").await;
    assert_eq!(
        host.lines().await,
        [
            r#"create line a\,b,1 {"doc":"a,b","no":1,"x":5}"#,
            r#"unlink line a\,b,1 {"doc":"a,b","no":1,"x":5}"#,
            r#"create line a\,b,2 {"doc":"a,b","no":2,"x":6}"#,
        ]
    );
    let aside = host.value("SELECT count(*) FROM revisor.set_aside").await;
    assert_eq!(aside, "0");
}

const PARTS: &str = "CREATE TABLE event (id int, at date, x text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY RANGE (at);
    CREATE TABLE event_2a PARTITION OF event_2 FOR VALUES FROM ('2026-02-01') TO ('2026-02-15')";

#[tokio::test]
async fn a_partition_is_told_as_its_table_and_so_are_new_ones() {
    let Some(host) = Host::captured(PARTS).await else {
        return;
    };
    host.run("INSERT INTO event VALUES (1, '2026-01-05', 'a'); INSERT INTO event_2a VALUES (2, '2026-02-05', 'b')").await;
    host.run("CREATE TABLE event_2b PARTITION OF event_2 FOR VALUES FROM ('2026-02-15') TO ('2026-03-01')").await;
    host.run("INSERT INTO event VALUES (3, '2026-02-20', 'c')")
        .await;
    // A root tells the rows of a partition that has no trigger for truncation yet.
    host.run("TRUNCATE event_2").await;
    assert_eq!(
        host.lines().await,
        [
            r#"create event 1,2026-01-05 {"at":"2026-01-05","id":1,"x":"a"}"#,
            r#"create event 2,2026-02-05 {"at":"2026-02-05","id":2,"x":"b"}"#,
            r#"create event 3,2026-02-20 {"at":"2026-02-20","id":3,"x":"c"}"#,
            r#"unlink event 3,2026-02-20 {"at":"2026-02-20","id":3,"x":"c"}"#,
            r#"unlink event 2,2026-02-05 {"at":"2026-02-05","id":2,"x":"b"}"#,
        ]
    );
    // By now the new partition has its own.
    host.run("INSERT INTO event VALUES (4, '2026-02-20', 'd')")
        .await;
    host.run("TRUNCATE event_2b").await;
    host.run("INSERT INTO event VALUES (5, '2026-02-20', 'e')")
        .await;
    host.run("TRUNCATE event").await;
    let mut lines = host.lines().await;
    lines.sort();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.starts_with("unlink"))
            .count(),
        3,
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_row_that_moves_between_partitions_is_another_record() {
    let tables = "CREATE TABLE job (id int, done bool, x text, PRIMARY KEY (id, done)) PARTITION BY LIST (done);
        CREATE TABLE job_open PARTITION OF job FOR VALUES IN (false);
        CREATE TABLE job_done PARTITION OF job FOR VALUES IN (true)";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    host.run("INSERT INTO job SELECT i, false, 'x' FROM generate_series(1, 3) i")
        .await;
    host.told().await;
    host.run("UPDATE job SET done = true WHERE id < 3").await;
    // What says where a row belongs is always part of its key.
    assert_eq!(
        host.lines().await,
        [
            "unlink job 1,false {\"done\":false,\"id\":1,\"x\":\"x\"}",
            "create job 1,true {\"done\":true,\"id\":1,\"x\":\"x\"}",
            "unlink job 2,false {\"done\":false,\"id\":2,\"x\":\"x\"}",
            "create job 2,true {\"done\":true,\"id\":2,\"x\":\"x\"}",
        ]
    );
}

#[tokio::test]
async fn who_acts_is_told_for_the_transaction_and_not_after_it() {
    let Some(host) = Host::captured(LEAD).await else {
        return;
    };
    let mut client = host.client().await;
    run(
        &mut client,
        r#"BEGIN; SET LOCAL revisor."user" = 'marc'; SET LOCAL revisor.user_name = 'Marc Demo';
        SET LOCAL revisor.groups = 'Sales, Staff'; SET LOCAL revisor.on_behalf_of = 'ann';
        SET LOCAL revisor.reason = 'she asked'; SET LOCAL revisor.request_id = 'r-1'; SET LOCAL revisor.ip = '203.0.113.7';
        INSERT INTO lead VALUES (1); COMMIT; INSERT INTO lead VALUES (2);
        BEGIN; SET LOCAL revisor.groups = '["A, B"]'; INSERT INTO lead VALUES (3); COMMIT"#,
    )
    .await
    .unwrap();
    let told = host.told().await;
    let user = serde_json::to_value(&told[0].user).unwrap();
    assert_eq!(
        user,
        serde_json::json!({"login": "marc", "name": "Marc Demo", "groups": ["Sales", "Staff"], "on_behalf_of": "ann"})
    );
    assert_eq!(told[0].context.reason.as_deref(), Some("she asked"));
    assert_eq!(told[0].context.request_id.as_deref(), Some("r-1"));
    assert_eq!(told[0].context.ip.as_deref(), Some("203.0.113.7"));
    assert_eq!(
        serde_json::to_value(&told[1].user).unwrap(),
        serde_json::json!({"login": "postgres"})
    );
    assert_eq!(told[1].context.reason, None);
    assert_eq!(told[2].user.groups, ["A, B"]);
}

#[tokio::test]
async fn a_trigger_of_the_host_that_writes_again_is_told_after_what_it_followed() {
    let tables = "CREATE TABLE lead (id int PRIMARY KEY, n int, total int);
        CREATE FUNCTION twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            UPDATE lead SET total = NEW.n * 2 WHERE total IS DISTINCT FROM NEW.n * 2; RETURN NULL; END $$;
        CREATE TRIGGER a_first AFTER INSERT OR UPDATE OF n ON lead FOR EACH ROW EXECUTE FUNCTION twice()";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    host.run("INSERT INTO lead (id, n) VALUES (1, 3)").await;
    host.run("INSERT INTO lead (id, n) VALUES (2, 5), (3, 5)")
        .await;
    host.run("UPDATE lead SET n = n + id").await;
    let told = host.told().await;
    let mut state: std::collections::BTreeMap<String, serde_json::Value> =
        std::collections::BTreeMap::new();
    for one in &told {
        let old = one.old.clone().map(serde_json::Value::Object);
        assert_eq!(state.get(&one.record_id).cloned(), old, "{one:?}");
        state.insert(one.record_id.clone(), one.new.clone().unwrap().into());
    }
    let rows = host
        .value("SELECT json_agg(lead ORDER BY id) FROM lead")
        .await;
    let rows: serde_json::Value = serde_json::from_str(&rows).unwrap();
    assert_eq!(rows, state.into_values().collect::<serde_json::Value>());
}

#[tokio::test]
async fn rows_applied_by_replication_are_told_too() {
    let Some(host) = Host::captured(LEAD).await else {
        return;
    };
    host.run("SET session_replication_role = replica; INSERT INTO lead VALUES (1); TRUNCATE lead")
        .await;
    assert_eq!(host.lines().await.len(), 2);
}
