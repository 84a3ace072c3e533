//! What administrators do while others do the same, or while hosts record.

use std::collections::BTreeMap;

use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::Scope;

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, create, list, walk, write},
};

fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status.as_u16()).or_default() += 1;
    }
    counts
}

both!(
    of_many_who_make_the_same_host_or_rule_at_once_one_succeeds,
    async |app: TestApp| {
        let host = json!({ "name": "crm" });
        let made = (0..8).map(|_| app.post(app.admin(), "/api/v1/hosts", host.clone()));
        assert_eq!(
            statuses(&join_all(made).await),
            BTreeMap::from([(201, 1), (409, 7)])
        );
        let rule = json!({ "name": "r", "host": "crm", "model": LEAD, "groups": ["A", "B"] });
        let made = (0..8).map(|_| app.post(app.admin(), "/api/v1/rules", rule.clone()));
        assert_eq!(
            statuses(&join_all(made).await),
            BTreeMap::from([(201, 1), (409, 7)])
        );
        assert_eq!(
            walk(&app, app.admin(), "/api/v1/rules?host=crm")
                .await
                .len(),
            1
        );
    }
);

both!(
    a_model_declared_by_many_at_once_is_made_once,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let declare = |n: usize| crm.declare(LEAD, json!({ "label": format!("Label {n}") }));
        let answers = join_all((0..8).map(declare)).await;
        assert_eq!(statuses(&answers), BTreeMap::from([(200, 7), (201, 1)]));
        assert_eq!(list(&crm.read("/api/v1/models").await["items"]).len(), 1);
    }
);

both!(
    uninstalling_while_recording_loses_nothing_that_was_answered,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let writer = async |number: usize| {
            let mut recorded = 0;
            for round in 0..200 {
                let value = json!({ "n": round });
                let answer = crm.send(json!([write(&number.to_string(), value)])).await;
                match answer.status {
                    StatusCode::OK => {
                        assert_eq!(answer.body["results"][0]["status"], "recorded");
                        recorded += 1;
                    }
                    StatusCode::UNAUTHORIZED => return recorded,
                    _ => panic!("{}", answer.text),
                }
            }
            recorded
        };
        let uninstall = async {
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
            let request = app.with(app.admin(), Method::DELETE, "/api/v1/hosts/crm");
            Answer::of(request).await.expect(StatusCode::NO_CONTENT);
        };
        let (counts, ()) = tokio::join!(join_all((0..4).map(writer)), uninstall);
        let logs = walk(&app, app.admin(), "/api/v1/logs?host=crm&limit=200").await;
        assert_eq!(logs.len(), counts.iter().sum::<usize>());
    }
);

both!(
    a_host_that_comes_back_does_not_bring_its_keys_and_rules_back,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", json!({ "n": 1 }))).await;
        let request = app.with(app.admin(), Method::DELETE, "/api/v1/hosts/crm");
        Answer::of(request).await.expect(StatusCode::NO_CONTENT);
        let again = app
            .post(app.admin(), "/api/v1/hosts", json!({ "name": "crm" }))
            .await;
        if again.status == StatusCode::CREATED {
            crm.get("/api/v1/logs").await.problem(401, "unauthorized");
            let rules = walk(&app, app.admin(), "/api/v1/rules?host=crm").await;
            assert_eq!(rules, [] as [Value; 0]);
            let key = app.key("crm", &[Scope::Record]).await;
            let batch = json!({ "operations": [write("1", json!({ "n": 2 }))] });
            let answer = app.post(&key, "/api/v1/operations", batch).await;
            assert_eq!(answer.body["results"][0]["status"], "skipped");
        } else {
            again.problem(409, "host_exists");
        }
        let logs = walk(&app, app.admin(), "/api/v1/logs?host=crm").await;
        assert_eq!(logs.len(), 1);
    }
);
