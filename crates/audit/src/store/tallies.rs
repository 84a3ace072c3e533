//! Tallies: the newest logs of a filter counted by the database, by what they have in common, so
//! that a few rows come back and not the logs.
//!
//! The logs are found once, and counted by each part that is asked for. Where there are more than
//! `most`, the database is asked for one more and the oldest is taken off again: so it is known
//! whether these are all, at the cost of one log.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{
    Alias, CaseStatement, CommonTableExpression, Expr, ExprTrait, Func, IntoIden, Query,
    SelectStatement, UnionType,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait, Select,
};
use types::Zone;

use super::entity::log;
use super::logs::Found;
use super::words::Reach;
use super::{Store, Stored, from_json};
use crate::filter::Filter;

/// By what logs are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Host, model and operation.
    Kinds,
    /// Who did it, by login and name.
    Users,
    /// The day on the clocks of a zone.
    Days,
    /// Model and fields that changed.
    Fields,
}

/// How many logs there are of something, and the place of the newest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) logs: u32,
    pub(crate) newest: i64,
}

impl Tally {
    /// Adds those of another.
    pub(crate) fn add(&mut self, other: Self) {
        self.logs += other.logs;
        self.newest = Ord::max(self.newest, other.newest);
    }
}

/// The newest logs of a filter, counted. A part that was not asked for is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tallies {
    /// By host, model and operation.
    pub(crate) kinds: BTreeMap<(i32, i32, i16), Tally>,
    /// By login and name.
    pub(crate) users: BTreeMap<(String, Option<String>), Tally>,
    /// By day, counted from 1970.
    pub(crate) days: BTreeMap<i64, Tally>,
    /// By model and field; a log counts for each of its fields.
    pub(crate) fields: BTreeMap<(i32, String), u32>,
}

/// What a log is of, and the fields that it changes.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) seq: i64,
    pub(crate) recorded_at: i64,
    pub(crate) host_id: i32,
    pub(crate) model_id: i32,
    pub(crate) operation: i16,
    pub(crate) user_login: String,
    pub(crate) user_name: Option<String>,
    /// As a list in JSON.
    pub(crate) fields: String,
}

/// Logs that have something in common: what, how many, the places of the oldest and the newest.
struct Row {
    part: i32,
    numbers: [i64; 3],
    /// A login, or a list of fields.
    login: String,
    name: Option<String>,
    logs: i64,
    oldest: i64,
    newest: i64,
}

/// A day, in microseconds.
pub(crate) const DAY: i64 = 86_400_000_000;
/// Days before 1970 that are counted from, so that no division is one of a negative number, which
/// would not round down: more than there are since the year 1.
const BEFORE: i64 = 1_000_000;

impl Store {
    /// The newest `most` logs of the filter, counted by these parts, and whether there are more.
    pub(crate) async fn tallies(
        &self,
        filter: &Filter,
        most: u32,
        parts: &BTreeSet<Part>,
        zone: &Zone,
    ) -> Stored<(Tallies, bool)> {
        let newest = self.newest_rows(filter, u64::from(most) + 1).await?;
        self.tallied(newest, most, parts, zone).await
    }

    /// The logs at these places, of which there may be one more than `most`, counted likewise.
    pub(crate) async fn tallies_at(
        &self,
        places: Vec<i64>,
        most: u32,
        parts: &BTreeSet<Part>,
        zone: &Zone,
    ) -> Stored<(Tallies, bool)> {
        let logs = log::Entity::find().select_only();
        let logs = logs.filter(self.among_logs(places)?).into_query();
        self.tallied(logs, most, parts, zone).await
    }

    async fn tallied(
        &self,
        logs: SelectStatement,
        most: u32,
        parts: &BTreeSet<Part>,
        zone: &Zone,
    ) -> Stored<(Tallies, bool)> {
        let Some(select) = counted(logs, parts, zone) else {
            return Ok((Tallies::default(), false));
        };
        let rows = self.lists().query_all(&select).await?;
        let rows = rows.iter().map(row).collect::<Stored<Vec<Row>>>()?;
        told(rows, most)
    }

    /// How many of the newest `limit` logs of the filter there are, and the place of the last.
    pub(crate) async fn newest(&self, filter: &Filter, limit: u64) -> Stored<(i64, Option<i64>)> {
        let listed = match self.search(filter, Reach::newest(limit)).await? {
            Found::At(places) => {
                let count = i64::try_from(places.len()).unwrap_or(i64::MAX);
                return Ok((count, places.last().copied()));
            }
            Found::Listed(logs) => newest_places(*logs, limit),
        };
        let seq = || Expr::col((Alias::new("newest"), log::Column::Seq));
        let select = Query::select()
            .expr(seq().count())
            .expr(Func::min(seq()))
            .from_subquery(listed, Alias::new("newest"))
            .to_owned();
        let row = self.lists().query_one(&select).await?;
        match row {
            Some(row) => Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)),
            None => Ok((0, None)),
        }
    }

    /// The places of the newest `limit` logs of the filter, the newest first.
    pub(crate) async fn places(&self, filter: &Filter, limit: u64) -> Stored<Vec<i64>> {
        let select = match self.search(filter, Reach::newest(limit)).await? {
            Found::At(places) => return Ok(places),
            Found::Listed(logs) => newest_places(*logs, limit),
        };
        let rows = self.lists().query_all(&select).await?;
        let places = rows.iter().map(|row| row.try_get_by_index(0));
        Ok(places.collect::<Result<_, _>>()?)
    }

    /// The logs behind one place up to another, the oldest first; of more than `most` the newest.
    pub(crate) async fn told_between(&self, after: i64, last: i64, most: u64) -> Stored<Vec<Told>> {
        type Row = (i64, i64, i32, i32, i16, String, Option<String>, String);
        let rows: Vec<Row> = log::Entity::find()
            .select_only()
            .columns([
                log::Column::Seq,
                log::Column::RecordedAt,
                log::Column::HostId,
                log::Column::ModelId,
                log::Column::Operation,
                log::Column::UserLogin,
                log::Column::UserName,
                log::Column::Fields,
            ])
            .filter(log::Column::Seq.gt(after))
            .filter(log::Column::Seq.lte(last))
            .order_by_desc(log::Column::Seq)
            .limit(most)
            .into_tuple()
            .all(self.read())
            .await?;
        let told = rows.into_iter().rev().map(|row| Told {
            seq: row.0,
            recorded_at: row.1,
            host_id: row.2,
            model_id: row.3,
            operation: row.4,
            user_login: row.5,
            user_name: row.6,
            fields: row.7,
        });
        Ok(told.collect())
    }

    /// The newest `limit` logs of the filter, without columns.
    ///
    /// PostgreSQL takes reading a log at a place of its own for so dear that it would sooner
    /// read a hundred thousand in their order to find ten thousand of a model. So it is told to
    /// find the places first, by an index alone.
    async fn newest_rows(&self, filter: &Filter, limit: u64) -> Stored<SelectStatement> {
        if filter.is_everything() || self.lists().get_database_backend() != DbBackend::Postgres {
            let reach = Reach::newest(limit);
            let newest = self.filtered(filter, reach).await?.select_only();
            let newest = newest.order_by_desc(log::Column::Seq).limit(limit);
            return Ok(newest.into_query());
        }
        // As an array, whose places are looked up; a subquery may be joined by reading the table.
        let reach = Reach::newest(limit);
        let places = newest_places(self.filtered(filter, reach).await?, limit);
        let places = Expr::SubQuery(None, Box::new(places.into()));
        let seq = Expr::col((log::Entity, log::Column::Seq));
        let among = Expr::cust_with_exprs("$1 = ANY(ARRAY $2)", [seq, places]);
        Ok(log::Entity::find().select_only().filter(among).into_query())
    }
}

/// The places of the newest `limit` of these logs.
fn newest_places(logs: Select<log::Entity>, limit: u64) -> SelectStatement {
    logs.select_only()
        .column(log::Column::Seq)
        .order_by_desc(log::Column::Seq)
        .limit(limit)
        .into_query()
}

/// The statement that counts; none where nothing is to be counted.
fn counted(
    mut newest: SelectStatement,
    parts: &BTreeSet<Part>,
    zone: &Zone,
) -> Option<SelectStatement> {
    let table = Alias::new("newest");
    newest.column((log::Entity, log::Column::Seq));
    let mut all: Option<SelectStatement> = None;
    let mut found = BTreeSet::new();
    for part in parts {
        // Every part has all columns: three numbers and two texts.
        let (numbers, texts): (&[log::Column], &[log::Column]) = match part {
            Part::Kinds => (
                &[
                    log::Column::HostId,
                    log::Column::ModelId,
                    log::Column::Operation,
                ],
                &[],
            ),
            Part::Users => (&[], &[log::Column::UserLogin, log::Column::UserName]),
            Part::Days => (&[log::Column::RecordedAt], &[]),
            Part::Fields => (&[log::Column::ModelId], &[log::Column::Fields]),
        };
        let mut select = Query::select();
        select.from(table.clone()).expr(Expr::val(*part as i32));
        for column in numbers.iter().chain(texts) {
            select.group_by_col(*column);
            if found.insert(column.as_str()) {
                match column {
                    log::Column::RecordedAt => newest.expr_as(day_of(zone), column.into_iden()),
                    _ => newest.column((log::Entity, *column)),
                };
            }
        }
        let zeros = std::iter::repeat_with(|| Expr::val(0_i64));
        let numbers = numbers.iter().map(|column| Expr::col(*column));
        select.exprs(numbers.chain(zeros).map(whole).take(3));
        let texts = texts.iter().map(|column| Expr::col(*column));
        let nothing = [Expr::val(""), Expr::val(None::<String>)];
        select.exprs(texts.clone().chain(nothing.into_iter().skip(texts.len())));
        let seq = || Expr::col(log::Column::Seq);
        select.exprs([seq().count(), seq().min(), seq().max()]);
        match &mut all {
            None => all = Some(select),
            Some(all) => {
                all.union(UnionType::All, select);
            }
        }
    }
    let newest = CommonTableExpression::new()
        .query(newest)
        .table_name(table)
        // What is read once need not be written down first.
        .materialized(parts.len() > 1)
        .to_owned();
    let mut all = all?;
    all.with_cte(newest);
    Some(all)
}

fn whole(expr: Expr) -> Expr {
    expr.cast_as(Alias::new("bigint"))
}

/// The day of a log on the clocks of the zone, counted from [`BEFORE`].
fn day_of(zone: &Zone) -> Expr {
    let at = || Expr::col((log::Entity, log::Column::RecordedAt));
    let micros = |seconds: i32| i64::from(seconds) * 1_000_000 + BEFORE * DAY;
    let (offset, changes) = zone.offsets();
    let mut shift: Option<CaseStatement> = None;
    // The newest first: most logs are found at once.
    for (since, offset) in changes.iter().rev() {
        let case = shift.unwrap_or_default();
        shift = Some(case.case(at().gte(since.micros()), micros(*offset)));
    }
    let shift: Expr = match shift {
        Some(case) => case.finally(micros(offset)).into(),
        None => Expr::val(micros(offset)),
    };
    at().add(shift).div(DAY)
}

fn row(row: &QueryResult) -> Stored<Row> {
    Ok(Row {
        part: row.try_get_by_index(0)?,
        numbers: [
            row.try_get_by_index(1)?,
            row.try_get_by_index(2)?,
            row.try_get_by_index(3)?,
        ],
        login: row.try_get_by_index(4)?,
        name: row.try_get_by_index(5)?,
        logs: row.try_get_by_index(6)?,
        oldest: row.try_get_by_index(7)?,
        newest: row.try_get_by_index(8)?,
    })
}

/// What the rows tell, without the oldest log where there is one more than `most`; and whether
/// there is.
fn told(rows: Vec<Row>, most: u32) -> Stored<(Tallies, bool)> {
    let one = rows.first().map_or(0, |row| row.part);
    let total: i64 = rows
        .iter()
        .filter(|row| row.part == one)
        .map(|row| row.logs)
        .sum();
    let more = total > i64::from(most);
    let oldest = rows.iter().map(|row| row.oldest).min().filter(|_| more);
    let mut tallies = Tallies::default();
    for row in rows {
        let logs = row.logs - i64::from(oldest == Some(row.oldest));
        let tally = Tally {
            logs: u32::try_from(logs).unwrap_or(u32::MAX),
            newest: row.newest,
        };
        if logs > 0 {
            tallies.put(row, tally)?;
        }
    }
    Ok((tallies, more))
}

impl Tallies {
    fn put(&mut self, row: Row, tally: Tally) -> Stored<()> {
        let small = |number: i64| i32::try_from(number).unwrap_or_default();
        let [first, second, third] = row.numbers;
        if row.part == Part::Kinds as i32 {
            let operation = i16::try_from(third).unwrap_or_default();
            let kind = (small(first), small(second), operation);
            self.kinds.insert(kind, tally);
        } else if row.part == Part::Users as i32 {
            self.users.insert((row.login, row.name), tally);
        } else if row.part == Part::Days as i32 {
            self.days.insert(first - BEFORE, tally);
        } else {
            self.add_fields(small(first), &row.login, tally.logs)?;
        }
        Ok(())
    }

    /// Counts logs of a model that change these fields, a list in JSON.
    pub(crate) fn add_fields(&mut self, model_id: i32, fields: &str, logs: u32) -> Stored<()> {
        let fields: Vec<String> = from_json(fields)?;
        for field in fields {
            *self.fields.entry((model_id, field)).or_default() += logs;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "tallies_tests.rs"]
mod tests;
