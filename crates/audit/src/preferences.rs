//! Preferences: how a person wants the pages to be. Each has their own and nobody else's.

use chrono::{Offset, TimeDelta, TimeZone, Utc};
use types::{Code, List, Preferences, Timestamp, Zone};
use uuid::Uuid;

use crate::store::{from_json, to_json, user};
use crate::{Audit, Error, Principal};

/// The time zones that may be chosen, by their IANA names.
pub fn time_zones() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// How far back the clocks of a zone are known to [`zone`], in years.
const YEARS: i64 = 20;

/// The clocks of a zone, by its IANA name, in the twenty years before `now` and the year after it;
/// UTC where there is no such zone. Before these years it is told as at their beginning.
pub fn zone(name: &str, now: Timestamp) -> Zone {
    let Ok(zone) = name.parse::<chrono_tz::Tz>() else {
        return Zone::default();
    };
    let offset = |time: chrono::DateTime<Utc>| {
        let local = zone.offset_from_utc_datetime(&time.naive_utc());
        local.fix().local_minus_utc()
    };
    let now = now.to_datetime();
    let end = now + TimeDelta::days(366);
    let mut time = now - TimeDelta::days(366 * YEARS);
    let first = offset(time);
    let mut before = first;
    let mut changes = Vec::new();
    // No zone turns its clocks twice within a week.
    while time < end {
        let next = time + TimeDelta::days(7);
        let after = offset(next);
        if after != before {
            let (mut low, mut high) = (time.timestamp(), next.timestamp());
            while high - low > 1 {
                let middle = i64::midpoint(low, high);
                match Utc.timestamp_opt(middle, 0).single() {
                    Some(at) if offset(at) == before => low = middle,
                    _ => high = middle,
                }
            }
            changes.push((Timestamp::from_micros(high * 1_000_000), after));
            before = after;
        }
        time = next;
    }
    Zone::new(first, changes)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_of_a_zone_turn_when_they_do() {
        let at = |text: &str| Timestamp::parse(text).unwrap_or_default();
        let paris = zone("Europe/Paris", at("2026-11-23T12:00:00Z"));
        for (time, offset) in [
            ("2026-03-29T00:59:59Z", 3600),
            ("2026-03-29T01:00:00Z", 7200),
            ("2026-10-25T00:59:59Z", 7200),
            ("2026-10-25T01:00:00Z", 3600),
            ("2019-07-01T00:00:00Z", 7200),
        ] {
            assert_eq!(paris.offset_at(at(time)), offset, "{time}");
        }
        assert!(zone("Nowhere/At_All", at("2026-11-23T12:00:00Z")).is_utc());
        assert!(zone("UTC", at("2026-11-23T12:00:00Z")).is_utc());
    }
}
