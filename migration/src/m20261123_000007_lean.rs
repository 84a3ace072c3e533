//! Fewer and smaller indexes: a log tells by itself which fields it changes, so that `log_field` is
//! needed in one order alone; what SQLite kept twice, as a row and as a key, it keeps once; requests
//! and transactions are listed only where there are any. A user's logs of one model have an index.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::m20261123_000001_foundation::index;
use crate::triggers;

/// What most logs may have nothing of.
const PARTIAL: [&str; 2] = ["request_id", "transaction_id"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = "ALTER TABLE log ADD COLUMN fields text NOT NULL DEFAULT '[]'";
        run(manager, &[column]).await?;
        fill(manager).await?;
        run(manager, &["DROP INDEX log_field_seq"]).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            tables(manager, "WITHOUT ROWID").await?;
            // Every column is part of the key: a row that is replaced is the same as before.
            triggers::append_only(manager, "log_field", &[]).await?;
        }
        for column in PARTIAL {
            let drop = format!("DROP INDEX log_{column}_seq");
            let create = format!(
                "CREATE INDEX log_{column}_seq ON log ({column}, seq) WHERE {column} IS NOT NULL"
            );
            run(manager, &[&drop, &create]).await?;
        }
        index(manager, "log", &["user_login", "model_id", "seq"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX log_user_login_model_id_seq"]).await?;
        for column in PARTIAL {
            let drop = format!("DROP INDEX log_{column}_seq");
            let create = format!("CREATE INDEX log_{column}_seq ON log ({column}, seq)");
            run(manager, &[&drop, &create]).await?;
        }
        if manager.get_database_backend() == DbBackend::Sqlite {
            tables(manager, "").await?;
            let key: [&[&str]; 1] = [&["field", "model_id", "seq"]];
            triggers::append_only(manager, "log_field", &key).await?;
        }
        let order = "CREATE INDEX log_field_seq ON log_field (seq, model_id, field)";
        run(manager, &[order, "ALTER TABLE log DROP COLUMN fields"]).await
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    Ok(())
}

/// Tells each log that is there which fields it changes. The trigger that refuses changes of logs is
/// away meanwhile; nobody else sees this transaction.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        let fill = "UPDATE log SET fields = told.fields
                    FROM (SELECT seq, json_agg(field)::text AS fields FROM log_field GROUP BY seq) AS told
                    WHERE told.seq = log.seq";
        let off = "ALTER TABLE log DISABLE TRIGGER log_no_change";
        let on = "ALTER TABLE log ENABLE TRIGGER log_no_change";
        return run(manager, &[off, fill, on]).await;
    }
    let fill = "UPDATE log SET fields = (
                  SELECT json_group_array(field) FROM log_field WHERE log_field.seq = log.seq)";
    run(manager, &["DROP TRIGGER log_no_update", fill]).await?;
    triggers::refuse(manager, "log", "UPDATE").await
}

/// Makes a table of SQLite again, of these columns, in another form.
async fn again(
    manager: &SchemaManager<'_>,
    table: &str,
    columns: &str,
    key: &str,
    form: &str,
) -> Result<(), DbErr> {
    let create = format!("CREATE TABLE again ({columns}, PRIMARY KEY ({key})) {form}");
    let fill = format!("INSERT INTO again SELECT * FROM {table} ORDER BY {key}");
    let drop = format!("DROP TABLE {table}");
    let rename = format!("ALTER TABLE again RENAME TO {table}");
    run(manager, &[&create, &fill, &drop, &rename]).await
}

async fn tables(manager: &SchemaManager<'_>, form: &str) -> Result<(), DbErr> {
    let columns = "model_id integer NOT NULL, field text NOT NULL, seq integer NOT NULL";
    again(manager, "log_field", columns, "field, model_id, seq", form).await?;
    let columns =
        "host_id integer NOT NULL, \"key\" text NOT NULL, digest blob NOT NULL, seq integer";
    again(manager, "operation_key", columns, "host_id, \"key\"", form).await?;
    triggers::append_only(manager, "operation_key", &[&["host_id", "key"]]).await
}
