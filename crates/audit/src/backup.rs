//! A copy of the database that is kept elsewhere.

use crate::Error;
use crate::store::Store;

/// Copies the SQLite database of `url` to the file `into`, which is empty or not there: everything
/// that is committed at one moment. It only reads, so recording goes on meanwhile; nothing has to be
/// opened or migrated for it.
pub async fn copy(url: &str, into: &str) -> Result<(), Error> {
    Ok(Store::copy(url, into).await?)
}
