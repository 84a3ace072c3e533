//! Integrity: checkpoints, proofs, and verification of the whole trail.
//!
//! A checkpoint says nothing but how many logs there are and a hash: whoever may read anything may
//! have it. A proof is for those who see the log; its leaf only for those who see all of it.

mod export;
mod offline;
mod runs;
mod verify;

use base64::{Engine as _, engine::general_purpose::STANDARD};
pub use proof::VerifyingKey;
use proof::{Hash, Range, SignedNote, TilePlace, leaf_hash};
use serde_json::json;
use types::{Code, Consistency, OperationKind, Proof, Scope, SealedCheckpoint, Sealing, Timestamp};
use uuid::Uuid;

pub use export::export;
pub use offline::Offline;
pub use runs::{start, verifications};
pub use verify::{Against, Progress, verify};

use crate::access::Access;
use crate::engine::catalog::ModelEntry;
use crate::engine::known::{Form, Known};
use crate::engine::state::Entry;
use crate::ledger::{self, Deed};
use crate::store::{Sealed, log};
use crate::{Audit, Error, Principal, present, sealer};

/// The newest signed checkpoint; none as long as nothing was sealed.
pub async fn checkpoint(audit: &Audit, principal: &Principal) -> Result<Option<String>, Error> {
    principal.has_scope(Scope::Read)?;
    Ok(audit.store().sealed().await?.map(|sealed| sealed.note))
}

/// The public keys that sign checkpoints of this trail, newest first.
pub async fn keys(audit: &Audit, principal: &Principal) -> Result<Vec<String>, Error> {
    principal.has_scope(Scope::Read)?;
    let rows = audit.store().signing_keys().await?;
    Ok(rows.into_iter().rev().map(|row| row.key).collect())
}

/// How the trail is sealed now.
pub async fn sealing(audit: &Audit, principal: &Principal) -> Result<Sealing, Error> {
    let keys = keys(audit, principal).await?;
    let newest = audit.store().sealed().await?;
    Ok(Sealing {
        active: audit.seals(),
        logs: audit.store().end().await?,
        newest: newest.map(told),
        keys,
    })
}

/// The last checkpoints that are kept for ever, newest first.
pub async fn checkpoints(
    audit: &Audit,
    principal: &Principal,
    limit: u64,
) -> Result<Vec<SealedCheckpoint>, Error> {
    principal.has_scope(Scope::Read)?;
    let kept = audit.store().last_checkpoints(limit.min(200)).await?;
    Ok(kept.into_iter().map(told).collect())
}

fn told(sealed: Sealed) -> SealedCheckpoint {
    // The third line of the note: it was written here.
    let root = sealed.note.lines().nth(2).unwrap_or_default().to_owned();
    SealedCheckpoint {
        size: sealed.size,
        root,
        sealed_at: Timestamp::from_micros(sealed.at),
        note: sealed.note,
    }
}

/// The proof that a log is in the trail, against the newest checkpoint.
pub async fn proof(audit: &Audit, principal: &Principal, id: &str) -> Result<Proof, Error> {
    principal.has_scope(Scope::Read)?;
    let uuid = Uuid::parse_str(id).map_err(|_| Error::not_found())?;
    let row = audit
        .store()
        .log(uuid)
        .await?
        .ok_or_else(Error::not_found)?;
    let access = Access::now(audit, principal).await?;
    let model = access.catalog().model(row.model_id);
    let model = model.filter(|model| access.sees(model));
    let model = model.ok_or_else(Error::not_found)?;

    let newest = audit.store().sealed().await?;
    let newest = newest.filter(|sealed| sealed.size >= row.seq);
    let newest = newest.ok_or_else(|| {
        let detail = "no checkpoint is over this log yet; ask again in a moment";
        Error::refused(Code::NotSealedYet, detail)
    })?;
    let (index, size) = (place(row.seq - 1), place(newest.size));
    let path = proof::inclusion(index, size)
        .ok_or_else(|| Error::Broken(format!("log {} is not under {size}", row.seq)))?;
    let leaf = sealer::of(&model.model.host, &model.model.model, &row)?;
    let leaf_hash = leaf_hash(&leaf).to_base64();
    let whole = is_seen_whole(&access, model, &row)?;
    Ok(Proof {
        log_id: row.id.to_string(),
        leaf: whole.then(|| STANDARD.encode(&leaf)),
        leaf_hash,
        index,
        tree_size: size,
        hashes: hashes(audit, &path).await?,
        checkpoint: newest.note,
    })
}

/// Whether what is kept of a log is what this reader is shown of it.
fn is_seen_whole(access: &Access, model: &ModelEntry, row: &log::Model) -> Result<bool, Error> {
    let Entry {
        changes,
        unrecorded,
        observed,
        ..
    } = present::entry(row)?;
    let shown = |field: &str, known: &Known| {
        let masked_since = known.form != Form::Masked
            && !known.is_null()
            && model.field(field).is_some_and(|field| field.sensitive);
        access.sees_field(model, field) && !masked_since
    };
    Ok(changes.iter().all(|change| {
        let old = change.old.as_ref();
        shown(&change.field, &change.new) && old.is_none_or(|old| shown(&change.field, old))
    }) && unrecorded
        .iter()
        .all(|gap| shown(&gap.field, &gap.last_known) && shown(&gap.field, &gap.found))
        && observed.iter().all(|(field, known)| shown(field, known)))
}

/// That the trail only grew from `from` logs to `to`.
pub async fn consistency(
    audit: &Audit,
    principal: &Principal,
    from: u64,
    to: u64,
) -> Result<Consistency, Error> {
    principal.has_scope(Scope::Read)?;
    let sealed = audit
        .store()
        .sealed()
        .await?
        .map_or(0, |sealed| sealed.size);
    let sealed = place(sealed);
    if to > sealed {
        let detail = format!("checkpoints cover {sealed} logs up to now");
        return Err(Error::refused(Code::NotSealedYet, detail));
    }
    if from > to {
        return Err(Error::fault(
            "/from",
            Code::OutOfRange,
            "must not be more than `to`",
        ));
    }
    // Every trail begins with nothing: there is nothing to prove.
    let path = proof::consistency(from, to).unwrap_or_default();
    Ok(Consistency {
        from,
        to,
        from_root: root(audit, from).await?.to_base64(),
        to_root: root(audit, to).await?.to_base64(),
        hashes: hashes(audit, &path).await?,
    })
}

/// The root of the tree of the first `size` logs, from the stored tiles.
async fn root(audit: &Audit, size: u64) -> Result<Hash, Error> {
    let range = proof::whole(size);
    let found = looked_up(audit, &[range]).await?;
    Ok(found.into_iter().next().unwrap_or_else(Hash::of_nothing))
}

async fn hashes(audit: &Audit, path: &[Range]) -> Result<Vec<String>, Error> {
    let found = looked_up(audit, path).await?;
    Ok(found.into_iter().map(Hash::to_base64).collect())
}

/// The hashes of ranges, from the stored tiles.
async fn looked_up(audit: &Audit, ranges: &[Range]) -> Result<Vec<Hash>, Error> {
    let mut places: Vec<TilePlace> = ranges
        .iter()
        .flat_map(|range| range.nodes())
        .map(TilePlace::of)
        .collect();
    places.sort_unstable();
    places.dedup();
    let tiles = audit.store().tiles(places).await?;
    let hash = |range: &Range| {
        let nodes = range.nodes().into_iter().map(|node| {
            let tile = tiles.get(&TilePlace::of(node));
            tile.and_then(|tile| tile.node(node))
                .ok_or_else(|| Error::Broken(format!("the tile of {node:?} is missing")))
        });
        let nodes: Vec<Hash> = nodes.collect::<Result<_, _>>()?;
        Ok(proof::fold(&nodes))
    };
    ranges.iter().map(hash).collect()
}

/// The root of the tree of the first `size` logs, of which those behind `sealed` are read again.
async fn from_logs(audit: &Audit, sealed: i64, size: u64) -> Result<Hash, Error> {
    let mut tree = sealer::resume(audit, sealed).await?;
    let last = i64::try_from(size).unwrap_or(i64::MAX);
    for hash in sealer::Leaves::between(sealed, last).all(audit).await? {
        tree.push(hash);
    }
    Ok(tree.root())
}

fn place(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Whether the trail still holds what a checkpoint, signed here before, says.
///
/// Fails with what is missing: the database was put back to an earlier day, or altered.
pub async fn holds(audit: &Audit, note: &str) -> Result<(), String> {
    let broken = |error: Error| error.to_string();
    let keys = audit
        .store()
        .signing_keys()
        .await
        .map_err(|e| broken(e.into()))?;
    let keys = keys
        .iter()
        .filter_map(|row| VerifyingKey::parse(&row.key).ok());
    let note = SignedNote::parse(note).map_err(|error| error.to_string())?;
    let checkpoint = keys.into_iter().find_map(|key| note.verify(&key).ok());
    let checkpoint = checkpoint.ok_or("the checkpoint is signed by no key of this database")?;
    let end = audit.store().end().await.map_err(|e| broken(e.into()))?;
    if place(end) < checkpoint.size {
        return Err(format!(
            "a checkpoint was signed over {} logs, and the database holds {end}",
            checkpoint.size
        ));
    }
    let sealed = audit.store().sealed().await.map_err(|e| broken(e.into()))?;
    let sealed = sealed.map_or(0, |sealed| sealed.size);
    let root = if place(sealed) < checkpoint.size {
        // It is not kept here any more; what it says of the logs has to hold all the same.
        from_logs(audit, sealed, checkpoint.size).await
    } else {
        root(audit, checkpoint.size).await
    };
    let root = root.map_err(broken)?;
    if root == checkpoint.root {
        Ok(())
    } else {
        Err(format!(
            "the first {} logs are not those that the checkpoint was signed over",
            checkpoint.size
        ))
    }
}

/// The name of the trail that this database holds: what its checkpoints are signed under.
pub async fn origin(audit: &Audit) -> Result<String, Error> {
    sealer::origin(audit).await
}

/// Records that a database was accepted that is behind a checkpoint signed before, and why.
pub async fn accept(
    audit: &Audit,
    principal: &Principal,
    note: &str,
    why: &str,
) -> Result<(), Error> {
    principal.administers()?;
    let name = sealer::origin(audit).await?;
    let work = audit.store().begin().await?;
    let deed = Deed {
        operation: OperationKind::Write,
        model: ledger::TRAIL,
        record_id: &name,
        record_name: &name,
        old: Some(json!({ "checkpoint": note })),
        new: Some(json!({ "checkpoint": null, "accepted": why })),
    };
    ledger::record(audit, &work, principal, deed).await?;
    Ok(work.commit().await?)
}

/// Reads a public key as [`keys`] gives it.
pub fn key(text: &str) -> Result<VerifyingKey, String> {
    VerifyingKey::parse(text).map_err(|error| error.to_string())
}
