//! Erasure: what is kept of a data subject is gone once its key is destroyed, and every log and
//! every proof stays as it was.
//!
//! For administrators who are signed in and at the command line; never for a key of a host,
//! whatever its scopes. What was erased cannot be had back here. Each erasure is recorded under the
//! built-in host, in the same transaction.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_json::json;
use types::{Erasure, OperationKind, Subject, SubjectFound, Timestamp, check_reason};
use uuid::Uuid;

use crate::audit::Inner;
use crate::engine::catalog::Catalog;
use crate::ledger::{self, Deed};
use crate::recorder::subjects::kept;
use crate::store::{SubjectOf, SubjectRow, from_json};
use crate::{Audit, Error, Principal};

/// After how long clearing away is tried again.
const LATER: Duration = Duration::from_secs(20);

/// What came of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The erasure; the last one where there was nothing left to erase.
    pub erasure: Erasure,
    /// Whether it was erased before, and nothing was done now.
    pub before: bool,
    /// Whether what the database keeps beside its tables was cleared away as well; else that is
    /// done by and by.
    pub cleared: bool,
}

/// Refuses whoever may not erase.
fn may_erase(principal: &Principal) -> Result<(), Error> {
    match principal {
        Principal::Key { .. } => Err(Error::forbidden("no key erases, whatever its scopes")),
        _ => principal.administers(),
    }
}

/// What there is of a subject. Administrators only.
pub async fn find(
    audit: &Audit,
    principal: &Principal,
    subject: &Subject,
) -> Result<SubjectFound, Error> {
    may_erase(principal)?;
    let faults = subject.faults();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let catalog = audit.current().await?;
    let mut found = SubjectFound {
        subject: subject.clone(),
        since: None,
        logs: 0,
        records: 0,
        erasures: Vec::new(),
        about: None,
    };
    let Some(of) = subject_of(&catalog, subject) else {
        return Ok(found);
    };
    for row in audit.store().keys_of_subject(&of).await? {
        if let Some(erasure) = told(&catalog, row.clone()) {
            found.erasures.push(erasure);
        } else {
            found.since = Some(Timestamp::from_micros(row.created_at));
            (found.logs, found.records) = audit.store().under_key(row.id).await?;
        }
    }
    found
        .erasures
        .sort_by_key(|erasure| std::cmp::Reverse(erasure.erased_at));
    found.about = about(audit, &catalog, &of).await?;
    Ok(found)
}

/// Whom a record is about, where that is not itself.
async fn about(audit: &Audit, catalog: &Catalog, of: &SubjectOf) -> Result<Option<Subject>, Error> {
    let Some(model) = catalog.model_named(of.host_id, &of.model) else {
        return Ok(None);
    };
    if model.model.subject.is_none() {
        return Ok(None);
    }
    let Some(row) = audit.store().record(model.id, &of.record_id).await? else {
        return Ok(None);
    };
    let about = kept(model, &from_json(&row.state)?).filter(|about| about != of);
    Ok(about.map(|about| Subject {
        host: model.model.host.clone(),
        model: about.model,
        record_id: about.record_id,
    }))
}

/// Destroys the key of a subject, for a reason. Where nothing is left to erase, the erasure before
/// is answered; 404 where there never was anything. Administrators only.
pub async fn erase(
    audit: &Audit,
    principal: &Principal,
    subject: &Subject,
    reason: &str,
) -> Result<Erased, Error> {
    may_erase(principal)?;
    let reason = reason.trim();
    let mut faults = subject.faults();
    for fault in check_reason(reason).into_vec() {
        faults.push(fault.pointer, fault.code, fault.detail);
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let catalog = audit.current().await?;
    let of = subject_of(&catalog, subject).ok_or_else(Error::not_found)?;
    let work = audit.store().begin().await?;
    // In the order of the recorder: the configuration, then keys, then the end of the log. Else two
    // servers could wait for each other.
    work.bump().await?;
    let Some(row) = work.lock_subject_key(&of).await? else {
        let before = audit.store().keys_of_subject(&of).await?;
        let before = before.into_iter().filter_map(|row| told(&catalog, row));
        let last = before.max_by_key(|erasure| erasure.erased_at);
        return Ok(Erased {
            erasure: last.ok_or_else(Error::not_found)?,
            before: true,
            cleared: true,
        });
    };
    let (logs, records) = audit.store().under_key(row.id).await?;
    let at = audit.now();
    let (login, _) = principal.signature();
    work.destroy_subject_key(row.id, (at.micros(), &login, reason))
        .await?;
    let erasure = Erasure {
        id: row.id.to_string(),
        subject: subject.clone(),
        erased_at: at,
        erased_by: login,
        reason: reason.to_owned(),
    };
    let deed = Deed {
        operation: OperationKind::Create,
        model: ledger::ERASURE,
        record_id: &erasure.id,
        record_name: &subject.to_string(),
        old: None,
        new: Some(json!({
            "host": subject.host, "model": subject.model, "record": subject.record_id,
            "reason": reason, "logs": logs, "records": records,
        })),
    };
    ledger::record(audit, &work, principal, deed).await?;
    work.commit().await?;
    audit.refresh().await?;
    let cleared = clear(audit, row.id).await;
    if !cleared {
        let inner = Arc::downgrade(&audit.0);
        audit.0.keep(tokio::spawn(clear_later(inner, row.id)));
    }
    Ok(Erased {
        cleared,
        erasure,
        before: false,
    })
}

/// Clears away what the database keeps beside its tables. That the key is destroyed does not depend
/// on it.
async fn clear(audit: &Audit, key: Uuid) -> bool {
    let cleared = match audit.store().scrub().await {
        Ok(cleared) => cleared,
        Err(error) => {
            tracing::warn!(error = %error, key = %key, "erasure.not_cleared");
            return false;
        }
    };
    if !cleared {
        tracing::warn!(key = %key, "erasure.not_cleared: somebody reads what was there before");
    }
    cleared
}

/// Tries again, as long as the server runs.
async fn clear_later(inner: Weak<Inner>, key: Uuid) {
    loop {
        tokio::time::sleep(LATER).await;
        let Some(inner) = inner.upgrade() else { return };
        if clear(&Audit(inner), key).await {
            return;
        }
    }
}

/// What was erased, the last first: at most `limit`, from behind the erasure `after`.
/// Administrators only.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    after: Option<&Erasure>,
    limit: u64,
) -> Result<Vec<Erasure>, Error> {
    may_erase(principal)?;
    let catalog = audit.current().await?;
    let after = match after {
        Some(last) => {
            let id = Uuid::parse_str(&last.id).map_err(|_| Error::not_found())?;
            Some((last.erased_at.micros(), id))
        }
        None => None,
    };
    let rows = audit.store().erased_keys(after, limit).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| told(&catalog, row))
        .collect())
}

fn subject_of(catalog: &Catalog, subject: &Subject) -> Option<SubjectOf> {
    Some(SubjectOf {
        host_id: catalog.host_named(&subject.host)?.id,
        model: subject.model.clone(),
        record_id: subject.record_id.clone(),
    })
}

/// A key as the erasure that it is; none while it lives.
fn told(catalog: &Catalog, row: SubjectRow) -> Option<Erasure> {
    Some(Erasure {
        id: row.id.to_string(),
        subject: Subject {
            host: catalog.host(row.host_id)?.name.clone(),
            model: row.model,
            record_id: row.record_id,
        },
        erased_at: Timestamp::from_micros(row.erased_at?),
        erased_by: row.erased_by.unwrap_or_default(),
        reason: row.reason.unwrap_or_default(),
    })
}
