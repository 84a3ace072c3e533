//! Counts, facets and groups of long lists: bounded, and told as such.

use audit::{Principal, logs};
use serde_json::json;
use types::{GroupBy, LogQuery, Timestamp, Zone};

use crate::{
    app::TestApp,
    support::{Host, create, with, write},
};

async fn count(app: &TestApp, query: &str) -> (u32, bool) {
    let query = LogQuery::parse(query).unwrap();
    let count = logs::count(&app.audit, &Principal::System, &query).await;
    let count = count.unwrap();
    (count.count, count.more)
}

both!(
    counting_ends_at_ten_thousand_and_says_so,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let first = with(
            create("first", json!({ "name": "Keyboards" })),
            "user",
            json!({ "login": "ann" }),
        );
        crm.log(first).await;
        for batch in 0..10 {
            let lines: Vec<String> = (0..1_000)
                .map(|n| write(&format!("{batch}.{n}"), json!({ "n": n })).to_string())
                .collect();
            assert_eq!(crm.lines(lines.join("\n")).await.len(), 1_000);
        }
        assert_eq!(count(&app, "host=crm").await, (10_000, true));
        assert_eq!(count(&app, "host=crm&q=user:marc").await, (10_000, false));
        assert_eq!(count(&app, "q=keyboards").await, (1, false));
        let query = LogQuery::parse("host=crm").unwrap();
        let system = Principal::System;
        let facets = logs::facets(&app.audit, &system, &query).await.unwrap();
        assert!(!facets.users.complete && !facets.fields.complete);
        assert_eq!(
            facets.users.values.len(),
            1,
            "the oldest log is not among the newest"
        );
        assert_eq!(facets.fields.values[0].count, 10_000);
        let groups = logs::groups(&app.audit, &system, &query, GroupBy::User).await;
        let groups = groups.unwrap();
        assert!(!groups.complete);
        assert_eq!(groups.groups[0].count, 10_000);
        let records = logs::records(&app.audit, &system, &query).await.unwrap();
        assert_eq!((records.records.len(), records.more), (1_000, true));
        assert_eq!(
            records.records[0].record_id, "9.999",
            "the last changed first"
        );
    }
);

both!(
    a_facet_tells_its_greatest_values_and_how_many_more,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let mut batch = Vec::new();
        for user in 0..25 {
            for n in 0..=(user % 3) {
                let one = create(&format!("{user}.{n}"), json!({ format!("f{user}"): 1 }));
                let name = format!("User {user}");
                batch.push(with(
                    one,
                    "user",
                    json!({ "login": format!("u{user:02}"), "name": name }),
                ));
            }
        }
        crm.record(json!(batch)).await;
        let facets = async |query: &str| {
            let query = LogQuery::parse(query).unwrap();
            logs::facets(&app.audit, &Principal::System, &query)
                .await
                .unwrap()
        };
        let all = facets("host=crm").await;
        assert_eq!((all.users.values.len(), all.users.more), (20, 5));
        assert_eq!(
            (
                all.users.values[0].value.as_str(),
                all.users.values[0].count
            ),
            ("u02", 3)
        );
        assert_eq!(all.users.values[0].label.as_deref(), Some("User 2"));
        assert_eq!((all.fields.values.len(), all.fields.more), (20, 5));
        assert_eq!(all.fields.values[0].label.as_deref(), Some("F11"));
        let model = &all.models.values[0];
        assert_eq!(
            (model.value.as_str(), model.host.as_deref()),
            ("crm.lead", Some("crm"))
        );
        assert_eq!(model.label.as_deref(), Some("Crm lead"));
        // What is chosen narrows the others and leaves its own facet to choose from.
        let one = facets("host=crm&q=user:u05").await;
        assert_eq!(one.users, all.users);
        assert_eq!(one.fields.values.len(), 1);
        let one = facets("host=crm&user=u05&q=field:f5").await;
        assert_eq!(one.users.values.len(), 1, "the field is of one user alone");
        assert_eq!(
            one.hosts.values.len(),
            1,
            "the built-in host has no such field"
        );
        assert!(facets("model=none").await.models.values.len() > 1);
    }
);

both!(
    days_are_those_of_the_zone_that_is_handed_in,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let log = crm.log(create("1", json!({ "n": 1 }))).await;
        let at = Timestamp::parse(log["recorded_at"].as_str().unwrap()).unwrap();
        for offset in [-43_200, 0, 43_200] {
            let zone = Zone::fixed(offset);
            let day = zone.to_local(at).to_string()[..10].to_owned();
            let query = LogQuery {
                host: Some("crm".to_owned()),
                q: Some(format!("on:{day}")),
                zone,
                ..LogQuery::default()
            };
            let system = Principal::System;
            let groups = logs::groups(&app.audit, &system, &query, GroupBy::Day).await;
            let groups = groups.unwrap().groups;
            assert_eq!(groups.len(), 1);
            assert_eq!(groups[0].key, day);
            let facets = logs::facets(&app.audit, &system, &query).await.unwrap();
            assert_eq!(facets.days.values[0].value, day);
        }
    }
);
