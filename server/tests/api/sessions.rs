//! Sessions: each person sees and ends their own; a new password ends those of before.

use audit::{
    Principal,
    sessions::{self, Current},
    users,
};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use types::{Code, Role};

use crate::{
    app::{Answer, PASSWORD, TestApp},
    people::{acting, in_groups},
};

fn post(app: &TestApp, path: &str, body: &str) -> RequestBuilder {
    app.request(Method::POST, path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux) Firefox/140.0")
        .body(body.to_owned())
}

/// Signs in with the cookie of an earlier session, if any; the new cookie.
async fn sign_in(app: &TestApp, login: &str, cookie: &str) -> String {
    let body = format!("login={login}&password={}", PASSWORD.replace(' ', "+"));
    let request = post(app, "/sign-in", &body).header(header::COOKIE, cookie);
    let answer = Answer::of(request).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/");
    answer.session()
}

async fn is_in(app: &TestApp, cookie: &str) -> bool {
    let request = app
        .request(Method::GET, "/logs")
        .header(header::ACCEPT, "text/html")
        .header(header::COOKIE, cookie);
    Answer::of(request).await.status == StatusCode::OK
}

fn id(cookie: &str) -> String {
    cookie.split_once('=').unwrap().1.to_owned()
}

both!(
    signing_in_gives_another_session_than_the_one_that_was_there,
    async |app: TestApp| {
        in_groups(&app, "sam", Role::Auditor, &[]).await;
        let planted = "revisor_session=AAAAAAAAAAAAAAAAAAAAAA";
        let first = sign_in(&app, "sam", planted).await;
        assert_ne!(first, planted, "a session is not taken from a stranger");
        assert!(is_in(&app, &first).await && !is_in(&app, planted).await);
        // A form of a tab that was left open: signed in again, the session before is over.
        let second = sign_in(&app, "sam", &first).await;
        assert_ne!(second, first);
        assert!(is_in(&app, &second).await);
        assert!(!is_in(&app, &first).await);
    }
);

both!(
    a_person_sees_their_sessions_and_ends_one_or_all_others,
    async |app: TestApp| {
        let sam = in_groups(&app, "sam", Role::Auditor, &[]).await;
        let eve = in_groups(&app, "eve", Role::Auditor, &[]).await;
        let (own, other) = (acting(&app, &sam).await, acting(&app, &eve).await);
        let here = sign_in(&app, "sam", "").await;
        let there = sign_in(&app, "sam", "").await;
        let elsewhere = sign_in(&app, "sam", "").await;
        let of_eve = sign_in(&app, "eve", "").await;
        let current = Current::new(Some(&id(&here)));
        let list = sessions::list(&app.audit, &own, &current).await.unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(list.iter().filter(|session| session.current).count(), 1);
        for session in &list {
            assert_eq!(session.user_agent.as_deref(), Some("Firefox 140, Linux"));
            assert!(session.created_at <= session.seen_at);
            assert!(!here.contains(&session.id), "the cookie is not told");
        }

        let is_there = Current::new(Some(&id(&there)));
        let list = sessions::list(&app.audit, &own, &is_there).await.unwrap();
        let named = list.iter().find(|session| session.current).unwrap();
        let refused = sessions::end(&app.audit, &other, &named.id).await;
        assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        assert!(is_in(&app, &there).await);
        sessions::end(&app.audit, &own, &named.id).await.unwrap();
        assert!(!is_in(&app, &there).await && is_in(&app, &elsewhere).await);
        let again = sessions::end(&app.audit, &own, &named.id).await;
        assert_eq!(again.unwrap_err().code(), Code::NotFound);

        let ended = sessions::end_others(&app.audit, &own, &current)
            .await
            .unwrap();
        assert_eq!(ended, 1);
        assert!(is_in(&app, &here).await && !is_in(&app, &elsewhere).await);
        assert!(is_in(&app, &of_eve).await, "eve's is none of sam's");
        let program = sessions::list(&app.audit, &Principal::System, &current).await;
        assert_eq!(program.unwrap_err().code(), Code::Forbidden);
    }
);

both!(
    a_reset_password_and_a_disabled_person_end_sessions_at_once,
    async |app: TestApp| {
        let sam = in_groups(&app, "sam", Role::Auditor, &[]).await;
        in_groups(&app, "ada", Role::Administrator, &[]).await;
        let system = &Principal::System;
        let cookie = sign_in(&app, "sam", "").await;
        let password = PASSWORD.to_owned();
        users::reset_password(&app.audit, system, &sam.id, password)
            .await
            .unwrap();
        assert!(!is_in(&app, &cookie).await, "even with the same password");
        let cookie = sign_in(&app, "sam", "").await;
        users::disable(&app.audit, system, &sam.id).await.unwrap();
        assert!(!is_in(&app, &cookie).await);
        users::enable(&app.audit, system, &sam.id).await.unwrap();
        assert!(!is_in(&app, &cookie).await, "what ended stays ended");
    }
);

both!(
    a_session_that_was_ended_does_not_come_back_by_being_saved,
    async |app: TestApp| {
        let sam = in_groups(&app, "sam", Role::Auditor, &[]).await;
        let now = app.audit.now().micros();
        let kept = sessions::Kept {
            data: b"{}".to_vec(),
            user_id: Some(sam.id.clone()),
            expires_at: types::Timestamp::from_micros(now + 1_000_000_000),
            ..sessions::Kept::default()
        };
        let audit = &app.audit;
        assert!(sessions::begin(audit, "x", kept.clone()).await.unwrap());
        assert!(!sessions::begin(audit, "x", kept.clone()).await.unwrap());
        let found = sessions::load(audit, "x").await.unwrap();
        assert_eq!(found.as_deref(), Some(&b"{}"[..]));
        let own = acting(&app, &sam).await;
        sessions::end_others(audit, &own, &Current::default())
            .await
            .unwrap();
        sessions::save(audit, "x", kept.clone()).await.unwrap();
        assert_eq!(sessions::load(audit, "x").await.unwrap(), None);

        let over = sessions::Kept {
            expires_at: types::Timestamp::from_micros(now - 1),
            ..kept
        };
        sessions::begin(audit, "y", over).await.unwrap();
        assert_eq!(sessions::load(audit, "y").await.unwrap(), None);
        let list = sessions::list(audit, &own, &Current::default()).await;
        assert!(list.unwrap().is_empty());
    }
);

both!(
    who_keeps_people_is_told_when_each_was_last_seen,
    async |app: TestApp| {
        let sam = in_groups(&app, "sam", Role::User, &[]).await;
        let ada = in_groups(&app, "ada", Role::Administrator, &[]).await;
        sign_in(&app, "sam", "").await;
        sign_in(&app, "sam", "").await;
        let administrator = acting(&app, &ada).await;
        let seen = sessions::last_seen(&app.audit, &administrator)
            .await
            .unwrap();
        assert_eq!(seen.keys().collect::<Vec<_>>(), [&sam.id]);
        assert!(seen[&sam.id] <= app.audit.now());
        let refused = sessions::last_seen(&app.audit, &acting(&app, &sam).await).await;
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden);

        let offered = users::suggest_password(&app.audit);
        assert_eq!(offered.len(), 24);
        assert_ne!(offered, users::suggest_password(&app.audit));
    }
);
