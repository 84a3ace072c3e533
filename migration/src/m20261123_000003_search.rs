//! Indexes for the search of logs: the fields of a log, and the logs that tell of a gap.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Logs come in the order of `seq`, so that this one only ever grows at its end.
        let fields = Index::create()
            .name("log_field_seq")
            .table("log_field")
            .col("seq")
            .col("model_id")
            .col("field")
            .to_owned();
        manager.create_index(fields).await?;
        // Few logs tell of a gap: the index holds those alone.
        let gaps = "CREATE INDEX log_unrecorded ON log (seq) WHERE unrecorded IS NOT NULL";
        manager.get_connection().execute_unprepared(gaps).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["log_unrecorded", "log_field_seq"] {
            let drop = format!("DROP INDEX {index}");
            manager.get_connection().execute_unprepared(&drop).await?;
        }
        Ok(())
    }
}
