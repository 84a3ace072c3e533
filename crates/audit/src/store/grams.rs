//! The index of the words of logs as rows: for each block of logs one of each bucket of grams, under
//! numbers that follow each other. Each is right by itself, whatever else is missing.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{ArrayType, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value,
};
use types::Timestamp;

use super::bulk::{Kind, Target};
use super::entity::{gram, log};
use super::filter::edge;
use super::{Store, Stored, Work, to_json};
use crate::engine::grams::Shape;

/// The key of the advisory lock under which one server makes the index.
const LOCK: i64 = 0x7265_7669_736f_7202;

const GRAMS: Target = Target {
    table: "gram",
    columns: &[("place", Kind::Big), ("logs", Kind::Bytes)],
    then: "ON CONFLICT (\"place\") DO UPDATE SET \"logs\" = excluded.\"logs\"",
};

impl Store {
    /// The words of logs behind the one at `after`, in their order, at most `limit`, none behind
    /// `last`.
    pub(crate) async fn words(
        &self,
        after: i64,
        last: i64,
        limit: u64,
    ) -> Stored<Vec<(i64, String)>> {
        Ok(log::Entity::find()
            .select_only()
            .columns([log::Column::Seq, log::Column::Search])
            .filter(log::Column::Seq.gt(after))
            .filter(log::Column::Seq.lte(last))
            .order_by_asc(log::Column::Seq)
            .limit(limit)
            .into_tuple()
            .all(self.read())
            .await?)
    }

    /// The newest of the first `blocks` blocks that is not in the index.
    pub(crate) async fn unindexed(&self, blocks: i64) -> Stored<Option<i64>> {
        let shape = self.shape;
        // The last row of a block is written last.
        let places = (1..=blocks).map(|next| next * i64::from(shape.buckets()) - 1);
        let begin = Func::cust("substr")
            .arg(Expr::col(gram::Column::Logs))
            .arg(1)
            .arg(2);
        let rows: Vec<(i64, Vec<u8>)> = gram::Entity::find()
            .select_only()
            .column(gram::Column::Place)
            .expr_as(begin, "begin")
            .filter(self.among(Expr::col(gram::Column::Place), places.collect())?)
            .into_tuple()
            .all(self.read())
            .await?;
        let rows = rows.into_iter().filter(|(_, mark)| *mark == shape.mark());
        let there: BTreeSet<i64> = rows
            .map(|(place, _)| place / i64::from(shape.buckets()))
            .collect();
        Ok((0..blocks).rev().find(|block| !there.contains(block)))
    }

    /// The place of the first log that was recorded then or later.
    pub(super) async fn first_from(&self, time: Timestamp) -> Stored<Option<i64>> {
        let fits = log::Column::RecordedAt.gte(time.micros());
        self.place(edge(Order::Asc, fits)).await
    }

    /// The place of the last log that was recorded then or earlier.
    pub(super) async fn last_to(&self, time: Timestamp) -> Stored<Option<i64>> {
        let fits = log::Column::RecordedAt.lte(time.micros());
        self.place(edge(Order::Desc, fits)).await
    }

    async fn place(&self, select: SelectStatement) -> Stored<Option<i64>> {
        let row = self.read().query_one(&select).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// Whether a log is one of these, however many, by a statement that stays the same.
    pub(super) fn among_logs(&self, seqs: Vec<i64>) -> Stored<Expr> {
        self.among(Expr::col((log::Entity, log::Column::Seq)), seqs)
    }

    fn among(&self, number: Expr, numbers: Vec<i64>) -> Stored<Expr> {
        if self.is_shared() {
            let numbers = numbers.into_iter().map(Value::from).collect();
            let array = Value::Array(ArrayType::BigInt, Some(Box::new(numbers)));
            return Ok(number.eq(Func::cust("ANY").arg(Expr::val(array))));
        }
        let each = Func::cust("json_each").arg(to_json(&numbers)?);
        let mut values = Query::select();
        values.column("value").from_function(each, "each");
        Ok(number.in_subquery(values))
    }

    /// The rows of these buckets of blocks, by their place.
    pub(super) async fn grams(&self, places: Vec<i64>) -> Stored<BTreeMap<i64, Vec<u8>>> {
        let rows = gram::Entity::find()
            .filter(self.among(Expr::col(gram::Column::Place), places)?)
            .all(self.read())
            .await?;
        Ok(rows.into_iter().map(|row| (row.place, row.logs)).collect())
    }
}

impl Work {
    /// Whether this work is the one that makes the index; the others have nothing to do meanwhile.
    pub(crate) async fn indexes_alone(&self) -> Stored<bool> {
        self.alone(LOCK).await
    }

    /// Keeps the rows of some buckets of a block.
    pub(crate) async fn put_grams(
        &self,
        shape: Shape,
        block: i64,
        rows: Vec<(u32, Vec<u8>)>,
    ) -> Stored<()> {
        let place = |bucket| block * i64::from(shape.buckets()) + i64::from(bucket);
        let rows = rows.into_iter();
        let rows = rows.map(|(bucket, logs)| Ok(vec![place(bucket).into(), logs.into()]));
        GRAMS.insert(self, rows).await
    }
}
