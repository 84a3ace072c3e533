//! Exports: all the logs of a query, streamed.
use crate::{Audit, Error, Principal};
use futures::stream::BoxStream;
use types::{Log, LogQuery};

/// Every log of the query (its `cursor` and `limit` do not count), as a stream with bounded memory.
pub async fn logs(audit: &Audit, principal: &Principal, query: LogQuery) -> Result<BoxStream<'static, Result<Log, Error>>, Error> { unimplemented!() }
