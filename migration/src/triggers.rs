//! Triggers that refuse to change what was written once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Makes `table` append-only: UPDATE, DELETE and, on PostgreSQL, TRUNCATE fail. So does SQLite's
/// REPLACE, which deletes without a trigger: `keys` are the columns of each unique index; none where
/// every column is part of the only one.
pub(crate) async fn append_only(
    manager: &SchemaManager<'_>,
    table: &str,
    keys: &[&[&str]],
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        connection
            .execute_unprepared(&format!(
                "CREATE OR REPLACE FUNCTION revisor_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
                 BEGIN
                   RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                     USING ERRCODE = 'insufficient_privilege';
                 END $$;
                 CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON \"{table}\"
                   FOR EACH ROW EXECUTE FUNCTION revisor_append_only();
                 CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON \"{table}\"
                   FOR EACH STATEMENT EXECUTE FUNCTION revisor_append_only();"
            ))
            .await?;
    } else {
        let same: Vec<String> = keys
            .iter()
            .map(|columns| {
                let equal: Vec<_> = columns.iter().map(|c| format!("{c} = NEW.{c}")).collect();
                format!(
                    "EXISTS (SELECT 1 FROM \"{table}\" WHERE {})",
                    equal.join(" AND ")
                )
            })
            .collect();
        if !same.is_empty() {
            connection
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON \"{table}\"
                     WHEN {}
                     BEGIN SELECT RAISE(ABORT, '{table} is append-only: REPLACE refused'); END",
                    same.join(" OR ")
                ))
                .await?;
        }
        refuse(manager, table, "UPDATE").await?;
        refuse(manager, table, "DELETE").await?;
    }
    Ok(())
}

/// The trigger of SQLite that refuses this operation on a table.
pub(crate) async fn refuse(
    manager: &SchemaManager<'_>,
    table: &str,
    operation: &str,
) -> Result<(), DbErr> {
    let name = operation.to_lowercase();
    let trigger = format!(
        "CREATE TRIGGER {table}_no_{name} BEFORE {operation} ON \"{table}\"
         BEGIN SELECT RAISE(ABORT, '{table} is append-only: {operation} refused'); END"
    );
    manager
        .get_connection()
        .execute_unprepared(&trigger)
        .await?;
    Ok(())
}

/// Takes the function of the triggers away, once no table uses it.
pub(crate) async fn forget(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        let sql = "DROP FUNCTION IF EXISTS revisor_append_only()";
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}
