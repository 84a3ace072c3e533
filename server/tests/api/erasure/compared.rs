//! What is told again is compared with what is known, sealed or erased; and whom it is about.

use audit::erasure;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::Verdict;

use super::{
    ORDER, PARTNER, SYSTEM, declare, erase, is_erased, log, operation, order, partner, read,
    record, shop, subject, verdict,
};
use crate::support::{Lasting, changed, fields, list, text, with};

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
        // What it was is kept under the key of whom it was about then.
        let new = json!({ "partner_id": {"id": "8", "name": "Bob"}, "delivery": "at Bob's" });
        let old = json!({ "partner_id": "7", "delivery": "at Alice's house" });
        let moved = operation("write", ORDER, "6", new);
        let moved = log(&server, with(moved, "old", old)).await;
        // A record of another life is not taken for the one before.
        let mut unlink = operation("unlink", ORDER, "5", json!({}));
        unlink.as_object_mut().unwrap().remove("new");
        record(&server, json!([unlink])).await;
        let again = json!({ "partner_id": "8", "delivery": "at Alice's" });
        log(&server, operation("create", ORDER, "5", again)).await;
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
        let order = read(&server, &format!("/api/v1/records/{ORDER}/5?revision=2")).await;
        assert!(
            is_erased(&order["values"]["delivery"]),
            "it was about Alice: {order}"
        );
        let order = read(&server, &format!("/api/v1/records/{ORDER}/5")).await;
        assert_eq!(order["values"]["delivery"], "at Alice's", "it is about Bob");
        let moved = read(&server, &format!("/api/v1/logs/{}", text(&moved["id"]))).await;
        assert!(is_erased(&changed(&moved, "delivery")["old"]), "{moved}");
        assert_eq!(changed(&moved, "delivery")["new"], "at Bob's");
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
