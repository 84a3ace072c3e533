//! Bulk statements: rows of one table, as many as there are, by statements that are always the
//! same and so are prepared once.
//!
//! PostgreSQL takes each column as one array; SQLite takes rows in groups of a few fixed sizes.

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

impl Target {
    /// Puts in these rows, each with a value for each column, in order.
    pub(super) async fn insert(&self, work: &Work, rows: Vec<Vec<Value>>) -> Stored<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let connection = work.connection();
        if connection.get_database_backend() == DbBackend::Postgres {
            let statement = Statement::from_sql_and_values(
                DbBackend::Postgres,
                self.of_arrays(),
                self.arrays(rows),
            );
            connection.execute_raw(statement).await?;
            return Ok(());
        }
        let mut rows = rows.into_iter();
        for size in GROUPS {
            let sql = self.of_rows(size);
            while rows.len() >= size {
                let values = rows.by_ref().take(size).flatten();
                let statement =
                    Statement::from_sql_and_values(DbBackend::Sqlite, sql.as_str(), values);
                connection.execute_raw(statement).await?;
            }
        }
        Ok(())
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
