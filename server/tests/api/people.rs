//! People: changed, disabled, never deleted; their passwords; the last administrator.

use audit::{Principal, sessions::Current, users};
use serde_json::Value;
use types::{Code, LogQuery, Role, User, UserInput, UserPatch};

use crate::app::{PASSWORD, TestApp};

const SYSTEM: &Principal = &Principal::System;

/// A new person in these groups.
pub(crate) async fn in_groups(app: &TestApp, login: &str, role: Role, groups: &[&str]) -> User {
    let input = UserInput {
        login: login.to_owned(),
        name: login.to_owned(),
        role,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        password: PASSWORD.to_owned(),
    };
    users::create(&app.audit, SYSTEM, input).await.unwrap()
}

/// A new person, as they act when signed in.
pub(crate) async fn signed_in(
    app: &TestApp,
    login: &str,
    role: Role,
    groups: &[&str],
) -> Principal {
    let user = in_groups(app, login, role, groups).await;
    acting(app, &user).await
}

/// A person as they act now.
pub(crate) async fn acting(app: &TestApp, user: &User) -> Principal {
    let found = users::signed_in(&app.audit, &user.id).await.unwrap();
    found.unwrap().principal
}

/// What the trail holds of people, oldest first.
async fn deeds(app: &TestApp) -> Vec<Value> {
    let query = LogQuery {
        model: Some("revisor.user".to_owned()),
        limit: 200,
        ..LogQuery::default()
    };
    let page = audit::logs::list(&app.audit, SYSTEM, &query).await.unwrap();
    let logs = page.items.iter().rev();
    logs.map(|log| serde_json::to_value(log).unwrap()).collect()
}

fn changes(log: &Value) -> Vec<(String, Value, Value)> {
    let mut changes: Vec<_> = log["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            let field = c["field"].as_str().unwrap().to_owned();
            (field, c["old"].clone(), c["new"].clone())
        })
        .collect();
    changes.sort_by(|a, b| a.0.cmp(&b.0));
    changes
}

both!(
    a_changed_person_acts_as_changed_at_once_and_the_change_is_recorded,
    async |app: TestApp| {
        let ada = signed_in(&app, "ada", Role::Administrator, &[]).await;
        let sam = in_groups(&app, "sam", Role::User, &["Sales"]).await;
        let patch = UserPatch {
            name: Some("Sam Hill".to_owned()),
            role: Some(Role::Auditor),
            groups: Some(vec!["Audit".to_owned(), "Sales".to_owned()]),
        };
        let changed = users::update(&app.audit, &ada, &sam.id, patch.clone())
            .await
            .unwrap();
        assert_eq!(changed.groups, ["Audit", "Sales"]);
        assert_eq!(
            users::get(&app.audit, &ada, &sam.id).await.unwrap(),
            changed
        );
        let Principal::User { name, role, .. } = acting(&app, &sam).await else {
            panic!("a person");
        };
        assert_eq!((name.as_str(), role), ("Sam Hill", Role::Auditor));
        let told = deeds(&app).await;
        let last = told.last().unwrap();
        assert_eq!(last["user"]["login"], "ada");
        let fields: Vec<_> = changes(last).into_iter().map(|c| c.0).collect();
        assert_eq!(fields, ["groups", "name", "role"]);
        users::update(&app.audit, &ada, &sam.id, patch)
            .await
            .unwrap();
        assert_eq!(deeds(&app).await.len(), told.len(), "nothing changed");

        let groups = users::groups(&app.audit, &ada).await.unwrap();
        assert_eq!(groups, ["Audit", "Sales"]);
    }
);

both!(
    the_groups_known_are_those_of_people_models_fields_and_rules,
    async |app: TestApp| {
        in_groups(&app, "sam", Role::User, &["Of people"]).await;
        let crm = crate::support::Host::new(&app, "crm").await;
        let model = serde_json::json!({"fields": [{"name": "a", "groups": ["Of fields"]}]});
        crm.declare("crm.lead", model).await;
        let viewers = types::ViewersInput {
            groups: vec!["Of models".to_owned()],
        };
        audit::models::set_viewers(&app.audit, SYSTEM, None, "crm.lead", viewers)
            .await
            .unwrap();
        for (name, groups, active) in [("a", vec![], true), ("b", vec!["Of rules"], false)] {
            let rule = serde_json::json!({"name": name, "host": "crm", "model": "crm.lead",
                "groups": groups, "active": active});
            let rule = types::RuleInput::read(rule).unwrap();
            audit::rules::create(&app.audit, SYSTEM, rule)
                .await
                .unwrap();
        }
        let auditor = signed_in(&app, "aud", Role::Auditor, &[]).await;
        let groups = users::groups(&app.audit, &auditor).await.unwrap();
        assert_eq!(groups, ["Of fields", "Of models", "Of people", "Of rules"]);
    }
);

both!(
    only_administrators_manage_people_and_each_sees_themselves,
    async |app: TestApp| {
        let ada = in_groups(&app, "ada", Role::Administrator, &[]).await;
        let sam = in_groups(&app, "sam", Role::User, &[]).await;
        let own = acting(&app, &sam).await;
        let auditor = signed_in(&app, "aud", Role::Auditor, &[]).await;
        assert_eq!(
            users::get(&app.audit, &own, &sam.id).await.unwrap().login,
            "sam"
        );
        let other = users::get(&app.audit, &own, &ada.id).await.unwrap_err();
        assert_eq!(other.code(), Code::Forbidden);
        assert!(users::get(&app.audit, &auditor, &ada.id).await.is_ok());
        let missing = users::get(&app.audit, &auditor, "nobody")
            .await
            .unwrap_err();
        assert_eq!(missing.code(), Code::NotFound);
        for who in [&own, &auditor] {
            let audit = &app.audit;
            let promote = UserPatch {
                role: Some(Role::Administrator),
                ..UserPatch::default()
            };
            let password = "another password".to_owned();
            let refused = [
                users::update(audit, who, &sam.id, promote).await.err(),
                users::disable(audit, who, &ada.id).await.err(),
                users::enable(audit, who, &ada.id).await.err(),
                users::reset_password(audit, who, &ada.id, password)
                    .await
                    .err(),
            ];
            for error in refused {
                assert_eq!(error.unwrap().code(), Code::Forbidden);
            }
        }
        let refused = users::groups(&app.audit, &own).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    }
);

both!(
    who_is_disabled_is_out_and_comes_back_when_enabled,
    async |app: TestApp| {
        let ada = signed_in(&app, "ada", Role::Administrator, &[]).await;
        let sam = in_groups(&app, "sam", Role::User, &[]).await;
        let disabled = users::disable(&app.audit, &ada, &sam.id).await.unwrap();
        assert!(disabled.disabled_at.is_some());
        assert_eq!(
            users::signed_in(&app.audit, &sam.id).await.unwrap(),
            None,
            "every request asks anew"
        );
        let refused = users::sign_in(&app.audit, "sam", PASSWORD).await;
        assert_eq!(refused.unwrap_err().code(), Code::WrongCredentials);
        let again = users::disable(&app.audit, &ada, &sam.id).await.unwrap();
        assert_eq!(again, disabled, "since when stays");
        let enabled = users::enable(&app.audit, &ada, &sam.id).await.unwrap();
        assert_eq!(enabled.disabled_at, None);
        users::sign_in(&app.audit, "sam", PASSWORD).await.unwrap();
        let told: Vec<_> = deeds(&app).await.iter().skip(2).map(changes).collect();
        let change = |old: bool, new: bool| vec![("disabled".to_owned(), old.into(), new.into())];
        assert_eq!(told, [change(false, true), change(true, false)]);
    }
);

both!(the_last_administrator_stays_one, async |app: TestApp| {
    let ada = in_groups(&app, "ada", Role::Administrator, &[]).await;
    let bob = in_groups(&app, "bob", Role::Administrator, &[]).await;
    let who = acting(&app, &ada).await;
    let demote = UserPatch {
        role: Some(Role::Auditor),
        ..UserPatch::default()
    };
    users::disable(&app.audit, &who, &bob.id).await.unwrap();
    let refused = users::disable(&app.audit, &who, &ada.id).await.unwrap_err();
    assert_eq!(refused.code(), Code::LastAdministrator);
    assert_eq!(refused.code().status(), 409);
    let refused = users::update(&app.audit, &who, &ada.id, demote.clone()).await;
    assert_eq!(refused.unwrap_err().code(), Code::LastAdministrator);
    let rename = UserPatch {
        name: Some("Ada L.".to_owned()),
        ..UserPatch::default()
    };
    users::update(&app.audit, &who, &ada.id, rename)
        .await
        .unwrap();
    users::enable(&app.audit, &who, &bob.id).await.unwrap();
    users::update(&app.audit, &who, &ada.id, demote)
        .await
        .unwrap();
    let by_system = users::disable(&app.audit, SYSTEM, &bob.id).await;
    assert_eq!(by_system.unwrap_err().code(), Code::LastAdministrator);
});

both!(
    of_two_administrators_who_disable_each_other_at_once_one_stays,
    async |app: TestApp| {
        let ada = in_groups(&app, "ada", Role::Administrator, &[]).await;
        let bob = in_groups(&app, "bob", Role::Administrator, &[]).await;
        let (of_ada, of_bob) = (acting(&app, &ada).await, acting(&app, &bob).await);
        for _ in 0..5 {
            let (a, b) = futures::future::join(
                Box::pin(users::disable(&app.audit, &of_ada, &bob.id)),
                Box::pin(users::disable(&app.audit, &of_bob, &ada.id)),
            )
            .await;
            let refused: Vec<_> = [&a, &b]
                .into_iter()
                .filter_map(|r| r.as_ref().err())
                .collect();
            assert_eq!(refused.len(), 1, "{refused:?}");
            assert_eq!(refused[0].code(), Code::LastAdministrator);
            let gone = a.or(b).unwrap();
            users::enable(&app.audit, SYSTEM, &gone.id).await.unwrap();
        }
    }
);

both!(
    a_password_is_changed_with_the_old_one_and_recorded_without_either,
    async |app: TestApp| {
        let sam = in_groups(&app, "sam", Role::User, &[]).await;
        let own = acting(&app, &sam).await;
        let current = Current::new(Some("this one"));
        let change = async |old: &str, new: &str| {
            let (old, new) = (old.to_owned(), new.to_owned());
            users::change_password(&app.audit, &own, &current, old, new).await
        };
        let audit::Error::Invalid(faults) = change("wrong", "a new password").await.unwrap_err()
        else {
            panic!("a fault");
        };
        let faults = faults.into_vec();
        assert_eq!(faults[0].pointer, "/old_password");
        assert_eq!(faults[0].code, Code::WrongCredentials);
        for new in ["short", &"x".repeat(1_025)] {
            assert_eq!(
                change(PASSWORD, new).await.unwrap_err().code(),
                Code::Invalid
            );
        }
        assert!(!current.is_to_be_renewed());
        let stamp = async || {
            let found = users::signed_in(&app.audit, &sam.id).await.unwrap();
            found.unwrap().stamp
        };
        let before = stamp().await;
        change(PASSWORD, "a new password").await.unwrap();
        assert!(current.is_to_be_renewed());
        assert_ne!(stamp().await, before, "sessions of before are over");
        let old = users::sign_in(&app.audit, "sam", PASSWORD).await;
        assert_eq!(old.unwrap_err().code(), Code::WrongCredentials);
        users::sign_in(&app.audit, "sam", "a new password")
            .await
            .unwrap();

        let ada = signed_in(&app, "ada", Role::Administrator, &[]).await;
        let reset = "given by ada".to_owned();
        users::reset_password(&app.audit, &ada, &sam.id, reset)
            .await
            .unwrap();
        users::sign_in(&app.audit, "sam", "given by ada")
            .await
            .unwrap();
        let told = deeds(&app).await;
        let masked = serde_json::json!({"masked": true});
        let [changed, created, reset] = [1, 2, 3].map(|n| changes(&told[n]));
        assert!(created.iter().any(|change| change.0 == "login"));
        for change in [changed, reset] {
            let expected = ("password".to_owned(), masked.clone(), masked.clone());
            assert_eq!(change, [expected]);
        }
        assert_eq!(told[1]["user"]["login"], "sam");
        assert_eq!(told[3]["user"]["login"], "ada");
        let text = serde_json::to_string(&told).unwrap();
        for secret in ["argon2", "a new password", "given by ada"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
);
