//! Clauses of a filter as conditions. Each is over columns that have an index ending in `seq`,
//! but for texts, revisions and marks, which only narrow down what the others find.

use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Func, LikeExpr, Order, Query, SelectStatement,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select};
use types::{Mark, Timestamp};

use super::entity::{log, log_field};
use crate::filter::{Clause, Filter, Test};

/// A LIKE pattern for texts that contain `text`, with `\` as escape.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in crate::engine::search::needle(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The logs that the filter lets through, and no others, unless something of them may not be
/// shown: then also some that do not fit.
///
/// `many` are the places of clauses on fields that many logs change: those are asked of each log,
/// where the others' logs are listed first.
pub(super) fn filtered(filter: &Filter, many: &[usize]) -> Select<log::Entity> {
    let mut all = Condition::all();
    let models = models_of(filter);
    let record = |clause: &Clause| !clause.not && matches!(clause.test, Test::Record(_));
    let by_record = filter.clauses.iter().any(record);
    if by_record {
        // A record's id finds its few logs. A planner that counts no rows would rather go by the
        // index of the model, which has the order but no end; a sum has no index.
        let models = models.iter().map(|models| {
            let sum = Expr::col((log::Entity, log::Column::ModelId)).add(0);
            sum.is_in(models.iter().copied())
        });
        all = models.fold(all, Condition::add);
    } else if let Some(models) = &filter.models {
        all = all.add(log::Column::ModelId.is_in(models.iter().copied()));
    }
    for (place, clause) in filter.clauses.iter().enumerate() {
        if by_record && !clause.not && matches!(clause.test, Test::Model(_)) {
            continue;
        }
        all = all.add(condition(
            clause,
            filter,
            models.as_deref(),
            many.contains(&place),
        ));
    }
    log::Entity::find().filter(all)
}

/// The models that the filter leaves in, where it names any.
fn models_of(filter: &Filter) -> Option<Vec<i32>> {
    let named = filter.clauses.iter().filter(|clause| !clause.not);
    let named = named.filter_map(|clause| match &clause.test {
        Test::Model(ids) => Some(ids),
        _ => None,
    });
    named.chain(&filter.models).fold(None, |left, ids| {
        Some(match left {
            None => ids.clone(),
            Some(left) => left.into_iter().filter(|id| ids.contains(id)).collect(),
        })
    })
}

/// A count, up to one more than `most`, of the changes that a clause on fields lets through; none
/// for another clause.
pub(super) fn changes_up_to(filter: &Filter, place: usize, most: u64) -> Option<SelectStatement> {
    let clause = filter.clauses.get(place).filter(|clause| !clause.not)?;
    let Test::Field(fields) = &clause.test else {
        return None;
    };
    let some = changes_of(fields, models_of(filter).as_deref())
        .limit(most + 1)
        .to_owned();
    let count = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from_subquery(some, Alias::new("some"))
        .to_owned();
    Some(count)
}

fn condition(clause: &Clause, filter: &Filter, models: Option<&[i32]>, many: bool) -> Condition {
    let positive = match &clause.test {
        Test::Field(fields) if clause.not => {
            let mut none = Condition::all();
            for (field, hidden) in fields {
                none = none.add(Expr::exists(change_of_row(field, hidden)).not());
            }
            return none;
        }
        Test::Field(fields) if many => {
            let mut any = Condition::any();
            for (field, hidden) in fields {
                // As a value: PostgreSQL would rather read all changes of the field than ask each
                // log, where it sees that only their being there matters.
                let change = change_of_row(field, hidden).limit(1).to_owned();
                any = any.add(Expr::SubQuery(None, Box::new(change.into())).is_not_null());
            }
            return any;
        }
        test => positive(test, models),
    };
    if !clause.not {
        return positive;
    }
    let mut negative = Condition::any();
    // Without a value nothing is equal to anything, and so it fits.
    match &clause.test {
        Test::Request(_) => negative = negative.add(log::Column::RequestId.is_null()),
        Test::Transaction(_) => negative = negative.add(log::Column::TransactionId.is_null()),
        // What is left out must be left out for what is shown of it.
        test if test.looks_inside() && !filter.opaque.is_empty() => {
            let opaque = filter.opaque.iter().copied();
            negative = negative.add(log::Column::ModelId.is_in(opaque));
        }
        _ => {}
    }
    negative.add(positive.not())
}

fn positive(test: &Test, models: Option<&[i32]>) -> Condition {
    fn is_in(
        column: log::Column,
        values: impl IntoIterator<Item = impl Into<sea_orm::Value>>,
    ) -> Condition {
        let values: Vec<sea_orm::Value> = values.into_iter().map(Into::into).collect();
        // One value is asked for by `=`, which every planner takes for the beginning of an index.
        match <[sea_orm::Value; 1]>::try_from(values) {
            Ok([one]) => Condition::all().add(column.eq(one)),
            Err(several) => Condition::all().add(column.is_in(several)),
        }
    }
    fn any(parts: impl Iterator<Item = Condition>) -> Condition {
        parts.fold(Condition::any(), Condition::add)
    }
    let texts = |column, texts: &[String]| is_in(column, texts.iter().map(String::as_str));
    match test {
        Test::Host(ids) => is_in(log::Column::HostId, ids.iter().copied()),
        Test::Model(ids) => is_in(log::Column::ModelId, ids.iter().copied()),
        Test::Record(ids) => texts(log::Column::RecordId, ids),
        Test::User(logins) => texts(log::Column::UserLogin, logins),
        Test::Operation(kinds) => {
            let kinds = kinds.iter().map(|kind| *kind as i16);
            is_in(log::Column::Operation, kinds)
        }
        Test::Request(ids) => texts(log::Column::RequestId, ids),
        Test::Transaction(ids) => texts(log::Column::TransactionId, ids),
        Test::Field(fields) => {
            Condition::all().add(log::Column::Seq.in_subquery(changes_of(fields, models)))
        }
        Test::Revision(ranges) => any(ranges.iter().map(|(first, last)| {
            Condition::all()
                .add(log::Column::Revision.gte(*first))
                .add_option((*last < i64::MAX).then(|| log::Column::Revision.lte(*last)))
        })),
        Test::Time(ranges) => any(ranges.iter().map(|(first, last)| {
            Condition::all()
                .add_option((*first > Timestamp::MIN).then(|| begun(*first)))
                .add_option((*last < Timestamp::MAX).then(|| over(*last)))
        })),
        Test::Marks(marks) => any(marks.iter().map(|mark| {
            Condition::all().add(match mark {
                Mark::Unrecorded => log::Column::Unrecorded.is_not_null(),
                Mark::First => log::Column::Revision.eq(1),
            })
        })),
        Test::Text(needle) => {
            let pattern = LikeExpr::new(containing(needle)).escape('\\');
            Condition::all().add(Expr::col((log::Entity, log::Column::Search)).like(pattern))
        }
        Test::After(seq) => Condition::all().add(log::Column::Seq.gt(*seq)),
        Test::Since(seq) => Condition::all().add(log::Column::Seq.gte(*seq)),
    }
}

/// Recorded then or later. Time rises with `seq`, so that a place says it, and every index that
/// ends in `seq` finds it; `recorded_at` itself would be looked at log by log.
fn begun(time: Timestamp) -> Expr {
    let first = edge(Order::Asc, log::Column::RecordedAt.gte(time.micros()));
    let never = Expr::val(i64::MAX);
    Expr::col((log::Entity, log::Column::Seq)).gte(Func::coalesce([sub(first), never]))
}

/// Recorded then or earlier.
fn over(time: Timestamp) -> Expr {
    let last = edge(Order::Desc, log::Column::RecordedAt.lte(time.micros()));
    let never = Expr::val(0_i64);
    Expr::col((log::Entity, log::Column::Seq)).lte(Func::coalesce([sub(last), never]))
}

/// The place of the first log that fits, in the order of time.
pub(super) fn edge(order: Order, fits: Expr) -> SelectStatement {
    let mut select = Query::select();
    select
        .column(log::Column::Seq)
        .from(log::Entity)
        .and_where(fits)
        .order_by(log::Column::RecordedAt, order)
        .limit(1);
    select
}

fn sub(select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(select.into()))
}

/// The places of the logs that change one of the fields, where that may be seen.
fn changes_of(fields: &[(String, Vec<i32>)], models: Option<&[i32]>) -> SelectStatement {
    let mut select = Query::select();
    select
        .column(log_field::Column::Seq)
        .from(log_field::Entity);
    let mut any = Condition::any();
    for (field, hidden) in fields {
        any = any.add(one_field(field, hidden));
    }
    select.cond_where(any);
    if let Some(models) = models {
        select.and_where(log_field::Column::ModelId.is_in(models.iter().copied()));
    }
    select
}

/// The change of the field by the log of the query around it, where that may be seen.
fn change_of_row(field: &str, hidden: &[i32]) -> SelectStatement {
    let mut select = Query::select();
    select
        .expr(Expr::val(1))
        .from(log_field::Entity)
        .cond_where(one_field(field, hidden));
    for (inner, outer) in [
        (log_field::Column::ModelId, log::Column::ModelId),
        (log_field::Column::Seq, log::Column::Seq),
    ] {
        select.and_where(Expr::col((log_field::Entity, inner)).equals((log::Entity, outer)));
    }
    select
}

fn one_field(field: &str, hidden: &[i32]) -> Condition {
    let of_field = Condition::all().add(log_field::Column::Field.eq(field));
    if hidden.is_empty() {
        return of_field;
    }
    of_field.add(log_field::Column::ModelId.is_not_in(hidden.iter().copied()))
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QuerySelect, QueryTrait};

    use super::*;

    fn sql(test: Test, not: bool, opaque: &[i32]) -> String {
        let filter = Filter {
            clauses: vec![Clause { not, test }],
            opaque: opaque.to_vec(),
            ..Filter::default()
        };
        let select = filtered(&filter, &[])
            .select_only()
            .column(log::Column::Seq);
        let sql = select.build(DbBackend::Sqlite).to_string();
        let (_, condition) = sql.split_once(" WHERE ").unwrap();
        condition.replace("\"log\".", "").replace('"', "")
    }

    #[test]
    fn one_value_is_compared_and_several_are_listed() {
        let users = |logins: &[&str]| Test::User(logins.iter().map(|&l| l.to_owned()).collect());
        assert_eq!(sql(users(&["a"]), false, &[]), "user_login = 'a'");
        assert_eq!(
            sql(users(&["a", "b"]), false, &[]),
            "user_login IN ('a', 'b')"
        );
        assert_eq!(
            sql(users(&["a", "b"]), true, &[]),
            "NOT user_login IN ('a', 'b')"
        );
    }

    #[test]
    fn a_record_is_found_by_its_own_index() {
        let clause = |test| Clause { not: false, test };
        let filter = Filter {
            models: Some(vec![2, 3]),
            clauses: vec![
                clause(Test::Model(vec![3, 4])),
                clause(Test::Record(vec!["7".to_owned()])),
            ],
            ..Filter::default()
        };
        let select = filtered(&filter, &[])
            .select_only()
            .column(log::Column::Seq);
        let sql = select.build(DbBackend::Sqlite).to_string();
        let (_, condition) = sql.split_once(" WHERE ").unwrap();
        assert_eq!(
            condition.replace("\"log\".", "").replace('"', ""),
            "model_id + 0 IN (3) AND record_id = '7'"
        );
    }

    #[test]
    fn a_field_that_many_logs_change_is_asked_of_each() {
        let filter = Filter {
            models: Some(vec![2, 3]),
            clauses: vec![
                Clause {
                    not: false,
                    test: Test::Model(vec![3]),
                },
                Clause {
                    not: false,
                    test: Test::Field(vec![("stage".to_owned(), Vec::new())]),
                },
            ],
            ..Filter::default()
        };
        let sql = |many: &[usize]| {
            let select = filtered(&filter, many)
                .select_only()
                .column(log::Column::Seq);
            select.build(DbBackend::Sqlite).to_string().replace('"', "")
        };
        assert!(
            sql(&[1]).contains("(SELECT 1 FROM log_field"),
            "{}",
            sql(&[1])
        );
        let listed = "log.seq IN (SELECT seq FROM log_field WHERE log_field.field = 'stage' AND log_field.model_id IN (3))";
        assert!(sql(&[]).ends_with(listed), "{}", sql(&[]));
        assert_eq!(
            changes_up_to(&filter, 1, 5)
                .unwrap()
                .to_string(sea_orm::sea_query::SqliteQueryBuilder)
                .replace('"', ""),
            "SELECT COUNT(*) FROM (SELECT seq FROM log_field WHERE log_field.field = 'stage' AND log_field.model_id IN (3) LIMIT 6) AS some"
        );
        assert!(changes_up_to(&filter, 0, 5).is_none());
    }

    #[test]
    fn what_has_no_value_is_left_in_by_what_leaves_out() {
        let request = Test::Request(vec!["r".to_owned()]);
        let expected = "request_id IS NULL OR (NOT request_id = 'r')";
        assert_eq!(sql(request, true, &[]), expected);
    }

    #[test]
    fn nothing_is_left_out_by_a_word_where_something_is_hidden() {
        let text = || Test::Text("50%".to_owned());
        let like = r"search LIKE '%50\%%' ESCAPE '\'";
        assert_eq!(sql(text(), false, &[3]), like);
        assert_eq!(sql(text(), true, &[]), format!("NOT {like}"));
        assert_eq!(
            sql(text(), true, &[3]),
            format!("model_id IN (3) OR (NOT {like})")
        );
    }
}
