//! Logs counted and taken together: by what they have in common, and by record.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use types::{Count, Group, GroupBy, Groups, LogQuery, LoggedRecord, LoggedRecords, Qualifier};

use super::facets::day;
use super::newest::Counter;
use crate::engine::catalog::Catalog;
use crate::store::Sketch;
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
    let newest = counter.newest(query).await?;
    let catalog = counter.access.catalog();
    let mut groups: BTreeMap<(String, Option<String>), Group> = BTreeMap::new();
    for log in &newest.logs {
        let group = one(log, by, query, catalog);
        groups
            .entry((group.key.clone(), group.host.clone()))
            .or_insert(group)
            .count += 1;
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    match by {
        GroupBy::Day => groups.reverse(),
        // A stable sort: equal counts stay in the order of their keys.
        GroupBy::User | GroupBy::Model => groups.sort_by_key(|group| Reverse(group.count)),
    }
    let more = groups.len().saturating_sub(MOST_GROUPS);
    groups.truncate(MOST_GROUPS);
    Ok(Groups {
        groups,
        more: u32::try_from(more).unwrap_or(u32::MAX),
        complete: newest.complete,
    })
}

/// The group of a log, still empty. The first log of it that is seen is its newest.
fn one(log: &Sketch, by: GroupBy, query: &LogQuery, catalog: &Catalog) -> Group {
    let (key, label, host, terms) = match by {
        GroupBy::User => {
            let login = log.user_login.clone();
            let terms = vec![(Qualifier::User, login.clone())];
            (login, log.user_name.clone(), None, terms)
        }
        GroupBy::Model => {
            let model = catalog.model(log.model_id).map(|entry| &entry.model);
            let name = model.map(|model| model.model.clone()).unwrap_or_default();
            let host = model.map(|model| model.host.clone());
            let mut terms = vec![(Qualifier::Model, name.clone())];
            terms.extend(host.clone().map(|host| (Qualifier::Host, host)));
            (name, model.map(|model| model.label.clone()), host, terms)
        }
        GroupBy::Day => {
            let day = day(log, &query.zone);
            let terms = vec![(Qualifier::On, day.clone())];
            (day, None, None, terms)
        }
    };
    Group {
        key,
        label,
        host,
        count: 0,
        newest_seq: log.seq,
        terms,
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
        more: !newest.complete,
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
