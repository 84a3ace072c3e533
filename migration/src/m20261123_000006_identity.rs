//! Who a person is at the provider of single sign-on: issuer and subject, for those who sign in so.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

use crate::m20261123_000001_foundation::index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let user = Table::alter()
            .table(Alias::new("user"))
            .add_column(text_null("subject"))
            .to_owned();
        manager.alter_table(user).await?;
        index(manager, "user", &["subject"], true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop()
            .name("user_subject")
            .table(Alias::new("user"))
            .to_owned();
        manager.drop_index(index).await?;
        let user = Table::alter()
            .table(Alias::new("user"))
            .drop_column("subject")
            .to_owned();
        manager.alter_table(user).await
    }
}
