//! Health, readiness and metrics.

use reqwest::{Method, StatusCode};

use crate::app::{Answer, TestApp};

both!(health_and_readiness_ask_for_no_key, async |app: TestApp| {
    for path in ["/healthz", "/readyz"] {
        Answer::of(app.request(Method::GET, path))
            .await
            .expect(StatusCode::OK);
    }
});

both!(
    a_server_whose_database_is_gone_lives_and_is_not_ready,
    async |app: TestApp| {
        app.audit.clone().close().await;
        Answer::of(app.request(Method::GET, "/healthz"))
            .await
            .expect(StatusCode::OK);
        let answer = Answer::of(app.request(Method::GET, "/readyz")).await;
        let answer = answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(!answer.header("retry-after").is_empty());
    }
);

both!(requests_are_counted_by_their_route, async |app: TestApp| {
    app.get(app.admin(), "/api/v1/logs/some-id").await;
    let answer = Answer::of(app.request(Method::GET, "/metrics")).await;
    let answer = answer.expect(StatusCode::OK);
    assert!(answer.header("content-type").starts_with("text/plain"));
    let counted = answer.text.lines().any(|line| {
        [
            "revisor_http_requests_total",
            "route=\"/api/v1/logs/{id}\"",
            "status=\"404\"",
            "method=\"GET\"",
        ]
        .iter()
        .all(|word| line.contains(word))
    });
    assert!(counted, "{}", answer.text);
    assert!(
        answer
            .text
            .contains("revisor_http_request_duration_seconds_bucket")
    );
    assert!(!answer.text.contains("some-id"));
});
