//! Many writers at once: no gap, no loss, nothing twice.

use std::collections::BTreeSet;

use audit::Options;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    support::{Host, Lasting, create, each, list, with, write},
};

/// Whether these are 1, 2, 3 … without a gap.
fn is_gapless(revisions: &[Value]) -> bool {
    let counted = (1..=revisions.len()).map(Value::from);
    revisions.iter().cloned().eq(counted)
}

both!(
    sixteen_writers_of_one_record_leave_no_gap,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let writer = async |number: usize| {
            let mut revisions = Vec::new();
            for round in 0..10 {
                let value = format!("{number}.{round}");
                let other = format!("own-{number}");
                let results = crm
                    .record(json!([
                        write("shared", json!({ "value": value })),
                        write(&other, json!({ "value": value })),
                        write("shared", json!({ "value": value, "second": value })),
                    ]))
                    .await;
                assert_eq!(results[0]["status"], "recorded");
                assert_eq!(results[2]["status"], "recorded");
                assert_eq!(
                    results[2]["revision"].as_i64(),
                    results[0]["revision"].as_i64().map(|revision| revision + 1),
                    "a batch is one transaction"
                );
                assert_eq!(results[1]["revision"], json!(round + 1));
                revisions.push(results[0]["revision"].as_i64().unwrap());
            }
            assert!(revisions.is_sorted());
            revisions
        };
        let told: Vec<i64> = join_all((0..16).map(writer)).await.concat();
        assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), 160);

        let path = "/api/v1/records/crm.lead/shared/revisions?limit=100";
        let logs = crate::support::walk(&app, &crm.key, path).await;
        assert_eq!(logs.len(), 320);
        assert!(is_gapless(&each(&logs, "revision")));
        for pair in logs.windows(2) {
            assert!(pair[0]["seq"].as_i64() < pair[1]["seq"].as_i64());
            let (before, after) = (&pair[0]["changes"], &pair[1]["changes"]);
            let value = |changes: &Value| {
                let found = list(changes).into_iter().find(|c| c["field"] == "value");
                found.unwrap_or_default()
            };
            if !value(after).is_null() && !value(before).is_null() {
                assert_eq!(
                    value(after)["old"],
                    value(before)["new"],
                    "a chain of values"
                );
            }
        }
        let all = crm.logs("order=asc&limit=200").await;
        let first = all[0]["seq"].as_i64().unwrap();
        let seqs: Vec<_> = all.iter().map(|log| log["seq"].as_i64().unwrap()).collect();
        let counted: Vec<_> = (first..).take(480).collect();
        assert_eq!(seqs, counted, "seq has no gap");
        let times = each(&all, "recorded_at");
        assert!(
            times
                .windows(2)
                .all(|pair| pair[0].as_str() < pair[1].as_str())
        );
    }
);

both!(
    the_same_id_sent_by_many_at_once_is_recorded_once,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for round in 0..5 {
            let id = format!("lead-{round}");
            let operation = with(create(&id, json!({ "name": "x" })), "id", json!(id));
            let results = join_all((0..16).map(|_| crm.one(operation.clone()))).await;
            let count = |status: &str| results.iter().filter(|r| r["status"] == status).count();
            assert_eq!((count("recorded"), count("duplicate")), (1, 15));
            let ids: BTreeSet<_> = results.iter().map(|r| r["log_id"].to_string()).collect();
            assert_eq!(ids.len(), 1);
        }
        assert_eq!(crm.logs("limit=50").await.len(), 5);
    }
);

both!(
    many_hosts_and_new_models_at_once_get_along,
    async |app: TestApp| {
        let host = async |number: usize| {
            let name = format!("host-{number}");
            let host = Host::new(&app, &name).await;
            app.follow(&name, "new.model").await;
            let operations = (0..20).map(|n| {
                let new = json!({ format!("field_{n}"): n });
                host.one(with(
                    create(&n.to_string(), new),
                    "model",
                    json!("new.model"),
                ))
            });
            let results = join_all(operations).await;
            assert!(results.iter().all(|r| r["revision"] == 1), "{results:?}");
            let model = host.read("/api/v1/models/new.model").await;
            assert_eq!(list(&model["fields"]).len(), 20);
            assert_eq!(host.logs("limit=200").await.len(), 20);
        };
        join_all((0..6).map(host)).await;
    }
);

both_lasting!(
    two_servers_on_one_database_count_the_same_revisions,
    async |lasting: Lasting| {
        let first = lasting.serve(Options::default()).await;
        let second = lasting.serve(Options::default()).await;
        first.follow().await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let writer = async |number: usize| {
            let server = if number.is_multiple_of(2) {
                &first
            } else {
                &second
            };
            for round in 0..8 {
                let value = json!({ "value": format!("{number}.{round}") });
                let operation = with(
                    write("shared", value),
                    "id",
                    json!(format!("{number}.{round}")),
                );
                for status in ["recorded", "duplicate"] {
                    let answer = server.send(json!([operation])).await.expect(StatusCode::OK);
                    assert_eq!(answer.body["results"][0]["status"], status);
                }
            }
        };
        join_all((0..6).map(writer)).await;
        let path = "/api/v1/records/crm.lead/shared/revisions?limit=200";
        let logs = second
            .call(Method::GET, path, None)
            .await
            .expect(StatusCode::OK);
        let logs = list(&logs.body["items"]);
        assert_eq!(logs.len(), 48);
        assert!(is_gapless(&each(&logs, "revision")));
        first.stop().await;
        second.stop().await;
    }
);
