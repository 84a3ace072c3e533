//! Uninstalling: the host's database as it was, whatever is left of capture in it.
//!
//! Triggers go first, table by table, each as soon as its lock is to be had; from then on the host
//! writes as if capture had never been. The schema goes last, when nothing waits in it. Whatever
//! somebody removed by hand before is no matter, and neither is where the last try was
//! interrupted.

use std::time::{Duration, Instant};

use sqlx::{PgConnection, Row as _};
use tokio::sync::watch;

use super::Error;
use super::database::{Database, hold, quoted, run, run_whole};
use super::run::Capturing;
use super::schema::{self, Owner};
use crate::Server;
use crate::delivery::Progress;

/// How long one try for a lock may keep the host's statements waiting.
const LOCK: &str = "SET lock_timeout = '700ms'";
/// How long to leave a busy table alone between two tries.
const PAUSE: Duration = Duration::from_millis(300);

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uninstalled {
    /// Operations that were delivered before.
    pub delivered: u64,
    /// Operations that were given up.
    pub discarded: i64,
    /// Operations that the server had refused; they went with the schema.
    pub set_aside: i64,
    /// Tables that triggers were taken off.
    pub tables: usize,
}

/// What becomes of operations that still wait.
#[derive(Debug)]
pub enum Rest<S> {
    /// They keep it from being uninstalled.
    Refuse,
    /// They are given up.
    Discard,
    /// They are delivered.
    Deliver(S),
}

/// Removes all that `install` made.
pub async fn uninstall<S: Server>(
    database: &Database,
    rest: Rest<S>,
    patience: Duration,
) -> Result<Uninstalled, Error> {
    let mut connection = database.connect().await?;
    let connection = &mut connection;
    match schema::owner(connection).await? {
        // With the schema go its functions, and with those the triggers that run them.
        Owner::Nobody => return Ok(Uninstalled::default()),
        Owner::Another => return Err(schema::another()),
        Owner::Capture => hold(connection).await?,
    }
    let mut outcome = Uninstalled::default();
    let discard = matches!(rest, Rest::Discard);
    let mut server = match rest {
        Rest::Refuse => {
            refuse(waiting(connection).await?, "nothing was removed")?;
            None
        }
        Rest::Discard => None,
        Rest::Deliver(server) => {
            let mut capturing = Capturing::new(database.clone(), server);
            outcome.delivered += drain(&mut capturing).await?;
            Some(capturing)
        }
    };
    let deadline = Instant::now() + patience;
    run(connection, LOCK).await?;
    outcome.tables = take_off(connection, deadline).await?;
    if let Some(capturing) = &mut server {
        outcome.delivered += drain(capturing).await?;
    }
    // Ends its session, and with it the lock of whoever delivers.
    drop(server);
    let left = waiting(connection).await?;
    if discard {
        outcome.discarded = left;
    } else {
        // Written while the triggers were taken off; nobody said that these may go.
        refuse(left, "the triggers are off, the outbox is still there")?;
    }
    outcome.set_aside = count(connection, "set_aside").await?;
    remove(connection, deadline).await?;
    Ok(outcome)
}

fn refuse(waiting: i64, state: &str) -> Result<(), Error> {
    if waiting == 0 {
        return Ok(());
    }
    Err(Error::refused(format!(
        "{waiting} operations wait to be delivered; {state}. Give the server's address to deliver them first, \
         or --discard to give them up"
    )))
}

async fn drain<S: Server>(capturing: &mut Capturing<S>) -> Result<u64, Error> {
    let (progress, _) = watch::channel(Progress::default());
    capturing.drain(&progress).await.map_err(|why| {
        Error::refused(format!(
            "what waits cannot be delivered now ({why}); the outbox is still there"
        ))
    })
}

async fn waiting(connection: &mut PgConnection) -> Result<i64, Error> {
    count(connection, "outbox").await
}

/// The rows of one of our tables; none where it was removed by hand.
async fn count(connection: &mut PgConnection, name: &str) -> Result<i64, Error> {
    if !schema::has(connection, name).await? {
        return Ok(0);
    }
    let sql = format!("SELECT count(*) FROM revisor.{name}");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .fetch_one(connection)
        .await?;
    Ok(row.try_get(0)?)
}

/// Takes every trigger that runs one of our functions off its table; how many tables those were.
async fn take_off(connection: &mut PgConnection, deadline: Instant) -> Result<usize, Error> {
    let mut done = 0;
    loop {
        let tables = sqlx::query(
            "SELECT format('%I.%I', n.nspname, c.relname), array_agg(t.tgname::text ORDER BY t.tgname) \
               FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
               JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace f ON f.oid = p.pronamespace \
              WHERE f.nspname = 'revisor' AND t.tgparentid = 0 GROUP BY 1 ORDER BY 1",
        )
        .fetch_all(&mut *connection)
        .await?;
        let mut busy = Vec::new();
        for row in &tables {
            let target: String = row.try_get(0)?;
            let names: Vec<String> = row.try_get(1)?;
            let sql: String = names
                .iter()
                .map(|name| format!("DROP TRIGGER IF EXISTS {} ON {target};", quoted(name)))
                .collect::<Vec<_>>()
                .concat();
            match run_whole(connection, &sql).await {
                Ok(()) => done += 1,
                // Dropped or renamed meanwhile: the next look tells.
                Err(error) if error.is_busy() || error.state().as_deref() == Some("42P01") => {
                    busy.push(target);
                }
                Err(error) => return Err(error),
            }
        }
        if busy.is_empty() {
            return Ok(done);
        }
        if Instant::now() >= deadline {
            return Err(Error::refused(format!(
                "these tables were in use all the time and still have their triggers: {}. The same command \
                 goes on where it stopped",
                busy.join(", ")
            )));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Removes the schema and what we made in it. What somebody else put there, or built upon it,
/// keeps it from being removed.
async fn remove(connection: &mut PgConnection, deadline: Instant) -> Result<(), Error> {
    loop {
        let row = sqlx::query(
            "SELECT coalesce(string_agg(format('DROP FUNCTION revisor.%I()', p.proname), ';'), '') \
               FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
              WHERE n.nspname = 'revisor' AND p.pronargs = 0 AND p.proname ~ '^(insert|update|delete|truncate)_[0-9]+$'",
        )
        .fetch_one(&mut *connection)
        .await?;
        let functions: String = row.try_get(0)?;
        let sql = format!(
            "{functions}; DROP TABLE IF EXISTS revisor.outbox, revisor.set_aside, revisor.captured, revisor.install; \
             DROP SEQUENCE IF EXISTS revisor.outbox_id, revisor.until, revisor.dropped, revisor.lost; \
             DROP SCHEMA IF EXISTS revisor"
        );
        match run_whole(connection, &sql).await {
            Err(error) if error.is_busy() && Instant::now() < deadline => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) if error.state().as_deref() == Some("2BP01") => {
                return Err(Error::refused(format!(
                    "the triggers are off; the schema stays, since something that capture did not make is in it \
                     or built upon it ({error})"
                )));
            }
            other => return other,
        }
    }
}
