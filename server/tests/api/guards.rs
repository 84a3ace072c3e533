//! What guards the pages: no other site acts here, nobody guesses passwords, sessions end.

use std::time::{Duration, Instant};

use audit::{Options, users};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use types::Role;

use crate::{
    app::{Answer, PASSWORD, TestApp},
    pages::{form, sign_in},
    people::in_groups,
    support::Lasting,
};

both!(
    no_form_and_no_server_function_is_for_other_sites,
    async |app: TestApp| {
        in_groups(&app, "ada", Role::Administrator, &[]).await;
        let cookie = sign_in(&app, "ada").await;
        let functions = leptos::server_fn::axum::server_fn_paths();
        let mut targets: Vec<(Method, String)> = functions
            .map(|(path, method)| (method, path.to_owned()))
            .collect();
        assert!(targets.len() > 15);
        for form in ["/sign-in", "/sign-out", "/setup", "/hosts/crm/keys"] {
            targets.push((Method::POST, form.to_owned()));
        }
        let mut posts = 0;
        for (method, path) in &targets {
            if method.is_safe() {
                // Of those that are safe none changes anything.
                assert_eq!(path, "/fn/logs/complete");
                continue;
            }
            posts += 1;
            let post = |cookie: &str| {
                app.request(method.clone(), path)
                    .header(header::COOKIE, cookie)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body("login=ada&name=x")
            };
            let elsewhere: [(&str, RequestBuilder); 5] = [
                (
                    "cross",
                    post(&cookie).header("sec-fetch-site", "cross-site"),
                ),
                (
                    "sibling",
                    post(&cookie).header("sec-fetch-site", "same-site"),
                ),
                (
                    "origin",
                    post(&cookie).header("origin", "https://evil.example"),
                ),
                ("sandbox", post(&cookie).header("origin", "null")),
                ("silent", post(&cookie)),
            ];
            for (how, request) in elsewhere {
                let answer = Answer::of(request).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {how}");
            }
        }
        assert!(posts > 15);
        // The session is as it was.
        let request = app.request(Method::GET, "/me");
        let answer = Answer::of(request.header(header::COOKIE, &cookie)).await;
        answer.expect(StatusCode::OK);
    }
);

both!(
    no_other_site_reads_an_answer_of_the_api,
    async |app: TestApp| {
        let request = app
            .with(app.admin(), Method::GET, "/api/v1/hosts")
            .header("origin", "https://evil.example");
        let answer = Answer::of(request).await.expect(StatusCode::OK);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'")
        );
        for path in [
            "/healthz",
            "/metrics",
            "/api/v1/hosts",
            "/sign-in",
            "/nothing",
        ] {
            let answer = Answer::of(app.request(Method::GET, path)).await;
            for banner in ["server", "x-powered-by", "via"] {
                assert_eq!(answer.header(banner), "", "{path}");
            }
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            assert!(!answer.text.contains(env!("CARGO_PKG_VERSION")), "{path}");
        }
    }
);

fn try_password(app: &TestApp, login: &str, password: &str, cookie: &str) -> RequestBuilder {
    form(app, "/sign-in", &[("login", login), ("password", password)])
        .header(header::COOKIE, cookie)
}

both!(
    who_guesses_has_to_wait_and_the_owner_gets_in,
    async |app: TestApp| {
        in_groups(&app, "ada", Role::User, &[]).await;
        // Ada signed in from her browser once.
        let answer = Answer::of(try_password(&app, "ada", PASSWORD, "")).await;
        let cookies = answer.headers.get_all("set-cookie").iter();
        let device = cookies
            .filter_map(|cookie| cookie.to_str().ok())
            .find(|cookie| cookie.starts_with("revisor_device="))
            .unwrap()
            .to_owned();
        assert!(device.contains("HttpOnly") && device.contains("SameSite=Strict"));
        let device = device.split(';').next().unwrap().to_owned();

        let mut last = None;
        for login in ["ada", "nobody"] {
            let mut answers = Vec::new();
            for _ in 0..12 {
                let answer = Answer::of(try_password(&app, login, "a guess", "")).await;
                let answer = answer.expect(StatusCode::SEE_OTHER);
                answers.push(answer.header("location").to_owned());
                last = Some(answer);
            }
            let of = |word: &str| answers.iter().filter(|to| to.contains(word)).count();
            // Unknown or not: the same answers.
            assert_eq!(of("error=wrong_credentials"), 10, "{login}");
            assert_eq!(of("error=rate_limited"), 2, "{login}");
        }
        let wait: u32 = last.unwrap().header("retry-after").parse().unwrap();
        assert!((1..=40).contains(&wait));
        // Even the right password does not help a stranger now; in her browser it does.
        let stranger = Answer::of(try_password(&app, "ada", PASSWORD, "")).await;
        assert!(stranger.header("location").contains("rate_limited"));
        let owner = Answer::of(try_password(&app, "ada", PASSWORD, &device)).await;
        assert_eq!(owner.header("location"), "/");
        owner.session();
    }
);

both!(
    many_who_are_right_at_once_get_in_and_many_guesses_at_once_do_not,
    async |app: TestApp| {
        in_groups(&app, "ada", Role::User, &[]).await;
        let all = |password: &'static str| {
            let tries = (0..25).map(|_| Answer::of(try_password(&app, "ada", password, "")));
            futures::future::join_all(tries)
        };
        for answer in all(PASSWORD).await {
            assert_eq!(answer.header("location"), "/");
        }
        let guesses = all("a guess").await;
        let looked_at = guesses
            .iter()
            .filter(|answer| answer.header("location").contains("wrong_credentials"))
            .count();
        assert!((1..=10).contains(&looked_at), "{looked_at}");
    }
);

both!(
    the_time_of_an_answer_does_not_tell_who_is_there,
    async |app: TestApp| {
        in_groups(&app, "ada", Role::User, &[]).await;
        let median = async |login: &str| {
            let mut times = Vec::new();
            for _ in 0..9 {
                let begun = Instant::now();
                let refused = users::sign_in(&app.audit, login, "a guess").await;
                refused.unwrap_err();
                times.push(begun.elapsed());
            }
            times.sort_unstable();
            times[4]
        };
        // On a busy machine once may not be enough.
        for round in 0.. {
            let (there, nobody) = (median("ada").await, median("nobody").await);
            let (less, more) = (there.min(nobody), there.max(nobody));
            if more < less * 3 / 2 {
                break;
            }
            assert!(round < 5, "{there:?} and {nobody:?}");
        }
    }
);

both!(
    who_took_a_session_over_does_not_guess_the_password_by_it,
    async |app: TestApp| {
        in_groups(&app, "ada", Role::User, &[]).await;
        let cookie = sign_in(&app, "ada").await;
        let guess = || {
            let fields = [
                ("old_password", "a guess"),
                ("password", "a new password"),
                ("password_again", "a new password"),
            ];
            form(&app, "/fn/me/password", &fields)
                .header(header::ACCEPT, "application/json")
                .header(header::COOKIE, &cookie)
        };
        for _ in 0..10 {
            Answer::of(guess())
                .await
                .expect(StatusCode::UNPROCESSABLE_ENTITY);
        }
        let refused = Answer::of(guess()).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    }
);

both_lasting!(
    a_session_ends_for_good_however_busy_it_is,
    async |lasting: Lasting| {
        let options = Options {
            session_limit: Duration::from_millis(1_500),
            ..Options::default()
        };
        let server = lasting.serve(options).await;
        let ada = types::UserInput {
            login: "ada".to_owned(),
            name: String::new(),
            role: Role::User,
            groups: Vec::new(),
            password: PASSWORD.to_owned(),
        };
        users::create(&server.audit, &audit::Principal::System, ada)
            .await
            .unwrap();
        let cookie = server.sign_in("ada").await;
        let is_in = async || server.page("/logs", &cookie).await.status == StatusCode::OK;
        assert!(is_in().await);
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            is_in().await;
        }
        assert!(!is_in().await);
        audit::sessions::delete_expired(&server.audit)
            .await
            .unwrap();
        server.stop().await;
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_tls_cookies_are_for_this_host_by_https_alone() {
    let app = TestApp::sqlite_with(server::Options {
        behind_tls: true,
        ..server::Options::default()
    })
    .await;
    in_groups(&app, "ada", Role::User, &[]).await;
    let answer = Answer::of(try_password(&app, "ada", PASSWORD, "")).await;
    for cookie in answer.headers.get_all("set-cookie") {
        assert!(cookie.to_str().unwrap().contains("; Secure"), "{cookie:?}");
    }
    let session = answer.session();
    assert!(session.starts_with("__Host-revisor_session="), "{session}");
    let hsts = answer.header("strict-transport-security");
    assert!(hsts.starts_with("max-age=31536000"), "{hsts}");
    // Another site gets no further with it than before.
    let request = app
        .request(Method::POST, "/sign-out")
        .header(header::COOKIE, &session);
    Answer::of(request).await.expect(StatusCode::FORBIDDEN);
}
