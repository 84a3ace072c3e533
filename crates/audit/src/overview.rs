//! The overview: what happened in the last days, from counts that the recorder keeps.
//!
//! No figure here reads the logs, so it takes as long for ten million of them as for ten. Who
//! sees a choice of models sees the figures of these.

use std::collections::BTreeMap;

use types::{ByOperation, DayCount, ModelCount, Overview, Timestamp, UserCount};

use crate::access::Access;
use crate::recorder::tally::{day_begins, day_of};
use crate::store::FigureScope;
use crate::{Audit, Error, Principal};

/// Most days of an overview.
pub const MAX_DAYS: u32 = 366;
/// How many models and users are named.
const BUSIEST: u64 = 10;

/// The first of the last `days` days, of which today is one.
pub(crate) fn first_day(audit: &Audit, days: u32) -> i32 {
    let days = i32::try_from(days.clamp(1, MAX_DAYS)).unwrap_or(1);
    day_of(audit.now().micros()) - (days - 1)
}

fn scope(access: &Access, from: i32) -> FigureScope {
    let models = access.chooses_models().then(|| {
        let all = access.catalog().models();
        all.filter(|model| access.sees(model))
            .map(|model| model.id)
            .collect()
    });
    FigureScope {
        from,
        host_id: access.only_host(),
        models,
    }
}

/// The logs of the last `days` days (1 to 366, today among them, in UTC): by day and operation,
/// the busiest models and users, and the changes found to have been made outside the trail.
pub async fn get(audit: &Audit, principal: &Principal, days: u32) -> Result<Overview, Error> {
    let access = Access::now(audit, principal).await?;
    let from = first_day(audit, days);
    let scope = scope(&access, from);
    let store = audit.store();
    let mut overview = Overview::default();
    for day in from..=day_of(audit.now().micros()) {
        overview.days.push(DayCount {
            day: day_begins(day),
            logs: ByOperation::default(),
            unrecorded: 0,
        });
    }
    for row in store.logs_of_days(&scope).await? {
        let logs = ByOperation {
            create: row.create,
            write: row.write,
            unlink: row.unlink,
        };
        overview.logs = plus(overview.logs, logs);
        overview.unrecorded += row.unrecorded;
        // A day that the clock here has not reached belongs to today.
        let place = usize::try_from(row.day - from).unwrap_or_default();
        let place = place.min(overview.days.len().saturating_sub(1));
        if let Some(day) = overview.days.get_mut(place) {
            day.logs = plus(day.logs, logs);
            day.unrecorded += row.unrecorded;
        }
    }
    let models = store.busiest_models(&scope, BUSIEST).await?;
    let ids: Vec<i32> = models.iter().map(|row| row.model_id).collect();
    let last: BTreeMap<i32, i64> = store.last_logs(&ids).await?.into_iter().collect();
    for row in models {
        let Some(model) = access.catalog().model(row.model_id) else {
            continue;
        };
        overview.models.push(ModelCount {
            host: model.model.host.clone(),
            model: model.model.model.clone(),
            label: model.model.label.clone(),
            logs: ByOperation {
                create: row.create,
                write: row.write,
                unlink: row.unlink,
            },
            unrecorded: row.unrecorded,
            last_at: last
                .get(&row.model_id)
                .map(|at| Timestamp::from_micros(*at)),
        });
    }
    for row in store.busiest_users(&scope, BUSIEST).await? {
        overview.users.push(UserCount {
            login: row.user_login,
            logs: ByOperation {
                create: row.create,
                write: row.write,
                unlink: row.unlink,
            },
        });
    }
    Ok(overview)
}

const fn plus(a: ByOperation, b: ByOperation) -> ByOperation {
    ByOperation {
        create: a.create + b.create,
        write: a.write + b.write,
        unlink: a.unlink + b.unlink,
    }
}

/// When the last log of each model that is seen was recorded, by host and model; models without
/// a log are left out. One look into an index a model.
pub async fn last_operations(
    audit: &Audit,
    principal: &Principal,
) -> Result<BTreeMap<(String, String), Timestamp>, Error> {
    let access = Access::now(audit, principal).await?;
    let seen: BTreeMap<i32, (String, String)> = access
        .catalog()
        .models()
        .filter(|entry| access.sees(entry))
        .map(|entry| {
            let name = (entry.model.host.clone(), entry.model.model.clone());
            (entry.id, name)
        })
        .collect();
    let ids: Vec<i32> = seen.keys().copied().collect();
    let mut last = BTreeMap::new();
    // SQLite takes some 32,000 values in one statement.
    for ids in ids.chunks(10_000) {
        for (id, at) in audit.store().last_logs(ids).await? {
            if let Some(name) = seen.get(&id) {
                last.insert(name.clone(), Timestamp::from_micros(at));
            }
        }
    }
    Ok(last)
}
