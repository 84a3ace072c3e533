//! What the newest logs of a query are of, with counts to choose by.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use types::{Facet, FacetValue, Facets, LogQuery, OperationKind, Qualifier, Timestamp, Zone};

use super::newest::{Counter, Fields, Newest};
use crate::engine::catalog::Catalog;
use crate::store::Sketch;
use crate::{Audit, Error, Principal};

/// Values of a facet that are told.
const MOST: usize = 20;

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
    let counter = Counter::new(audit, principal).await?;
    let catalog = counter.access.catalog();
    let base = counter.newest(query).await?;
    let own = async |qualifiers: &[Qualifier]| -> Result<Option<Newest>, Error> {
        let without = without(query, qualifiers);
        if without == *query {
            return Ok(None);
        }
        counter.newest(&without).await.map(Some)
    };
    let hosts = own(&[Qualifier::Host]).await?;
    let models = own(&[Qualifier::Model]).await?;
    let users = own(&[Qualifier::User]).await?;
    let operations = own(&[Qualifier::Operation]).await?;
    let days = own(&[Qualifier::From, Qualifier::To, Qualifier::On]).await?;
    let fields = counter.fields(&without(query, &[Qualifier::Field])).await?;
    let of = |newest: &Option<Newest>, facet: &dyn Fn(&Newest) -> Facet| {
        facet(newest.as_ref().unwrap_or(&base))
    };
    Ok(Facets {
        hosts: of(&hosts, &|newest| by_host(newest, catalog)),
        models: of(&models, &|newest| by_model(newest, catalog)),
        users: of(&users, &by_user),
        operations: of(&operations, &by_operation),
        fields: by_field(fields, catalog),
        days: of(&days, &|newest| by_day(newest, &query.zone)),
    })
}

fn without(query: &LogQuery, qualifiers: &[Qualifier]) -> LogQuery {
    let rest = query.clone();
    qualifiers
        .iter()
        .fold(rest, |rest, qualifier| rest.without(*qualifier))
}

/// Counts by key, with what people call it in the newest log of each.
struct Tally<K>(BTreeMap<K, (u32, Option<String>)>);

impl<K: Ord> Tally<K> {
    fn of(newest: &Newest, key: impl Fn(&Sketch) -> (K, Option<String>)) -> Self {
        let mut counts = BTreeMap::new();
        for log in &newest.logs {
            let (key, label) = key(log);
            let (count, known) = counts.entry(key).or_insert((0, None));
            *count += 1;
            if known.is_none() {
                *known = label;
            }
        }
        Self(counts)
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

fn by_host(newest: &Newest, catalog: &Catalog) -> Facet {
    let name = |log: &Sketch| {
        let host = catalog.host(log.host_id);
        host.map_or_else(String::new, |host| host.name.clone())
    };
    Tally::of(newest, |log| (name(log), None)).facet(newest.complete, named)
}

fn by_model(newest: &Newest, catalog: &Catalog) -> Facet {
    let key = |log: &Sketch| {
        let model = catalog.model(log.model_id).map(|entry| &entry.model);
        let key = model.map(|model| (model.model.clone(), model.host.clone()));
        let label = model.map(|model| model.label.clone());
        (key.unwrap_or_default(), label)
    };
    Tally::of(newest, key).facet(newest.complete, |(value, host), label, count| FacetValue {
        host: Some(host),
        ..named(value, label, count)
    })
}

fn by_user(newest: &Newest) -> Facet {
    let key = |log: &Sketch| (log.user_login.clone(), log.user_name.clone());
    Tally::of(newest, key).facet(newest.complete, named)
}

fn by_operation(newest: &Newest) -> Facet {
    let kind = |number: i16| {
        let kind = OperationKind::ALL.into_iter();
        let kind = kind.into_iter().find(|kind| *kind as i16 == number);
        kind.map_or_else(String::new, |kind| kind.to_string())
    };
    Tally::of(newest, |log| (log.operation, None)).facet(newest.complete, |number, label, count| {
        named(kind(number), label, count)
    })
}

fn by_day(newest: &Newest, zone: &Zone) -> Facet {
    let tally = Tally::of(newest, |log| (Reverse(day(log, zone)), None));
    let days = tally.0.into_iter();
    let days = days.map(|(Reverse(day), (count, label))| named(day, label, count));
    cut(days.collect(), newest.complete)
}

fn by_field((fields, complete): (Fields, bool), catalog: &Catalog) -> Facet {
    let mut tally = Tally(BTreeMap::new());
    for ((model_id, field), count) in fields {
        let model = catalog.model(model_id);
        let label = model.and_then(|model| model.field(&field)).map_or_else(
            || types::label_from_name(&field),
            |field| field.label.clone(),
        );
        let (sum, known) = tally.0.entry(field).or_insert((0, None));
        *sum += count;
        known.get_or_insert(label);
    }
    tally.facet(complete, named)
}

/// The day of a log on the clocks of the zone.
pub(super) fn day(log: &Sketch, zone: &Zone) -> String {
    let local = zone.to_local(Timestamp::from_micros(log.recorded_at));
    local.to_string().chars().take(10).collect()
}
