//! The whole trail with what proves it, as lines of JSON that need no database to be verified.
//!
//! The first line says what follows: `format` (`revisor/trail/1`), `size`, the newest `checkpoint`
//! and the public `keys`. The n-th line with a `leaf` is that of log n, as the text that is hashed,
//! beside its `hash`. A line with a `checkpoint` alone stands behind the last log that it is over.

use std::collections::VecDeque;

use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use proof::leaf_hash;
use serde_json::json;
use types::Code;

use crate::sealer::Leaves;
use crate::store::Sealed;
use crate::{Audit, Error, Principal};

/// What the first line calls the form of the rest.
pub(super) const FORMAT: &str = "revisor/trail/1";
/// Kept checkpoints that are read at once.
const CHECKPOINTS: u64 = 1_000;

struct Walk {
    audit: Audit,
    leaves: Leaves,
    size: i64,
    kept: VecDeque<Sealed>,
    /// Whether there may be more of them.
    more: bool,
}

/// The trail up to its newest checkpoint, line by line. For those who may read everything;
/// 409 `not_sealed_yet` where there is no checkpoint.
pub async fn export(
    audit: &Audit,
    principal: &Principal,
) -> Result<BoxStream<'static, Result<String, Error>>, Error> {
    if !principal.reads_all() {
        return Err(Error::forbidden(
            "the whole trail is for those who may read everything",
        ));
    }
    let newest = audit.store().sealed().await?;
    let newest =
        newest.ok_or_else(|| Error::refused(Code::NotSealedYet, "nothing is sealed yet"))?;
    let keys = super::keys(audit, principal).await?;
    let head = json!({
        "format": FORMAT, "size": newest.size, "checkpoint": newest.note, "keys": keys,
    });
    let walk = Walk {
        audit: audit.clone(),
        leaves: Leaves::between(0, newest.size),
        size: newest.size,
        kept: audit.store().checkpoints(0, CHECKPOINTS).await?.into(),
        more: true,
    };
    let rest = stream::try_unfold(walk, |mut walk| async move {
        let lines = walk.lines().await?;
        let more = !lines.is_empty();
        Ok::<_, Error>(more.then(|| (stream::iter(lines.into_iter().map(Ok)), walk)))
    });
    let head = stream::once(async move { Ok(head.to_string()) });
    Ok(head.chain(rest.try_flatten()).boxed())
}

impl Walk {
    async fn lines(&mut self) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        for (row, leaf) in self.leaves.next(&self.audit).await? {
            // What cannot be read is told by the one who verifies.
            let leaf = leaf.unwrap_or_default();
            let hash = leaf_hash(&leaf).to_base64();
            let leaf = String::from_utf8_lossy(&leaf);
            lines.push(json!({"hash": hash, "leaf": leaf}).to_string());
            while let Some(checkpoint) = self.checkpoint_of(row.seq).await? {
                lines.push(json!({ "checkpoint": checkpoint.note }).to_string());
            }
        }
        Ok(lines)
    }

    /// The next kept checkpoint, if it ends at this log.
    async fn checkpoint_of(&mut self, seq: i64) -> Result<Option<Sealed>, Error> {
        if self.more && self.kept.len() <= 1 {
            let after = self.kept.back().map_or(seq - 1, |last| last.size);
            let next = self.audit.store().checkpoints(after, CHECKPOINTS).await?;
            self.more = !next.is_empty();
            self.kept.extend(next);
        }
        let ends = |kept: &Sealed| kept.size <= seq && kept.size <= self.size;
        Ok(match self.kept.front() {
            Some(front) if ends(front) => self.kept.pop_front(),
            _ => None,
        })
    }
}
