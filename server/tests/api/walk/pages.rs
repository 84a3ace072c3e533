//! Every page as everybody: what the address answers, and that nothing shows on it that is not for
//! the one who asks.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode, header};
use types::Role;

use crate::{
    app::{Answer, TestApp},
    pages::sign_in,
    people::in_groups,
    visibility::story,
};

/// The statuses that people get: nobody, somebody without any group, a salesperson, an auditor, an
/// administrator.
type Statuses = [u16; 5];

/// Nobody is led to sign in; everybody else gets the page, each with what is theirs.
const EVERYBODY: Statuses = [303, 200, 200, 200, 200];
/// Of a model that one may not see one is told what one is told of what does not exist.
const WHO_MAY_SEE: Statuses = [303, 404, 200, 200, 200];
/// For those who keep the configuration, and for those who audit them.
const KEEPERS: Statuses = [303, 403, 403, 200, 200];
/// For those who change the configuration.
const ADMINISTRATORS: Statuses = [303, 403, 403, 403, 200];

/// What stands in the order that only auditors and administrators may see.
const ORDER: &str = "Order of Delta";
/// The margins, which only managers may see, as pages and exports write them.
const MARGINS: [&str; 6] = [
    "4711.5",
    "4,711.5",
    "815.25",
    "333.75",
    "4\u{202f}711,5",
    "815,25",
];

both!(
    every_page_gives_everybody_what_they_may_see,
    async |app: TestApp| {
        let crm = story(&app).await;
        let nobody = String::new();
        in_groups(&app, "guest", Role::User, &[]).await;
        in_groups(&app, "sales", Role::User, &["Sales"]).await;
        in_groups(&app, "auditor", Role::Auditor, &[]).await;
        let admin = in_groups(&app, "admin", Role::Administrator, &[]).await;
        let mut cookies = vec![nobody];
        for login in ["guest", "sales", "auditor", "admin"] {
            cookies.push(sign_in(&app, login).await);
        }
        let logs = crm.logs("order=asc").await;
        let id = |at: usize| logs[at]["id"].as_str().unwrap().to_owned();
        let (lead, order) = (id(0), id(logs.len() - 1));
        assert_eq!(logs[logs.len() - 1]["model"], "sale.order");
        let rules = app.get(app.admin(), "/api/v1/rules").await.body;
        let rule = rules["items"][0]["id"].as_str().unwrap().to_owned();

        let keys = app.get(app.admin(), "/api/v1/hosts/crm/keys").await.body;
        let key = keys["items"][0]["id"].as_str().unwrap().to_owned();

        let pages: Vec<(&str, String, Statuses)> = vec![
            ("/sign-in", "/sign-in".into(), [200, 303, 303, 303, 303]),
            ("/setup", "/setup".into(), [303, 303, 303, 303, 303]),
            ("/", "/".into(), [303, 302, 302, 302, 302]),
            ("/overview", "/overview".into(), EVERYBODY),
            ("/logs", "/logs".into(), EVERYBODY),
            ("/logs", "/logs?q=4711".into(), EVERYBODY),
            ("/logs", "/logs?q=Delta".into(), EVERYBODY),
            ("/logs", "/logs?model=sale.order".into(), EVERYBODY),
            ("/logs", "/logs?q=field%3Amargin".into(), EVERYBODY),
            ("/logs", "/logs?group=model".into(), EVERYBODY),
            (
                "/logs/selected",
                format!("/logs/selected?log={lead}&log={order}"),
                // Of one kind of record one is led straight to its logs.
                [303, 200, 303, 200, 200],
            ),
            ("/logs/{id}", format!("/logs/{lead}"), WHO_MAY_SEE),
            (
                "/logs/{id}",
                format!("/logs/{order}"),
                [303, 404, 404, 200, 200],
            ),
            ("/models", "/models".into(), EVERYBODY),
            (
                "/models/{model}",
                "/models/crm.lead?host=crm".into(),
                WHO_MAY_SEE,
            ),
            (
                "/models/{model}",
                "/models/sale.order?host=crm".into(),
                [303, 404, 404, 200, 200],
            ),
            (
                "/models/{model}/records",
                "/models/crm.lead/records?host=crm".into(),
                WHO_MAY_SEE,
            ),
            (
                "/models/{model}/records",
                "/models/sale.order/records?host=crm".into(),
                [303, 404, 404, 200, 200],
            ),
            (
                "/records/{model}/{record_id}",
                "/records/crm.lead/1?host=crm".into(),
                WHO_MAY_SEE,
            ),
            (
                "/records/{model}/{record_id}",
                "/records/crm.lead/1?host=crm&from=1&to=2".into(),
                WHO_MAY_SEE,
            ),
            (
                "/records/{model}/{record_id}",
                "/records/sale.order/9?host=crm".into(),
                [303, 404, 404, 200, 200],
            ),
            ("/rules", "/rules".into(), KEEPERS),
            ("/rules/new", "/rules/new".into(), ADMINISTRATORS),
            ("/rules/coverage", "/rules/coverage".into(), KEEPERS),
            ("/rules/{id}", format!("/rules/{rule}"), KEEPERS),
            (
                "/rules/{id}/delete",
                format!("/rules/{rule}/delete"),
                ADMINISTRATORS,
            ),
            ("/find", "/find".into(), EVERYBODY),
            ("/find", "/find?q=order".into(), EVERYBODY),
            ("/find", "/find?q=9".into(), EVERYBODY),
            ("/find", "/find?q=Mic".into(), EVERYBODY),
            ("/hosts", "/hosts".into(), KEEPERS),
            (
                "/hosts/{host}/keys",
                "/hosts/crm/keys".into(),
                ADMINISTRATORS,
            ),
            (
                "/hosts/{host}/revoke",
                format!("/hosts/crm/revoke?key={key}"),
                ADMINISTRATORS,
            ),
            (
                "/hosts/{host}/uninstall",
                "/hosts/crm/uninstall".into(),
                ADMINISTRATORS,
            ),
            ("/hosts/{host}", "/hosts/crm".into(), KEEPERS),
            ("/users", "/users".into(), KEEPERS),
            ("/users/groups", "/users/groups".into(), KEEPERS),
            ("/users/{id}", "/users/new".into(), ADMINISTRATORS),
            ("/users/{id}", format!("/users/{}", admin.id), KEEPERS),
            ("/integrity", "/integrity".into(), EVERYBODY),
            (
                "/integrity/erasure",
                "/integrity/erasure".into(),
                ADMINISTRATORS,
            ),
            (
                "/integrity/erasure",
                "/integrity/erasure?host=crm&model=crm.lead&record=1".into(),
                ADMINISTRATORS,
            ),
            ("/filters", "/filters".into(), EVERYBODY),
            ("/me", "/me".into(), EVERYBODY),
        ];
        let mut wrong = Vec::new();
        for (_, path, expected) in &pages {
            for (who, (cookie, expected)) in cookies.iter().zip(expected).enumerate() {
                let request = app
                    .request(Method::GET, path)
                    .header(header::ACCEPT, "text/html")
                    .header(header::COOKIE, cookie);
                let answer = Answer::of(request).await;
                if answer.status.as_u16() != *expected {
                    wrong.push(format!(
                        "{path} as {who}: {} and not {expected}",
                        answer.status
                    ));
                }
                // What was searched for stands in its box; what it would find does not.
                let hidden: &[&str] = match who {
                    0 | 1 => &["Keyboards", "Mice", ORDER],
                    2 => &[ORDER],
                    _ => &[],
                };
                for word in hidden.iter().chain(MARGINS.iter().filter(|_| who < 3)) {
                    if answer.text.contains(word) {
                        wrong.push(format!("{path} as {who} shows {word}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));

        // The marks are those that a page shows to who may see them.
        for (cookie, path, mark) in [
            (&cookies[2], format!("/logs/{lead}"), "Keyboards"),
            (&cookies[3], format!("/logs/{lead}"), MARGINS[1]),
            (&cookies[3], format!("/logs/{order}"), ORDER),
            (&cookies[4], "/logs".to_owned(), ORDER),
        ] {
            let request = app
                .request(Method::GET, &path)
                .header(header::COOKIE, cookie);
            let answer = Answer::of(request).await.expect(StatusCode::OK);
            assert!(answer.text.contains(mark), "{path} shows {mark}");
        }

        let routes = leptos_axum::generate_route_list(::app::App);
        let there: BTreeSet<&str> = routes
            .iter()
            .map(leptos_axum::AxumRouteListing::path)
            .collect();
        let walked = pages.iter().map(|(route, _, _)| *route).collect();
        assert_eq!(there, walked, "every page is in the table");
    }
);
