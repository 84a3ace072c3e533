//! Exports: all the logs of a query, streamed.

use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use types::{Log, LogQuery};

use crate::logs::Walk;
use crate::{Audit, Error, Principal};

/// How many rows are read at once.
const CHUNK: usize = 500;

/// Every log of the query (its `cursor` and `limit` do not count), as a stream with bounded memory.
pub async fn logs(
    audit: &Audit,
    principal: &Principal,
    query: LogQuery,
) -> Result<BoxStream<'static, Result<Log, Error>>, Error> {
    let walk = Walk::new(audit, principal, &query, None, audit.now()).await?;
    let chunks = stream::try_unfold(Some(walk), |walk| async move {
        let Some(mut walk) = walk else {
            return Ok::<_, Error>(None);
        };
        let (logs, end) = walk.next(CHUNK).await?;
        Ok(Some((
            stream::iter(logs.into_iter().map(Ok)),
            (!end).then_some(walk),
        )))
    });
    Ok(chunks.try_flatten().boxed())
}
