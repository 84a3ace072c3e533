//! What proofs are kept as: tiles, checkpoints, keys.

use std::collections::BTreeMap;

use proof::{Tile, TilePlace};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::append::chunks;
use super::entity::{checkpoint, log, log_head, sealed, signing_key, tile};
use super::{Store, Stored, Work, rows_of};

/// The key of the advisory lock under which one server seals.
const SEAL_LOCK: i64 = 0x7265_7669_736f_7201;

/// A checkpoint as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// How many logs it is over.
    pub(crate) size: i64,
    /// The signed note.
    pub(crate) note: String,
    /// When it was signed, in microseconds since 1970.
    pub(crate) at: i64,
}

impl Store {
    /// The place of the last log.
    pub(crate) async fn end(&self) -> Stored<i64> {
        let row = log_head::Entity::find_by_id(1).one(self.read()).await?;
        Ok(row.map_or(0, |row| row.seq))
    }

    /// The newest checkpoint.
    pub(crate) async fn sealed(&self) -> Stored<Option<Sealed>> {
        newest(self.read()).await
    }

    /// Kept checkpoints of more than `after` logs, smallest first.
    pub(crate) async fn checkpoints(&self, after: i64, limit: u64) -> Stored<Vec<Sealed>> {
        let rows = checkpoint::Entity::find()
            .filter(checkpoint::Column::Size.gt(after))
            .order_by_asc(checkpoint::Column::Size)
            .limit(limit)
            .all(self.read())
            .await?;
        Ok(rows.into_iter().map(kept).collect())
    }

    /// The last kept checkpoints, largest first.
    pub(crate) async fn last_checkpoints(&self, limit: u64) -> Stored<Vec<Sealed>> {
        let rows = checkpoint::Entity::find()
            .order_by_desc(checkpoint::Column::Size)
            .limit(limit)
            .all(self.read())
            .await?;
        Ok(rows.into_iter().map(kept).collect())
    }

    /// These tiles, as far as there are any.
    pub(crate) async fn tiles(
        &self,
        places: impl IntoIterator<Item = TilePlace>,
    ) -> Stored<BTreeMap<TilePlace, Tile>> {
        let mut any = Condition::any();
        for place in places {
            any = any.add(
                Condition::all()
                    .add(tile::Column::Level.eq(level(place)))
                    .add(tile::Column::Place.eq(index(place))),
            );
        }
        if any.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = tile::Entity::find().filter(any).all(self.read()).await?;
        rows.into_iter().map(stored).collect()
    }

    /// Tiles of leaves from the one at `first` on, at most `limit`.
    pub(crate) async fn leaf_tiles(
        &self,
        first: u64,
        limit: u64,
    ) -> Stored<BTreeMap<TilePlace, Tile>> {
        let first = i64::try_from(first).unwrap_or(i64::MAX);
        let rows = tile::Entity::find()
            .filter(tile::Column::Level.eq(0))
            .filter(tile::Column::Place.gte(first))
            .order_by_asc(tile::Column::Place)
            .limit(limit)
            .all(self.read())
            .await?;
        rows.into_iter().map(stored).collect()
    }

    /// Logs behind the one at `after`, in their order, at most `limit`, none behind `last`.
    pub(crate) async fn logs_between(
        &self,
        after: i64,
        last: i64,
        limit: u64,
    ) -> Stored<Vec<log::Model>> {
        Ok(log::Entity::find()
            .filter(log::Column::Seq.gt(after))
            .filter(log::Column::Seq.lte(last))
            .order_by_asc(log::Column::Seq)
            .limit(limit)
            .all(self.read())
            .await?)
    }

    /// The keys that signed, in the order in which they began to.
    pub(crate) async fn signing_keys(&self) -> Stored<Vec<signing_key::Model>> {
        Ok(signing_key::Entity::find()
            .order_by_asc(signing_key::Column::Number)
            .all(self.read())
            .await?)
    }

    /// Whether PostgreSQL keeps the data: only there can other servers seal, too.
    pub(crate) fn is_shared(&self) -> bool {
        self.read().get_database_backend() == DbBackend::Postgres
    }
}

impl Work {
    /// Whether this work is the one that seals; the others have to wait for its end.
    pub(crate) async fn seals_alone(&self) -> Stored<bool> {
        self.alone(SEAL_LOCK).await
    }

    /// Whether this work has the advisory lock of this key, until its end. SQLite has no other
    /// servers.
    pub(super) async fn alone(&self, key: i64) -> Stored<bool> {
        if self.connection().get_database_backend() != DbBackend::Postgres {
            return Ok(true);
        }
        // It reads by other connections, for longer than anybody may keep others from recording.
        let patience = "SET LOCAL idle_in_transaction_session_timeout = '2min'";
        self.connection().execute_unprepared(patience).await?;
        let sql = format!("SELECT pg_try_advisory_xact_lock({key})");
        let statement = sea_orm::Statement::from_string(DbBackend::Postgres, sql);
        let row = self.connection().query_one_raw(statement).await?;
        Ok(row.map_or(Ok(false), |row| row.try_get_by_index(0))?)
    }

    /// The newest checkpoint, as this work sees it.
    pub(crate) async fn sealed(&self) -> Stored<Option<Sealed>> {
        newest(self.connection()).await
    }

    /// Keeps tiles that are new or longer than before.
    pub(crate) async fn put_tiles(&self, tiles: BTreeMap<TilePlace, Tile>) -> Stored<()> {
        let rows: Vec<_> = tiles
            .into_iter()
            .map(|(place, hashes)| tile::Model {
                level: level(place),
                place: index(place),
                hashes: hashes.to_bytes(),
            })
            .collect();
        for rows in chunks(rows, rows_of(3).min(500)) {
            let longer = OnConflict::columns([tile::Column::Level, tile::Column::Place])
                .update_column(tile::Column::Hashes)
                .to_owned();
            tile::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
                .on_conflict(longer)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Makes a checkpoint the newest one.
    pub(crate) async fn put_sealed(&self, new: &Sealed) -> Stored<()> {
        let row = sealed::ActiveModel {
            id: Set(1),
            size: Set(new.size),
            note: Set(new.note.clone()),
            sealed_at: Set(new.at),
        };
        let newer = OnConflict::column(sealed::Column::Id)
            .update_columns([
                sealed::Column::Size,
                sealed::Column::Note,
                sealed::Column::SealedAt,
            ])
            .to_owned();
        sealed::Entity::insert(row)
            .on_conflict(newer)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }

    /// The last checkpoint that is kept for ever.
    pub(crate) async fn last_kept(&self) -> Stored<Option<Sealed>> {
        let row = checkpoint::Entity::find()
            .order_by_desc(checkpoint::Column::Size)
            .one(self.connection())
            .await?;
        Ok(row.map(kept))
    }

    /// Keeps a checkpoint for ever.
    pub(crate) async fn keep(&self, new: &Sealed) -> Stored<()> {
        let row = checkpoint::Model {
            size: new.size,
            note: new.note.clone(),
            sealed_at: new.at,
        };
        checkpoint::Entity::insert(row.into_active_model())
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }

    /// Names a key that signs from `since` logs on.
    pub(crate) async fn put_signing_key(&self, key: &str, since: i64, now: i64) -> Stored<()> {
        let row = signing_key::ActiveModel {
            number: NotSet,
            key: Set(key.to_owned()),
            since: Set(since),
            created_at: Set(now),
        };
        signing_key::Entity::insert(row)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }
}

async fn newest<C: ConnectionTrait>(connection: &C) -> Stored<Option<Sealed>> {
    let row = sealed::Entity::find_by_id(1).one(connection).await?;
    Ok(row.map(|row| Sealed {
        size: row.size,
        note: row.note,
        at: row.sealed_at,
    }))
}

fn kept(row: checkpoint::Model) -> Sealed {
    Sealed {
        size: row.size,
        note: row.note,
        at: row.sealed_at,
    }
}

fn level(place: TilePlace) -> i32 {
    i32::try_from(place.level).unwrap_or(i32::MAX)
}

fn index(place: TilePlace) -> i64 {
    i64::try_from(place.index).unwrap_or(i64::MAX)
}

fn stored(row: tile::Model) -> Stored<(TilePlace, Tile)> {
    let place = TilePlace {
        level: u32::try_from(row.level).unwrap_or(u32::MAX),
        index: u64::try_from(row.place).unwrap_or(u64::MAX),
    };
    let broken = || DbErr::Type(format!("tile {}/{} is broken", row.level, row.place));
    let hashes = Tile::from_bytes(&row.hashes).ok_or_else(broken)?;
    Ok((place, hashes))
}
