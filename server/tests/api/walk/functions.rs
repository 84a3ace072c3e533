//! Every server function as everybody: what a page's form does when somebody sends it by hand.

use std::collections::BTreeSet;

use reqwest::{Method, header};
use types::Role;

use crate::{
    app::{Answer, TestApp},
    pages::{form, sign_in},
    people::in_groups,
    visibility::story,
};

/// What people are told: nobody, somebody without any group, a salesperson, an auditor, an
/// administrator. 200 stands for whatever says that it was done.
type Statuses = [u16; 5];

/// One's own settings: everybody who is signed in.
const OWN: Statuses = [401, 200, 200, 200, 200];
/// Somebody else's, or what is not there: told as if it did not exist.
const ELSE: Statuses = [401, 404, 404, 404, 404];
/// What administrators do, and nobody else.
const ADMINISTRATORS: Statuses = [401, 403, 403, 403, 200];

struct Deed {
    /// The path below `/fn/`.
    path: &'static str,
    fields: Vec<(&'static str, String)>,
    expected: Statuses,
}

fn deed(path: &'static str, fields: &[(&'static str, &str)], expected: Statuses) -> Deed {
    let fields = fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    Deed {
        path,
        fields: fields.collect(),
        expected,
    }
}

#[expect(clippy::too_many_lines, reason = "a table, a function an entry")]
/// The functions, those that end something last.
fn deeds(user: &str, rule: &str, key: &str) -> Vec<Deed> {
    let nothing = "01a20792-0000-7000-8000-000000000000";
    let password = "a new and long password";
    let refused = |mut expected: Statuses, administrator: u16| {
        expected[4] = administrator;
        expected
    };
    vec![
        deed(
            "me/preferences",
            &[("language", "fr"), ("theme", "dark")],
            OWN,
        ),
        deed(
            "me/password",
            &[("old_password", "wrong")],
            [401, 422, 422, 422, 422],
        ),
        deed("me/end-session", &[("id", nothing)], ELSE),
        deed(
            "logs/columns",
            &[("columns[0]", "date"), ("back", "/logs")],
            OWN,
        ),
        // What one likes to see of a model is one's own; nothing is told of the model.
        deed(
            "records/columns",
            &[
                ("host", "crm"),
                ("model", "crm.lead"),
                ("columns[0]", "name"),
            ],
            OWN,
        ),
        deed(
            "filters/save",
            &[("name", "Mine"), ("query", "q=x"), ("shared", "false")],
            OWN,
        ),
        deed(
            "filters/change",
            &[("id", nothing), ("name", "Theirs")],
            ELSE,
        ),
        deed(
            "filters/default",
            &[("list", "logs"), ("id", nothing)],
            ELSE,
        ),
        deed("filters/delete", &[("id", nothing)], ELSE),
        deed(
            "rules/save",
            &[
                ("name", "New"),
                ("host", "crm"),
                ("model", "new.model"),
                ("log_write", "true"),
            ],
            ADMINISTRATORS,
        ),
        deed(
            "rules/change",
            &[("id", rule), ("change", "active=false")],
            ADMINISTRATORS,
        ),
        // Nothing was let go, so there is nothing to follow.
        deed(
            "rules/follow",
            &[("host", "crm"), ("model", "no.such"), ("days", "30")],
            refused(ADMINISTRATORS, 404),
        ),
        deed(
            "models/viewers",
            &[
                ("host", "crm"),
                ("model", "crm.lead"),
                ("groups[0]", "Sales"),
            ],
            ADMINISTRATORS,
        ),
        // Nothing personal was recorded, so there is nothing to erase.
        deed(
            "integrity/erase",
            &[
                ("host", "crm"),
                ("model", "crm.lead"),
                ("record", "1"),
                ("reason", "asked"),
                ("confirm", "1"),
            ],
            refused(ADMINISTRATORS, 404),
        ),
        deed("integrity/verify", &[], [401, 403, 403, 200, 200]),
        deed(
            "users/save",
            &[
                ("login", "eve"),
                ("name", "Eve"),
                ("role", "administrator"),
                ("how", "typed"),
                ("password", password),
                ("password_again", password),
            ],
            ADMINISTRATORS,
        ),
        deed(
            "users/password",
            &[
                ("id", user),
                ("how", "typed"),
                ("password", password),
                ("password_again", password),
            ],
            ADMINISTRATORS,
        ),
        deed(
            "users/disable",
            &[("id", user), ("disabled", "true")],
            ADMINISTRATORS,
        ),
        deed(
            "hosts/create",
            &[("name", "shop"), ("label", "Shop")],
            ADMINISTRATORS,
        ),
        deed(
            "hosts/revoke",
            &[("host", "crm"), ("key", key)],
            ADMINISTRATORS,
        ),
        deed("rules/delete", &[("id", rule)], ADMINISTRATORS),
        deed("hosts/uninstall", &[("host", "shop")], ADMINISTRATORS),
        deed("me/end-others", &[], OWN),
    ]
}

both!(
    every_server_function_does_for_each_what_they_may_do,
    async |app: TestApp| {
        story(&app).await;
        in_groups(&app, "guest", Role::User, &[]).await;
        in_groups(&app, "sales", Role::User, &["Sales"]).await;
        in_groups(&app, "auditor", Role::Auditor, &[]).await;
        in_groups(&app, "admin", Role::Administrator, &[]).await;
        let victim = in_groups(&app, "victim", Role::User, &[]).await;
        let mut cookies = vec![String::new()];
        for login in ["guest", "sales", "auditor", "admin"] {
            cookies.push(sign_in(&app, login).await);
        }
        let first = async |path: &str| {
            let list = app.get(app.admin(), path).await.body;
            list["items"][0]["id"].as_str().unwrap().to_owned()
        };
        let rule = first("/api/v1/rules").await;
        let key = first("/api/v1/hosts/crm/keys").await;

        let deeds = deeds(&victim.id, &rule, &key);
        let mut wrong = Vec::new();
        for deed in &deeds {
            for (who, (cookie, expected)) in cookies.iter().zip(deed.expected).enumerate() {
                let fields: Vec<_> = deed.fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
                let request = form(&app, &format!("/fn/{}", deed.path), &fields)
                    .header(header::ACCEPT, "application/json")
                    .header(header::COOKIE, cookie);
                let answer = Answer::of(request).await;
                let status = answer.status.as_u16();
                let told = if status < 400 { 200 } else { status };
                if told != expected {
                    wrong.push(format!(
                        "{} as {who}: {status} and not {expected}: {}",
                        deed.path, answer.text
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
);

both!(
    a_search_is_completed_by_what_one_may_see,
    async |app: TestApp| {
        story(&app).await;
        in_groups(&app, "guest", Role::User, &[]).await;
        in_groups(&app, "sales", Role::User, &["Sales"]).await;
        in_groups(&app, "auditor", Role::Auditor, &[]).await;
        let complete = async |cookie: &str, q: &str| {
            let path = format!("/fn/logs/complete?q={q}&caret={}", q.len());
            let request = app
                .request(Method::GET, &path)
                .header(header::COOKIE, cookie);
            Answer::of(request).await
        };
        assert_eq!(complete("", "model:").await.status, 401);
        for (login, seen, hidden) in [
            ("guest", vec![], vec!["crm.lead", "sale.order"]),
            ("sales", vec!["crm.lead"], vec!["sale.order"]),
            ("auditor", vec!["crm.lead", "sale.order"], vec![]),
        ] {
            let cookie = sign_in(&app, login).await;
            let text = complete(&cookie, "model:").await.text;
            for word in seen {
                assert!(text.contains(word), "{login} is offered {word}: {text}");
            }
            for word in hidden {
                assert!(
                    !text.contains(word),
                    "{login} is not offered {word}: {text}"
                );
            }
        }
    }
);

#[test]
fn every_server_function_is_walked() {
    let there: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .collect();
    let walked = deeds("", "", "")
        .iter()
        .map(|deed| format!("/fn/{}", deed.path))
        .chain(["/fn/logs/complete".to_owned()])
        .collect();
    assert_eq!(there, walked);
}
