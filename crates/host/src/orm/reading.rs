//! A connection that only reads.
//!
//! SeaORM's own writes (`model.insert(db)`, `Entity::delete_many().exec(db)`, raw SQL) take any
//! [`ConnectionTrait`]. An audited connection is one too, so that every way of reading works on
//! it; a write that would pass the audit trail by is refused with an error that says how to write.
//!
//! This guards against forgetting, not against malice: a function of the database that writes when
//! it is selected passes.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, StatementBuilder,
};

/// A connection that only reads.
#[derive(Debug)]
pub(super) struct ReadOnly<'c, C>(pub(super) &'c C);

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for ReadOnly<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        check(&statement.sql)?;
        self.0.execute_raw(statement).await
    }

    async fn execute<S: StatementBuilder>(&self, statement: &S) -> Result<ExecResult, DbErr> {
        let statement = self.get_database_backend().build(statement);
        self.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        check(sql)?;
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        check(&statement.sql)?;
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        check(&statement.sql)?;
        self.0.query_all_raw(statement).await
    }

    fn support_returning(&self) -> bool {
        self.0.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.0.is_mock_connection()
    }
}

/// Refuses what does not only read.
fn check(sql: &str) -> Result<(), DbErr> {
    match writes(sql) {
        None => Ok(()),
        Some(word) => Err(DbErr::Custom(format!(
            "not audited, so not done: this connection only reads, and was asked to {word}. \
             Write with the methods of `Audited` (insert, update, save, delete, …), or, past the \
             audit trail, on `unaudited()`"
        ))),
    }
}

/// Words with which a statement that only reads begins.
const BEGINNINGS: [&str; 6] = ["SELECT", "WITH", "VALUES", "TABLE", "EXPLAIN", "SHOW"];
/// Words that no statement that only reads holds outside of names and texts.
const WRITES: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "MERGE", "INTO"];

/// The word that shows that a statement does more than read.
fn writes(sql: &str) -> Option<String> {
    let mut before = String::new();
    let mut ended = false;
    for token in Tokens(sql) {
        match token {
            Token::Word(word) => {
                let word = word.to_ascii_uppercase();
                let locks = word == "UPDATE" && matches!(before.as_str(), "FOR" | "KEY");
                let begins = before.is_empty() && !BEGINNINGS.contains(&word.as_str());
                if ended || begins || WRITES.contains(&word.as_str()) && !locks {
                    return Some(word);
                }
                before = word;
            }
            Token::End => ended = true,
        }
    }
    None
}

/// What matters of a statement: its bare words, and where one ends.
enum Token<'s> {
    Word(&'s str),
    End,
}

/// The tokens of a statement; texts, quoted names and comments are passed over.
struct Tokens<'s>(&'s str);

impl<'s> Iterator for Tokens<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Token<'s>> {
        loop {
            let first = self.0.chars().next()?;
            let rest = &self.0[first.len_utf8()..];
            self.0 = match first {
                '\'' | '"' | '`' => after(rest, &first.to_string()),
                '-' if rest.starts_with('-') => after(rest, "\n"),
                '/' if rest.starts_with('*') => after(&rest[1..], "*/"),
                '$' => match rest.find('$') {
                    Some(end) if is_word(&rest[..end]) => {
                        after(&rest[end + 1..], &self.0[..end + 2])
                    }
                    _ => rest,
                },
                ';' => {
                    self.0 = rest;
                    return Some(Token::End);
                }
                first if first.is_alphanumeric() || first == '_' => {
                    let end = self.0.find(|c| !in_word(c)).unwrap_or(self.0.len());
                    let (word, rest) = self.0.split_at(end);
                    self.0 = rest;
                    return Some(Token::Word(word));
                }
                _ => rest,
            };
        }
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Whether this may stand between the dollars of a dollar-quoted text.
fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// What follows the next `end`; nothing where there is none.
fn after<'s>(text: &'s str, end: &str) -> &'s str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

#[cfg(test)]
mod tests {
    use super::writes;

    #[test]
    fn reading_passes() {
        for sql in [
            "SELECT 1",
            "  select \"update\", `delete` FROM t WHERE a = 'INSERT; DELETE' -- DROP\n",
            "(SELECT a FROM t) UNION (SELECT b FROM u);",
            "WITH x AS (SELECT 1) SELECT * FROM x /* DELETE */",
            "SELECT * FROM t WHERE id = $1 AND b = $2 FOR UPDATE",
            "SELECT * FROM t FOR NO KEY UPDATE SKIP LOCKED",
            "SELECT $q$ it's; DELETE $q$, 'it''s; INSERT'",
            "SELECT updated_at, deleted FROM t",
            "VALUES (1, 2)",
            "EXPLAIN SELECT 1",
            "",
        ] {
            assert_eq!(writes(sql), None, "{sql}");
        }
    }

    #[test]
    fn writing_does_not() {
        for (sql, word) in [
            ("INSERT INTO t VALUES (1)", "INSERT"),
            ("  -- SELECT\nupdate t SET a = 1", "UPDATE"),
            ("DELETE FROM t", "DELETE"),
            ("REPLACE INTO t VALUES (1)", "REPLACE"),
            ("TRUNCATE t", "TRUNCATE"),
            ("DROP TABLE t", "DROP"),
            ("PRAGMA foreign_keys = OFF", "PRAGMA"),
            ("CALL f()", "CALL"),
            (
                "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
                "DELETE",
            ),
            (
                "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
                "INSERT",
            ),
            ("SELECT * INTO u FROM t", "INTO"),
            ("SELECT 1; DROP TABLE t", "DROP"),
            ("SELECT $1; DELETE FROM t WHERE a = $2", "DELETE"),
            ("EXPLAIN ANALYZE UPDATE t SET a = 1", "UPDATE"),
        ] {
            assert_eq!(writes(sql).as_deref(), Some(word), "{sql}");
        }
    }
}
