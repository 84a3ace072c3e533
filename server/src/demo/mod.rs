//! The demo: a small CRM whose ninety days are told to a running server as a host would.
//!
//! Nothing here reaches past what any host can do: operations go through the HTTP API with a key.
//! Only what an administrator would set up first (host, key, rules, sign-ins, viewers) is done by
//! the use cases directly. The story is the same for the same host, so loading it twice records
//! nothing twice. Its sign-ins have passwords that everybody can read here: it is for a database
//! of its own, never for one that is in use.
//!
//! The times of the demo are set. [`run_here`] loads it through a server of its own whose clock
//! follows the story (`demo::clock`), so that each operation is recorded a second or so after it
//! happened; [`run`] sends it to a running server, which records everything now.

mod calendar;
mod catalogue;
pub(crate) mod clock;
mod goods;
mod load;
mod people;
mod picture;
mod random;
mod setup;
mod story;
mod summary;
mod texts;
mod values;
mod world;

use std::io::Write as _;
use std::net::Ipv4Addr;

use audit::Audit;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use types::{Operation, Timestamp};

/// The story that [`run`] tells.
pub const SEED: u64 = 15;

/// Why the demo could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What an administrator sets up was refused.
    #[error("the demo could not be set up")]
    Audit(#[from] audit::Error),
    /// The server cannot be reached, or broke off.
    #[error("the server at {url} did not answer")]
    Unanswered {
        /// The server's address.
        url: String,
        /// What failed.
        #[source]
        source: reqwest::Error,
    },
    /// The server answered something else than it should.
    #[error("{call}: the server answered {status}: {detail}")]
    Refused {
        /// Method and path.
        call: String,
        /// The HTTP status.
        status: u16,
        /// The problem's detail.
        detail: String,
    },
    /// The system refuses: to listen, or to print the summary.
    #[error("the system refuses")]
    System(#[from] std::io::Error),
}

/// All operations of the story that ends before `end`, in the order they happened: some 5,000
/// within ninety days. The same `seed` and `end` give the same operations with the same ids.
pub fn operations(seed: u64, end: Timestamp) -> Vec<Operation> {
    story::tell(seed, end).operations
}

/// How many operations a running server is sent at once.
const BATCH: usize = 250;
/// How long before the first operation the host is set up, in microseconds.
const SET_UP: i64 = calendar::HOUR;

/// Loads the demo into the running server at `url` (`http://127.0.0.1:3000`), which serves the
/// database that `audit` has open. That server's clock is its own: everything is recorded now.
/// Tells its progress on standard error and a summary on standard output.
pub async fn run(audit: &Audit, url: &str) -> Result<(), Error> {
    let end = setup::end(audit).await?;
    let prepared = setup::prepare(audit, end).await?;
    let operations = operations(SEED, end);
    let server = load::Server::new(url, &prepared.key)?;
    let batches = operations.chunks(BATCH);
    let tally = tell(audit, &server, batches, operations.len(), |_| ()).await?;
    tell_summary(&summary::text(server.url(), &prepared, &tally))
}

/// Loads the demo by a server of its own on this machine, whose clock follows the story. `audit`
/// must have been opened with the ports of `demo::clock`, and `url` is where people will find it.
pub async fn run_here(audit: &Audit, url: &str) -> Result<(), Error> {
    let end = setup::end(audit).await?;
    let operations = operations(SEED, end);
    let (prepared, tally) = load_here(audit, end, &operations).await?;
    tell_summary(&summary::text(url, &prepared, &tally))
}

/// Sets up, serves, sends, and ends serving, all at the times of the story.
async fn load_here(
    audit: &Audit,
    end: Timestamp,
    operations: &[Operation],
) -> Result<(setup::Prepared, load::Tally), Error> {
    let begin = operations.first().and_then(|first| first.occurred_at);
    let clock = clock::Telling::from(begin.unwrap_or(end).micros() - SET_UP);
    let prepared = setup::prepare(audit, end).await?;

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let (done, ended) = oneshot::channel::<()>();
    let router = crate::router::app(audit.clone(), &crate::router::Options::default());
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        // Said, or the loading broke off: both are the end.
        let _ = ended.await;
    });
    let serving = tokio::spawn(serving.into_future());

    let server = load::Server::new(&address.to_string(), &prepared.key)?;
    // What one request made is one batch: it happened at one time.
    let batches = operations.chunk_by(|a, b| a.occurred_at == b.occurred_at);
    let heard = |batch: &[Operation]| clock.hears_of(batch);
    let told = tell(audit, &server, batches, operations.len(), heard).await;
    drop((server, done));
    let _ = serving.await;
    drop(clock);
    Ok((prepared, told?))
}

/// Declares the models, lets those who sell read them, and sends the operations; `before` is
/// called with each batch before it goes.
async fn tell(
    audit: &Audit,
    server: &load::Server,
    batches: impl Iterator<Item = &[Operation]>,
    of: usize,
    before: impl Fn(&[Operation]),
) -> Result<load::Tally, Error> {
    for (model, declaration) in catalogue::models() {
        server.declare(model, &declaration).await?;
    }
    setup::let_sales_read(audit).await?;
    server.send(batches, of, before).await
}

fn tell_summary(text: &str) -> Result<(), Error> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

#[cfg(test)]
mod tests;
