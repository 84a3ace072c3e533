//! What the pages of administrators need: counts, coverage, saved filters, preferences, and
//! sessions that belong to people.
//!
//! Days are counted from 1970, in UTC. The counts of the logs that are there already are made up
//! here; what was let go before was not kept, so coverage begins empty. Sessions begin anew:
//! people sign in once more.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, boolean, integer, small_integer, text, text_null, uuid_null, uuid_uniq,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::m20261123_000001_foundation::{counted, index, place, table};

/// The tables, in the order in which they are made.
const TABLES: [&str; 7] = [
    "log_count",
    "rule_count",
    "coverage",
    "counted",
    "counted_head",
    "saved_filter",
    "default_filter",
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        counts(manager).await?;
        recount(manager).await?;
        people(manager).await?;
        sessions(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.into_iter().rev() {
            drop(manager, table).await?;
        }
        let user = Table::alter()
            .table(Alias::new("user"))
            .drop_column("preferences")
            .to_owned();
        manager.alter_table(user).await?;
        drop(manager, "session").await?;
        let session = table("session")
            .col(text("id").primary_key())
            .col(blob("data"))
            .col(big_integer("expires_at"))
            .to_owned();
        manager.create_table(session).await?;
        index(manager, "session", &["expires_at"], false).await
    }
}

async fn drop(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let drop = Table::drop()
        .table(Alias::new(table))
        .if_exists()
        .to_owned();
    manager.drop_table(drop).await
}

async fn counts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // How many logs a day has of a model, a user and an operation.
    let logs = table("log_count")
        .col(integer("day"))
        .col(integer("model_id"))
        .col(text("user_login"))
        .col(small_integer("operation"))
        .col(integer("host_id"))
        .col(big_integer("logs"))
        .col(big_integer("unrecorded"))
        .primary_key(
            Index::create()
                .col("day")
                .col("model_id")
                .col("user_login")
                .col("operation"),
        )
        .to_owned();
    manager.create_table(logs).await?;
    index(manager, "log_count", &["model_id", "day"], false).await?;

    // How many logs a rule asked for on a day.
    let rules = table("rule_count")
        .col(integer("day"))
        .col(text("rule_id"))
        .col(big_integer("logs"))
        .primary_key(Index::create().col("day").col("rule_id"))
        .to_owned();
    manager.create_table(rules).await?;

    // How many operations of a model no rule asked for on a day, and when the first and last.
    let coverage = table("coverage")
        .col(integer("day"))
        .col(integer("host_id"))
        .col(integer("model_id"))
        .col(small_integer("operation"))
        .col(big_integer("operations"))
        .col(big_integer("first_at"))
        .col(big_integer("last_at"))
        .primary_key(
            Index::create()
                .col("day")
                .col("host_id")
                .col("model_id")
                .col("operation"),
        )
        .to_owned();
    manager.create_table(coverage).await?;

    // The last operations, a row a commit, under the number of its last one; none of their content.
    let counted = table("counted")
        .col(place(manager, "last"))
        .col(big_integer("at"))
        .col(text("operations"))
        .to_owned();
    manager.create_table(counted).await?;
    // How many operations were counted: one row, locked by whoever counts.
    let head = table("counted_head")
        .col(integer("id").primary_key())
        .col(big_integer("last"))
        .to_owned();
    manager.create_table(head).await?;
    let first = "INSERT INTO counted_head (id, last) VALUES (1, 0)";
    manager.get_connection().execute_unprepared(first).await?;
    Ok(())
}

/// Counts the logs that are there.
async fn recount(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection
        .execute_unprepared(
            "INSERT INTO log_count (day, model_id, user_login, operation, host_id, logs, unrecorded)
             SELECT recorded_at / 86400000000, model_id, user_login, operation, MIN(host_id),
                    COUNT(*), COUNT(unrecorded)
             FROM log GROUP BY 1, 2, 3, 4",
        )
        .await?;
    let ids = if manager.get_database_backend() == DbBackend::Postgres {
        "jsonb_array_elements_text(log.rule_ids::jsonb) AS rule(value)"
    } else {
        "json_each(log.rule_ids) AS rule"
    };
    connection
        .execute_unprepared(&format!(
            "INSERT INTO rule_count (day, rule_id, logs)
             SELECT log.recorded_at / 86400000000, rule.value, COUNT(*)
             FROM log CROSS JOIN {ids} GROUP BY 1, 2"
        ))
        .await?;
    Ok(())
}

async fn people(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let user = Table::alter()
        .table(Alias::new("user"))
        .add_column(text_null("preferences"))
        .to_owned();
    manager.alter_table(user).await?;

    let filter = table("saved_filter")
        .col(counted(manager, "number"))
        .col(uuid_uniq("id"))
        .col(big_integer("user_number"))
        .col(text("list"))
        .col(text("name"))
        .col(text("query"))
        .col(boolean("shared"))
        .col(big_integer("created_at"))
        .to_owned();
    manager.create_table(filter).await?;
    let own = ["user_number", "list", "name"];
    index(manager, "saved_filter", &own, true).await?;
    index(manager, "saved_filter", &["shared", "list"], false).await?;
    // A person's default of a list, which may be somebody else's shared filter.
    let default = table("default_filter")
        .col(big_integer("user_number"))
        .col(text("list"))
        .col(big_integer("filter_number"))
        .primary_key(Index::create().col("user_number").col("list"))
        .to_owned();
    manager.create_table(default).await?;
    index(manager, "default_filter", &["filter_number"], false).await
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    drop(manager, "session").await?;
    // Under a digest of its id: who reads this table can take over no session.
    let session = table("session")
        .col(text("digest").primary_key())
        .col(uuid_null("user_id"))
        .col(blob("data"))
        .col(text_null("user_agent"))
        .col(text_null("address"))
        .col(big_integer("created_at"))
        .col(big_integer("seen_at"))
        .col(big_integer("expires_at"))
        .to_owned();
    manager.create_table(session).await?;
    index(manager, "session", &["user_id"], false).await?;
    index(manager, "session", &["expires_at"], false).await
}
