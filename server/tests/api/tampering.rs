//! What somebody does who has the database itself: triggers off, rows altered. Each must be told.

use audit::{
    Audit, Options, Seed,
    integrity::{Against, Progress, verify},
};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend};
use serde_json::{Value, json};
use types::{Report, Verdict};

use crate::support::{Lasting, Served, change, create};

const SEED: Seed = Seed([7; 32]);
const LEADS: i64 = 300;

/// A sealed trail of some hundred logs, with checkpoints along the way.
async fn trail(lasting: &Lasting) -> Served {
    let server = lasting.serve(Options::default()).await;
    server.audit.start_sealing(&SEED).await.unwrap();
    server.follow().await;
    let operations: Vec<Value> = (0..LEADS)
        .map(|number| {
            create(
                &number.to_string(),
                json!({ "name": format!("L{number}"), "n": number }),
            )
        })
        .collect();
    server.send(json!(operations)).await.expect(StatusCode::OK);
    server.audit.seal().await.unwrap();
    server
        .send(json!([change("7", json!({ "n": 7 }), json!({ "n": 8 }))]))
        .await
        .expect(StatusCode::OK);
    server.audit.seal().await.unwrap();
    server
}

/// The database, as its administrator has it: nothing is refused.
async fn unguarded(lasting: &Lasting) -> DatabaseConnection {
    let database = Database::connect(&lasting.url).await.unwrap();
    let off = match database.get_database_backend() {
        DbBackend::Postgres => vec![
            "ALTER TABLE log DISABLE TRIGGER ALL".to_owned(),
            "ALTER TABLE checkpoint DISABLE TRIGGER ALL".to_owned(),
            "ALTER TABLE log_field DISABLE TRIGGER ALL".to_owned(),
        ],
        _ => ["log", "checkpoint", "log_field"]
            .iter()
            .flat_map(|table| {
                ["no_update", "no_delete", "no_replace"]
                    .map(|trigger| format!("DROP TRIGGER IF EXISTS {table}_{trigger}"))
            })
            .collect(),
    };
    for statement in off {
        database.execute_unprepared(&statement).await.unwrap();
    }
    database
}

async fn run(database: &DatabaseConnection, statement: &str) {
    let done = database.execute_unprepared(statement).await.unwrap();
    assert!(done.rows_affected() > 0, "{statement} did nothing");
}

async fn verified(audit: &Audit) -> Report {
    against(audit, &[]).await
}

async fn against(audit: &Audit, notes: &[&str]) -> Report {
    let against = Against {
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
        key: None,
    };
    verify(audit, &against, &Progress::new((0, 0)))
        .await
        .unwrap()
}

/// The places that the findings are about.
fn places(report: &Report) -> Vec<(i64, i64)> {
    report
        .findings
        .iter()
        .map(|finding| (finding.from, finding.to))
        .collect()
}

both_lasting!(
    an_untouched_trail_is_intact_and_an_unsealed_one_is_nothing_to_verify,
    async |lasting: Lasting| {
        let server = lasting.serve(Options::default()).await;
        server.follow().await;
        let report = verified(&server.audit).await;
        assert_eq!(report.verdict, Verdict::NothingToVerify, "{report:?}");
        server.stop().await;
        let server = trail_again(&lasting).await;
        let report = verified(&server.audit).await;
        assert_eq!(report.verdict, Verdict::Intact, "{report:?}");
        assert_eq!(report.findings, []);
        assert_eq!(report.logs, report.sealed);
        assert!(report.logs > LEADS, "the rule and the key are logs, too");
        server.stop().await;
    }
);

/// The same trail where the host is followed already.
async fn trail_again(lasting: &Lasting) -> Served {
    let server = lasting.serve(Options::default()).await;
    server.audit.start_sealing(&SEED).await.unwrap();
    let operations: Vec<Value> = (0..LEADS)
        .map(|number| create(&number.to_string(), json!({ "n": number })))
        .collect();
    server.send(json!(operations)).await.expect(StatusCode::OK);
    server.audit.seal().await.unwrap();
    server
}

both_lasting!(
    every_part_of_a_log_that_is_altered_is_told_with_the_log,
    async |lasting: Lasting| {
        let server = trail(&lasting).await;
        let database = unguarded(&lasting).await;
        let mut expected = Vec::new();
        for (seq, set) in [
            (20, "changes = replace(changes, '\"n\"', '\"m\"')"),
            (21, "user_login = 'somebody'"),
            (22, "recorded_at = recorded_at + 1"),
            (23, "occurred_at = occurred_at - 1"),
            (24, "record_name = 'another'"),
            (25, "record_id = 'another'"),
            (26, "operation = 2"),
            (27, "rule_ids = '[]'"),
            (28, "context = '{\"ip\":\"203.0.113.9\"}'"),
            (29, "changes = '[]'"),
            (30, "changes = 'no json'"),
            (31, "model_label = 'Another'"),
            (32, "revision = 77"),
            (33, "user_name = NULL"),
            (34, "on_behalf_of = 'somebody'"),
            (35, "search = 'nothing'"),
            (36, "request_id = 'another'"),
            (37, "unrecorded = '[]'"),
            (38, "fields = '[]'"),
        ] {
            run(
                &database,
                &format!("UPDATE log SET {set} WHERE seq = {seq}"),
            )
            .await;
            // An empty list of gaps says the same as none.
            if seq != 37 {
                expected.push(seq);
            }
        }
        let report = verified(&server.audit).await;
        assert_eq!(report.verdict, Verdict::Tampered, "{report:?}");
        let mut told: Vec<i64> = places(&report).into_iter().map(|(from, _)| from).collect();
        told.dedup();
        assert_eq!(told, expected, "{report:?}");
        for finding in &report.findings {
            assert_eq!(finding.from, finding.to);
            assert!(finding.log_id.is_some(), "{finding:?}");
        }
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    removed_and_reordered_logs_are_told,
    async |lasting: Lasting| {
        let server = trail(&lasting).await;
        let database = unguarded(&lasting).await;
        run(&database, "DELETE FROM log WHERE seq IN (50, 51, 52)").await;
        // Two logs change places: each keeps all that it says but its place.
        run(&database, "UPDATE log SET seq = -100 WHERE seq = 100").await;
        run(&database, "UPDATE log SET seq = 100 WHERE seq = 101").await;
        run(&database, "UPDATE log SET seq = 101 WHERE seq = -100").await;
        let report = verified(&server.audit).await;
        assert_eq!(report.verdict, Verdict::Tampered);
        assert_eq!(
            places(&report),
            [(50, 52), (100, 100), (101, 101)],
            "{report:?}"
        );
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    a_tail_cut_off_is_truncation_not_tampering,
    async |lasting: Lasting| {
        let server = trail(&lasting).await;
        let database = unguarded(&lasting).await;
        let end = verified(&server.audit).await.logs;
        run(
            &database,
            &format!("DELETE FROM log WHERE seq > {}", end - 5),
        )
        .await;
        run(&database, &format!("UPDATE log_head SET seq = {}", end - 5)).await;
        let report = verified(&server.audit).await;
        assert_eq!(report.verdict, Verdict::Truncated, "{report:?}");
        assert_eq!(places(&report), [(end - 4, end)]);
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    unsealed_logs_that_go_missing_are_told_by_the_end_of_the_trail,
    async |lasting: Lasting| {
        let server = lasting.serve(Options::default()).await;
        server.follow().await;
        server
            .send(json!([
                create("1", json!({ "n": 1 })),
                create("2", json!({ "n": 2 }))
            ]))
            .await
            .expect(StatusCode::OK);
        let database = unguarded(&lasting).await;
        let end = verified(&server.audit).await.logs;
        run(&database, &format!("DELETE FROM log WHERE seq = {end}")).await;
        let report = verified(&server.audit).await;
        assert_eq!(report.verdict, Verdict::Truncated, "{report:?}");
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    whoever_rewrites_the_tree_too_is_told_by_the_checkpoints,
    async |lasting: Lasting| {
        let server = trail(&lasting).await;
        let kept = server.call(Method::GET, "/api/v1/checkpoint", None).await;
        let kept = kept.expect(StatusCode::OK).text;
        let end = verified(&server.audit).await.logs;
        let database = unguarded(&lasting).await;
        run(
            &database,
            "UPDATE log SET occurred_at = occurred_at - 1 WHERE seq = 60",
        )
        .await;
        // The hash of the leaf is made to fit: now no log differs from its tile.
        let forged = server.audit.clone();
        refit(&database, &forged, 60).await;
        let report = verified(&server.audit).await;
        assert_eq!(report.verdict, Verdict::Tampered, "{report:?}");
        let about_tree = report.findings.iter().any(|finding| {
            finding.from <= 60 && finding.to >= 60 && finding.to <= end && finding.log_id.is_none()
        });
        assert!(about_tree, "{report:?}");

        // With the signing key, everything is made anew: only what was kept elsewhere tells.
        for statement in [
            "DELETE FROM checkpoint",
            "DELETE FROM sealed",
            "DELETE FROM tile",
        ] {
            run(&database, statement).await;
        }
        // The server at work does not sign anew what it signed before.
        assert!(server.audit.seal().await.is_err());
        let holds = audit::integrity::holds(&server.audit, &kept).await;
        assert!(holds.unwrap_err().contains("are not those"));
        server.stop().await;
        // One that knows nothing of before does: whoever has database and key can do the same.
        let server = lasting.serve(Options::default()).await;
        server.audit.start_sealing(&SEED).await.unwrap();
        server.audit.seal().await.unwrap();
        let alone = verified(&server.audit).await;
        assert_eq!(alone.verdict, Verdict::Intact, "{alone:?}");
        let report = against(&server.audit, &[&kept]).await;
        assert_eq!(report.verdict, Verdict::Tampered);
        assert!(
            report
                .findings
                .iter()
                .any(|finding| finding.what.contains("from elsewhere")),
            "{report:?}"
        );
        database.close().await.unwrap();
        server.stop().await;
    }
);

/// Puts the hash of the log at `seq` as it is now into its tile.
async fn refit(database: &DatabaseConnection, audit: &Audit, seq: i64) {
    use sea_orm::Statement;
    let backend = database.get_database_backend();
    let id = Statement::from_string(backend, format!("SELECT id FROM log WHERE seq = {seq}"));
    let row = database.query_one_raw(id).await.unwrap().unwrap();
    let id: sea_orm::prelude::Uuid = row.try_get("", "id").unwrap();
    let id = id.to_string();
    let proof = audit::integrity::proof(audit, &audit::Principal::System, &id).await;
    let hash = proof::Hash::from_base64(&proof.unwrap().leaf_hash).unwrap();
    let tile = "SELECT hashes FROM tile WHERE level = 0 AND place = 0";
    let row = database
        .query_one_raw(Statement::from_string(backend, tile))
        .await
        .unwrap()
        .unwrap();
    let mut hashes: Vec<u8> = row.try_get("", "hashes").unwrap();
    let at = usize::try_from(seq - 1).unwrap() * 32;
    hashes[at..at + 32].copy_from_slice(&hash.0);
    let sql = match backend {
        DbBackend::Postgres => "UPDATE tile SET hashes = $1 WHERE level = 0 AND place = 0",
        _ => "UPDATE tile SET hashes = ? WHERE level = 0 AND place = 0",
    };
    let update = Statement::from_sql_and_values(backend, sql, [hashes.into()]);
    database.execute_raw(update).await.unwrap();
}

both_lasting!(a_forged_checkpoint_is_told, async |lasting: Lasting| {
    let server = trail(&lasting).await;
    let database = unguarded(&lasting).await;
    run(
        &database,
        "UPDATE sealed SET note = replace(note, 'revisor/', 'revisor/x')",
    )
    .await;
    let report = verified(&server.audit).await;
    assert_eq!(report.verdict, Verdict::Tampered, "{report:?}");
    assert!(
        report.findings[0].what.contains("newest checkpoint"),
        "{report:?}"
    );
    let report = against(&server.audit, &["no note"]).await;
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.what.contains("elsewhere"))
    );
    database.close().await.unwrap();
    server.stop().await;
});

both_lasting!(
    a_checkpoint_that_is_not_kept_any_more_still_has_to_fit_the_logs,
    async |lasting: Lasting| {
        let server = trail(&lasting).await;
        let kept = server.call(Method::GET, "/api/v1/checkpoint", None).await;
        let kept = kept.text;
        let database = unguarded(&lasting).await;
        for statement in [
            "DELETE FROM checkpoint",
            "DELETE FROM sealed",
            "DELETE FROM tile",
        ] {
            run(&database, statement).await;
        }
        let holds = async || audit::integrity::holds(&server.audit, &kept).await;
        assert_eq!(holds().await, Ok(()));
        run(
            &database,
            "UPDATE log SET user_login = 'somebody' WHERE seq = 60",
        )
        .await;
        assert!(holds().await.unwrap_err().contains("are not those"));
        run(&database, "DELETE FROM log WHERE seq = 61").await;
        assert!(holds().await.unwrap_err().contains("log 61 is missing"));
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    a_database_put_back_to_an_earlier_day_is_known_by_the_last_checkpoint,
    async |lasting: Lasting| {
        let server = trail(&lasting).await;
        let kept = server
            .call(Method::GET, "/api/v1/checkpoint", None)
            .await
            .text;
        assert_eq!(audit::integrity::holds(&server.audit, &kept).await, Ok(()));
        let database = unguarded(&lasting).await;
        let end = verified(&server.audit).await.logs;
        // As a backup of before the last log would be.
        let earlier = end - 1;
        run(&database, &format!("DELETE FROM log WHERE seq > {earlier}")).await;
        run(&database, &format!("UPDATE log_head SET seq = {earlier}")).await;
        run(&database, "UPDATE sealed SET size = (SELECT min(size) FROM checkpoint), note = (SELECT note FROM checkpoint ORDER BY size LIMIT 1)").await;
        let why = audit::integrity::holds(&server.audit, &kept)
            .await
            .unwrap_err();
        assert!(why.contains(&end.to_string()), "{why}");
        let report = against(&server.audit, &[&kept]).await;
        assert_eq!(report.verdict, Verdict::Truncated, "{report:?}");
        database.close().await.unwrap();
        server.stop().await;
    }
);
