//! Roles of PostgreSQL: a server whose role is given what it needs works, and its role cannot touch
//! what was recorded, however it tries.

use std::sync::atomic::{AtomicU32, Ordering};

use audit::{Options, Principal, Seed, users};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement, TransactionTrait};
use serde_json::json;
use types::{Role, UserInput};

use crate::{
    app::{PASSWORD, psql},
    support::{LEAD, Lasting, Served, create, unlink, with, write},
};

/// A role that goes away with the test, after the database that it has rights on.
struct Server {
    server: String,
    name: String,
}

impl Server {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("REVISOR_TEST_POSTGRES_URL").unwrap();
        let server = server.trim_end_matches('/').to_owned();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("revisor_role_{}_{number}", std::process::id());
        psql(
            &server,
            &format!("CREATE ROLE {name} LOGIN PASSWORD 'role'"),
        );
        Self { server, name }
    }

    /// The same database for this role.
    fn url(&self, owner: &str) -> String {
        let (scheme, rest) = owner.split_once("://").unwrap();
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        format!("{scheme}://{}:role@{place}", self.name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        psql(&self.server, &format!("DROP ROLE IF EXISTS {}", self.name));
    }
}

/// What somebody would try who has the server's password to the database.
const TRIES: [&str; 31] = [
    "UPDATE log SET user_login = 'eve'",
    "DELETE FROM log",
    "TRUNCATE log",
    "TRUNCATE log CASCADE",
    "ALTER TABLE log DISABLE TRIGGER ALL",
    "ALTER TABLE log DISABLE TRIGGER log_no_change",
    "DROP TRIGGER log_no_change ON log",
    "DROP TABLE log",
    "ALTER TABLE log ADD COLUMN x text",
    "ALTER TABLE log RENAME TO old",
    "ALTER TABLE log OWNER TO CURRENT_USER",
    "CREATE RULE r AS ON INSERT TO log DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION revisor_append_only() RETURNS trigger LANGUAGE plpgsql AS \
     'BEGIN RETURN NEW; END'",
    "DROP FUNCTION revisor_append_only() CASCADE",
    "UPDATE log_field SET field = 'x'",
    "DELETE FROM operation_key",
    "UPDATE checkpoint SET note = ''",
    "DELETE FROM signing_key",
    "DELETE FROM tile",
    "DELETE FROM log_head",
    "CREATE TABLE mine (x int)",
    "DELETE FROM seaql_migrations",
    "COPY log TO PROGRAM 'true'",
    "UPDATE subject_key SET erased_at = NULL, erased_by = NULL, reason = NULL",
    "UPDATE subject_key SET reason = 'other'",
    "UPDATE subject_key SET record_id = '9'",
    "UPDATE subject_secret SET secret = 'x'",
    "DELETE FROM subject_secret",
    "TRUNCATE subject_key CASCADE",
    "ALTER TABLE subject_secret DISABLE TRIGGER ALL",
];

/// Waits until the first block of logs is in the index of words.
async fn index_is_made(audit: &audit::Audit, owner: &str) {
    let database = Database::connect(owner).await.unwrap();
    loop {
        audit.index().await.unwrap();
        let rows = Statement::from_string(DbBackend::Postgres, "SELECT 1 FROM gram");
        if database.query_all_raw(rows).await.unwrap().len() == 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    database.close().await.unwrap();
}

/// Records something personal and erases it.
async fn erases(server: &Served) {
    let personal = json!({ "fields": [{"name": "name", "personal": true}] });
    let path = format!("/api/v1/models/{LEAD}");
    let answer = server.call(Method::PUT, &path, Some(personal)).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    let alice = create("p", json!({ "name": "Alice" }));
    server.send(json!([alice])).await.expect(StatusCode::OK);
    let subject = types::Subject {
        host: "crm".to_owned(),
        model: LEAD.to_owned(),
        record_id: "p".to_owned(),
    };
    let erased = audit::erasure::erase(&server.audit, &Principal::System, &subject, "asked").await;
    assert!(!erased.unwrap().before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_few_rights_works_and_cannot_touch_what_was_recorded() {
    if std::env::var("REVISOR_TEST_POSTGRES_URL").is_err() {
        // Fails where PostgreSQL is required.
        assert!(Lasting::postgres().await.is_none());
        return;
    }
    let role = Server::new();
    let mut lasting = Lasting::postgres().await.unwrap();
    let owner = std::mem::take(&mut lasting.url);
    lasting.url = role.url(&owner);
    assert!(
        migration::grant(&lasting.url, &role.name).await.is_err(),
        "nobody gives rights to themselves"
    );
    migration::grant(&owner, &role.name).await.unwrap();
    // Twice is as once, and a start finds nothing to migrate.
    migration::grant(&owner, &role.name).await.unwrap();
    migration::up(&lasting.url).await.unwrap();

    let options = Options {
        block: 64,
        ..Options::default()
    };
    let server = lasting.serve(options).await;
    server.audit.start_sealing(&Seed([7; 32])).await.unwrap();
    server.follow().await;
    let operations = json!([
        with(create("1", json!({"name": "a"})), "id", json!("op-1")),
        write("1", json!({"name": "b"})),
        unlink("1"),
    ]);
    for _ in 0..2 {
        server.send(operations.clone()).await.expect(StatusCode::OK);
    }
    let many: Vec<_> = (0..64)
        .map(|n| create(&format!("w{n}"), json!({})))
        .collect();
    server.send(json!(many)).await.expect(StatusCode::OK);
    index_is_made(&server.audit, &owner).await;
    let ada = UserInput {
        login: "ada".to_owned(),
        name: String::new(),
        role: Role::Administrator,
        groups: vec!["Sales".to_owned()],
        password: PASSWORD.to_owned(),
    };
    let system = &Principal::System;
    let sam = UserInput {
        login: "sam".to_owned(),
        ..ada.clone()
    };
    users::create(&server.audit, system, ada).await.unwrap();
    let sam = users::create(&server.audit, system, sam).await.unwrap();
    let cookie = server.sign_in("ada").await;
    for page in [
        "/overview",
        "/logs",
        "/records/crm.lead/1?host=crm",
        "/integrity",
        "/users",
    ] {
        let answer = server.page(page, &cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
    }
    erases(&server).await;
    users::disable(&server.audit, system, &sam.id)
        .await
        .unwrap();
    audit::sessions::delete_expired(&server.audit)
        .await
        .unwrap();
    let rules = server.call(Method::GET, "/api/v1/rules", None).await;
    let followed = rules.body["items"][0]["id"].as_str().unwrap().to_owned();
    let gone = server
        .call(Method::DELETE, &format!("/api/v1/rules/{followed}"), None)
        .await;
    gone.expect(StatusCode::NO_CONTENT);
    server.audit.seal().await.unwrap();

    let connection = Database::connect(&lasting.url).await.unwrap();
    let mut done = Vec::new();
    for statement in TRIES {
        let transaction = connection.begin().await.unwrap();
        if transaction.execute_unprepared(statement).await.is_ok() {
            done.push(statement);
        }
        transaction.rollback().await.unwrap();
    }
    assert!(done.is_empty(), "{}", done.join("\n"));
    for statement in [
        format!("ALTER ROLE {} SUPERUSER", role.name),
        "SET ROLE postgres".to_owned(),
    ] {
        let tried = connection.execute_unprepared(&statement).await;
        assert!(tried.is_err(), "{statement}");
    }
    connection.close().await.unwrap();
    let progress = audit::integrity::Progress::new((0, 0));
    let against = audit::integrity::Against::default();
    let report = audit::integrity::verify(&server.audit, &against, &progress).await;
    assert_eq!(report.unwrap().verdict, types::Verdict::Intact);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_could_do_anything_anyway_is_told_so() {
    let Some(lasting) = Lasting::postgres().await else {
        return;
    };
    for role in ["postgres", "nobody_of_this_name"] {
        let refused = migration::grant(&lasting.url, role).await;
        assert!(refused.is_err(), "{role}");
    }
    let sqlite = Lasting::sqlite().await;
    assert!(migration::grant(&sqlite.url, "x").await.is_err());
}
