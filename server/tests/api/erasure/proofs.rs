//! What is shown before and after an erasure, who may erase, and that every proof holds.

use audit::{Principal, erasure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::{Code, Role, Scope, Verdict};

use super::{
    ORDER, PARTNER, SYSTEM, erase, exported, is_erased, is_intact_elsewhere, leaves, log,
    operation, order, partner, read, record, shop, subject, verdict,
};
use crate::support::{Lasting, changed, list, text};

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
        assert_eq!(erasures, std::slice::from_ref(&first.erasure));
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
