//! What the catalogue of a PostgreSQL says of its tables: columns, keys, relations, comments.
//!
//! Reads only. Partitions are not tables of their own here: they belong to their root.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::{PgConnection, Row as _};

use super::Error;
use super::kind::{Kind, Type};

/// A table, with its partitions if it has some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// Its id, which outlives a new name.
    pub(super) oid: i64,
    /// The schema it is in.
    pub(super) schema: String,
    /// Its name there.
    pub(super) name: String,
    /// What `COMMENT ON TABLE` says.
    pub(super) comment: Option<String>,
    /// The columns of the primary key, in its order; empty where there is none.
    pub(super) key: Vec<String>,
    /// The columns, in their order.
    pub(super) columns: Vec<Column>,
    /// The ids of all partitions below it, however deep.
    pub(super) partitions: BTreeSet<i64>,
    /// Whether it is partitioned.
    pub(super) partitioned: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// Its number in the table, which outlives a new name.
    pub(super) number: i64,
    /// What kind of values it has.
    pub(super) kind: Kind,
    /// Whether its text form depends on settings of the session.
    pub(super) depends: BTreeSet<&'static str>,
    /// Whether it is bytes, and nothing keeps it from being left out in a trigger.
    pub(super) plain_bytes: bool,
    /// What `COMMENT ON COLUMN` says.
    pub(super) comment: Option<String>,
    /// The words of an enumeration, in their order.
    pub(super) words: Vec<String>,
    /// The table that a foreign key of this column alone leads to.
    pub(super) relation: Option<i64>,
    /// Whether a unique index is on this column alone.
    pub(super) unique: bool,
}

impl Table {
    /// The name that people and rules know it by: without `public`.
    pub(super) fn model(&self) -> String {
        if self.schema == "public" {
            self.name.clone()
        } else {
            format!("{}.{}", self.schema, self.name)
        }
    }

    /// Whether a word of the command line means this table; `*` stands for anything.
    pub(super) fn is_meant(&self, word: &str) -> bool {
        matches(word, &self.name) || matches(word, &format!("{}.{}", self.schema, self.name))
    }

    /// Whether a word of the command line means this column.
    pub(super) fn is_column_meant(&self, word: &str, column: &str) -> bool {
        matches(word, &format!("{}.{column}", self.name))
            || matches(word, &format!("{}.{}.{column}", self.schema, self.name))
    }

    /// The name as SQL writes it.
    pub(super) fn sql(&self) -> String {
        use super::database::quoted;
        format!("{}.{}", quoted(&self.schema), quoted(&self.name))
    }
}

/// Whether a text is like a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(head) else {
        return false;
    };
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.into_iter().any(|at| matches(rest, &text[at..]))
}

const TABLES: &str = "\
SELECT c.oid::int8, n.nspname::text, c.relname::text, \
       obj_description(c.oid, 'pg_class'), c.relkind = 'p', \
       coalesce((SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index i \
          CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) \
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
          WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid AND k.place <= i.indnkeyatts), '{}'), \
       coalesce((SELECT array_agg(t.relid::oid::int8) FROM pg_partition_tree(c.oid) t \
          WHERE t.relid <> c.oid AND c.relkind = 'p'), '{}') \
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' \
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'revisor') AND n.nspname NOT LIKE 'pg\\_%' \
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') \
 ORDER BY n.nspname, c.relname";

const COLUMNS: &str = "\
SELECT a.attrelid::int8, a.attname::text, a.atttypid::int8, \
       col_description(a.attrelid, a.attnum), \
       (SELECT f.confrelid::int8 FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = a.attrelid \
          AND f.conkey = ARRAY[a.attnum] ORDER BY f.oid LIMIT 1), \
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indnkeyatts = 1 \
          AND i.indkey[0] = a.attnum AND i.indpred IS NULL), \
       a.attnum::int8 \
  FROM pg_attribute a WHERE a.attrelid::int8 = ANY($1) AND a.attnum > 0 AND NOT a.attisdropped \
 ORDER BY a.attrelid, a.attnum";

const TYPES: &str = "\
SELECT t.oid::int8, t.typname::text, t.typtype::text, t.typcategory::text, t.typbasetype::int8, \
       CASE WHEN t.typcategory = 'A' THEN t.typelem::int8 ELSE 0 END, \
       coalesce((SELECT r.rngsubtype::int8 FROM pg_range r WHERE r.rngtypid = t.oid OR r.rngmultitypid = t.oid), 0), \
       t.oid::int8 < 16384, \
       coalesce((SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '{}'), \
       t.typrelid::int8 \
  FROM pg_type t";

/// Every table that could be captured, by schema and name.
pub(super) async fn tables(connection: &mut PgConnection) -> Result<Vec<Table>, Error> {
    let mut tables = Vec::new();
    for row in sqlx::query(TABLES).fetch_all(&mut *connection).await? {
        tables.push(Table {
            oid: row.try_get(0)?,
            schema: row.try_get(1)?,
            name: row.try_get(2)?,
            comment: row.try_get(3)?,
            partitioned: row.try_get(4)?,
            key: row.try_get(5)?,
            partitions: row.try_get::<Vec<i64>, _>(6)?.into_iter().collect(),
            columns: Vec::new(),
        });
    }
    let types = types(connection).await?;
    let oids: Vec<i64> = tables.iter().map(|table| table.oid).collect();
    let mut columns: HashMap<i64, Vec<Column>> = HashMap::new();
    let rows = sqlx::query(COLUMNS).bind(&oids);
    for row in rows.fetch_all(connection).await? {
        let kind = Kind::of(&types, row.try_get(2)?);
        columns.entry(row.try_get(0)?).or_default().push(Column {
            name: row.try_get(1)?,
            kind: kind.kind,
            depends: kind.depends,
            plain_bytes: kind.plain_bytes,
            words: kind.words,
            comment: row.try_get(3)?,
            relation: row.try_get(4)?,
            unique: row.try_get(5)?,
            number: row.try_get(6)?,
        });
    }
    for table in &mut tables {
        table.columns = columns.remove(&table.oid).unwrap_or_default();
    }
    Ok(tables)
}

async fn types(connection: &mut PgConnection) -> Result<BTreeMap<i64, Type>, Error> {
    let mut types = BTreeMap::new();
    for row in sqlx::query(TYPES).fetch_all(connection).await? {
        let of_enum: Vec<String> = row.try_get(8)?;
        types.insert(
            row.try_get(0)?,
            Type {
                name: row.try_get(1)?,
                class: row.try_get(2)?,
                category: row.try_get(3)?,
                base: row.try_get(4)?,
                element: row.try_get(5)?,
                bounds: row.try_get(6)?,
                builtin: row.try_get(7)?,
                words: of_enum,
            },
        );
    }
    Ok(types)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, like) in [
            ("contact", "contact", true),
            ("contact", "contacts", false),
            ("log_*", "log_2026", true),
            ("*_log", "a_log_log", true),
            ("*", "", true),
            ("été*", "étés", true),
            ("a*b*c", "a--b-", false),
        ] {
            assert_eq!(matches(pattern, text), like, "{pattern} {text}");
        }
    }
}
