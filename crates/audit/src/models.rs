//! Models: the kinds of records.

use std::collections::BTreeMap;
use std::sync::Arc;

use types::{
    Code, Field, FieldInput, FieldType, Model, ModelInput, OperationKind, Scope, ViewersInput,
    label_from_name,
};

use crate::access::Access;
use crate::ledger::{self, Deed};
use crate::store::NewModel;
use crate::{Audit, Error, Principal};

/// Longest name of a model, in characters.
const NAME: usize = 128;

/// Declares a model of the key's own host; true when it was not known before.
pub async fn declare(
    audit: &Audit,
    principal: &Principal,
    model: &str,
    input: ModelInput,
) -> Result<(Model, bool), Error> {
    principal.has_scope(Scope::Record)?;
    let Some(host) = principal.host() else {
        return Err(Error::forbidden("models are declared with a host's key"));
    };
    if model.is_empty() || model.chars().count() > NAME || model.contains('\0') {
        let detail = format!("a model's name has 1 to {NAME} characters");
        return Err(Error::fault("/model", Code::TooLong, detail));
    }
    let work = audit.store().begin().await?;
    work.bump().await?;
    let catalog = work.catalog().await?;
    let entry = catalog
        .host_named(host)
        .filter(|host| host.ended_at.is_none() && !host.builtin);
    let entry = entry.ok_or_else(|| Error::forbidden("this host declares no models"))?;
    let before = catalog
        .model_named(entry.id, model)
        .map(|known| known.model.clone());
    let after = merged(host, model, before.as_ref(), input);
    if before.as_ref() == Some(&after) {
        return Ok((after, false));
    }
    work.upsert_model(&NewModel {
        host_id: entry.id,
        model: after.clone(),
    })
    .await?;
    record(audit, &work, principal, before.as_ref(), &after).await?;
    work.commit().await?;
    audit.refresh().await?;
    Ok((after, before.is_none()))
}

/// A declaration over what is known: declared fields are replaced, fields only seen stay.
fn merged(host: &str, name: &str, before: Option<&Model>, input: ModelInput) -> Model {
    let seen: BTreeMap<&str, &Field> = before
        .into_iter()
        .flat_map(|model| &model.fields)
        .map(|field| (field.name.as_str(), field))
        .collect();
    let mut fields: Vec<Field> = input
        .fields
        .into_iter()
        .map(|field| declared(field, &seen))
        .collect();
    for field in before.into_iter().flat_map(|model| &model.fields) {
        if !fields.iter().any(|known| known.name == field.name) {
            // Once sensitive or personal, a field that the host no longer declares stays so.
            fields.push(Field {
                declared: field.declared && (field.sensitive || field.personal),
                ..field.clone()
            });
        }
    }
    Model {
        host: host.to_owned(),
        model: name.to_owned(),
        label: input.label.unwrap_or_else(|| label_from_name(name)),
        name_field: input.name_field,
        subject: input.subject,
        declared: true,
        fields,
        viewers: before
            .map(|model| model.viewers.clone())
            .unwrap_or_default(),
    }
}

fn declared(input: FieldInput, seen: &BTreeMap<&str, &Field>) -> Field {
    let guessed = seen.get(input.name.as_str()).map(|field| field.kind);
    let kind = input
        .kind
        .or_else(|| implied(&input))
        .or(guessed)
        .unwrap_or(FieldType::Char);
    Field {
        label: input.label.unwrap_or_else(|| label_from_name(&input.name)),
        kind,
        // A type that was not declared goes on being guessed from the values.
        declared: input.kind.is_some() || input.sensitive || input.personal || input.ignored,
        relation: input.relation,
        selection: input.selection,
        sensitive: input.sensitive,
        personal: input.personal,
        ignored: input.ignored,
        groups: input.groups,
        name: input.name,
    }
}

/// The type that the rest of a declaration implies.
fn implied(input: &FieldInput) -> Option<FieldType> {
    if input.selection.is_empty() {
        None
    } else {
        Some(FieldType::Selection)
    }
}

async fn record(
    audit: &Audit,
    work: &crate::store::Work,
    principal: &Principal,
    before: Option<&Model>,
    after: &Model,
) -> Result<(), Error> {
    let id = format!("{}/{}", after.host, after.model);
    let deed = Deed {
        operation: if before.is_some() {
            OperationKind::Write
        } else {
            OperationKind::Create
        },
        model: "revisor.model",
        record_id: &id,
        record_name: &after.label,
        old: before.and_then(|model| ledger::values(model, &[])),
        new: ledger::values(after, &[]),
    };
    ledger::record(audit, work, principal, deed).await
}

/// The models the principal may see, by host and name.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    host: Option<&str>,
) -> Result<Vec<Model>, Error> {
    let access = Access::now(audit, principal).await?;
    let mut models: Vec<Model> = access
        .catalog()
        .models()
        .filter(|entry| access.sees(entry))
        .filter(|entry| host.is_none_or(|host| entry.model.host == host))
        .map(|entry| seen(&access, entry))
        .collect();
    models.sort_unstable_by(|a, b| (&a.host, &a.model).cmp(&(&b.host, &b.model)));
    Ok(models)
}

/// One model; `host` is needed only where several hosts have one of this name.
pub async fn get(
    audit: &Audit,
    principal: &Principal,
    host: Option<&str>,
    model: &str,
) -> Result<Model, Error> {
    let access = Access::now(audit, principal).await?;
    let entry = access.model(principal, host, model)?;
    Ok(seen(&access, &entry))
}

/// A model without the fields that may not be seen.
fn seen(access: &Access, entry: &Arc<crate::engine::catalog::ModelEntry>) -> Model {
    let mut model = entry.model.clone();
    if !access.sees_every_field() {
        model
            .fields
            .retain(|field| access.sees_field(entry, &field.name));
        model.viewers.clear();
    }
    model
}

/// Says which groups may read the logs of a model. Administrators only.
pub async fn set_viewers(
    audit: &Audit,
    principal: &Principal,
    host: Option<&str>,
    model: &str,
    input: ViewersInput,
) -> Result<Model, Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    work.bump().await?;
    let catalog = Arc::new(work.catalog().await?);
    let access = Access::of(catalog, principal)?;
    let entry = access.model(principal, host, model)?;
    let after = Model {
        viewers: input.groups,
        ..entry.model.clone()
    };
    work.upsert_model(&NewModel {
        host_id: entry.host_id,
        model: after.clone(),
    })
    .await?;
    record(audit, &work, principal, Some(&entry.model), &after).await?;
    work.commit().await?;
    audit.refresh().await?;
    Ok(after)
}
