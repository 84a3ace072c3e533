//! The demo: a small CRM whose ninety days are told to a running server as a host would.
//!
//! Nothing here reaches past what any host can do: operations go through the HTTP API with a key.
//! Only what an administrator would set up first (host, key, rules, sign-ins, viewers) is done by
//! the use cases directly. The story is the same for the same host, so loading it twice records
//! nothing twice. Its sign-ins have passwords that everybody can read here: it is for a database
//! of its own, never for one that is in use.

mod calendar;
mod catalogue;
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

use audit::Audit;
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
    /// The summary could not be printed.
    #[error("the summary could not be printed")]
    Print(#[from] std::io::Error),
}

/// All operations of the story that ends before `end`, in the order they happened: some 5,000
/// within ninety days. The same `seed` and `end` give the same operations with the same ids.
pub fn operations(seed: u64, end: Timestamp) -> Vec<Operation> {
    story::tell(seed, end).operations
}

/// Loads the demo into the server at `url` (`http://127.0.0.1:3000`), which serves the database
/// that `audit` has open. Tells its progress on standard error and a summary on standard output.
pub async fn run(audit: &Audit, url: &str) -> Result<(), Error> {
    let prepared = setup::prepare(audit).await?;
    let operations = operations(SEED, prepared.end);
    let server = load::Server::new(url, &prepared.key)?;
    for (model, declaration) in catalogue::models() {
        server.declare(model, &declaration).await?;
    }
    setup::let_sales_read(audit).await?;
    let tally = server.send(&operations).await?;
    let summary = summary::text(server.url(), &prepared, &tally);
    std::io::stdout().write_all(summary.as_bytes())?;
    Ok(())
}
