//! Proof: the tiles of the Merkle tree over the logs, the checkpoints, the keys that signed them,
//! and the verifications that were run.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, integer, text, text_null};

use crate::m20261123_000001_foundation::{counted, index, place, table};
use crate::triggers;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The last tile of a level grows until it is full; a full one never changes again.
        let tile = table("tile")
            .col(integer("level"))
            .col(big_integer("place"))
            .col(blob("hashes"))
            .primary_key(Index::create().col("level").col("place"))
            .to_owned();
        manager.create_table(tile).await?;

        // Those that are kept for ever; the newest one is in `sealed`.
        let checkpoint = table("checkpoint")
            .col(place(manager, "size"))
            .col(text("note"))
            .col(big_integer("sealed_at"))
            .to_owned();
        manager.create_table(checkpoint).await?;
        triggers::append_only(manager, "checkpoint", &[&["size"]]).await?;

        let sealed = table("sealed")
            .col(integer("id").primary_key())
            .col(big_integer("size"))
            .col(text("note"))
            .col(big_integer("sealed_at"))
            .to_owned();
        manager.create_table(sealed).await?;

        let key = table("signing_key")
            .col(counted(manager, "number"))
            .col(text("key").unique_key())
            .col(big_integer("since"))
            .col(big_integer("created_at"))
            .to_owned();
        manager.create_table(key).await?;
        triggers::append_only(manager, "signing_key", &[&["number"], &["key"]]).await?;

        let verification = table("verification")
            .col(counted(manager, "number"))
            .col(big_integer("started_at"))
            .col(big_integer_null("finished_at"))
            .col(text("started_by"))
            .col(big_integer("logs"))
            .col(big_integer("done"))
            .col(text_null("verdict"))
            .col(text_null("detail"))
            .to_owned();
        manager.create_table(verification).await?;
        index(manager, "verification", &["started_at"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "verification",
            "signing_key",
            "sealed",
            "checkpoint",
            "tile",
        ] {
            let drop = Table::drop().table(Alias::new(table)).to_owned();
            manager.drop_table(drop).await?;
        }
        Ok(())
    }
}
