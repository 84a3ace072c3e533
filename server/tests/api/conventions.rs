//! What holds for every call: keys, scopes, problems, request ids, tags.

use reqwest::{Method, StatusCode};
use serde_json::json;
use types::Scope;

use crate::app::{Answer, TestApp};

both!(
    a_missing_or_unknown_key_is_401_with_the_scheme,
    async |app: TestApp| {
        for path in [
            "/api/v1/hosts",
            "/api/v1/logs",
            "/api/v1/logs?nonsense=1",
            "/api/v1/logs/nothing",
            "/api/v1/records/a/b",
        ] {
            for request in [
                app.request(Method::GET, path),
                app.with("unknown", Method::GET, path),
                app.request(Method::GET, path)
                    .header("authorization", "Basic eDp5"),
            ] {
                let answer = Answer::of(request).await.problem(401, "unauthorized");
                assert_eq!(answer.header("www-authenticate"), "Bearer");
            }
        }
        let broken = app.request(Method::POST, "/api/v1/operations").body("{");
        Answer::of(broken).await.problem(401, "unauthorized");
    }
);

both!(
    the_scheme_of_a_key_is_read_in_any_case,
    async |app: TestApp| {
        let value = format!("bearer {}", app.admin());
        let request = app
            .request(Method::GET, "/api/v1/hosts")
            .header("authorization", value);
        Answer::of(request).await.expect(StatusCode::OK);
    }
);

both!(a_key_without_the_scope_is_403, async |app: TestApp| {
    let record = app.key("crm", &[Scope::Record]).await;
    let read = app.key("crm", &[Scope::Read]).await;
    app.get(&record, "/api/v1/logs")
        .await
        .problem(403, "forbidden");
    app.post(&read, "/api/v1/operations", json!({ "operations": [] }))
        .await
        .problem(403, "forbidden");
    for key in [&record, &read] {
        app.post(key, "/api/v1/hosts", json!({ "name": "erp" }))
            .await
            .problem(403, "forbidden");
    }
});

both!(an_unknown_path_is_404_as_a_problem, async |app: TestApp| {
    for path in [
        "/api/v1/nothing",
        "/api/v1/",
        "/api/v1",
        "/api/v2/logs",
        "/fn/nothing",
    ] {
        app.get(app.admin(), path).await.problem(404, "not_found");
    }
});

both!(what_does_not_exist_is_404, async |app: TestApp| {
    for path in [
        "/api/v1/logs/nothing",
        "/api/v1/rules/nothing",
        "/api/v1/models/nothing",
        "/api/v1/hosts/nothing/keys",
        "/api/v1/records/no%2Fmodel/%C3%A9",
        "/api/v1/logs/%00",
    ] {
        app.get(app.admin(), path).await.problem(404, "not_found");
    }
});

both!(
    a_wrong_method_is_405_and_says_which_are_right,
    async |app: TestApp| {
        for (method, path, allowed) in [
            (Method::PUT, "/api/v1/logs", vec!["GET", "HEAD"]),
            (Method::POST, "/api/v1/logs", vec!["GET", "HEAD"]),
            (Method::PATCH, "/api/v1/logs/x", vec!["GET", "HEAD"]),
            (Method::PUT, "/api/v1/logs/x", vec!["GET", "HEAD"]),
            (Method::DELETE, "/api/v1/logs/x", vec!["GET", "HEAD"]),
            (Method::DELETE, "/api/v1/logs", vec!["GET", "HEAD"]),
            (Method::GET, "/api/v1/operations", vec!["POST"]),
            (Method::PUT, "/api/v1/hosts", vec!["GET", "HEAD", "POST"]),
            (Method::POST, "/healthz", vec!["GET", "HEAD"]),
            (Method::POST, "/api/v1/openapi.json", vec!["GET", "HEAD"]),
        ] {
            let answer = Answer::of(app.with(app.admin(), method.clone(), path)).await;
            let answer = answer.problem(405, "method_not_allowed");
            let mut found: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
            found.sort_unstable();
            assert_eq!(found, allowed, "{method} {path}");
        }
    }
);

both!(a_body_of_another_type_is_415, async |app: TestApp| {
    for path in ["/api/v1/hosts", "/api/v1/operations", "/api/v1/rules"] {
        let post = || app.with(app.admin(), Method::POST, path);
        for request in [
            post().body("{}"),
            post().header("content-type", "text/plain").body("{}"),
            post()
                .header("content-type", "application/x-www-form-urlencoded")
                .body("a=b"),
        ] {
            Answer::of(request)
                .await
                .problem(415, "unsupported_media_type");
        }
        let request = post()
            .header("content-type", "Application/JSON; charset=utf-8")
            .body("{}");
        Answer::of(request).await.problem(422, "invalid_request");
    }
});

both!(a_body_that_is_not_json_is_400, async |app: TestApp| {
    for body in [&b""[..], b"{", b"nonsense", b"\"\xff\"", b"{} {}"] {
        for path in ["/api/v1/hosts", "/api/v1/operations"] {
            let request = app
                .with(app.admin(), Method::POST, path)
                .header("content-type", "application/json")
                .body(body);
            Answer::of(request).await.problem(400, "invalid_json");
        }
    }
});

both!(a_body_too_large_is_413, async |app: TestApp| {
    let key = app.key("crm", &[Scope::Record]).await;
    let body = format!(
        "{{\"operations\": [], \"x\": \"{}\"}}",
        "x".repeat(8 * 1024 * 1024)
    );
    let post = |key| {
        app.with(key, Method::POST, "/api/v1/operations")
            .header("content-type", "application/json")
            .body(body.clone())
    };
    Answer::of(post(&key))
        .await
        .problem(413, "payload_too_large");
    Answer::of(post("unknown"))
        .await
        .problem(401, "unauthorized");
});

both!(
    every_fault_of_a_request_is_told_at_once,
    async |app: TestApp| {
        let answer = app
            .post(
                app.admin(),
                "/api/v1/hosts",
                json!({ "name": "Not A Name", "lable": "x" }),
            )
            .await
            .problem(422, "invalid_request");
        let found = answer.faults();
        let found: Vec<_> = found
            .iter()
            .map(|(p, c)| (p.as_str(), c.as_str()))
            .collect();
        assert_eq!(found, [("/lable", "unknown_field"), ("/name", "malformed")]);
    }
);

both!(an_unknown_parameter_is_a_fault, async |app: TestApp| {
    for path in [
        "/api/v1/hosts?x=1",
        "/api/v1/logs?x=1",
        "/api/v1/logs/any?x=1",
        "/api/v1/models?x=1",
        "/api/v1/models/any?x=1",
        "/api/v1/records?model=a&x=1",
        "/api/v1/records/a/b?x=1",
        "/api/v1/rules?x=1",
        "/api/v1/export?format=csv&x=1",
    ] {
        let answer = app
            .get(app.admin(), path)
            .await
            .problem(422, "invalid_request");
        assert_eq!(
            answer.faults(),
            [("/x".to_owned(), "unknown_parameter".to_owned())],
            "{path}"
        );
    }
});

both!(what_a_query_must_hold_is_told, async |app: TestApp| {
    for (path, pointer) in [
        ("/api/v1/logs?limit=0", "/limit"),
        ("/api/v1/logs?limit=201", "/limit"),
        ("/api/v1/hosts?limit=x", "/limit"),
        ("/api/v1/records", "/model"),
        ("/api/v1/export", "/format"),
        ("/api/v1/export?format=xlsx", "/format"),
        ("/api/v1/records/a/b/compare?from=1", "/to"),
        ("/api/v1/records/a/b/restore-plan", "/revision"),
        (
            "/api/v1/records/a/b?at=2026-11-23T00:00:00Z&revision=1",
            "/revision",
        ),
        ("/api/v1/logs?q=a%00b", "/q"),
    ] {
        let answer = app
            .get(app.admin(), path)
            .await
            .problem(422, "invalid_request");
        let pointers: Vec<_> = answer.faults().into_iter().map(|(p, _)| p).collect();
        assert_eq!(pointers, [pointer], "{path}");
    }
});

both!(a_cursor_that_is_garbage_is_400, async |app: TestApp| {
    for path in [
        "/api/v1/hosts?cursor=garbage",
        "/api/v1/hosts/operator/keys?cursor=garbage",
        "/api/v1/models?cursor=garbage",
        "/api/v1/logs?cursor=garbage",
        "/api/v1/rules?cursor=garbage",
    ] {
        app.get(app.admin(), path)
            .await
            .problem(400, "invalid_cursor");
    }
});

both!(the_request_id_is_echoed_or_minted, async |app: TestApp| {
    for (sent, echoed) in [
        ("abc-123", true),
        ("with blank", false),
        (&"x".repeat(129), false),
    ] {
        let request = app
            .with(app.admin(), Method::GET, "/api/v1/hosts")
            .header("x-request-id", sent);
        let answer = Answer::of(request).await.expect(StatusCode::OK);
        let found = answer.header("x-request-id");
        assert!(!found.is_empty());
        assert_eq!(found == sent, echoed, "{sent}");
    }
    let request = app
        .request(Method::GET, "/api/v1/hosts")
        .header("x-request-id", "abc");
    let answer = Answer::of(request).await.problem(401, "unauthorized");
    assert_eq!(answer.body["request_id"], "abc");
});

both!(a_read_that_is_held_already_is_304, async |app: TestApp| {
    let answer = app
        .get(app.admin(), "/api/v1/hosts")
        .await
        .expect(StatusCode::OK);
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert!(answer.header("vary").contains("authorization"));
    for held in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
    ] {
        let request = app
            .with(app.admin(), Method::GET, "/api/v1/hosts")
            .header("if-none-match", held);
        let answer = Answer::of(request).await.expect(StatusCode::NOT_MODIFIED);
        assert_eq!(answer.header("etag"), tag);
        assert!(answer.text.is_empty());
    }
    let head = Answer::of(app.with(app.admin(), Method::HEAD, "/api/v1/hosts")).await;
    assert_eq!(head.expect(StatusCode::OK).header("etag"), tag);

    app.post(app.admin(), "/api/v1/hosts", json!({ "name": "erp" }))
        .await
        .expect(StatusCode::CREATED);
    let request = app
        .with(app.admin(), Method::GET, "/api/v1/hosts")
        .header("if-none-match", tag);
    Answer::of(request).await.expect(StatusCode::OK);
});
