//! Revisor's own audit trail: what administrators do here is recorded here, under the built-in
//! host, by the same recorder and in the same transaction as the deed.

use serde_json::Value;
use types::{Actor, Context, Field, FieldType, Model, Operation, OperationKind, Values};

use crate::recorder::append;
use crate::store::{NewModel, Work, host};
use crate::{Audit, Error, Principal};

/// The name of the built-in host.
pub(crate) const HOST: &str = "revisor";
/// The model of the trail itself: its keys, and databases that were put back on purpose.
pub(crate) const TRAIL: &str = "revisor.trail";

/// The model of erasures.
pub(crate) const ERASURE: &str = "revisor.erasure";

/// Makes the built-in host and its models, once.
pub(crate) async fn found(audit: &Audit) -> Result<(), Error> {
    let work = audit.store().begin().await?;
    if work.host_by_name(HOST).await?.is_some() {
        return Ok(());
    }
    work.bump().await?;
    let row = host::Model {
        id: 0,
        name: HOST.to_owned(),
        label: "Revisor".to_owned(),
        builtin: true,
        created_at: audit.now().micros(),
        ended_at: None,
    };
    let row = work.insert_host(row).await?;
    for (model, label) in [
        (ERASURE, "Erasure"),
        ("revisor.filter", "Saved filter"),
        ("revisor.host", "Host"),
        ("revisor.key", "Key"),
        ("revisor.model", "Model"),
        ("revisor.rule", "Rule"),
        ("revisor.user", "User"),
    ] {
        work.upsert_model(&NewModel {
            host_id: row.id,
            model: builtin(model, label),
        })
        .await?;
    }
    match work.commit().await {
        // Another server was quicker.
        Err(error) if error.is_passing() => Ok(()),
        other => Ok(other?),
    }
}

fn builtin(model: &str, label: &str) -> Model {
    let password = Field {
        sensitive: true,
        declared: true,
        ..Field::guessed("password", FieldType::Char)
    };
    let fields = if model == "revisor.user" {
        vec![password]
    } else {
        Vec::new()
    };
    Model {
        host: HOST.to_owned(),
        model: model.to_owned(),
        label: label.to_owned(),
        name_field: Some("name".to_owned()),
        subject: None,
        declared: true,
        fields,
        viewers: Vec::new(),
    }
}

/// A deed to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct Deed<'a> {
    pub(crate) operation: OperationKind,
    pub(crate) model: &'a str,
    pub(crate) record_id: &'a str,
    pub(crate) record_name: &'a str,
    pub(crate) old: Option<Value>,
    pub(crate) new: Option<Value>,
}

/// Records a deed of `principal` within `work`.
pub(crate) async fn record(
    audit: &Audit,
    work: &Work,
    principal: &Principal,
    deed: Deed<'_>,
) -> Result<(), Error> {
    let (login, name) = principal.signature();
    let operation = Operation {
        id: None,
        operation: deed.operation,
        model: deed.model.to_owned(),
        record_id: deed.record_id.to_owned(),
        record_name: Some(deed.record_name.to_owned()),
        user: Actor {
            login,
            name,
            groups: Vec::new(),
            on_behalf_of: None,
        },
        occurred_at: None,
        old: deed.old.and_then(object),
        new: deed.new.and_then(object),
        context: Context::default(),
    };
    append::own(audit, work, operation).await
}

fn object(value: Value) -> Option<Values> {
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Something of Revisor's own as the values of a record.
pub(crate) fn values<T: serde::Serialize>(of: &T, leave_out: &[&str]) -> Option<Value> {
    let mut value = serde_json::to_value(of).ok()?;
    if let Value::Object(members) = &mut value {
        for name in leave_out {
            members.remove(*name);
        }
    }
    Some(value)
}
