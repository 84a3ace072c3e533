//! What the server's own role may do on PostgreSQL, where the schema belongs to another one.
//!
//! The role may add logs and read them; it cannot change or delete what is append-only, nor switch
//! a trigger off, empty, alter or drop a table, since it owns none. Which tables are append-only is
//! told by their triggers, so that there is no second list of them.

use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait,
};

use crate::{connect, lock};

/// Why a role is not given its rights.
#[derive(Debug)]
pub enum GrantError {
    /// It cannot be such a role; told in a sentence.
    Unfit(String),
    /// The database failed.
    Database(DbErr),
}

impl std::fmt::Display for GrantError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unfit(why) => f.write_str(why),
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for GrantError {}

impl From<DbErr> for GrantError {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

/// Gives `role` what a server needs and nothing else, whatever it had before. To be run by the
/// owner of the tables, again after each migration.
pub async fn grant(url: &str, role: &str) -> Result<(), GrantError> {
    let connection = connect(url).await?;
    if connection.get_database_backend() != DbBackend::Postgres {
        return Err(GrantError::Unfit(
            "only PostgreSQL has roles; SQLite's file belongs to whoever may write it".to_owned(),
        ));
    }
    let transaction = connection.begin().await?;
    lock(&transaction).await?;
    is_fit(&transaction, role).await?;
    for statement in statements(&transaction, role).await? {
        transaction.execute_unprepared(&statement).await?;
    }
    transaction.commit().await?;
    Ok(connection.close().await?)
}

/// Refuses a role that could do anything, whatever it is granted.
async fn is_fit(transaction: &DatabaseTransaction, role: &str) -> Result<(), GrantError> {
    let sql = "SELECT rolsuper, EXISTS (
                 SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace
                   AND relkind IN ('r', 'p') AND pg_has_role(role.oid, relowner, 'MEMBER'))
               FROM pg_roles AS role WHERE rolname = $1";
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [role.into()]);
    let Some(row) = transaction.query_one_raw(statement).await? else {
        return Err(GrantError::Unfit(format!("there is no role {role}")));
    };
    let (superuser, owner): (bool, bool) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    if superuser || owner {
        let what = if superuser {
            "is a superuser"
        } else {
            "owns the tables, or is a member of who does"
        };
        return Err(GrantError::Unfit(format!(
            "the role {role} {what}: what it may do cannot be limited"
        )));
    }
    Ok(())
}

async fn statements(transaction: &DatabaseTransaction, role: &str) -> Result<Vec<String>, DbErr> {
    // A partition is reached through its table.
    let sql = "SELECT relname::text, EXISTS (
                 SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid
                   AND tgname = relname || '_no_change')
               FROM pg_class WHERE relnamespace = current_schema()::regnamespace
                 AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname";
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let tables = transaction.query_all_raw(statement).await?;
    let statement = Statement::from_string(
        DbBackend::Postgres,
        "SELECT current_database()::text, current_schema()::text,
           current_setting('server_version_num')::int >= 170000",
    );
    let here = transaction.query_one_raw(statement).await?;
    let here = here.ok_or_else(|| DbErr::Custom("no schema".to_owned()))?;
    let database = quoted(&here.try_get_by_index::<String>(0)?);
    let schema = quoted(&here.try_get_by_index::<String>(1)?);
    let vacuums: bool = here.try_get_by_index(2)?;
    let role = quoted(role);
    let mut statements = vec![
        format!("REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}, PUBLIC"),
        format!("REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}, PUBLIC"),
        format!("REVOKE CREATE ON SCHEMA {schema} FROM {role}, PUBLIC"),
        format!("GRANT CONNECT ON DATABASE {database} TO {role}"),
        format!("GRANT USAGE ON SCHEMA {schema} TO {role}"),
        format!("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"),
    ];
    for table in tables {
        let name: String = table.try_get_by_index(0)?;
        let rights = match name.as_str() {
            _ if table.try_get_by_index(1)? => "SELECT, INSERT",
            "seaql_migrations" => "SELECT",
            // A key is made and destroyed; nothing of it is changed, and it never goes away.
            "subject_key" => "SELECT, INSERT, UPDATE (erased_at, erased_by, reason)",
            "subject_secret" => "SELECT, INSERT, UPDATE (secret)",
            "tile" => "SELECT, INSERT, UPDATE",
            "log_head" | "counted_head" | "configuration" => "SELECT, UPDATE",
            _ => "SELECT, INSERT, UPDATE, DELETE",
        };
        let table = quoted(&name);
        statements.push(format!("GRANT {rights} ON {schema}.{table} TO {role}"));
        if name == "subject_secret" && vacuums {
            // So that what was overwritten goes away; older versions leave that to the owner.
            statements.push(format!("GRANT MAINTAIN ON {schema}.{table} TO {role}"));
        }
    }
    Ok(statements)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
