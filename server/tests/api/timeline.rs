//! The logs of a record in both orders, and its states however many revisions it has.

use audit::records::{self, Moment, RecordKey};
use serde_json::{Value, json};
use types::{Code, Order};

use crate::{
    app::TestApp,
    support::{Host, LEAD, change, create, unlink, write},
};

fn key(id: &str) -> RecordKey<'_> {
    RecordKey {
        host: None,
        model: LEAD,
        record_id: id,
    }
}

both!(
    a_record_is_read_from_its_last_log_or_from_its_first,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let writes: Vec<_> = (1..=25).map(|n| write("1", json!({"n": n}))).collect();
        crm.record(json!(writes)).await;
        let who = audit::keys::authenticate(&app.audit, &crm.key)
            .await
            .unwrap();
        let page = async |order: Order, cursor: Option<&str>| {
            records::timeline(&app.audit, &who, key("1"), order, cursor, 10).await
        };
        for (order, expected) in [
            (Order::Asc, (1..=25).collect::<Vec<i64>>()),
            (Order::Desc, (1..=25).rev().collect()),
        ] {
            let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
            loop {
                let found = page(order, cursor.as_deref()).await.unwrap();
                assert!(found.items.len() <= 10);
                seen.extend(found.items.iter().map(|log| log.revision));
                pages += 1;
                if pages == 1 {
                    // What comes meanwhile disturbs no page that is being read.
                    crm.one(write("2", json!({"n": pages}))).await;
                }
                cursor = found.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!((seen, pages), (expected, 3));
        }
        let newest = page(Order::Desc, None).await.unwrap().next_cursor;
        let mixed = page(Order::Asc, newest.as_deref()).await.unwrap_err();
        assert_eq!(mixed.code(), Code::InvalidCursor);
    }
);

/// A record whose fields become known one by one, far apart: `f3` first at its third stop.
fn long(stops: &[i64], last: i64) -> Vec<Value> {
    (1..=last)
        .map(|n| match stops.iter().position(|stop| *stop == n) {
            Some(place) => {
                let field = format!("f{place}");
                // Every other one tells what it was before.
                if place % 2 == 0 {
                    change("1", json!({&field: "before"}), json!({&field: n}))
                } else {
                    write("1", json!({&field: n}))
                }
            }
            None => write("1", json!({"n": n})),
        })
        .collect()
}

both!(
    what_a_much_later_log_tells_is_known_at_every_earlier_revision,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let stops = [2, 63, 64, 65, 127, 300, 301, 449, 640, 700];
        for batch in long(&stops, 700).chunks(350) {
            crm.record(json!(batch)).await;
        }
        let who = audit::keys::authenticate(&app.audit, &crm.key)
            .await
            .unwrap();
        for revision in [
            1, 2, 3, 62, 63, 64, 65, 66, 128, 299, 300, 302, 448, 639, 640, 699, 700,
        ] {
            let moment = Moment::Revision(revision);
            let then = records::get(&app.audit, &who, key("1"), moment)
                .await
                .unwrap();
            let mut expected = json!({});
            for (place, stop) in stops.iter().enumerate() {
                if *stop <= revision {
                    expected[format!("f{place}")] = json!(stop);
                } else if place % 2 == 0 {
                    expected[format!("f{place}")] = json!("before");
                }
            }
            // `n` is written at each revision that is no stop; before the first it is unknown.
            let n = (1..=revision).rev().find(|n| !stops.contains(n));
            if let Some(n) = n {
                expected["n"] = json!(n);
            }
            assert_eq!(Value::Object(then.values), expected, "at {revision}");
        }
    }
);

both!(
    a_long_life_that_ended_tells_nothing_of_the_next,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let mut all = vec![create("1", json!({"n": 0}))];
        all.extend((1..200).map(|n| write("1", json!({"n": n}))));
        all.push(change("1", json!({"late": "old"}), json!({"late": "new"})));
        all.push(unlink("1"));
        all.push(create("1", json!({"m": 0})));
        all.extend((1..200).map(|n| write("1", json!({"m": n}))));
        all.push(change("1", json!({"x": "old"}), json!({"x": "new"})));
        for batch in all.chunks(250) {
            crm.record(json!(batch)).await;
        }
        for (revision, values) in [
            (1, json!({"n": 0, "late": "old"})),
            (150, json!({"n": 149, "late": "old"})),
            (201, json!({"n": 199, "late": "new"})),
            (202, json!({"n": 199, "late": "new"})),
            (203, json!({"m": 0, "x": "old"})),
            (300, json!({"m": 97, "x": "old"})),
            (403, json!({"m": 199, "x": "new"})),
        ] {
            let then = crm.lead("1", &format!("?revision={revision}")).await;
            assert_eq!(then["values"], values, "at {revision}");
            assert_eq!(then["deleted"], json!(revision == 202));
        }
    }
);
