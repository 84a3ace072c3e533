//! Bulk statements: rows of one table, as many as there are, by statements that are always the
//! same and so are prepared once.
//!
//! PostgreSQL takes each column as one array; SQLite takes rows in groups of a few fixed sizes. The
//! rows come from an iterator, and those of the next statement are made while the database is busy
//! with the one before.

use std::collections::{HashMap, VecDeque};

use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::{Stored, Work};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Small,
    Int,
    Big,
    /// A number above nought, or nothing.
    BigNull,
    Text,
    /// A text, or nothing.
    TextNull,
    Bytes,
    Uuid,
}

impl Kind {
    /// The type of PostgreSQL.
    const fn sql(self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Small => "smallint",
            Self::Int => "integer",
            Self::Big | Self::BigNull => "bigint",
            Self::Text | Self::TextNull => "text",
            Self::Bytes => "bytea",
            Self::Uuid => "uuid",
        }
    }

    fn array(self) -> ArrayType {
        match self {
            Self::Bool => ArrayType::Bool,
            Self::Small => ArrayType::SmallInt,
            Self::Int => ArrayType::Int,
            Self::Big | Self::BigNull => ArrayType::BigInt,
            Self::Text | Self::TextNull => ArrayType::String,
            Self::Bytes => ArrayType::Bytes,
            Self::Uuid => ArrayType::Uuid,
        }
    }

    /// A value as it stands in an array, which holds no nulls here.
    fn element(self, value: Value) -> Value {
        match (self, value) {
            (Self::BigNull, Value::BigInt(number)) => Value::BigInt(Some(number.unwrap_or(0))),
            (Self::TextNull, Value::String(text)) => Value::String(Some(match text {
                Some(mut text) => {
                    text.insert(0, '=');
                    text
                }
                None => String::new(),
            })),
            (_, value) => value,
        }
    }

    /// The column `name` of the arrays as it is stored.
    fn taken(self, name: &str) -> String {
        match self {
            Self::BigNull => format!("NULLIF(\"{name}\", 0)"),
            Self::TextNull => format!("CASE WHEN \"{name}\" <> '' THEN substr(\"{name}\", 2) END"),
            _ => format!("\"{name}\""),
        }
    }
}

/// A table that rows are put into.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) table: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
    /// What is said after the values: what happens to a row that is there.
    pub(super) then: &'static str,
}

/// How many rows SQLite takes in one statement.
const GROUPS: [usize; 4] = [128, 16, 4, 1];
/// How many rows PostgreSQL takes in one statement at most.
const ARRAY: usize = 512;

impl Target {
    /// Puts in these rows, each with a value for each column, in order.
    pub(super) async fn insert(
        &self,
        work: &Work,
        rows: impl Iterator<Item = Stored<Vec<Value>>> + Send,
    ) -> Stored<()> {
        let connection = work.connection();
        let mut statements = self.statements(connection.get_database_backend(), rows);
        let mut next = statements.next();
        while let Some(statement) = next {
            let executed = connection.execute_raw(statement?);
            // In this order: what is made second is made while the first waits for the database.
            let (executed, made) = futures::join!(executed, async { statements.next() });
            executed?;
            next = made;
        }
        Ok(())
    }

    /// The statements that put in these rows.
    fn statements(
        &self,
        backend: DbBackend,
        rows: impl Iterator<Item = Stored<Vec<Value>>>,
    ) -> impl Iterator<Item = Stored<Statement>> {
        let postgres = backend == DbBackend::Postgres;
        let most = if postgres { ARRAY } else { GROUPS[0] };
        let sql = self.of_arrays();
        let mut texts = HashMap::new();
        let mut rows = rows;
        let mut waiting = VecDeque::new();
        std::iter::from_fn(move || {
            while waiting.len() < most {
                match rows.next() {
                    Some(Ok(row)) => waiting.push_back(row),
                    Some(Err(error)) => return Some(Err(error)),
                    None => break,
                }
            }
            if waiting.is_empty() {
                return None;
            }
            Some(Ok(if postgres {
                let arrays = self.arrays(waiting.drain(..).collect());
                Statement::from_sql_and_values(backend, sql.as_str(), arrays)
            } else {
                let fits = |size: &usize| *size <= waiting.len();
                let size = GROUPS.into_iter().find(fits).unwrap_or(1);
                let sql = texts.entry(size).or_insert_with(|| self.of_rows(size));
                let values = waiting.drain(..size).flatten();
                Statement::from_sql_and_values(backend, sql.as_str(), values)
            }))
        })
    }

    /// Each column's values as one array.
    fn arrays(&self, rows: Vec<Vec<Value>>) -> Vec<Value> {
        let mut columns: Vec<Vec<Value>> = (0..self.columns.len())
            .map(|_| Vec::with_capacity(rows.len()))
            .collect();
        for row in rows {
            for ((column, value), (_, kind)) in columns.iter_mut().zip(row).zip(self.columns) {
                column.push(kind.element(value));
            }
        }
        let arrays = columns.into_iter().zip(self.columns);
        arrays
            .map(|(values, (_, kind))| Value::Array(kind.array(), Some(Box::new(values))))
            .collect()
    }

    fn head(&self) -> String {
        let names: Vec<_> = self
            .columns
            .iter()
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        format!("INSERT INTO \"{}\" ({})", self.table, names.join(", "))
    }

    fn of_arrays(&self) -> String {
        let (mut taken, mut arrays, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (name, kind)) in self.columns.iter().enumerate() {
            taken.push(kind.taken(name));
            arrays.push(format!("${}::{}[]", place + 1, kind.sql()));
            names.push(format!("\"{name}\""));
        }
        format!(
            "{} SELECT {} FROM unnest({}) AS new ({}) {}",
            self.head(),
            taken.join(", "),
            arrays.join(", "),
            names.join(", "),
            self.then
        )
    }

    fn of_rows(&self, rows: usize) -> String {
        let mut sql = self.head();
        sql.push_str(" VALUES ");
        // Without numbers: SQLite looks for those in a list, one after another.
        let row_of = format!("({})", vec!["?"; self.columns.len()].join(", "));
        for row in 0..rows {
            sql.push_str(if row == 0 { "" } else { ", " });
            sql.push_str(&row_of);
        }
        sql.push(' ');
        sql.push_str(self.then);
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Target = Target {
        table: "thing",
        columns: &[
            ("id", Kind::Big),
            ("name", Kind::TextNull),
            ("at", Kind::BigNull),
        ],
        then: "ON CONFLICT DO NOTHING",
    };

    #[test]
    fn statements_are_the_same_whatever_the_rows() {
        assert_eq!(
            TABLE.of_rows(2),
            "INSERT INTO \"thing\" (\"id\", \"name\", \"at\") VALUES (?, ?, ?), (?, ?, ?) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            TABLE.of_arrays(),
            "INSERT INTO \"thing\" (\"id\", \"name\", \"at\") SELECT \"id\", \
             CASE WHEN \"name\" <> '' THEN substr(\"name\", 2) END, NULLIF(\"at\", 0) \
             FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS new (\"id\", \"name\", \"at\") ON CONFLICT DO NOTHING"
        );
    }

    #[test]
    fn nothing_is_told_from_an_empty_text() {
        let row = |name: Option<&str>| {
            vec![
                1_i64.into(),
                name.map(str::to_owned).into(),
                None::<i64>.into(),
            ]
        };
        let arrays = TABLE.arrays(vec![row(None), row(Some("")), row(Some("=x"))]);
        let names: Vec<Value> = ["", "=", "==x"].map(Value::from).to_vec();
        assert_eq!(
            arrays[1],
            Value::Array(ArrayType::String, Some(Box::new(names)))
        );
    }
}
