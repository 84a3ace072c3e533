//! What the newest logs of a query are of, with counts to choose by.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use futures::future;
use types::{Count, Facet, FacetValue, Facets, GroupBy, Groups, Log, LogQuery, OperationKind};
use types::{Page, Qualifier, Timestamp};

use super::groups;
use super::newest::{Counted, Counter};
use crate::engine::catalog::Catalog;
use crate::store::{DAY, Part, Tallies, Tally};
use crate::{Audit, Error, Principal};

/// Values of a facet that are told.
const MOST: usize = 20;

/// What stands beside a list of logs.
#[derive(Debug, Default)]
pub struct Beside {
    /// How many logs there are.
    pub count: Count,
    /// What they are of.
    pub facets: Facets,
    /// The same by what they have in common, where that is asked for.
    pub groups: Option<Groups>,
}

/// The facets of a query.
///
/// Each is of the newest [`super::BOUND`] logs at most, and says whether these are all. What the
/// query itself asks for by a facet is not asked for when that one is counted, so that others can
/// be chosen as well.
pub async fn facets(
    audit: &Audit,
    principal: &Principal,
    query: &LogQuery,
) -> Result<Facets, Error> {
    Ok(beside(audit, principal, query, None).await?.facets)
}

/// All that stands beside a list: what [`super::count`], [`facets`] and [`super::groups`] tell,
/// with nothing counted twice.
pub async fn beside(
    audit: &Audit,
    principal: &Principal,
    query: &LogQuery,
    by: Option<GroupBy>,
) -> Result<Beside, Error> {
    let counter = Counter::new(audit, principal).await?;
    let catalog = counter.access.catalog();
    let mut asked = Asked(vec![(query.clone(), BTreeSet::new())]);
    asked.part(0, Part::Kinds);
    if let Some(by) = by {
        asked.part(0, groups::part(by));
    }
    let mut own = |part, qualifiers: &[Qualifier]| {
        let place = asked.place(without(query, qualifiers));
        asked.part(place, part);
        place
    };
    let hosts = own(Part::Kinds, &[Qualifier::Host]);
    let models = own(Part::Kinds, &[Qualifier::Model]);
    let users = own(Part::Users, &[Qualifier::User]);
    let operations = own(Part::Kinds, &[Qualifier::Operation]);
    let times = [Qualifier::From, Qualifier::To, Qualifier::On];
    let days = own(Part::Days, &times);
    let fields = own(Part::Fields, &[Qualifier::Field]);
    let all = asked.0.iter();
    let all = all.map(|(query, parts)| counter.counted(query, parts));
    let all = future::try_join_all(all).await?;
    let count = all[0].tallies.kinds.values().map(|tally| tally.logs).sum();
    Ok(Beside {
        count: Count {
            count,
            more: !all[0].complete,
        },
        facets: Facets {
            hosts: by_host(&all[hosts], catalog),
            models: by_model(&all[models], catalog),
            users: by_user(&all[users]),
            operations: by_operation(&all[operations]),
            fields: by_field(&all[fields], catalog),
            days: by_day(&all[days]),
        },
        groups: by.map(|by| groups::of(&all[0], by, catalog)),
    })
}

/// A page of logs and what stands beside it, asked for at the same time.
pub async fn list_with_beside(
    audit: &Audit,
    principal: &Principal,
    query: &LogQuery,
) -> Result<(Page<Log>, Beside), Error> {
    future::try_join(
        super::list(audit, principal, query),
        beside(audit, principal, query, None),
    )
    .await
}

/// Queries, each once, with what is counted of them.
struct Asked(Vec<(LogQuery, BTreeSet<Part>)>);

impl Asked {
    /// The place of a query.
    fn place(&mut self, query: LogQuery) -> usize {
        let known = self.0.iter().position(|(known, _)| *known == query);
        known.unwrap_or_else(|| {
            self.0.push((query, BTreeSet::new()));
            self.0.len() - 1
        })
    }

    fn part(&mut self, place: usize, part: Part) {
        self.0[place].1.insert(part);
    }
}

fn without(query: &LogQuery, qualifiers: &[Qualifier]) -> LogQuery {
    let rest = query.clone();
    qualifiers
        .iter()
        .fold(rest, |rest, qualifier| rest.without(*qualifier))
}

/// Counts by key, with what people call each.
struct Values<K>(BTreeMap<K, (u32, Option<String>)>);

impl<K: Ord> Values<K> {
    fn of(tallies: impl Iterator<Item = (K, Option<String>, u32)>) -> Self {
        let mut values = BTreeMap::new();
        for (key, label, logs) in tallies {
            let (count, known) = values.entry(key).or_insert((0, None));
            *count += logs;
            if known.is_none() {
                *known = label;
            }
        }
        Self(values)
    }

    /// The values with the highest counts.
    fn facet(self, complete: bool, value: impl Fn(K, Option<String>, u32) -> FacetValue) -> Facet {
        let values = self.0.into_iter();
        let mut values: Vec<FacetValue> = values
            .map(|(key, (count, label))| value(key, label, count))
            .collect();
        // A stable sort: equal counts stay in the order of their values.
        values.sort_by_key(|value| Reverse(value.count));
        cut(values, complete)
    }
}

fn cut(mut values: Vec<FacetValue>, complete: bool) -> Facet {
    let more = values.len().saturating_sub(MOST);
    values.truncate(MOST);
    Facet {
        values,
        more: u32::try_from(more).unwrap_or(u32::MAX),
        complete,
    }
}

fn named(value: String, label: Option<String>, count: u32) -> FacetValue {
    FacetValue {
        value,
        label,
        host: None,
        count,
    }
}

fn by_host(counted: &Counted, catalog: &Catalog) -> Facet {
    let kinds = counted.tallies.kinds.iter();
    let hosts = kinds.map(|((host_id, _, _), tally)| {
        let host = catalog.host(*host_id);
        let name = host.map_or_else(String::new, |host| host.name.clone());
        (name, None, tally.logs)
    });
    Values::of(hosts).facet(counted.complete, named)
}

fn by_model(counted: &Counted, catalog: &Catalog) -> Facet {
    let kinds = counted.tallies.kinds.iter();
    let models = kinds.map(|((_, model_id, _), tally)| {
        let model = catalog.model(*model_id).map(|entry| &entry.model);
        let key = model.map(|model| (model.model.clone(), model.host.clone()));
        let label = model.map(|model| model.label.clone());
        (key.unwrap_or_default(), label, tally.logs)
    });
    Values::of(models).facet(counted.complete, |(value, host), label, count| FacetValue {
        host: Some(host),
        ..named(value, label, count)
    })
}

fn by_user(counted: &Counted) -> Facet {
    // The newest first: people are called as they were last.
    let mut users: Vec<_> = counted.tallies.users.iter().collect();
    users.sort_unstable_by_key(|(_, tally)| Reverse(tally.newest));
    let users = users.into_iter();
    let users = users.map(|((login, name), tally)| (login.clone(), name.clone(), tally.logs));
    Values::of(users).facet(counted.complete, named)
}

fn by_operation(counted: &Counted) -> Facet {
    let kind = |number: i16| {
        let kind = OperationKind::ALL.into_iter();
        let kind = kind.into_iter().find(|kind| *kind as i16 == number);
        kind.map_or_else(String::new, |kind| kind.to_string())
    };
    let kinds = counted.tallies.kinds.iter();
    let operations = kinds.map(|((_, _, operation), tally)| (*operation, None, tally.logs));
    Values::of(operations).facet(counted.complete, |number, label, count| {
        named(kind(number), label, count)
    })
}

fn by_day(counted: &Counted) -> Facet {
    let days = days(&counted.tallies);
    let days = days.map(|(day, tally)| (Reverse(day), None, tally.logs));
    let days = Values::of(days).0.into_iter();
    let days = days.map(|(Reverse(day), (count, label))| named(day, label, count));
    cut(days.collect(), counted.complete)
}

fn by_field(counted: &Counted, catalog: &Catalog) -> Facet {
    let fields = counted
        .tallies
        .fields
        .iter()
        .map(|((model_id, field), count)| {
            let model = catalog.model(*model_id);
            let label = model.and_then(|model| model.field(field)).map_or_else(
                || types::label_from_name(field),
                |field| field.label.clone(),
            );
            (field.clone(), Some(label), *count)
        });
    Values::of(fields).facet(counted.fields_complete, named)
}

/// The days, as `2026-11-23`.
pub(super) fn days(tallies: &Tallies) -> impl Iterator<Item = (String, &Tally)> {
    tallies.days.iter().map(|(day, tally)| {
        let begins = Timestamp::from_micros(day.saturating_mul(DAY));
        (begins.to_string().chars().take(10).collect(), tally)
    })
}
