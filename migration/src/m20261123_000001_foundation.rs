//! The first schema: hosts, keys, models, rules, logs, records, people.
//!
//! Times are microseconds since 1970 in 64-bit integers and JSON is text, the same on both
//! databases: nothing is rounded, reordered or refused on the way.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, boolean, custom, integer, pk_auto, small_integer, text,
    text_null, uuid_uniq,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::triggers;

/// The tables, in the order in which they are made.
const TABLES: [&str; 16] = [
    "host",
    "api_key",
    "model",
    "rule",
    "rule_scope",
    "configuration",
    "log",
    "log_field",
    "log_head",
    "operation_key",
    "record",
    "snapshot",
    "setting",
    "user",
    "user_group",
    "session",
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        configuration(manager).await?;
        logs(manager).await?;
        records(manager).await?;
        people(manager).await?;
        let log: [&[&str]; 3] = [&["seq"], &["id"], &["model_id", "record_id", "revision"]];
        triggers::append_only(manager, "log", &log).await?;
        triggers::append_only(manager, "log_field", &[&["field", "model_id", "seq"]]).await?;
        triggers::append_only(manager, "operation_key", &[&["host_id", "key"]]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.into_iter().rev() {
            let drop = Table::drop()
                .table(Alias::new(table))
                .if_exists()
                .to_owned();
            manager.drop_table(drop).await?;
        }
        triggers::forget(manager).await
    }
}

/// A table of this name, still without columns.
pub(crate) fn table(name: &str) -> TableCreateStatement {
    Table::create().table(Alias::new(name)).to_owned()
}

/// A 64-bit key that is the row's own place in SQLite, too (only `INTEGER` is).
pub(crate) fn place(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let kind = if manager.get_database_backend() == DbBackend::Postgres {
        "bigint"
    } else {
        "integer"
    };
    custom(name, kind).primary_key().take()
}

/// A [`place`] that the database counts up.
pub(crate) fn counted(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    if manager.get_database_backend() == DbBackend::Postgres {
        big_integer(name).auto_increment().primary_key().take()
    } else {
        pk_auto(name)
    }
}

/// An index named after its table and columns.
pub(crate) async fn index(
    manager: &SchemaManager<'_>,
    table: &str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index
        .name(format!("{table}_{}", columns.join("_")))
        .table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    if unique {
        index.unique();
    }
    manager.create_index(index).await
}

async fn configuration(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let host = table("host")
        .col(pk_auto("id"))
        .col(text("name").unique_key())
        .col(text("label"))
        .col(boolean("builtin"))
        .col(big_integer("created_at"))
        .col(big_integer_null("ended_at"))
        .to_owned();
    manager.create_table(host).await?;

    let key = table("api_key")
        .col(counted(manager, "number"))
        .col(uuid_uniq("id"))
        .col(integer("host_id"))
        .col(text("name"))
        .col(text("prefix"))
        .col(blob("hash").unique_key())
        .col(text("scopes"))
        .col(big_integer("created_at"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer_null("expires_at"))
        .col(big_integer_null("revoked_at"))
        .to_owned();
    manager.create_table(key).await?;
    index(manager, "api_key", &["host_id", "number"], false).await?;

    let model = table("model")
        .col(pk_auto("id"))
        .col(integer("host_id"))
        .col(text("name"))
        .col(text("label"))
        .col(text_null("name_field"))
        .col(boolean("declared"))
        .col(text("fields"))
        .col(text("viewers"))
        .to_owned();
    manager.create_table(model).await?;
    index(manager, "model", &["host_id", "name"], true).await?;

    let rule = table("rule")
        .col(counted(manager, "number"))
        .col(uuid_uniq("id"))
        .col(integer("host_id"))
        .col(text("model"))
        .col(text("name"))
        .col(boolean("log_create"))
        .col(boolean("log_write"))
        .col(boolean("log_unlink"))
        .col(text("groups"))
        .col(text("excluded_users"))
        .col(text("ignored_fields"))
        .col(boolean("require_reason"))
        .col(boolean("active"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned();
    manager.create_table(rule).await?;
    // One rule for a model and a group; everyone is the group without a name.
    let scope = table("rule_scope")
        .col(integer("host_id"))
        .col(text("model"))
        .col(text("group_name"))
        .col(big_integer("rule_number"))
        .primary_key(
            Index::create()
                .col("host_id")
                .col("model")
                .col("group_name"),
        )
        .to_owned();
    manager.create_table(scope).await?;
    index(manager, "rule_scope", &["rule_number"], false).await?;

    // Counts up with every change of hosts, keys, models and rules: what snapshots compare.
    let configuration = table("configuration")
        .col(integer("id").primary_key())
        .col(big_integer("version"))
        .to_owned();
    manager.create_table(configuration).await?;
    let first = "INSERT INTO configuration (id, version) VALUES (1, 1)";
    manager.get_connection().execute_unprepared(first).await?;

    let setting = table("setting")
        .col(text("name").primary_key())
        .col(text("value"))
        .to_owned();
    manager.create_table(setting).await
}

async fn logs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let log = table("log")
        .col(place(manager, "seq"))
        .col(uuid_uniq("id"))
        .col(integer("host_id"))
        .col(integer("model_id"))
        .col(text("model_label"))
        .col(text("record_id"))
        .col(text_null("record_name"))
        .col(big_integer("revision"))
        .col(small_integer("operation"))
        .col(text("user_login"))
        .col(text_null("user_name"))
        .col(text_null("on_behalf_of"))
        .col(big_integer("occurred_at"))
        .col(big_integer("recorded_at"))
        .col(text("rule_ids"))
        .col(text("changes"))
        .col(text_null("unrecorded"))
        .col(text_null("observed"))
        .col(text_null("request_id"))
        .col(text_null("transaction_id"))
        .col(text_null("context"))
        .col(text("search"))
        .to_owned();
    manager.create_table(log).await?;
    index(manager, "log", &["model_id", "record_id", "revision"], true).await?;
    index(manager, "log", &["record_id", "seq"], false).await?;
    index(manager, "log", &["model_id", "seq"], false).await?;
    index(manager, "log", &["host_id", "seq"], false).await?;
    index(manager, "log", &["user_login", "seq"], false).await?;
    index(manager, "log", &["operation", "seq"], false).await?;
    index(manager, "log", &["recorded_at"], false).await?;
    index(manager, "log", &["request_id", "seq"], false).await?;
    index(manager, "log", &["transaction_id", "seq"], false).await?;

    // Which fields a log changes.
    let field = table("log_field")
        .col(integer("model_id"))
        .col(text("field"))
        .col(big_integer("seq"))
        .primary_key(Index::create().col("field").col("model_id").col("seq"))
        .to_owned();
    manager.create_table(field).await?;

    // The last log: its place and its time. Locked by whoever appends.
    let head = table("log_head")
        .col(integer("id").primary_key())
        .col(big_integer("seq"))
        .col(big_integer("recorded_at"))
        .to_owned();
    manager.create_table(head).await?;
    let first = "INSERT INTO log_head (id, seq, recorded_at) VALUES (1, 0, 0)";
    manager.get_connection().execute_unprepared(first).await?;

    // Idempotency keys, for ever; `seq` is missing where the operation changed nothing.
    let key = table("operation_key")
        .col(integer("host_id"))
        .col(text("key"))
        .col(blob("digest"))
        .col(big_integer_null("seq"))
        .primary_key(Index::create().col("host_id").col("key"))
        .to_owned();
    manager.create_table(key).await
}

async fn records(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let record = table("record")
        .col(counted(manager, "id"))
        .col(integer("model_id"))
        .col(text("record_id"))
        .col(text_null("name"))
        .col(big_integer("revision"))
        .col(boolean("deleted"))
        .col(big_integer("recorded_at"))
        .col(text("state"))
        .col(text("search"))
        .to_owned();
    manager.create_table(record).await?;
    index(manager, "record", &["model_id", "record_id"], true).await?;
    index(manager, "record", &["model_id", "id"], false).await?;

    // The whole state of a record every so many revisions.
    let snapshot = table("snapshot")
        .col(integer("model_id"))
        .col(text("record_id"))
        .col(big_integer("revision"))
        .col(text("state"))
        .primary_key(
            Index::create()
                .col("model_id")
                .col("record_id")
                .col("revision"),
        )
        .to_owned();
    manager.create_table(snapshot).await
}

async fn people(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let user = table("user")
        .col(counted(manager, "number"))
        .col(uuid_uniq("id"))
        .col(text("login").unique_key())
        .col(text("name"))
        .col(text("role"))
        .col(text("password_hash"))
        .col(big_integer("created_at"))
        .col(big_integer_null("disabled_at"))
        .to_owned();
    manager.create_table(user).await?;
    let group = table("user_group")
        .col(big_integer("user_number"))
        .col(text("group_name"))
        .primary_key(Index::create().col("user_number").col("group_name"))
        .to_owned();
    manager.create_table(group).await?;
    let session = table("session")
        .col(text("id").primary_key())
        .col(blob("data"))
        .col(big_integer("expires_at"))
        .to_owned();
    manager.create_table(session).await?;
    index(manager, "session", &["expires_at"], false).await
}
