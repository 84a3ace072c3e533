//! Single sign-on against npm's `oidc-provider`, which node runs from the folder of the browser
//! tests; where it is not installed there is nothing to test against.

use std::{
    io::{BufRead, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use audit::{Principal, users};
use reqwest::{Method, StatusCode};
use server::{Options, web::SsoOptions};
use types::{Role, User};

use crate::{
    app::{Answer, TestApp},
    people::in_groups,
};

/// The provider, which ends with the test.
struct Provider {
    process: Child,
    /// Held open: node fails when it cannot say what it has to say.
    _told: Lines<BufReader<ChildStdout>>,
    issuer: String,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address that people are sent back to: no server is there, the tests take them further.
const PUBLIC: &str = "http://revisor.test";

fn provider() -> Option<Provider> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end");
    if !folder.join("node_modules/oidc-provider").exists() {
        let required = std::env::var("REVISOR_TEST_REQUIRE_SSO");
        assert!(
            required.is_err(),
            "oidc-provider is not installed in end2end"
        );
        return None;
    }
    let mut process = Command::new("node")
        .args([
            "support/provider.mjs",
            &format!("{PUBLIC}/sign-in/sso/return"),
        ])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let issuer = lines
        .by_ref()
        .find_map(|line| line.ok().filter(|line| line.starts_with("http://")))
        .unwrap();
    Some(Provider {
        process,
        _told: lines,
        issuer,
    })
}

fn options(provider: &Provider) -> SsoOptions {
    SsoOptions {
        issuer: provider.issuer.clone(),
        client_id: "revisor".to_owned(),
        client_secret: Some("a secret of tests alone".to_owned()),
        public_url: PUBLIC.to_owned(),
        scopes: vec!["profile".to_owned(), "groups".to_owned()],
        login_claim: "preferred_username".to_owned(),
        groups_claim: "groups".to_owned(),
        administrators: vec!["ops".to_owned()],
        auditors: vec!["audit".to_owned()],
        label: "the staff directory".to_owned(),
    }
}

async fn app(sso: SsoOptions, allow_private: bool) -> TestApp {
    let app = TestApp::sqlite_with(Options {
        sso: Some(sso),
        allow_private,
        ..Options::default()
    })
    .await;
    // Somebody can sign in already: the first start is over.
    in_groups(&app, "root", Role::Administrator, &[]).await;
    app
}

/// The cookies of an answer, as a browser sends them back.
fn cookies(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let cookies: Vec<_> = cookies
        .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap())
        .collect();
    cookies.join("; ")
}

/// Begins a sign-in; the cookie, and the address at the provider.
async fn begin(app: &TestApp) -> (String, String) {
    let answer = Answer::of(app.request(Method::GET, "/sign-in/sso?next=/logs")).await;
    let answer = answer.expect(StatusCode::SEE_OTHER);
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for word in ["HttpOnly", "SameSite=Lax", "Max-Age=600"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    (cookies(&answer), answer.header("location").to_owned())
}

/// Goes through the provider as `account`; the path that one is sent back to.
async fn through(provider: &Provider, app: &TestApp, account: &str, address: &str) -> String {
    for word in [
        "code_challenge_method=S256",
        "nonce=",
        "state=",
        "scope=openid",
    ] {
        assert!(address.contains(word), "{address}");
    }
    let (mut address, mut jar) = (address.to_owned(), Vec::<String>::new());
    for _ in 0..10 {
        let request = app
            .client
            .get(&address)
            .header("cookie", jar.join("; "))
            .header("x-account", account);
        let answer = Answer::of(request).await;
        assert!(answer.status.is_redirection(), "{address}: {}", answer.text);
        for cookie in cookies(&answer).split("; ") {
            let name = cookie.split('=').next().unwrap().to_owned();
            jar.retain(|kept| !kept.starts_with(&format!("{name}=")));
            jar.push(cookie.to_owned());
        }
        let to = answer.header("location").to_owned();
        if let Some(path) = to.strip_prefix(PUBLIC) {
            return path.to_owned();
        }
        address = if to.starts_with('/') {
            format!("{}{to}", provider.issuer)
        } else {
            to
        };
    }
    panic!("the provider goes on for ever");
}

async fn came_back(app: &TestApp, path: &str, cookie: &str) -> Answer {
    let request = app.request(Method::GET, path).header("cookie", cookie);
    Answer::of(request).await.expect(StatusCode::SEE_OTHER)
}

/// Signs in as `account`, as far as the provider and the server let one.
async fn sign_in(provider: &Provider, app: &TestApp, account: &str) -> Answer {
    let (cookie, address) = begin(app).await;
    let path = through(provider, app, account, &address).await;
    came_back(app, &path, &cookie).await
}

async fn people(app: &TestApp) -> Vec<User> {
    users::list(&app.audit, &Principal::System).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_sign_in_by_their_provider_with_groups_and_role() {
    let Some(provider) = provider() else { return };
    let app = app(options(&provider), true).await;
    let page = Answer::of(app.request(Method::GET, "/sign-in")).await;
    assert!(page.text.contains("the staff directory"), "{}", page.text);
    assert!(page.text.contains("/sign-in/sso?next="));

    let answer = sign_in(&provider, &app, "ada+ops+sales").await;
    assert_eq!(answer.header("location"), "/logs");
    let session = answer.session();
    let users = Answer::of(
        app.request(Method::GET, "/users")
            .header("cookie", &session),
    )
    .await;
    users.expect(StatusCode::OK);
    let find = async || {
        let people = people(&app).await;
        people.into_iter().find(|user| user.login == "ada").unwrap()
    };
    let ada = find().await;
    assert_eq!((ada.role, ada.name.as_str()), (Role::Administrator, "ADA"));
    assert_eq!(ada.groups, ["ops", "sales"]);

    // The next time she is what the provider says then: the same person.
    sign_in(&provider, &app, "ada+audit").await.session();
    let later = find().await;
    assert_eq!((later.id, later.role), (ada.id.clone(), Role::Auditor));
    assert_eq!(later.groups, ["audit"]);
    let now = Answer::of(
        app.request(Method::GET, "/rules/new")
            .header("cookie", &session),
    )
    .await;
    now.expect(StatusCode::FORBIDDEN);

    users::disable(&app.audit, &Principal::System, &ada.id)
        .await
        .unwrap();
    let out = sign_in(&provider, &app, "ada+ops").await;
    assert_eq!(out.header("location"), "/sign-in?error=disabled");

    // A login that somebody else has gives nothing of theirs.
    let taken = sign_in(&provider, &app, "root+ops").await;
    assert_eq!(taken.header("location"), "/sign-in?error=sso_login_taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_was_not_begun_here_is_refused() {
    let Some(provider) = provider() else { return };
    let app = app(options(&provider), true).await;
    let (cookie, address) = begin(&app).await;
    let path = through(&provider, &app, "eve", &address).await;
    let (other_cookie, other) = begin(&app).await;
    let other_path = through(&provider, &app, "eve", &other).await;
    let code = |path: &str| {
        let code = path.split("code=").nth(1).unwrap();
        code.split('&').next().unwrap().to_owned()
    };
    let foreign_code = path.replace(&code(&path), &code(&other_path));
    for (path, cookie) in [
        // In a browser that began none, or another one (CSRF of the sign-in).
        (path.as_str(), ""),
        (path.as_str(), other_cookie.as_str()),
        // With a code of another sign-in, whose verifier and nonce are others.
        (foreign_code.as_str(), cookie.as_str()),
        ("/sign-in/sso/return?error=access_denied", cookie.as_str()),
        ("/sign-in/sso/return", cookie.as_str()),
        (
            "/sign-in/sso/return?code=x&state=x&iss=https://evil.example",
            cookie.as_str(),
        ),
    ] {
        let answer = came_back(&app, path, cookie).await;
        assert_eq!(
            answer.header("location"),
            "/sign-in?error=sso_failed",
            "{path}"
        );
    }
    // A code is good once.
    let (cookie, address) = begin(&app).await;
    let path = through(&provider, &app, "sam", &address).await;
    came_back(&app, &path, &cookie).await.session();
    let again = came_back(&app, &path, &cookie).await;
    assert_eq!(again.header("location"), "/sign-in?error=sso_failed");
    let logins: Vec<_> = people(&app)
        .await
        .into_iter()
        .map(|user| user.login)
        .collect();
    assert_eq!(logins, ["root", "sam"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_at_a_private_address_is_asked_only_where_that_is_allowed() {
    let Some(provider) = provider() else { return };
    let app = app(options(&provider), false).await;
    let answer = Answer::of(app.request(Method::GET, "/sign-in/sso")).await;
    assert_eq!(answer.header("location"), "/sign-in?error=sso_failed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_single_sign_on_there_is_no_such_path() {
    let app = TestApp::sqlite().await;
    for path in ["/sign-in/sso", "/sign-in/sso/return?code=x&state=y"] {
        let answer = Answer::of(app.request(Method::GET, path)).await;
        answer.expect(StatusCode::NOT_FOUND);
    }
}
