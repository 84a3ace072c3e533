//! Proofs, checked as a stranger would: from what the API answers, with SHA-256 and Ed25519 alone.

use audit::{Options, Seed};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use proof::{Checkpoint, Hash, SignedNote, VerifyingKey};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::{Role, Scope};

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, Lasting, change, create, list, text, unlink, with, write},
};

const SEED: Seed = Seed([7; 32]);

/// The key that signs, as the server names it.
async fn key(app: &TestApp, key: &str) -> VerifyingKey {
    let answer = app.get(key, "/api/v1/checkpoint/keys").await;
    let answer = answer.expect(StatusCode::OK);
    assert_eq!(answer.text.lines().count(), 1, "{}", answer.text);
    VerifyingKey::parse(&answer.text).unwrap()
}

async fn checkpoint(host: &Host<'_>) -> Checkpoint {
    let answer = host.get("/api/v1/checkpoint").await.expect(StatusCode::OK);
    assert!(answer.header("content-type").starts_with("text/plain"));
    opened(&answer.text, &key(host.app, &host.key).await)
}

fn opened(note: &str, key: &VerifyingKey) -> Checkpoint {
    SignedNote::parse(note).unwrap().verify(key).unwrap()
}

fn hashes(list: &[Value]) -> Vec<Hash> {
    list.iter()
        .map(|hash| Hash::from_base64(hash.as_str().unwrap()).unwrap())
        .collect()
}

/// Checks a proof against the checkpoint that comes with it; answers the leaf, where it is told.
fn proven(proof: &Value, key: &VerifyingKey) -> Option<Value> {
    let checkpoint = opened(&text(&proof["checkpoint"]), key);
    let size = proof["tree_size"].as_u64().unwrap();
    assert_eq!(checkpoint.size, size);
    let index = proof["index"].as_u64().unwrap();
    let leaf_hash = Hash::from_base64(&text(&proof["leaf_hash"])).unwrap();
    let path = hashes(&list(&proof["hashes"]));
    proof::verify_inclusion(leaf_hash, index, size, &path, checkpoint.root).unwrap();
    let leaf = STANDARD.decode(proof["leaf"].as_str()?).unwrap();
    assert_eq!(proof::leaf_hash(&leaf), leaf_hash);
    Some(serde_json::from_slice(&leaf).unwrap())
}

async fn proof_of(host: &Host<'_>, log: &Value) -> Value {
    let id = text(&log["id"]);
    host.read(&format!("/api/v1/logs/{id}/proof")).await
}

both!(every_log_is_proven_by_what_it_says, async |app: TestApp| {
    app.audit.start_sealing(&SEED).await.unwrap();
    let host = Host::crm(&app).await;
    for number in 0..12 {
        let id = number.to_string();
        host.log(create(
            &id,
            json!({ "name": format!("Lead {id}"), "n": number }),
        ))
        .await;
    }
    let context = json!({ "ip": "203.0.113.7", "reason": "a <b>reason</b>\u{202e}" });
    host.log(with(
        change("3", json!({"n": 3}), json!({"n": 4.5})),
        "context",
        context,
    ))
    .await;
    host.log(unlink("4")).await;
    app.audit.seal().await.unwrap();

    let checkpoint = checkpoint(&host).await;
    let key = key(&app, &host.key).await;
    let everything = app.get(app.admin(), "/api/v1/logs?limit=200").await;
    let everything = list(&everything.expect(StatusCode::OK).body["items"]);
    assert_eq!(checkpoint.size, everything.len() as u64);
    for log in &everything {
        let id = text(&log["id"]);
        let proof = app
            .get(app.admin(), &format!("/api/v1/logs/{id}/proof"))
            .await;
        let proof = proof.expect(StatusCode::OK).body;
        assert_eq!(proof["log_id"], log["id"]);
        assert_eq!(
            proof["index"].as_i64().unwrap(),
            log["seq"].as_i64().unwrap() - 1
        );
        let leaf = proven(&proof, &key).expect("an administrator sees the leaf");
        for name in [
            "id",
            "host",
            "model",
            "model_label",
            "record_id",
            "operation",
        ] {
            assert_eq!(leaf[name], log[name], "{name}: {leaf}");
        }
        for name in ["occurred_at", "recorded_at", "rule_ids", "record_name"] {
            assert_eq!(leaf[name], log[name], "{name}: {leaf}");
        }
        assert_eq!(leaf["user_login"], log["user"]["login"]);
        assert_eq!(leaf["revision"], log["revision"].to_string());
        assert_eq!(leaf["seq"], log["seq"].to_string());
        let context = leaf.get("context").cloned().unwrap_or(json!({}));
        assert_eq!(context, log["context"], "{log}");
        let changes = list(&log["changes"]);
        assert_eq!(list(&leaf["changes"]).len(), changes.len());
        for (of_leaf, of_log) in list(&leaf["changes"]).iter().zip(&changes) {
            for name in ["field", "type", "new"] {
                assert_eq!(of_leaf[name], of_log[name], "{name} of {of_leaf}");
            }
        }
    }
});

both!(
    what_is_not_sealed_yet_is_told_and_comes,
    async |app: TestApp| {
        let host = Host::crm(&app).await;
        let log = host.log(create("1", json!({ "name": "A" }))).await;
        let path = format!("/api/v1/logs/{}/proof", text(&log["id"]));
        for path in [
            "/api/v1/checkpoint",
            &path,
            "/api/v1/consistency?from=0&to=1",
        ] {
            let answer = host.get(path).await.problem(409, "not_sealed_yet");
            assert_eq!(answer.header("retry-after"), "1", "{path}");
        }
        // The sealer comes by itself, within two seconds of a commit.
        app.audit.start_sealing(&SEED).await.unwrap();
        let begun = std::time::Instant::now();
        while host.get(&path).await.status != StatusCode::OK {
            assert!(begun.elapsed().as_secs() < 20, "nothing is sealed");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let key = key(&app, &host.key).await;
        assert!(proven(&host.read(&path).await, &key).is_some());
    }
);

both!(
    a_trail_that_grew_is_consistent_with_every_checkpoint_before,
    async |app: TestApp| {
        app.audit.start_sealing(&SEED).await.unwrap();
        let host = Host::crm(&app).await;
        let mut seen: Vec<Checkpoint> = Vec::new();
        for round in 0..6 {
            let operations: Vec<Value> = (0..=round * 40)
                .map(|number| create(&format!("{round}-{number}"), json!({ "n": number })))
                .collect();
            host.record(json!(operations)).await;
            app.audit.seal().await.unwrap();
            seen.push(checkpoint(&host).await);
        }
        assert!(
            seen.last().unwrap().size > 600,
            "more than two tiles of leaves"
        );
        for (place, old) in seen.iter().enumerate() {
            for new in &seen[place..] {
                let path = format!("/api/v1/consistency?from={}&to={}", old.size, new.size);
                let answer = host.read(&path).await;
                assert_eq!(text(&answer["from_root"]), old.root.to_base64());
                assert_eq!(text(&answer["to_root"]), new.root.to_base64());
                let path = hashes(&list(&answer["hashes"]));
                proof::verify_consistency(old.size, new.size, &path, old.root, new.root).unwrap();
            }
        }
        let empty = host.read("/api/v1/consistency?from=0&to=5").await;
        assert_eq!(empty["hashes"], json!([]));
        for (query, pointer, code) in [
            ("from=6&to=5", "/from", "out_of_range"),
            ("from=1", "/to", "missing"),
            ("from=x&to=5", "/from", "wrong_type"),
            ("from=-1&to=5", "/from", "out_of_range"),
            ("from=1&to=5&size=6", "/size", "unknown_parameter"),
        ] {
            let answer = host.get(&format!("/api/v1/consistency?{query}")).await;
            let faults = answer.problem(422, "invalid_request").faults();
            assert_eq!(faults[0].0, pointer, "{query}");
            if code != "wrong_type" {
                assert_eq!(faults[0].1, code, "{query}");
            }
        }
        host.get("/api/v1/consistency?from=1&to=99999")
            .await
            .problem(409, "not_sealed_yet");
    }
);

both!(
    a_proof_tells_nobody_more_than_the_log_does,
    async |app: TestApp| {
        app.audit.start_sealing(&SEED).await.unwrap();
        let host = Host::crm(&app).await;
        let model = json!({ "fields": [
            {"name": "password", "sensitive": true}, {"name": "photo", "type": "binary"}] });
        host.declare(LEAD, model).await;
        let secret = host
            .log(create(
                "1",
                json!({ "password": "hunter-one", "photo": "aHVudGVy" }),
            ))
            .await;
        let plain = host
            .log(create("2", json!({ "phone": "hunter-phone" })))
            .await;
        app.audit.seal().await.unwrap();

        let proof = proof_of(&host, &secret).await;
        let key = key(&app, &host.key).await;
        let leaf = proven(&proof, &key).unwrap();
        assert!(!leaf.to_string().contains("hunter"), "{leaf}");
        let of = |field: &str| {
            let changes = list(&leaf["changes"]);
            changes
                .into_iter()
                .find(|change| change["field"] == field)
                .unwrap()
        };
        assert_eq!(text(&of("password")["new_commitment"]).len(), 64);
        assert_eq!(of("photo")["new_binary"]["size"], 6);

        // A field that is sensitive only since then stands in the leaf: the leaf is kept back.
        assert!(proof_of(&host, &plain).await["leaf"].is_string());
        let model = json!({ "fields": [{"name": "phone", "sensitive": true}] });
        host.declare(LEAD, model).await;
        let proof = proof_of(&host, &plain).await;
        assert!(proof["leaf"].is_null(), "{proof}");
        assert!(proven(&proof, &key).is_none());

        // Another host's log is not there, nor is one for whom there is nothing to read.
        let other = Host::new(&app, "shop").await;
        let path = format!("/api/v1/logs/{}/proof", text(&plain["id"]));
        other.get(&path).await.problem(404, "not_found");
        let recorder = app.key("crm", &[Scope::Record]).await;
        for path in [
            path.as_str(),
            "/api/v1/checkpoint",
            "/api/v1/consistency?from=0&to=1",
        ] {
            app.get(&recorder, path).await.problem(403, "forbidden");
            let answer = Answer::of(app.request(Method::GET, path)).await;
            answer.problem(401, "unauthorized");
        }
        let missing = "/api/v1/logs/00000000-0000-7000-8000-000000000000/proof";
        host.get(missing).await.problem(404, "not_found");
        host.get("/api/v1/logs/x/proof")
            .await
            .problem(404, "not_found");
    }
);

both!(
    a_proof_is_for_people_who_see_the_log_and_its_leaf_for_those_who_see_all_of_it,
    async |app: TestApp| {
        app.audit.start_sealing(&SEED).await.unwrap();
        let host = Host::crm(&app).await;
        let model =
            json!({ "fields": [{"name": "margin", "type": "float", "groups": ["Managers"]}] });
        host.declare(LEAD, model).await;
        let log = host
            .log(create("1", json!({ "name": "A", "margin": 7 })))
            .await;
        app.audit.seal().await.unwrap();
        let user = app.person("nadia", Role::User).await;
        let seen_by = async |groups: &[&str]| {
            let principal = audit::Principal::User {
                id: user.id.clone(),
                login: "nadia".to_owned(),
                name: "Nadia".to_owned(),
                role: Role::User,
                groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            };
            audit::integrity::proof(&app.audit, &principal, &text(&log["id"])).await
        };
        assert!(
            seen_by(&["Sales"]).await.is_err(),
            "the model is for nobody yet"
        );
        let path = format!("/api/v1/models/{LEAD}/viewers?host=crm");
        let viewers = json!({ "groups": ["Sales", "Managers"] });
        let request = app.with(app.admin(), Method::PUT, &path).json(&viewers);
        Answer::of(request).await.expect(StatusCode::OK);
        assert!(seen_by(&["Sales"]).await.unwrap().leaf.is_none());
        assert!(seen_by(&["Managers"]).await.unwrap().leaf.is_some());
        assert!(seen_by(&["Elsewhere"]).await.is_err());
    }
);

both_lasting!(two_servers_seal_one_tree, async |lasting: Lasting| {
    let first = lasting.serve(Options::default()).await;
    let second = lasting.serve(Options::default()).await;
    for server in [&first, &second] {
        server.audit.start_sealing(&SEED).await.unwrap();
    }
    first.follow().await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    for round in 0..30 {
        for (tag, server) in [("a", &first), ("b", &second)] {
            let operation = write(&format!("{tag}{}", round % 3), json!({ "n": round }));
            server.send(json!([operation])).await.expect(StatusCode::OK);
        }
        let (a, b) = tokio::join!(first.audit.seal(), second.audit.seal());
        a.unwrap();
        b.unwrap();
    }
    let progress = audit::integrity::Progress::new((0, 0));
    // Whichever was kept from sealing by the other: all is sealed soon.
    first.audit.seal().await.unwrap();
    second.audit.seal().await.unwrap();
    let against = audit::integrity::Against::default();
    let report = audit::integrity::verify(&first.audit, &against, &progress)
        .await
        .unwrap();
    assert_eq!(report.verdict, types::Verdict::Intact, "{report:?}");
    assert_eq!(report.logs, report.sealed);
    assert!(report.checkpoints >= 1);
    first.stop().await;
    second.stop().await;
});

both_lasting!(
    another_key_signs_from_then_on_and_that_is_a_log,
    async |lasting: Lasting| {
        let server = lasting.serve(Options::default()).await;
        server.audit.start_sealing(&SEED).await.unwrap();
        server.follow().await;
        server.audit.seal().await.unwrap();
        let before = server
            .call(Method::GET, "/api/v1/checkpoint", None)
            .await
            .text;
        server.stop().await;

        let server = lasting.serve(Options::default()).await;
        let other = Seed([8; 32]);
        server.audit.start_sealing(&other).await.unwrap();
        let path = "/api/v1/logs?host=revisor&model=revisor.trail";
        let told = server
            .call(Method::GET, path, None)
            .await
            .expect(StatusCode::OK)
            .body;
        assert_eq!(
            list(&told["items"]).len(),
            1,
            "another key is a log: {told}"
        );
        assert_eq!(told["items"][0]["changes"][0]["field"], "signing_key");
        server
            .send(json!([create("1", json!({ "n": 1 }))]))
            .await
            .expect(StatusCode::OK);
        server.audit.seal().await.unwrap();
        let keys = server
            .call(Method::GET, "/api/v1/checkpoint/keys", None)
            .await
            .text;
        let keys: Vec<VerifyingKey> = keys
            .lines()
            .map(|line| VerifyingKey::parse(line).unwrap())
            .collect();
        assert_eq!(keys.len(), 2);
        let note = server
            .call(Method::GET, "/api/v1/checkpoint", None)
            .await
            .text;
        assert!(
            SignedNote::parse(&note).unwrap().verify(&keys[0]).is_ok(),
            "the newest first"
        );
        assert!(SignedNote::parse(&before).unwrap().verify(&keys[1]).is_ok());
        server.stop().await;
    }
);
