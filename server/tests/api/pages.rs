//! The pages: sessions, the door, and the headers that guard them. What is on them is tested in a
//! browser.

use reqwest::{Method, RequestBuilder, StatusCode, header};
use types::Role;

use crate::app::{Answer, PASSWORD, TestApp};

pub(crate) fn form(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    let body: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", types::encode_segment(value)))
        .collect();
    app.request(Method::POST, path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(body.join("&"))
}

/// Signs in and gives the cookie.
pub(crate) async fn sign_in(app: &TestApp, login: &str) -> String {
    let request = form(app, "/sign-in", &[("login", login), ("password", PASSWORD)]);
    let answer = Answer::of(request).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/");
    answer.session()
}

fn page(app: &TestApp, cookie: &str, path: &str) -> RequestBuilder {
    app.request(Method::GET, path)
        .header(header::ACCEPT, "text/html")
        .header(header::COOKIE, cookie)
}

both!(
    the_first_start_leads_to_the_first_administrator,
    async |app: TestApp| {
        let answer = Answer::of(app.request(Method::GET, "/logs")).await;
        assert_eq!(
            answer.expect(StatusCode::SEE_OTHER).header("location"),
            "/setup"
        );
        let fields = [("login", "ada"), ("name", "Ada"), ("password", "short")];
        let answer = Answer::of(form(&app, "/setup", &fields)).await;
        let location = answer
            .expect(StatusCode::SEE_OTHER)
            .header("location")
            .to_owned();
        assert!(
            location.starts_with("/setup?error=invalid_request&login=ada"),
            "{location}"
        );

        let fields = [("login", "ada"), ("name", "Ada"), ("password", PASSWORD)];
        let answer = Answer::of(form(&app, "/setup", &fields)).await;
        let answer = answer.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/");
        let cookie = answer.session();
        Answer::of(page(&app, &cookie, "/logs"))
            .await
            .expect(StatusCode::OK);

        let again = Answer::of(form(&app, "/setup", &fields)).await;
        let location = again
            .expect(StatusCode::SEE_OTHER)
            .header("location")
            .to_owned();
        assert!(location.contains("already_set_up"), "{location}");
    }
);

both!(
    who_is_not_signed_in_is_led_to_sign_in_and_back,
    async |app: TestApp| {
        app.person("marc", Role::Auditor).await;
        let answer = Answer::of(app.request(Method::GET, "/logs?model=crm.lead")).await;
        let location = answer
            .expect(StatusCode::SEE_OTHER)
            .header("location")
            .to_owned();
        assert_eq!(location, "/sign-in?next=%2Flogs%3Fmodel%3Dcrm.lead");

        let next = "/logs?model=crm.lead";
        let wrong = [("login", "marc"), ("password", "wrong"), ("next", next)];
        let answer = Answer::of(form(&app, "/sign-in", &wrong)).await;
        let location = answer
            .expect(StatusCode::SEE_OTHER)
            .header("location")
            .to_owned();
        assert!(
            location.starts_with("/sign-in?error=wrong_credentials"),
            "{location}"
        );
        assert!(
            location.ends_with("next=%2Flogs%3Fmodel%3Dcrm.lead"),
            "{location}"
        );

        for (next, location) in [
            (next, next),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
        ] {
            let right = [("login", "marc"), ("password", PASSWORD), ("next", next)];
            let answer = Answer::of(form(&app, "/sign-in", &right)).await;
            assert_eq!(
                answer.expect(StatusCode::SEE_OTHER).header("location"),
                location
            );
        }
    }
);

both!(signing_out_ends_the_session, async |app: TestApp| {
    app.person("marc", Role::Auditor).await;
    let cookie = sign_in(&app, "marc").await;
    Answer::of(page(&app, &cookie, "/logs"))
        .await
        .expect(StatusCode::OK);
    let request = form(&app, "/sign-out", &[]).header(header::COOKIE, &cookie);
    let answer = Answer::of(request).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/sign-in");
    Answer::of(page(&app, &cookie, "/logs"))
        .await
        .expect(StatusCode::SEE_OTHER);
});

both!(a_form_of_another_site_is_refused, async |app: TestApp| {
    app.person("marc", Role::Auditor).await;
    let cookie = sign_in(&app, "marc").await;
    let post = || {
        app.request(Method::POST, "/sign-out")
            .header(header::COOKIE, &cookie)
    };
    let own = format!("http://{}", app.authority());
    for (request, status) in [
        (
            post().header("sec-fetch-site", "cross-site"),
            StatusCode::FORBIDDEN,
        ),
        (
            post().header("origin", "http://evil.example"),
            StatusCode::FORBIDDEN,
        ),
        (post(), StatusCode::FORBIDDEN),
        (post().header("origin", own), StatusCode::SEE_OTHER),
    ] {
        Answer::of(request).await.expect(status);
    }
});

both!(pages_carry_their_guards, async |app: TestApp| {
    app.person("marc", Role::Auditor).await;
    let answer = Answer::of(app.request(Method::GET, "/sign-in"))
        .await
        .expect(StatusCode::OK);
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .unwrap();
    assert!(
        answer.text.contains(&format!("nonce=\"{nonce}\"")),
        "{}",
        answer.text
    );
    assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert!(!answer.header("referrer-policy").is_empty());
    assert!(!answer.header("permissions-policy").is_empty());
    assert!(!answer.header("x-request-id").is_empty());
    assert_eq!(
        answer
            .headers
            .get_all("content-security-policy")
            .iter()
            .count(),
        1
    );
});

both!(an_unknown_page_is_404, async |app: TestApp| {
    app.person("marc", Role::Auditor).await;
    let cookie = sign_in(&app, "marc").await;
    let answer = Answer::of(page(&app, &cookie, "/nothing/here")).await;
    let answer = answer.expect(StatusCode::NOT_FOUND);
    assert!(answer.header("content-type").starts_with("text/html"));
});
