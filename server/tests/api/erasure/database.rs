//! What the database holds before and after, what it refuses, and two servers at once.

use audit::{Options, erasure};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use types::Verdict;

use super::{
    ORDER, PARTNER, SYSTEM, erase, is_erased, operation, order, partner, read, record, shop,
    subject, verdict,
};
use crate::support::{Lasting, Served, changed, list, with};

/// One text of the database.
async fn one(database: &DatabaseConnection, sql: &str) -> Vec<u8> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Every byte of a SQLite file and of its write-ahead log.
fn bytes(url: &str) -> Option<Vec<u8>> {
    let file = url.strip_prefix("sqlite://")?.split('?').next()?.to_owned();
    let mut all = std::fs::read(&file).unwrap();
    all.extend(std::fs::read(format!("{file}-wal")).unwrap_or_default());
    Some(all)
}

/// Bytes as PostgreSQL tells them.
struct Hexed<'a>(&'a [u8]);

impl std::fmt::LowerHex for Hexed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

both_lasting!(
    a_personal_value_stands_nowhere_in_the_database_and_its_key_nowhere_after,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        let many: Vec<Value> = (100..400)
            .map(|n| partner(&n.to_string(), "Xaverius"))
            .collect();
        record(&server, json!(many)).await;
        record(
            &server,
            json!([partner("7", "Xaverius"), order("5", "7", "Xaverius")]),
        )
        .await;
        let write = operation(
            "write",
            PARTNER,
            "7",
            json!({ "name": "Xaverius the Second" }),
        );
        let write = with(write, "record_name", json!("Mr Xaverius the Second"));
        record(
            &server,
            json!([with(write, "old", json!({ "name": "Xaverius" }))]),
        )
        .await;
        server.audit.seal().await.unwrap();
        server.audit.index().await.unwrap();
        let all = crate::storage::everything(&lasting.url).await;
        assert!(all.contains(ORDER), "the rows were read");
        for secret in ["averius", "XAVERIUS", "1990-05-17", "cGVyc29uYWw="] {
            assert!(!all.contains(secret), "{secret}");
        }
        for found in ["Xaverius", "1990"] {
            let path = format!("/api/v1/logs?host=crm&q={found}");
            assert_eq!(read(&server, &path).await["items"], json!([]), "{found}");
            let left = read(
                &server,
                &format!("/api/v1/logs?host=crm&model={ORDER}&q=-{found}"),
            )
            .await;
            assert_eq!(list(&left["items"]).len(), 1);
            let path = format!("/api/v1/records?model={PARTNER}&q={found}");
            assert_eq!(read(&server, &path).await["items"], json!([]), "{found}");
        }

        let database = Database::connect(&lasting.url).await.unwrap();
        let secret = "SELECT secret FROM subject_secret JOIN subject_key ON id = key_id
                      WHERE record_id = '7'";
        let key = one(&database, secret).await;
        assert_eq!(key.len(), 32);
        let hex = format!("{:x}", Hexed(&key));
        if let Some(bytes) = bytes(&lasting.url) {
            assert!(holds(&bytes, &key), "the key is there as long as it lives");
        }
        assert!(erase(&server, &subject(PARTNER, "7")).await.cleared);
        if let Some(bytes) = bytes(&lasting.url) {
            assert!(!holds(&bytes, &key), "the key is left in the file");
        }
        assert!(
            !crate::storage::everything(&lasting.url)
                .await
                .contains(&hex)
        );
        assert_eq!(one(&database, secret).await, vec![0; 32]);
        let other = secret.replace("'7'", "'101'");
        assert_ne!(one(&database, &other).await, vec![0; 32]);
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    a_key_is_neither_changed_nor_brought_back_and_an_altered_value_is_told,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        record(&server, json!([partner("7", "Alice"), partner("8", "Bob")])).await;
        server.audit.seal().await.unwrap();
        erase(&server, &subject(PARTNER, "7")).await;
        let database = Database::connect(&lasting.url).await.unwrap();
        for refused in [
            "UPDATE subject_key SET erased_at = NULL WHERE record_id = '7'",
            "UPDATE subject_key SET reason = 'other' WHERE record_id = '7'",
            "UPDATE subject_key SET record_id = '9' WHERE record_id = '8'",
            "UPDATE subject_key SET erased_at = 1, erased_by = 'x', reason = 'x' WHERE record_id = '8'",
            "UPDATE subject_secret SET secret = key_id",
            "DELETE FROM subject_key",
            "DELETE FROM subject_secret",
            "DELETE FROM subject_log",
        ] {
            let refused = refused.to_owned();
            assert!(
                database.execute_unprepared(&refused).await.is_err(),
                "{refused}"
            );
        }
        if database.get_database_backend() == DbBackend::Sqlite {
            let put_back = "INSERT OR REPLACE INTO subject_secret SELECT key_id, randomblob(32) FROM subject_secret";
            assert!(database.execute_unprepared(put_back).await.is_err());
            database
                .execute_unprepared("DROP TRIGGER log_no_update")
                .await
                .unwrap();
        } else {
            let off = "ALTER TABLE log DISABLE TRIGGER ALL";
            database.execute_unprepared(off).await.unwrap();
        }
        assert_eq!(verdict(&server.audit).await, Verdict::Intact);
        // Bob's values under another record's number of letters: one text for another.
        let altered = "UPDATE log SET changes = replace(changes, '\"sealed\":\"', '\"sealed\":\"A')
                       WHERE record_id = '8'";
        database.execute_unprepared(altered).await.unwrap();
        assert_eq!(verdict(&server.audit).await, Verdict::Tampered);
        let logs = read(
            &server,
            &format!("/api/v1/logs?model={PARTNER}&record_id=8"),
        )
        .await;
        let bob = &list(&logs["items"])[0];
        assert_eq!(
            changed(bob, "name")["new"],
            json!({ "sealed": true }),
            "neither shown nor erased"
        );
        database.close().await.unwrap();
        server.stop().await;
    }
);

both_lasting!(
    erasing_while_two_servers_record_loses_nothing_and_leaves_one_living_key,
    async |lasting: Lasting| {
        let server = shop(&lasting).await;
        let second = lasting.serve(Options::default()).await;
        record(&server, json!([partner("7", "Alice")])).await;
        let write = async |server: &Served, who: &str| {
            for n in 0..15 {
                let email = json!({ "email": format!("{who}{n}@example.org") });
                let done = record(server, json!([operation("write", PARTNER, "7", email)])).await;
                assert_eq!(done[0]["status"], "recorded");
            }
        };
        let erasing = async {
            let mut done = 0;
            for _ in 0..8 {
                let erased =
                    erasure::erase(&second.audit, SYSTEM, &subject(PARTNER, "7"), "x").await;
                done += usize::from(!erased.unwrap().before);
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            done
        };
        let ((), (), done) = tokio::join!(write(&server, "a"), write(&second, "b"), erasing);
        assert!(done > 0);
        let logs = read(&server, &format!("/api/v1/logs?model={PARTNER}&limit=100")).await;
        let logs = list(&logs["items"]);
        assert_eq!(logs.len(), 31);
        for log in &logs {
            let new = &changed(log, "email")["new"];
            assert!(is_erased(new) || new.is_string(), "{new}");
        }
        let found = erasure::find(&server.audit, SYSTEM, &subject(PARTNER, "7"))
            .await
            .unwrap();
        assert_eq!(found.erasures.len(), done);
        let last = erasure::erase(&server.audit, SYSTEM, &subject(PARTNER, "7"), "x")
            .await
            .unwrap();
        let told = read(&second, &format!("/api/v1/records/{PARTNER}/7")).await;
        assert!(
            is_erased(&told["values"]["email"]),
            "at once on the other server: {last:?}"
        );
        server.audit.seal().await.unwrap();
        assert_eq!(verdict(&server.audit).await, Verdict::Intact);
        second.stop().await;
        server.stop().await;
    }
);
