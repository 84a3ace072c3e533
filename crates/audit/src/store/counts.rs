//! Counting: what one transaction of the recorder adds to the counts, a few statements whatever
//! the number of operations.
//!
//! Whoever counts changes the one row of `counted_head` last, after that of `log_head` where there
//! are logs, and the other rows in the order of their keys. So two servers never wait for each other
//! in a circle.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iden, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use serde::{Deserialize, Serialize};

use super::append::chunks;
use super::entity::{counted, counted_head, coverage, log_count, rule_count};
use super::{Store, Stored, Work, from_json, rows_of, to_json};

/// How many of the last operations rules are tried on.
pub(crate) const LAST: usize = 1_000;

/// What a group adds, each list in the order of its key.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) logs: Vec<log_count::Model>,
    pub(crate) rules: Vec<rule_count::Model>,
    pub(crate) let_go: Vec<coverage::Model>,
    /// When, and which operations.
    pub(crate) last: Option<(i64, Sampled)>,
    /// How many operations were counted, of which `last` holds the end.
    pub(crate) operations: i64,
}

/// Operations without their content: who did what to which kind of record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sampled {
    /// The users, each with the groups they were in.
    #[serde(rename = "u")]
    pub(crate) users: Vec<(String, Vec<String>)>,
    /// Model, operation, the user's place, whether it was recorded.
    #[serde(rename = "o")]
    pub(crate) operations: Vec<(i32, u8, u32, bool)>,
}

/// What is there plus what comes.
fn sum(table: impl IntoIden + Copy, column: impl Iden + Copy + 'static) -> Expr {
    Expr::col((table, column)).add(Expr::col((Alias::new("excluded"), column)))
}

impl Work {
    /// Adds to the counts.
    pub(crate) async fn count(&self, counts: Counts) -> Stored<()> {
        if counts.logs.is_empty() && counts.last.is_none() {
            return Ok(());
        }
        for rows in chunks(counts.logs, rows_of(7)) {
            let same = OnConflict::columns([
                log_count::Column::Day,
                log_count::Column::ModelId,
                log_count::Column::UserLogin,
                log_count::Column::Operation,
            ])
            .value(
                log_count::Column::Logs,
                sum(log_count::Entity, log_count::Column::Logs),
            )
            .value(
                log_count::Column::Unrecorded,
                sum(log_count::Entity, log_count::Column::Unrecorded),
            )
            .to_owned();
            let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
            log_count::Entity::insert_many(rows)
                .on_conflict(same)
                .exec_without_returning(self.connection())
                .await?;
        }
        for rows in chunks(counts.rules, rows_of(3)) {
            let same = OnConflict::columns([rule_count::Column::Day, rule_count::Column::RuleId])
                .value(
                    rule_count::Column::Logs,
                    sum(rule_count::Entity, rule_count::Column::Logs),
                )
                .to_owned();
            let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
            rule_count::Entity::insert_many(rows)
                .on_conflict(same)
                .exec_without_returning(self.connection())
                .await?;
        }
        for rows in chunks(counts.let_go, rows_of(7)) {
            let same = OnConflict::columns([
                coverage::Column::Day,
                coverage::Column::HostId,
                coverage::Column::ModelId,
                coverage::Column::Operation,
            ])
            .value(
                coverage::Column::Operations,
                sum(coverage::Entity, coverage::Column::Operations),
            )
            .update_column(coverage::Column::LastAt)
            .to_owned();
            let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
            coverage::Entity::insert_many(rows)
                .on_conflict(same)
                .exec_without_returning(self.connection())
                .await?;
        }
        self.sample(counts.operations, counts.last).await
    }

    /// Keeps the operations of this group, and now and then forgets those before the last ones.
    async fn sample(&self, operations: i64, sampled: Option<(i64, Sampled)>) -> Stored<()> {
        let Some((at, sampled)) = sampled else {
            return Ok(());
        };
        // One statement counts on: nobody else does until this work is done.
        let count = Query::update()
            .table(counted_head::Entity)
            .value(
                counted_head::Column::Last,
                Expr::col(counted_head::Column::Last).add(operations),
            )
            .returning_col(counted_head::Column::Last)
            .to_owned();
        let row = self.connection().query_one(&count).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("counted_head".to_owned()))?;
        let last: i64 = row.try_get_by_index(0)?;
        let row = counted::Model {
            last,
            at,
            operations: to_json(&sampled)?,
        };
        counted::Entity::insert(row.into_active_model())
            .exec_without_returning(self.connection())
            .await?;
        let kept = i64::try_from(LAST).unwrap_or(i64::MAX);
        if last / kept != (last - operations) / kept {
            counted::Entity::delete_many()
                .filter(counted::Column::Last.lte(last - kept))
                .exec(self.connection())
                .await?;
        }
        Ok(())
    }
}

impl Store {
    /// The last operations counted, newest commit first, each commit with its time: at least
    /// [`LAST`] where there were as many.
    pub(crate) async fn last_counted(&self) -> Stored<Vec<(i64, Sampled)>> {
        let rows = counted::Entity::find()
            .order_by_desc(counted::Column::Last)
            .all(self.read())
            .await?;
        rows.into_iter()
            .map(|row| Ok((row.at, from_json(&row.operations)?)))
            .collect()
    }
}
