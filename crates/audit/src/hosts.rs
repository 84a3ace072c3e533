//! Hosts: the applications whose users' operations are audited.

use types::{Code, Host, HostInput, OperationKind, Timestamp, label_from_name};

use crate::ledger::{self, Deed};
use crate::store::{Work, host};
use crate::{Audit, Error, Principal};

/// Creates a host. 409 `host_exists`. One that had ended comes back, with its logs.
pub async fn create(audit: &Audit, principal: &Principal, input: HostInput) -> Result<Host, Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    match work.host_by_name(&input.name).await? {
        Some(row) if row.ended_at.is_none() => Err(Error::refused(
            Code::HostExists,
            format!("a host named {} exists already", input.name),
        )),
        found => start(audit, work, principal, input, found).await,
    }
}

/// The host of this name, created if it is missing.
pub async fn ensure(audit: &Audit, principal: &Principal, input: HostInput) -> Result<Host, Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    match work.host_by_name(&input.name).await? {
        Some(row) if row.ended_at.is_none() => Ok(present(row)),
        found => start(audit, work, principal, input, found).await,
    }
}

async fn start(
    audit: &Audit,
    work: Work,
    principal: &Principal,
    input: HostInput,
    ended: Option<host::Model>,
) -> Result<Host, Error> {
    let label = input.label.unwrap_or_else(|| label_from_name(&input.name));
    work.bump().await?;
    let row = if let Some(mut row) = ended {
        work.revive_host(row.id, &label).await?;
        row.label = label;
        row.ended_at = None;
        row
    } else {
        let row = host::Model {
            id: 0,
            name: input.name,
            label,
            builtin: false,
            created_at: audit.now().micros(),
            ended_at: None,
        };
        work.insert_host(row).await.map_err(|error| {
            if error.is_duplicate() {
                Error::refused(Code::HostExists, "a host of this name exists already")
            } else {
                error.into()
            }
        })?
    };
    let host = present(row);
    let deed = Deed {
        operation: OperationKind::Create,
        model: "revisor.host",
        record_id: &host.name,
        record_name: &host.label,
        old: None,
        new: ledger::values(&host, &["builtin", "ended_at"]),
    };
    ledger::record(audit, &work, principal, deed).await?;
    work.commit().await?;
    audit.refresh().await?;
    Ok(host)
}

/// The hosts, by name; ended ones only when asked for. Administrators and auditors only.
pub async fn list(audit: &Audit, principal: &Principal, ended: bool) -> Result<Vec<Host>, Error> {
    if !principal.reads_all() {
        principal.administers()?;
    }
    let rows = audit.store().hosts().await?;
    let wanted = rows
        .into_iter()
        .filter(|row| ended || row.ended_at.is_none());
    Ok(wanted.map(present).collect())
}

/// Uninstalls a host: its keys and rules end, its logs stay.
pub async fn end(audit: &Audit, principal: &Principal, host: &str) -> Result<(), Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    let row = work
        .host_by_name(host)
        .await?
        .filter(|row| row.ended_at.is_none());
    let row = row.ok_or_else(Error::not_found)?;
    if row.builtin {
        return Err(Error::refused(
            Code::BuiltinHost,
            "the built-in host cannot be ended",
        ));
    }
    work.bump().await?;
    work.end_host(row.id, audit.now()).await?;
    let host = present(row);
    let deed = Deed {
        operation: OperationKind::Unlink,
        model: "revisor.host",
        record_id: &host.name,
        record_name: &host.label,
        old: ledger::values(&host, &["builtin", "ended_at"]),
        new: None,
    };
    ledger::record(audit, &work, principal, deed).await?;
    work.commit().await?;
    audit.refresh().await
}

fn present(row: host::Model) -> Host {
    Host {
        name: row.name,
        label: row.label,
        created_at: Timestamp::from_micros(row.created_at),
        builtin: row.builtin,
        ended_at: row.ended_at.map(Timestamp::from_micros),
    }
}
