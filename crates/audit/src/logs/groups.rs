//! Logs counted and taken together: by what they have in common, and by record.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use types::{Count, Group, GroupBy, Groups, LogQuery, LoggedRecord, LoggedRecords, Qualifier};

use super::facets::days;
use super::newest::{Counted, Counter};
use crate::engine::catalog::Catalog;
use crate::store::{Part, Tallies, Tally};
use crate::{Audit, Error, Principal};

/// Groups that are told.
const MOST_GROUPS: usize = 100;
/// Records that are told.
const MOST_RECORDS: usize = 1_000;

/// How many logs fit a query: exactly up to [`super::BOUND`], then "more than".
pub async fn count(audit: &Audit, principal: &Principal, query: &LogQuery) -> Result<Count, Error> {
    let counter = Counter::new(audit, principal).await?;
    let (count, complete) = counter.count(query).await?;
    Ok(Count {
        count,
        more: !complete,
    })
}

/// The newest [`super::BOUND`] logs of a query at most, by user, model or day.
pub async fn groups(
    audit: &Audit,
    principal: &Principal,
    query: &LogQuery,
    by: GroupBy,
) -> Result<Groups, Error> {
    let counter = Counter::new(audit, principal).await?;
    let found = counter.counted(query, &[part(by)].into()).await?;
    Ok(of(&found, by, counter.access.catalog()))
}

/// What must be counted to group.
pub(super) const fn part(by: GroupBy) -> Part {
    match by {
        GroupBy::User => Part::Users,
        GroupBy::Model => Part::Kinds,
        GroupBy::Day => Part::Days,
    }
}

/// The groups of what was counted.
pub(super) fn of(counted: &Counted, by: GroupBy, catalog: &Catalog) -> Groups {
    let mut groups: BTreeMap<(String, Option<String>), Group> = BTreeMap::new();
    for one in all(&counted.tallies, by, catalog) {
        let group = groups
            .entry((one.key.clone(), one.host.clone()))
            .or_insert_with(|| Group {
                count: 0,
                ..one.clone()
            });
        let count = group.count + one.count;
        // What the newest log of a group says is what the group says.
        if one.newest_seq > group.newest_seq {
            *group = one;
        }
        group.count = count;
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    match by {
        GroupBy::Day => groups.reverse(),
        // A stable sort: equal counts stay in the order of their keys.
        GroupBy::User | GroupBy::Model => groups.sort_by_key(|group| Reverse(group.count)),
    }
    let more = groups.len().saturating_sub(MOST_GROUPS);
    groups.truncate(MOST_GROUPS);
    Groups {
        groups,
        more: u32::try_from(more).unwrap_or(u32::MAX),
        complete: counted.complete,
    }
}

/// What was counted as groups, of which some may be the same.
fn all(tallies: &Tallies, by: GroupBy, catalog: &Catalog) -> Vec<Group> {
    let group = |key: String, label, host, terms, tally: &Tally| Group {
        key,
        label,
        host,
        count: tally.logs,
        newest_seq: tally.newest,
        terms,
    };
    match by {
        GroupBy::User => {
            let users = tallies.users.iter().map(|((login, name), tally)| {
                let terms = vec![(Qualifier::User, login.clone())];
                group(login.clone(), name.clone(), None, terms, tally)
            });
            users.collect()
        }
        GroupBy::Model => {
            let models = tallies.kinds.iter().map(|((_, model_id, _), tally)| {
                let model = catalog.model(*model_id).map(|entry| &entry.model);
                let name = model.map(|model| model.model.clone()).unwrap_or_default();
                let host = model.map(|model| model.host.clone());
                let mut terms = vec![(Qualifier::Model, name.clone())];
                terms.extend(host.clone().map(|host| (Qualifier::Host, host)));
                let label = model.map(|model| model.label.clone());
                group(name, label, host, terms, tally)
            });
            models.collect()
        }
        GroupBy::Day => {
            let days = days(tallies).map(|(day, tally)| {
                let terms = vec![(Qualifier::On, day.clone())];
                group(day, None, None, terms, tally)
            });
            days.collect()
        }
    }
}

/// The records of a query's newest logs: of [`super::BOUND`] logs and 1,000 records at most.
pub async fn records(
    audit: &Audit,
    principal: &Principal,
    query: &LogQuery,
) -> Result<LoggedRecords, Error> {
    let counter = Counter::new(audit, principal).await?;
    let newest = counter.newest(query).await?;
    let mut seen = HashSet::new();
    let mut found = LoggedRecords {
        records: Vec::new(),
        more: newest.more,
    };
    for log in newest.logs {
        let Some(model) = counter.access.catalog().model(log.model_id) else {
            continue;
        };
        if !seen.insert((log.model_id, log.record_id.clone())) {
            continue;
        }
        if found.records.len() == MOST_RECORDS {
            found.more = true;
            break;
        }
        found.records.push(LoggedRecord {
            host: model.model.host.clone(),
            model: model.model.model.clone(),
            model_label: model.model.label.clone(),
            record_id: log.record_id,
            name: log.record_name,
        });
    }
    Ok(found)
}
