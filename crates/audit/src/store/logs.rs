//! Logs as rows: keyset pages of them, by every filter.

use sea_orm::prelude::Uuid;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use types::{Order, Timestamp};

use super::entity::{log, log_head};
use super::filter::{changes_up_to, filtered};
use super::words::Reach;
use super::{Store, Stored};
use crate::filter::Filter;

/// What a log is of, without what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sketch {
    pub(crate) seq: i64,
    pub(crate) host_id: i32,
    pub(crate) model_id: i32,
    pub(crate) record_id: String,
    pub(crate) record_name: Option<String>,
    pub(crate) operation: i16,
    pub(crate) user_login: String,
    pub(crate) user_name: Option<String>,
    pub(crate) recorded_at: i64,
}

/// Logs of a filter.
pub(super) enum Found {
    /// What is still to be asked of the database.
    Listed(Box<Select<log::Entity>>),
    /// The places of those within reach, in the order that was asked for.
    At(Vec<i64>),
}

/// How many changes of a field are few enough to be listed before the logs are looked at.
const FEW: u64 = 20_000;

impl Store {
    /// The logs of the filter, asked for in the way that suits how many there are.
    pub(super) async fn filtered(
        &self,
        filter: &Filter,
        reach: Reach,
    ) -> Stored<Select<log::Entity>> {
        Ok(match self.search(filter, reach).await? {
            Found::Listed(logs) => *logs,
            Found::At(places) => log::Entity::find().filter(self.among_logs(places)?),
        })
    }

    /// Finds the logs of the filter, in the way that suits how many there are.
    pub(super) async fn search(&self, filter: &Filter, reach: Reach) -> Stored<Found> {
        let (mut many, mut few) = (Vec::new(), false);
        for place in 0..filter.clauses.len() {
            if let Some(count) = changes_up_to(filter, place, FEW) {
                let row = self.lists().query_one(&count).await?;
                let found: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
                if u64::try_from(found).is_ok_and(|found| found > FEW) {
                    many.push(place);
                } else {
                    few = true;
                }
            }
        }
        let listed = filtered(filter, &many);
        if few {
            return Ok(Found::Listed(Box::new(listed)));
        }
        let indexed = self.indexed(filter, reach, &listed).await?;
        Ok(match indexed {
            Some(places) => Found::At(places),
            None => Found::Listed(Box::new(listed)),
        })
    }

    /// At most `limit` logs of the filter behind the one at `after`, in this order.
    pub(crate) async fn logs(
        &self,
        filter: &Filter,
        order: Order,
        after: Option<i64>,
        limit: u64,
    ) -> Stored<Vec<log::Model>> {
        let reach = Reach {
            order,
            after,
            limit,
        };
        let mut select = self.filtered(filter, reach).await?;
        select = match order {
            Order::Desc => select.order_by_desc(log::Column::Seq),
            Order::Asc => select.order_by_asc(log::Column::Seq),
        };
        if let Some(after) = after {
            select = select.filter(match order {
                Order::Desc => log::Column::Seq.lt(after),
                Order::Asc => log::Column::Seq.gt(after),
            });
        }
        Ok(select.limit(limit).all(self.lists()).await?)
    }

    /// The newest `limit` logs of the filter, without what they hold.
    pub(crate) async fn sketches(&self, filter: &Filter, limit: u64) -> Stored<Vec<Sketch>> {
        type Row = (
            i64,
            i32,
            i32,
            String,
            Option<String>,
            i16,
            String,
            Option<String>,
            i64,
        );
        let rows: Vec<Row> = self
            .filtered(filter, Reach::newest(limit))
            .await?
            .select_only()
            .columns([
                log::Column::Seq,
                log::Column::HostId,
                log::Column::ModelId,
                log::Column::RecordId,
                log::Column::RecordName,
                log::Column::Operation,
                log::Column::UserLogin,
                log::Column::UserName,
                log::Column::RecordedAt,
            ])
            .order_by_desc(log::Column::Seq)
            .limit(limit)
            .into_tuple()
            .all(self.lists())
            .await?;
        let sketch = |row: Row| Sketch {
            seq: row.0,
            host_id: row.1,
            model_id: row.2,
            record_id: row.3,
            record_name: row.4,
            operation: row.5,
            user_login: row.6,
            user_name: row.7,
            recorded_at: row.8,
        };
        Ok(rows.into_iter().map(sketch).collect())
    }

    /// The first login of a log that is `login` or comes after it; with `beyond`, after it only.
    /// Found by the index alone, however many logs there are.
    pub(crate) async fn login_from(
        &self,
        login: &str,
        beyond: bool,
    ) -> Stored<Option<(String, Option<String>)>> {
        let found = if beyond {
            log::Column::UserLogin.gt(login)
        } else {
            log::Column::UserLogin.gte(login)
        };
        Ok(log::Entity::find()
            .select_only()
            .columns([log::Column::UserLogin, log::Column::UserName])
            .filter(found)
            .order_by_asc(log::Column::UserLogin)
            .order_by_asc(log::Column::Seq)
            .limit(1)
            .into_tuple()
            .one(self.lists())
            .await?)
    }

    /// The place of the last log; 0 where there is none.
    pub(crate) async fn last_seq(&self) -> Stored<i64> {
        let head = log_head::Entity::find_by_id(1).one(self.read()).await?;
        Ok(head.map_or(0, |head| head.seq))
    }

    pub(crate) async fn log(&self, id: Uuid) -> Stored<Option<log::Model>> {
        Ok(log::Entity::find()
            .filter(log::Column::Id.eq(id))
            .one(self.lists())
            .await?)
    }

    /// The logs of these ids, in no order.
    pub(crate) async fn logs_by_ids(&self, ids: &[Uuid]) -> Stored<Vec<log::Model>> {
        Ok(log::Entity::find()
            .filter(log::Column::Id.is_in(ids.iter().copied()))
            .all(self.lists())
            .await?)
    }

    /// The revision that a record was at at a time; none before its first.
    pub(crate) async fn revision_at(
        &self,
        model_id: i32,
        record_id: &str,
        time: Timestamp,
    ) -> Stored<Option<i64>> {
        Ok(log::Entity::find()
            .select_only()
            .column(log::Column::Revision)
            .filter(log::Column::ModelId.eq(model_id))
            .filter(log::Column::RecordId.eq(record_id))
            .filter(log::Column::RecordedAt.lte(time.micros()))
            .order_by_desc(log::Column::Revision)
            .limit(1)
            .into_tuple()
            .one(self.lists())
            .await?)
    }
}
