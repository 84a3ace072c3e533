//! What is sensitive stays so, whatever the host does to its tables.

use revisor_host::Operation;
use revisor_host::capture::Wish;
use serde_json::{Value, json};

use crate::host::Host;

/// Whether the server would keep this field's values: it is told of all models before operations.
fn is_told(host: &Host, model: &str, field: &str) -> bool {
    let model = host.recorder.model(model);
    let fields = model["fields"].as_array().unwrap();
    let found = fields.iter().find(|one| one["name"] == json!(field));
    !found.is_some_and(|one| one["sensitive"] == json!(true) || one["ignored"] == json!(true))
}

/// The fields of an operation.
fn fields(one: &Operation) -> Vec<&str> {
    let sides = one.old.iter().chain(&one.new);
    let mut names: Vec<_> = sides
        .flat_map(|side| side.keys().map(String::as_str))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

const CARD: &str = "CREATE TABLE card (id int PRIMARY KEY, iban text, seen int, name text)";

async fn captured() -> Option<Host> {
    let host = Host::new(CARD).await?;
    host.install(Wish {
        sensitive: vec!["card.iban".to_owned()],
        ignored: vec!["card.seen".to_owned()],
        ..Wish::default()
    })
    .await;
    Some(host)
}

#[tokio::test]
async fn choices_outlive_a_new_name_of_the_table_or_the_column() {
    let Some(host) = captured().await else { return };
    host.run("INSERT INTO card VALUES (1, 'DE1', 1, 'a'); ALTER TABLE card RENAME TO account")
        .await;
    host.run("UPDATE account SET iban = 'DE2', seen = 2").await;
    host.run(
        "ALTER TABLE account RENAME iban TO number; ALTER TABLE account RENAME seen TO visits",
    )
    .await;
    host.run("UPDATE account SET number = 'DE3', visits = 3, name = 'b'")
        .await;
    for one in host.told().await {
        assert!(!fields(&one).contains(&"seen"), "{one:?}");
        assert!(!fields(&one).contains(&"visits"), "{one:?}");
    }
    for field in ["iban", "number", "visits"] {
        assert!(!is_told(&host, "card", field), "{field}");
    }
    let again = host.install(Wish::default()).await;
    assert_eq!(again.sensitive, ["card.number"]);
    // Taken back by its name of now.
    host.install(Wish {
        not_sensitive: vec!["account.number".to_owned()],
        ..Wish::default()
    })
    .await;
    host.run("UPDATE account SET name = 'c'").await;
    host.told().await;
    assert!(is_told(&host, "card", "number"));
}

#[tokio::test]
async fn a_secret_that_is_gone_before_the_first_delivery_is_still_one() {
    let Some(host) = Host::captured(
        "CREATE TABLE a (id int PRIMARY KEY, api_key text, x int); \
         CREATE TABLE b (id int PRIMARY KEY, password text)",
    )
    .await
    else {
        return;
    };
    host.run("INSERT INTO a VALUES (1, 'k', 1); ALTER TABLE a DROP COLUMN api_key")
        .await;
    host.run("INSERT INTO b VALUES (1, 'p'); DROP TABLE b")
        .await;
    // Came and went between two looks: nobody ever saw it in the catalogue.
    host.run("ALTER TABLE a ADD COLUMN token text DEFAULT 't'; UPDATE a SET x = 2; ALTER TABLE a DROP COLUMN token")
        .await;
    let told = host.told().await;
    assert_eq!(told.len(), 3);
    assert!(!is_told(&host, "a", "api_key"));
    assert!(!is_told(&host, "b", "password"));
    assert!(
        told.iter().all(|one| !fields(one).contains(&"token")),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_secret_that_is_a_key_is_in_no_record_id() {
    let Some(host) = Host::captured("CREATE TABLE session (token text PRIMARY KEY, n int)").await
    else {
        return;
    };
    host.run("INSERT INTO session VALUES ('s3cret', 1), ('other', 1); UPDATE session SET n = 2 WHERE n = 1")
        .await;
    let told = host.told().await;
    let ids: Vec<&str> = told.iter().map(|one| one.record_id.as_str()).collect();
    assert!(ids.iter().all(|id| !id.contains("s3cret")), "{ids:?}");
    assert_eq!((ids[0], ids[1]), (ids[2], ids[3]), "a record stays itself");
    assert_ne!(ids[0], ids[1]);
    assert!(told.iter().all(|one| one.record_name.is_none()));
    assert_eq!(
        told[0].new.as_ref().unwrap()["token"],
        Value::from("s3cret")
    );
    assert!(
        !is_told(&host, "session", "token"),
        "the server keeps no value of it"
    );
}
