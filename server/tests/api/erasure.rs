//! Erasure: personal values are shown until their key is destroyed; the logs and their proofs stay.

use audit::{
    Audit, Options, Principal, Seed, erasure,
    integrity::{Against, Offline, Progress, export, key, keys, verify},
};
use futures::TryStreamExt;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use types::{Code, Role, Scope, Subject, Verdict};

use crate::support::{Lasting, Served, changed, fields, list, text, with};

const PARTNER: &str = "res.partner";
const ORDER: &str = "sale.order";
const SYSTEM: &Principal = &Principal::System;

/// A server with two models of a host: contacts, and orders that are about a contact.
pub(crate) async fn shop(lasting: &Lasting) -> Served {
    let server = lasting.serve(Options::default()).await;
    server.audit.start_sealing(&Seed([7; 32])).await.unwrap();
    for model in [PARTNER, ORDER] {
        let rule = json!({ "name": model, "host": "crm", "model": model, "log_create": true });
        let answer = server.call(Method::POST, "/api/v1/rules", Some(rule)).await;
        answer.expect(StatusCode::CREATED);
    }
    declare(&server, PARTNER, contacts()).await;
    declare(&server, ORDER, orders()).await;
    server
}

async fn declare(server: &Served, model: &str, body: Value) {
    let path = format!("/api/v1/models/{model}");
    let answer = server.call(Method::PUT, &path, Some(body)).await;
    assert!(answer.status.is_success(), "{}", answer.text);
}

fn contacts() -> Value {
    json!({ "fields": [
        {"name": "name", "type": "char", "personal": true},
        {"name": "email", "type": "char", "personal": true},
        {"name": "born", "type": "date", "personal": true},
        {"name": "tags", "type": "many2many", "personal": true},
        {"name": "photo", "type": "binary", "personal": true},
        {"name": "pin", "type": "char", "personal": true, "sensitive": true},
        {"name": "vip", "type": "boolean"},
    ]})
}

fn orders() -> Value {
    json!({ "subject": "partner_id", "fields": [
        {"name": "partner_id", "type": "many2one", "relation": PARTNER},
        {"name": "delivery", "type": "char", "personal": true},
        {"name": "total", "type": "monetary"},
    ]})
}

pub(crate) fn operation(kind: &str, model: &str, id: &str, new: Value) -> Value {
    let operation = json!({
        "operation": kind, "model": model, "record_id": id,
        "user": { "login": "marc", "name": "Marc Demo" },
    });
    with(operation, "new", new)
}

fn partner(id: &str, name: &str) -> Value {
    let new = json!({
        "name": name, "email": format!("{name}@example.org"), "born": "1990-05-17",
        "tags": [{"id": 1, "name": format!("{name} friends")}], "photo": "cGVyc29uYWw=",
        "pin": format!("pin of {name}"), "vip": true,
    });
    let create = operation("create", PARTNER, id, new);
    let create = with(create, "record_name", json!(name));
    with(create, "id", json!(format!("partner-{id}")))
}

fn order(id: &str, partner: &str, name: &str) -> Value {
    let new = json!({
        "partner_id": {"id": partner, "name": name}, "delivery": format!("at {name}'s"), "total": 12.5,
    });
    operation("create", ORDER, id, new)
}

pub(crate) fn subject(model: &str, record_id: &str) -> Subject {
    Subject {
        host: "crm".to_owned(),
        model: model.to_owned(),
        record_id: record_id.to_owned(),
    }
}

async fn record(server: &Served, operations: Value) -> Vec<Value> {
    let answer = server.send(operations).await.expect(StatusCode::OK);
    list(&answer.body["results"])
}

async fn log(server: &Served, operation: Value) -> Value {
    let results = record(server, json!([operation])).await;
    assert_eq!(results[0]["status"], "recorded", "{results:?}");
    read(
        server,
        &format!("/api/v1/logs/{}", text(&results[0]["log_id"])),
    )
    .await
}

async fn read(server: &Served, path: &str) -> Value {
    let answer = server.call(Method::GET, path, None).await;
    answer.expect(StatusCode::OK).body
}

async fn verdict(audit: &Audit) -> Verdict {
    let report = verify(audit, &Against::default(), &Progress::new((0, 0))).await;
    let report = report.unwrap();
    assert!(report.verdict != Verdict::Intact || report.findings.is_empty());
    report.verdict
}

async fn exported(audit: &Audit) -> Vec<String> {
    let lines = export(audit, SYSTEM).await.unwrap();
    lines.try_collect().await.unwrap()
}

async fn is_intact_elsewhere(audit: &Audit, lines: &[String]) {
    let public = keys(audit, SYSTEM).await.unwrap().remove(0);
    let mut offline = Offline::begin(&lines[0], key(&public).unwrap(), &[]).unwrap();
    for line in &lines[1..] {
        offline.line(line);
    }
    assert_eq!(offline.finish().verdict, Verdict::Intact);
}

fn leaves(lines: &[String]) -> Vec<&String> {
    lines
        .iter()
        .filter(|line| line.contains("\"leaf\""))
        .collect()
}

async fn erase(server: &Served, subject: &Subject) -> erasure::Erased {
    erasure::erase(&server.audit, SYSTEM, subject, "asked by letter")
        .await
        .unwrap()
}

fn is_erased(value: &Value) -> bool {
    value["erased"] == true && value["at"].is_string()
}

both_lasting!(
    what_is_personal_is_shown_until_it_is_erased_and_every_proof_holds,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        let made = record(
            &server,
            json!([
                partner("7", "Alice"),
                partner("8", "Bob"),
                order("5", "7", "Alice")
            ]),
        )
        .await;
        let of = |n: usize| format!("/api/v1/logs/{}", text(&made[n]["log_id"]));
        let alice = read(&server, &of(0)).await;
        assert_eq!(changed(&alice, "name")["new"], "Alice");
        assert_eq!(changed(&alice, "tags")["new"], json!([1]));
        assert_eq!(changed(&alice, "tags")["new_label"], "Alice friends");
        assert_eq!(changed(&alice, "photo")["new"]["binary"]["size"], 8);
        assert_eq!(changed(&alice, "pin")["new"], json!({ "masked": true }));
        assert_eq!(
            alice["record_name"],
            Value::Null,
            "a person's name is in no log"
        );
        let sold = read(&server, &of(2)).await;
        assert_eq!(changed(&sold, "delivery")["new"], "at Alice's");
        let partner_id = changed(&sold, "partner_id");
        assert_eq!(partner_id["new"], "7");
        assert!(partner_id.get("new_label").is_none(), "{partner_id}");

        let moved = operation("write", PARTNER, "7", json!({ "email": "a@example.org" }));
        let moved = log(&server, moved).await;
        assert_eq!(changed(&moved, "email")["old"], "Alice@example.org");
        server.audit.seal().await.unwrap();
        let path = format!("{}/proof", of(0));
        let proof = read(&server, &path).await;
        let before = exported(&server.audit).await;
        is_intact_elsewhere(&server.audit, &before).await;
        assert_eq!(verdict(&server.audit).await, Verdict::Intact);

        let found = erasure::find(&server.audit, SYSTEM, &subject(PARTNER, "7"))
            .await
            .unwrap();
        assert_eq!((found.logs, found.records), (3, 2), "contact and order");
        assert!(found.since.is_some() && found.erasures.is_empty());
        let sold_to = erasure::find(&server.audit, SYSTEM, &subject(ORDER, "5"))
            .await
            .unwrap();
        assert_eq!(sold_to.about, Some(subject(PARTNER, "7")));
        assert_eq!((sold_to.since, sold_to.logs), (None, 0));
        let done = erase(&server, &subject(PARTNER, "7")).await;
        assert!(!done.before && done.cleared);

        server.audit.seal().await.unwrap();
        assert_eq!(verdict(&server.audit).await, Verdict::Intact);
        let after = exported(&server.audit).await;
        is_intact_elsewhere(&server.audit, &after).await;
        assert_eq!(leaves(&before)[..], leaves(&after)[..leaves(&before).len()]);
        let again = read(&server, &path).await;
        assert_eq!(
            (&again["leaf"], &again["leaf_hash"]),
            (&proof["leaf"], &proof["leaf_hash"])
        );

        let alice = read(&server, &of(0)).await;
        for field in ["name", "email", "born", "tags", "photo"] {
            assert!(
                is_erased(&changed(&alice, field)["new"]),
                "{field}: {alice}"
            );
            assert_eq!(changed(&alice, field)["old"], Value::Null);
            assert!(changed(&alice, field).get("new_label").is_none());
        }
        assert_eq!(
            changed(&alice, "vip")["new"],
            true,
            "only what is personal is erased"
        );
        let sold = read(&server, &of(2)).await;
        assert!(is_erased(&changed(&sold, "delivery")["new"]));
        assert_eq!(changed(&sold, "total")["new"], json!(12.5));
        let bob = read(&server, &of(1)).await;
        assert_eq!(changed(&bob, "name")["new"], "Bob");
        for path in ["", "?revision=1", "?revision=2"] {
            let known = read(&server, &format!("/api/v1/records/{PARTNER}/7{path}")).await;
            assert!(is_erased(&known["values"]["email"]), "{path} {known}");
            assert_eq!(known["values"]["vip"], true);
        }
        let compare = format!("/api/v1/records/{PARTNER}/7/compare?from=1&to=2");
        let compare = read(&server, &compare).await;
        assert!(
            is_erased(&compare["changes"][0]["from"]) && is_erased(&compare["changes"][0]["to"])
        );
        let plan = format!("/api/v1/records/{PARTNER}/7/restore-plan?revision=1");
        assert_eq!(read(&server, &plan).await, json!([]));
        for path in [
            "/api/v1/logs?host=crm".to_owned(),
            format!("/api/v1/records?model={PARTNER}"),
            format!("/api/v1/records/{PARTNER}/7/revisions"),
            "/api/v1/export?format=csv".to_owned(),
            "/api/v1/export?format=ndjson".to_owned(),
        ] {
            let answer = server.call(Method::GET, &path, None).await;
            let told = answer.expect(StatusCode::OK).text;
            assert!(
                !told.contains("Alice") && told.contains("erased"),
                "{path}: {told}"
            );
            assert!(
                path.contains("revisions") || told.contains("Bob"),
                "{path}: {told}"
            );
        }
        server.stop().await;
    }
);

both_lasting!(
    an_erasure_is_recorded_with_its_reason_and_is_not_done_twice,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        record(&server, json!([partner("7", "Alice")])).await;
        let nobody = erasure::erase(&server.audit, SYSTEM, &subject(PARTNER, "9"), "x").await;
        assert_eq!(nobody.unwrap_err().code(), Code::NotFound);
        let unsaid = erasure::erase(&server.audit, SYSTEM, &subject(PARTNER, "7"), "  ").await;
        assert_eq!(unsaid.unwrap_err().code(), Code::Invalid);
        let first = erase(&server, &subject(PARTNER, "7")).await;
        let second =
            erasure::erase(&server.audit, SYSTEM, &subject(PARTNER, "7"), "once more").await;
        let second = second.unwrap();
        assert!(second.before);
        assert_eq!(second.erasure, first.erasure);
        let told = server
            .call(Method::GET, "/api/v1/logs?model=revisor.erasure", None)
            .await;
        let told = list(&told.expect(StatusCode::OK).body["items"]);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["user"]["login"], "system");
        assert_eq!(told[0]["record_id"], first.erasure.id);
        assert_eq!(changed(&told[0], "reason")["new"], "asked by letter");
        assert_eq!(changed(&told[0], "record")["new"], "7");
        assert_eq!(changed(&told[0], "logs")["new"], 1);
        let erasures = erasure::list(&server.audit, SYSTEM, None, 10)
            .await
            .unwrap();
        assert_eq!(erasures, [first.erasure.clone()]);
        let older = erasure::list(&server.audit, SYSTEM, Some(&first.erasure), 10).await;
        assert_eq!(older.unwrap(), []);
        server.stop().await;
    }
);

both_lasting!(
    nobody_erases_but_an_administrator_who_is_signed_in,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        record(&server, json!([partner("7", "Alice")])).await;
        let host = Principal::Key {
            id: "1".to_owned(),
            host: "crm".to_owned(),
            scopes: Scope::ALL.to_vec(),
        };
        let person = |role| Principal::User {
            id: "1".to_owned(),
            login: "sam".to_owned(),
            name: "Sam".to_owned(),
            role,
            groups: Vec::new(),
        };
        let alice = subject(PARTNER, "7");
        for who in [host, person(Role::User), person(Role::Auditor)] {
            let refused = erasure::erase(&server.audit, &who, &alice, "x").await;
            assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
            let refused = erasure::find(&server.audit, &who, &alice).await;
            assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
            let refused = erasure::list(&server.audit, &who, None, 1).await;
            assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
        }
        for path in ["/api/v1/erasures", "/api/v1/erasure", "/api/v1/subjects"] {
            let answer = server.call(Method::POST, path, Some(json!(alice))).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let known = read(&server, &format!("/api/v1/records/{PARTNER}/7")).await;
        assert_eq!(known["values"]["name"], "Alice");
        let done = erasure::erase(&server.audit, &person(Role::Administrator), &alice, "x").await;
        assert_eq!(done.unwrap().erasure.erased_by, "sam");
        server.stop().await;
    }
);

both_lasting!(
    what_is_known_is_compared_as_if_it_were_open,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        record(
            &server,
            json!([partner("7", "Alice"), order("5", "7", "Alice")]),
        )
        .await;
        // The same again, also in other words, is no change.
        let same = json!({ "name": "Alice", "tags": [1], "photo": "cGVyc29uYWw=" });
        let same = operation("write", PARTNER, "7", same);
        assert_eq!(
            record(&server, json!([same])).await[0]["status"],
            "unchanged"
        );
        // Nor where the order becomes another person's: it stays under the key of the first one.
        let new = json!({ "partner_id": {"id": "8", "name": "Bob"}, "delivery": "at Alice's" });
        let other = log(&server, operation("write", ORDER, "5", new)).await;
        assert_eq!(fields(&other), ["partner_id"]);
        // What was changed outside is told, and what was not is not.
        let write = operation("write", PARTNER, "7", json!({ "email": "new@example.org" }));
        let old = json!({ "email": "found@example.org", "name": "Alice" });
        let gap = log(&server, with(write, "old", old)).await;
        let expected = json!([{
            "field": "email", "last_known": "Alice@example.org", "found": "found@example.org",
        }]);
        assert_eq!(gap["unrecorded_changes"], expected);
        assert_eq!(changed(&gap, "email")["old"], "found@example.org");
        // Erased, a value cannot be compared: nothing is said to have been changed outside.
        erase(&server, &subject(PARTNER, "7")).await;
        let write = operation(
            "write",
            PARTNER,
            "7",
            json!({ "name": "Alicia", "vip": false }),
        );
        let after = log(&server, with(write, "old", json!({ "name": "Alice" }))).await;
        assert!(after.get("unrecorded_changes").is_none(), "{after}");
        assert_eq!(changed(&after, "name")["old"], "Alice", "told anew");
        let write = operation(
            "write",
            PARTNER,
            "7",
            json!({ "email": "third@example.org" }),
        );
        let after = log(&server, write).await;
        assert!(is_erased(&changed(&after, "email")["old"]), "{after}");
        assert_eq!(changed(&after, "email")["new"], "third@example.org");
        let known = read(&server, &format!("/api/v1/records/{PARTNER}/7")).await;
        assert_eq!(known["values"]["name"], "Alicia");
        assert!(is_erased(&known["values"]["born"]));
        let order = read(&server, &format!("/api/v1/records/{ORDER}/5")).await;
        assert!(
            is_erased(&order["values"]["delivery"]),
            "it was about Alice: {order}"
        );
        // What was recorded since is erased like the first.
        let second = erase(&server, &subject(PARTNER, "7")).await;
        assert!(!second.before);
        let found = erasure::find(&server.audit, SYSTEM, &subject(PARTNER, "7"))
            .await
            .unwrap();
        assert_eq!((found.erasures.len(), found.since), (2, None));
        let known = read(&server, &format!("/api/v1/records/{PARTNER}/7")).await;
        assert!(is_erased(&known["values"]["name"]));
        server.audit.seal().await.unwrap();
        assert_eq!(verdict(&server.audit).await, Verdict::Intact);
        server.stop().await;
    }
);

both_lasting!(
    a_subject_is_found_by_what_is_told_known_or_was,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        // The order's contact is known only from the one before it in the same batch.
        let later = operation("write", ORDER, "5", json!({ "delivery": "at the door" }));
        record(&server, json!([order("5", "7", "Alice"), later])).await;
        // Told as what it was; and not known at all.
        let was = operation("write", ORDER, "6", json!({ "delivery": "below" }));
        let was = with(was, "old", json!({ "partner_id": 7 }));
        let unknown = operation("write", ORDER, "9", json!({ "delivery": "unknown" }));
        record(&server, json!([was, unknown])).await;
        let erased = erase(&server, &subject(PARTNER, "7")).await;
        let told = server
            .call(Method::GET, "/api/v1/logs?model=revisor.erasure", None)
            .await;
        let told = list(&told.expect(StatusCode::OK).body["items"]);
        assert_eq!(told[0]["record_id"], erased.erasure.id);
        assert_eq!(
            (
                &changed(&told[0], "logs")["new"],
                &changed(&told[0], "records")["new"]
            ),
            (&json!(3), &json!(2))
        );
        let unknown = read(&server, &format!("/api/v1/records/{ORDER}/9")).await;
        assert_eq!(unknown["values"]["delivery"], "unknown");
        erase(&server, &subject(ORDER, "9")).await;
        // A value that points to no record names a subject, too, whichever model holds it.
        for model in ["shop.cart", "shop.claim"] {
            let body = json!({ "subject": "customer", "fields": [
                {"name": "customer", "type": "char"}, {"name": "note", "personal": true}] });
            declare(&server, model, body).await;
            let rule = json!({ "name": model, "host": "crm", "model": model, "log_create": true });
            server
                .call(Method::POST, "/api/v1/rules", Some(rule))
                .await
                .expect(StatusCode::CREATED);
            let new = json!({ "customer": "K-1", "note": "left at home" });
            log(&server, operation("create", model, "1", new)).await;
        }
        let found = erasure::find(&server.audit, SYSTEM, &subject("customer", "K-1"))
            .await
            .unwrap();
        assert_eq!((found.logs, found.records), (2, 2));
        // A field that is itself kept back cannot name anybody.
        let body = json!({ "subject": "note", "fields": [{"name": "note", "personal": true}] });
        let answer = server
            .call(Method::PUT, "/api/v1/models/shop.cart", Some(body))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            answer.text
        );
        server.stop().await;
    }
);

/// One text of the database.
async fn one(database: &DatabaseConnection, sql: &str) -> Vec<u8> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Every byte of a SQLite file and of its write-ahead log.
fn bytes(url: &str) -> Option<Vec<u8>> {
    let file = url.strip_prefix("sqlite://")?.split('?').next()?.to_owned();
    let mut all = std::fs::read(&file).unwrap();
    all.extend(std::fs::read(format!("{file}-wal")).unwrap_or_default());
    Some(all)
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

both_lasting!(
    a_personal_value_stands_nowhere_in_the_database_and_its_key_nowhere_after,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        let many: Vec<Value> = (100..400)
            .map(|n| partner(&n.to_string(), "Xaverius"))
            .collect();
        record(&server, json!(many)).await;
        record(
            &server,
            json!([partner("7", "Xaverius"), order("5", "7", "Xaverius")]),
        )
        .await;
        let write = operation(
            "write",
            PARTNER,
            "7",
            json!({ "name": "Xaverius the Second" }),
        );
        let write = with(write, "record_name", json!("Mr Xaverius the Second"));
        record(
            &server,
            json!([with(write, "old", json!({ "name": "Xaverius" }))]),
        )
        .await;
        server.audit.seal().await.unwrap();
        server.audit.index().await.unwrap();
        let all = crate::storage::everything(&lasting.url).await;
        assert!(all.contains(ORDER), "the rows were read");
        for secret in ["averius", "XAVERIUS", "1990-05-17", "cGVyc29uYWw="] {
            assert!(!all.contains(secret), "{secret}");
        }
        for found in ["Xaverius", "1990"] {
            let path = format!("/api/v1/logs?host=crm&q={found}");
            assert_eq!(read(&server, &path).await["items"], json!([]), "{found}");
            let left = read(
                &server,
                &format!("/api/v1/logs?host=crm&model={ORDER}&q=-{found}"),
            )
            .await;
            assert_eq!(list(&left["items"]).len(), 1);
            let path = format!("/api/v1/records?model={PARTNER}&q={found}");
            assert_eq!(read(&server, &path).await["items"], json!([]), "{found}");
        }

        let database = Database::connect(&lasting.url).await.unwrap();
        let secret = "SELECT secret FROM subject_secret JOIN subject_key ON id = key_id
                      WHERE record_id = '7'";
        let key = one(&database, secret).await;
        assert_eq!(key.len(), 32);
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some(bytes) = bytes(&lasting.url) {
            assert!(holds(&bytes, &key), "the key is there as long as it lives");
        }
        assert!(erase(&server, &subject(PARTNER, "7")).await.cleared);
        if let Some(bytes) = bytes(&lasting.url) {
            assert!(!holds(&bytes, &key), "the key is left in the file");
        }
        assert!(
            !crate::storage::everything(&lasting.url)
                .await
                .contains(&hex)
        );
        assert_eq!(one(&database, secret).await, vec![0; 32]);
        let other = secret.replace("'7'", "'101'");
        assert_ne!(one(&database, &other).await, vec![0; 32]);
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    a_key_is_neither_changed_nor_brought_back_and_an_altered_value_is_told,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        record(&server, json!([partner("7", "Alice"), partner("8", "Bob")])).await;
        server.audit.seal().await.unwrap();
        erase(&server, &subject(PARTNER, "7")).await;
        let database = Database::connect(&lasting.url).await.unwrap();
        for refused in [
            "UPDATE subject_key SET erased_at = NULL WHERE record_id = '7'",
            "UPDATE subject_key SET reason = 'other' WHERE record_id = '7'",
            "UPDATE subject_key SET record_id = '9' WHERE record_id = '8'",
            "UPDATE subject_key SET erased_at = 1, erased_by = 'x', reason = 'x' WHERE record_id = '8'",
            "UPDATE subject_secret SET secret = key_id",
            "DELETE FROM subject_key",
            "DELETE FROM subject_secret",
            "DELETE FROM subject_log",
        ] {
            let refused = refused.to_owned();
            assert!(
                database.execute_unprepared(&refused).await.is_err(),
                "{refused}"
            );
        }
        if database.get_database_backend() == DbBackend::Sqlite {
            let put_back = "INSERT OR REPLACE INTO subject_secret SELECT key_id, randomblob(32) FROM subject_secret";
            assert!(database.execute_unprepared(put_back).await.is_err());
            database
                .execute_unprepared("DROP TRIGGER log_no_update")
                .await
                .unwrap();
        } else {
            let off = "ALTER TABLE log DISABLE TRIGGER ALL";
            database.execute_unprepared(off).await.unwrap();
        }
        assert_eq!(verdict(&server.audit).await, Verdict::Intact);
        // Bob's values under another record's number of letters: one text for another.
        let altered = "UPDATE log SET changes = replace(changes, '\"sealed\":\"', '\"sealed\":\"A')
                       WHERE record_id = '8'";
        database.execute_unprepared(altered).await.unwrap();
        assert_eq!(verdict(&server.audit).await, Verdict::Tampered);
        let logs = read(
            &server,
            &format!("/api/v1/logs?model={PARTNER}&record_id=8"),
        )
        .await;
        let bob = &list(&logs["items"])[0];
        assert_eq!(
            changed(bob, "name")["new"],
            json!({ "sealed": true }),
            "neither shown nor erased"
        );
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    erasing_while_two_servers_record_loses_nothing_and_leaves_one_living_key,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        let second = lasting.serve(Options::default()).await;
        record(&server, json!([partner("7", "Alice")])).await;
        let write = async |server: &Served, who: &str| {
            for n in 0..15 {
                let email = json!({ "email": format!("{who}{n}@example.org") });
                let done = record(server, json!([operation("write", PARTNER, "7", email)])).await;
                assert_eq!(done[0]["status"], "recorded");
            }
        };
        let erasing = async {
            let mut done = 0;
            for _ in 0..8 {
                let erased =
                    erasure::erase(&second.audit, SYSTEM, &subject(PARTNER, "7"), "x").await;
                done += usize::from(!erased.unwrap().before);
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            done
        };
        let ((), (), done) = tokio::join!(write(&server, "a"), write(&second, "b"), erasing);
        assert!(done > 0);
        let logs = read(&server, &format!("/api/v1/logs?model={PARTNER}&limit=100")).await;
        let logs = list(&logs["items"]);
        assert_eq!(logs.len(), 31);
        for log in &logs {
            let new = &changed(log, "email")["new"];
            assert!(is_erased(new) || new.is_string(), "{new}");
        }
        let found = erasure::find(&server.audit, SYSTEM, &subject(PARTNER, "7"))
            .await
            .unwrap();
        assert_eq!(found.erasures.len(), done);
        let last = erasure::erase(&server.audit, SYSTEM, &subject(PARTNER, "7"), "x")
            .await
            .unwrap();
        let told = read(&second, &format!("/api/v1/records/{PARTNER}/7")).await;
        assert!(
            is_erased(&told["values"]["email"]),
            "at once on the other server: {last:?}"
        );
        server.audit.seal().await.unwrap();
        assert_eq!(verdict(&server.audit).await, Verdict::Intact);
        second.stop().await;
        server.stop().await;
    }
);

both_lasting!(
    a_field_that_becomes_personal_is_sealed_from_then_on,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        declare(
            &server,
            PARTNER,
            json!({ "fields": [{"name": "name", "type": "char"}] }),
        )
        .await;
        let body = json!({ "fields": [{"name": "note", "type": "char"}] });
        declare(&server, ORDER, body.clone()).await;
        let first = operation(
            "create",
            ORDER,
            "1",
            json!({ "note": "open words", "total": 1 }),
        );
        let first = with(first, "id", json!("order-1"));
        let open = log(&server, first.clone()).await;
        let personal = json!({ "fields": [{"name": "note", "type": "char", "personal": true}] });
        declare(&server, ORDER, personal).await;
        // A retry is one still, whatever became personal meanwhile.
        assert_eq!(
            record(&server, json!([first])).await[0]["status"],
            "duplicate"
        );
        let same = operation("write", ORDER, "1", json!({ "note": "open words" }));
        assert_eq!(
            record(&server, json!([same])).await[0]["status"],
            "unchanged"
        );
        let next = operation("write", ORDER, "1", json!({ "note": "closed words" }));
        let next = with(next, "id", json!("order-2"));
        let sealed = log(&server, next.clone()).await;
        assert_eq!(changed(&sealed, "note")["old"], "open words");
        assert_eq!(
            record(&server, json!([next])).await[0]["status"],
            "duplicate"
        );
        erase(&server, &subject(ORDER, "1")).await;
        let path = |log: &Value| format!("/api/v1/logs/{}", text(&log["id"]));
        let sealed = read(&server, &path(&sealed)).await;
        assert!(
            is_erased(&changed(&sealed, "note")["old"])
                && is_erased(&changed(&sealed, "note")["new"])
        );
        let open = read(&server, &path(&open)).await;
        assert_eq!(
            changed(&open, "note")["new"],
            "open words",
            "it was never sealed"
        );
        // No longer declared, it stays personal; declared without, it is open from then on.
        declare(&server, ORDER, json!({ "fields": [] })).await;
        let third = operation("write", ORDER, "1", json!({ "note": "third words" }));
        log(&server, third).await;
        let all = crate::storage::everything(&lasting.url).await;
        assert!(!all.contains("third words") && all.contains("open words"));
        declare(&server, ORDER, body).await;
        let same = operation("write", ORDER, "1", json!({ "note": "third words" }));
        assert_eq!(
            record(&server, json!([same])).await[0]["status"],
            "unchanged"
        );
        let fourth = log(
            &server,
            operation("write", ORDER, "1", json!({ "note": "4" })),
        )
        .await;
        assert_eq!(changed(&fourth, "note")["old"], "third words");
        server.stop().await;
    }
);
