//! The way back: a patch that the host applies to go to an earlier revision.

use json_patch::Patch;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    history::whole,
    support::{Host, LEAD, create, each, lead_path, list, unlink, write},
};

async fn plan(crm: &Host<'_>, id: &str, revision: usize) -> Value {
    let path = format!("{}/restore-plan?revision={revision}", lead_path(id));
    crm.get(&path).await.expect(StatusCode::OK).body
}

/// `values` after the plan, as any implementation of RFC 6902 does it.
fn applied(plan: &Value, mut values: Value) -> Result<Value, json_patch::PatchError> {
    let patch: Patch = serde_json::from_value(plan.clone()).unwrap();
    json_patch::patch(&mut values, &patch)?;
    Ok(values)
}

fn is_led_by_tests(plan: &Value) -> bool {
    let steps = list(plan);
    let tests = steps.iter().take_while(|step| step["op"] == "test").count();
    steps.iter().skip(tests).all(|step| step["op"] != "test")
}

both!(
    the_plan_of_every_revision_leads_to_exactly_its_values,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for seed in 31..35 {
            let id = seed.to_string();
            let mut steps = whole(&id, seed, 50);
            while steps.last().is_some_and(|step| step.deleted) {
                steps.pop();
            }
            for step in &steps {
                crm.log(step.operation.clone()).await;
            }
            let now = crm.lead(&id, "").await["values"].clone();
            for (number, step) in steps.iter().enumerate() {
                let plan = plan(&crm, &id, number + 1).await;
                assert!(is_led_by_tests(&plan), "{plan}");
                assert_eq!(
                    applied(&plan, now.clone()).unwrap(),
                    json!(step.values),
                    "{number} {plan}"
                );
                let then = crm.lead(&id, &format!("?revision={}", number + 1)).await;
                assert_eq!(then["values"], json!(step.values));
            }
            assert_eq!(
                plan(&crm, &id, steps.len()).await,
                json!([]),
                "nothing to do"
            );
        }
    }
);

both!(
    a_plan_refuses_a_record_that_changed_meanwhile,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", json!({ "stage": "new", "n": 1, "kept": "x" })))
            .await;
        crm.log(write("1", json!({ "stage": "won", "n": 2 }))).await;
        let plan = plan(&crm, "1", 1).await;
        assert_eq!(list(&plan)[0]["op"], "test", "{plan}");
        let tested: Vec<_> = list(&plan)
            .into_iter()
            .filter(|step| step["op"] == "test")
            .collect();
        assert_eq!(each(&tested, "path"), ["/n", "/stage"]);
        let as_known = json!({ "stage": "won", "n": 2, "kept": "x" });
        assert_eq!(
            applied(&plan, as_known).unwrap(),
            json!({ "stage": "new", "n": 1, "kept": "x" })
        );
        for other in [
            json!({ "stage": "lost", "n": 2, "kept": "x" }),
            json!({ "stage": "won", "n": 3, "kept": "x" }),
            json!({ "stage": "won", "kept": "x" }),
        ] {
            assert!(applied(&plan, other.clone()).is_err(), "{other}");
        }
    }
);

both!(
    the_server_writes_to_no_host_and_planning_records_nothing,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", json!({ "n": 1 }))).await;
        crm.log(write("1", json!({ "n": 2 }))).await;
        let before = crm.lead("1", "").await;
        plan(&crm, "1", 1).await;
        assert_eq!(crm.lead("1", "").await, before);
        let path = format!("{}/restore-plan?revision=1", lead_path("1"));
        let post = app.post(&crm.key, &path, json!({})).await;
        post.problem(405, "method_not_allowed");
        assert_eq!(crm.logs("limit=9").await.len(), 2);
    }
);

both!(
    a_deleted_record_is_planned_as_a_new_one,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", json!({ "n": 1, "stage": "new" })))
            .await;
        crm.log(write("1", json!({ "n": 2 }))).await;
        crm.log(unlink("1")).await;
        let first = plan(&crm, "1", 1).await;
        assert_eq!(
            applied(&first, json!({})).unwrap(),
            json!({ "n": 1, "stage": "new" })
        );
        let last_known = crm.lead("1", "").await["values"].clone();
        assert_eq!(
            applied(&first, last_known).unwrap(),
            json!({ "n": 1, "stage": "new" })
        );
    }
);

both!(
    names_are_escaped_and_what_is_not_kept_is_left_alone,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let model = json!({ "fields": [{"name": "password", "sensitive": true}, {"name": "image", "type": "binary"}] });
        crm.declare(LEAD, model).await.expect(StatusCode::CREATED);
        let first = json!({ "a/b~c": 1, "password": "one", "image": "aGVsbG8=" });
        crm.log(create("1", first)).await;
        crm.log(write(
            "1",
            json!({ "a/b~c": 2, "password": "two", "image": "d29ybGQ=" }),
        ))
        .await;
        let plan = plan(&crm, "1", 1).await;
        let paths = each(&list(&plan), "path");
        assert_eq!(paths, ["/a~1b~0c", "/a~1b~0c"], "{plan}");
        assert!(!plan.to_string().contains("password") && !plan.to_string().contains("one"));
    }
);
