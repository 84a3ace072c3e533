//! Live arrivals: counts of what came, for those who may see it, while they are signed in.

use std::time::Duration;

use audit::{Principal, Watch};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use types::{Arrived, LogQuery, Role, UserInput};

use crate::{
    app::{Answer, PASSWORD, TestApp},
    pages::{form, sign_in},
    support::{Host, LEAD, Lasting, create, text, with},
    visibility::view,
};

/// Longer than an event takes.
const SOON: Duration = Duration::from_secs(4);

async fn open(app: &TestApp, cookie: &str, query: &str) -> Response {
    let request = app
        .request(Method::GET, &format!("/live/logs?{query}"))
        .header(header::ACCEPT, "text/event-stream")
        .header(header::ACCEPT_ENCODING, "gzip, br")
        .header(header::COOKIE, cookie);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer
}

/// The next event's data; none where none comes soon, or the stream ends.
async fn next(answer: &mut Response) -> Option<Value> {
    let mut read = String::new();
    let event = tokio::time::timeout(SOON, async {
        while let Ok(Some(chunk)) = answer.chunk().await {
            read.push_str(std::str::from_utf8(&chunk).unwrap());
            if let Some(end) = read.find("\n\n") {
                let event = read[..end].to_owned();
                read.drain(..end + 2);
                if !event.starts_with(':') {
                    return Some(event);
                }
            }
        }
        None
    });
    let event = event.await.ok()??;
    let lines: Vec<_> = event.lines().collect();
    assert_eq!(lines[0], "event: logs", "{event}");
    assert_eq!(lines.len(), 2, "{event}");
    Some(serde_json::from_str(lines[1].strip_prefix("data: ").unwrap()).unwrap())
}

/// Whether the stream ends by itself soon.
async fn ends(answer: &mut Response) -> bool {
    let end = async { while let Ok(Some(_)) = answer.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(10), end)
        .await
        .is_ok()
}

/// Somebody in the group Sales.
async fn seller(app: &TestApp) -> String {
    let input = UserInput {
        login: "sam".to_owned(),
        name: "Sam".to_owned(),
        role: Role::User,
        groups: vec!["Sales".to_owned()],
        password: PASSWORD.to_owned(),
    };
    audit::users::create(&app.audit, &Principal::System, input)
        .await
        .unwrap();
    sign_in(app, "sam").await
}

fn three(prefix: &str) -> Value {
    let leads = (0..3).map(|n| create(&format!("{prefix}{n}"), json!({ "name": "secret" })));
    Value::Array(leads.collect())
}

both!(
    what_came_is_counted_since_the_place_that_is_given,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        app.follow("crm", "sale.order").await;
        let first = crm.log(create("0", json!({ "n": 1 }))).await;
        app.person("marc", Role::Auditor).await;
        let cookie = sign_in(&app, "marc").await;
        let query = format!("model={LEAD}&q=-user:cron&after_seq={}", first["seq"]);
        let mut events = open(&app, &cookie, &query).await;
        assert_eq!(events.headers()["content-type"], "text/event-stream");
        assert_eq!(events.headers()["cache-control"], "no-cache");
        assert!(events.headers().get("content-encoding").is_none());

        crm.record(three("a")).await;
        let event = next(&mut events).await.unwrap();
        let newest = async || crm.read("/api/v1/logs?limit=1").await["items"][0]["seq"].clone();
        let seq = newest().await;
        assert_eq!(event, json!({ "count": 3, "more": false, "seq": seq }));

        // What does not fit the query makes no event, and is not counted by the next.
        let order = with(create("9", json!({ "n": 1 })), "model", json!("sale.order"));
        crm.log(order).await;
        let cron = with(
            create("c", json!({ "n": 1 })),
            "user",
            json!({ "login": "cron" }),
        );
        crm.log(cron).await;
        assert_eq!(next(&mut events).await, None);
        crm.record(three("b")).await;
        let event = next(&mut events).await.unwrap();
        assert_eq!(
            (&event["count"], &event["seq"]),
            (&json!(6), &newest().await)
        );

        let many: Vec<_> = (0..150)
            .map(|n| create(&format!("m{n}"), json!({ "n": n })))
            .collect();
        crm.record(json!(many)).await;
        let event = next(&mut events).await.unwrap();
        assert_eq!(
            (&event["count"], &event["more"]),
            (&json!(100), &json!(true))
        );
        crm.record(three("d")).await;
        assert_eq!(next(&mut events).await, None, "there is nothing new to say");
    }
);

both!(
    one_who_may_not_see_a_model_learns_nothing_until_they_may,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let model = json!({ "fields": [{"name": "margin", "groups": ["Manager"]}] });
        crm.declare(LEAD, model).await;
        crm.log(create("0", json!({ "n": 1 }))).await;
        let cookie = seller(&app).await;
        let mut all = open(&app, &cookie, "").await;
        let mut hidden = open(&app, &cookie, "q=4711").await;
        crm.record(three("a")).await;
        assert_eq!(next(&mut all).await, None);
        view(&app, LEAD, &["Sales"]).await;
        let lead = create("m", json!({ "margin": "4711" }));
        let log = crm.log(lead).await;
        let event = next(&mut all).await.unwrap();
        assert_eq!(
            event,
            json!({ "count": 1, "more": false, "seq": log["seq"] })
        );
        assert_eq!(
            next(&mut hidden).await,
            None,
            "the field is not theirs to see"
        );
        view(&app, LEAD, &[]).await;
        crm.record(three("b")).await;
        assert_eq!(next(&mut all).await, None);
    }
);

both!(
    it_ends_with_the_session_and_with_the_server,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        app.person("marc", Role::Auditor).await;
        let refused = Answer::of(app.request(Method::GET, "/live/logs")).await;
        assert_eq!((refused.status.as_u16(), refused.text.as_str()), (204, ""));
        let cookie = sign_in(&app, "marc").await;
        let faulty = app
            .request(Method::GET, "/live/logs?q=op:frob")
            .header(header::COOKIE, &cookie);
        Answer::of(faulty).await.problem(422, "invalid_request");

        let mut events = open(&app, &cookie, "").await;
        let out = form(&app, "/sign-out", &[]).header(header::COOKIE, &cookie);
        Answer::of(out).await.expect(StatusCode::SEE_OTHER);
        crm.record(three("a")).await;
        assert_eq!(
            next(&mut events).await,
            None,
            "nothing is told after the end"
        );
        assert!(ends(&mut events).await);

        let cookie = sign_in(&app, "marc").await;
        let mut events = open(&app, &cookie, "").await;
        app.ending.cancel();
        assert!(ends(&mut events).await);
        let mut late = open(&app, &cookie, "").await;
        assert!(ends(&mut late).await);
    }
);

both_lasting!(
    what_another_server_recorded_is_heard_of,
    async |lasting: Lasting| {
        let first = lasting.serve(audit::Options::default()).await;
        let second = lasting.serve(audit::Options::default()).await;
        first.follow().await;
        let query = LogQuery::parse("host=crm").unwrap();
        let mut watch = Watch::new(&second.audit, query).await.unwrap();
        let body = three("a");
        let answer = first.send(body).await.expect(StatusCode::OK);
        assert_eq!(text(&answer.body["results"][0]["status"]), "recorded");
        let heard = async {
            loop {
                watch.moved().await;
                if let Some(arrived) = watch.count(&Principal::System).await.unwrap() {
                    return arrived;
                }
            }
        };
        let Arrived { count, more, .. } = tokio::time::timeout(SOON, heard).await.unwrap();
        assert_eq!((count, more), (3, false));
        drop(watch);
        first.stop().await;
        second.stop().await;
    }
);
