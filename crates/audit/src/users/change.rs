//! Changing people: name, role, groups, and whether they may sign in.

use serde_json::{Value, json};
use types::{Code, OperationKind, Role, Timestamp, User, UserPatch};

use super::{present, uuid};
use crate::ledger::{self, Deed};
use crate::store::{Work, user};
use crate::{Audit, Error, Principal};

/// A person to be changed, with their groups. The administrators are locked first, always, so
/// that nobody waits for one who waits.
pub(super) struct Found {
    pub(super) row: user::Model,
    pub(super) groups: Vec<String>,
    alone: bool,
}

impl Found {
    /// The person of this id, locked within `work`.
    pub(super) async fn lock(work: &Work, id: &str) -> Result<Self, Error> {
        let id = uuid(id)?;
        let administrators = work.lock_administrators().await?;
        let alone = matches!(administrators.as_slice(), [only] if only.id == id);
        let found = work.lock_user(id).await?;
        let (row, groups) = found.ok_or_else(Error::not_found)?;
        Ok(Self { row, groups, alone })
    }

    /// Refuses to take the last one away who administers.
    fn is_not_needed(&self) -> Result<(), Error> {
        if self.alone {
            let detail = "the last administrator can be neither disabled nor given another role";
            return Err(Error::refused(Code::LastAdministrator, detail));
        }
        Ok(())
    }
}

/// Changes name, role or groups of a person. Administrators only; 409 `last_administrator`. The
/// new role and groups hold from the person's next request on.
pub async fn update(
    audit: &Audit,
    principal: &Principal,
    id: &str,
    patch: UserPatch,
) -> Result<User, Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    let found = Found::lock(&work, id).await?;
    let before = present(found.row.clone(), found.groups.clone())?;
    let after = patch.apply(&before).map_err(Error::Invalid)?;
    if after == before {
        return Ok(before);
    }
    if after.role != Role::Administrator {
        found.is_not_needed()?;
    }
    let row = user::Model {
        name: after.name.clone(),
        role: after.role.as_str().to_owned(),
        ..found.row
    };
    work.update_user(row.clone()).await?;
    work.set_groups(row.number, &after.groups).await?;
    let values =
        |user: &User| json!({"name": user.name, "role": user.role.as_str(), "groups": user.groups});
    record(
        audit,
        &work,
        principal,
        &row,
        values(&before),
        values(&after),
    )
    .await?;
    work.commit().await?;
    Ok(after)
}

/// Lets a person sign in no more, and ends their sessions. Administrators only;
/// 409 `last_administrator`.
pub async fn disable(audit: &Audit, principal: &Principal, id: &str) -> Result<User, Error> {
    set_disabled(audit, principal, id, true).await
}

/// Lets a person sign in again. Administrators only.
pub async fn enable(audit: &Audit, principal: &Principal, id: &str) -> Result<User, Error> {
    set_disabled(audit, principal, id, false).await
}

async fn set_disabled(
    audit: &Audit,
    principal: &Principal,
    id: &str,
    disabled: bool,
) -> Result<User, Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    let mut found = Found::lock(&work, id).await?;
    if found.row.disabled_at.is_some() == disabled {
        return present(found.row, found.groups);
    }
    if disabled {
        found.is_not_needed()?;
        work.end_sessions(found.row.id, None).await?;
    }
    found.row.disabled_at = disabled.then(|| audit.now()).map(Timestamp::micros);
    work.update_user(found.row.clone()).await?;
    record(
        audit,
        &work,
        principal,
        &found.row,
        json!({"disabled": !disabled}),
        json!({"disabled": disabled}),
    )
    .await?;
    work.commit().await?;
    present(found.row, found.groups)
}

/// Records within `work` what was changed of a person.
pub(super) async fn record(
    audit: &Audit,
    work: &Work,
    principal: &Principal,
    row: &user::Model,
    old: Value,
    new: Value,
) -> Result<(), Error> {
    let deed = Deed {
        operation: OperationKind::Write,
        model: "revisor.user",
        record_id: &row.id.to_string(),
        record_name: &row.name,
        old: Some(old),
        new: Some(new),
    };
    ledger::record(audit, work, principal, deed).await
}
