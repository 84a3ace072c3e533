//! Data subjects: the keys that personal values are sealed under, and which logs hold values under
//! which key. A key is destroyed and never comes back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, integer, text, text_null, uuid,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::m20261123_000001_foundation::table;
use crate::triggers;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What stays as it is when a key is destroyed.
const KEPT: [&str; 5] = ["id", "host_id", "model", "record_id", "created_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "ALTER TABLE model ADD COLUMN subject text").await?;
        let key = table("subject_key")
            .col(uuid("id").primary_key())
            .col(integer("host_id"))
            .col(text("model"))
            .col(text("record_id"))
            .col(big_integer("created_at"))
            .col(big_integer_null("erased_at"))
            .col(text_null("erased_by"))
            .col(text_null("reason"))
            .to_owned();
        manager.create_table(key).await?;
        // Apart, and all of one length: SQLite overwrites such a row where it stands, and never
        // copies one to another page.
        let secret = table("subject_secret")
            .col(uuid("key_id").primary_key())
            .col(blob("secret"))
            .to_owned();
        manager.create_table(secret).await?;
        let live = "CREATE UNIQUE INDEX subject_key_live ON subject_key (host_id, model, record_id) \
                    WHERE erased_at IS NULL";
        run(manager, live).await?;
        let subject = "CREATE INDEX subject_key_subject ON subject_key (host_id, model, record_id)";
        run(manager, subject).await?;
        let erased = "CREATE INDEX subject_key_erased ON subject_key (erased_at, id) \
                      WHERE erased_at IS NOT NULL";
        run(manager, erased).await?;
        let log = table("subject_log")
            .col(uuid("key_id"))
            .col(big_integer("seq"))
            .primary_key(Index::create().col("key_id").col("seq"))
            .to_owned();
        manager.create_table(log).await?;
        triggers::append_only(manager, "subject_log", &[&["key_id", "seq"]]).await?;
        guard(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["subject_log", "subject_secret", "subject_key"] {
            let drop = Table::drop().table(Alias::new(name)).to_owned();
            manager.drop_table(drop).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, "DROP FUNCTION revisor_subject()").await?;
        }
        run(manager, "ALTER TABLE model DROP COLUMN subject").await
    }
}

async fn run(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection.execute_unprepared(statement).await.map(|_| ())
}

/// Refuses every change but that a secret is overwritten with zeros, and that its key is marked as
/// erased after that.
async fn guard(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == DbBackend::Postgres;
    let (equal, zeros) = if postgres {
        ("IS NOT DISTINCT FROM", "decode(repeat('00', 32), 'hex')")
    } else {
        ("IS", "zeroblob(32)")
    };
    let same = KEPT.map(|column| format!("NEW.{column} {equal} OLD.{column}"));
    let erased = format!(
        "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.reason IS NOT NULL \
         AND NEW.erased_by IS NOT NULL AND {} AND EXISTS (
           SELECT 1 FROM subject_secret WHERE key_id = OLD.id AND secret = {zeros})",
        same.join(" AND ")
    );
    let destroyed = format!("NEW.key_id = OLD.key_id AND NEW.secret = {zeros}");
    if postgres {
        let sql = format!(
            "CREATE FUNCTION revisor_subject() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
               IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'subject_key' THEN
                 IF {erased} THEN RETURN NEW; END IF;
               ELSIF TG_OP = 'UPDATE' THEN
                 IF {destroyed} THEN RETURN NEW; END IF;
               END IF;
               RAISE EXCEPTION '%: a key is destroyed once and for all: % refused', TG_TABLE_NAME, TG_OP
                 USING ERRCODE = 'insufficient_privilege';
             END $$"
        );
        run(manager, &sql).await?;
    }
    for (table, key, allowed) in [
        ("subject_key", "id", &erased),
        ("subject_secret", "key_id", &destroyed),
    ] {
        let sql = if postgres {
            format!(
                "CREATE TRIGGER {table}_only_destroyed BEFORE UPDATE OR DELETE ON {table}
                   FOR EACH ROW EXECUTE FUNCTION revisor_subject();
                 CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
                   FOR EACH STATEMENT EXECUTE FUNCTION revisor_subject();"
            )
        } else {
            // REPLACE deletes without a trigger, also by the index of living keys.
            let living = "NEW.erased_at IS NULL AND EXISTS (
                SELECT 1 FROM subject_key WHERE host_id = NEW.host_id AND model = NEW.model
                  AND record_id = NEW.record_id AND erased_at IS NULL)";
            let living = if table == "subject_key" { living } else { "0" };
            format!(
                "CREATE TRIGGER {table}_only_destroyed BEFORE UPDATE ON {table} WHEN NOT ({allowed})
                 BEGIN SELECT RAISE(ABORT, '{table}: a key is destroyed once and for all: UPDATE refused'); END;
                 CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
                 BEGIN SELECT RAISE(ABORT, '{table}: a key is destroyed once and for all: DELETE refused'); END;
                 CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
                 WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) OR {living}
                 BEGIN SELECT RAISE(ABORT, '{table}: REPLACE refused'); END;"
            )
        };
        run(manager, &sql).await?;
    }
    Ok(())
}
