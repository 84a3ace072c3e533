//! Preferences: how a person wants the pages to be. Each has their own and nobody else's.

use types::{Code, List, Preferences};
use uuid::Uuid;

use crate::store::{from_json, to_json, user};
use crate::{Audit, Error, Principal};

/// The time zones that may be chosen, by their IANA names.
pub fn time_zones() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// The preferences of the person who asks.
pub async fn get(audit: &Audit, principal: &Principal) -> Result<Preferences, Error> {
    let found = audit.store().user_by_id(person(principal)?).await?;
    let (row, _) = found.ok_or_else(Error::not_found)?;
    of(&row)
}

/// Keeps the preferences of the person who asks.
pub async fn set(
    audit: &Audit,
    principal: &Principal,
    preferences: Preferences,
) -> Result<Preferences, Error> {
    change(audit, principal, |kept| *kept = preferences).await
}

/// Keeps the columns of one list; none takes the list's own again.
pub async fn set_columns(
    audit: &Audit,
    principal: &Principal,
    list: List,
    columns: Vec<String>,
) -> Result<Preferences, Error> {
    change(audit, principal, |kept| {
        if columns.is_empty() {
            kept.columns.remove(&list);
        } else {
            kept.columns.insert(list, columns);
        }
    })
    .await
}

/// Keeps the columns of the list of a model's records; none takes the list's own again.
pub async fn set_record_columns(
    audit: &Audit,
    principal: &Principal,
    host: &str,
    model: &str,
    columns: Vec<String>,
) -> Result<Preferences, Error> {
    let key = Preferences::of_model(host, model);
    change(audit, principal, |kept| {
        if columns.is_empty() {
            kept.record_columns.remove(&key);
        } else {
            kept.record_columns.insert(key, columns);
        }
    })
    .await
}

async fn change(
    audit: &Audit,
    principal: &Principal,
    change: impl FnOnce(&mut Preferences),
) -> Result<Preferences, Error> {
    let id = person(principal)?;
    let work = audit.store().begin().await?;
    let (mut row, _) = work.lock_user(id).await?.ok_or_else(Error::not_found)?;
    let mut kept = of(&row)?;
    change(&mut kept);
    let kept = kept.check().map_err(Error::Invalid)?;
    if let Some(zone) = &kept.time_zone
        && zone.parse::<chrono_tz::Tz>().is_err()
    {
        let detail = "not a time zone of the IANA database";
        return Err(Error::fault("/time_zone", Code::UnknownValue, detail));
    }
    row.preferences = Some(to_json(&kept)?);
    work.update_user(row).await?;
    work.commit().await?;
    Ok(kept)
}

/// The preferences that a row holds.
pub(crate) fn of(row: &user::Model) -> Result<Preferences, Error> {
    let kept = row.preferences.as_deref();
    kept.map_or_else(|| Ok(Preferences::default()), |text| Ok(from_json(text)?))
}

fn person(principal: &Principal) -> Result<Uuid, Error> {
    match principal {
        Principal::User { id, .. } => Uuid::parse_str(id).map_err(|_| Error::not_found()),
        _ => Err(Error::forbidden("preferences are for people")),
    }
}
