//! The index of the words of logs, which is made from the logs and can be made again from them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::blob;

use crate::m20261123_000001_foundation::{place, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A row a bucket of grams of a block of logs, under one number for both, so that the rows of
        // a block are written one behind the other.
        let gram = table("gram")
            .col(place(manager, "place"))
            .col(blob("logs"))
            .to_owned();
        manager.create_table(gram).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let gram = Table::drop().table(Alias::new("gram")).to_owned();
        manager.drop_table(gram).await
    }
}
