//! The CRM as it is at each moment, and the operations it reports.
//!
//! Every operation goes through here, so `old` is what the record held, and what was deleted is
//! gone. The one exception is [`World::outside`]: a change that the CRM knew nothing of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use types::{Actor, Context, Operation, OperationKind, Timestamp, Values};

use super::{
    calendar::{Calendar, datetime},
    catalogue::{LEAD, LINE, MEETING, ORDER},
    people::{EVERYONE, Person},
    random::Random,
    story::{Event, Order},
    values::{fields_of, written_otherwise},
};

/// One request of somebody to the CRM, which may make several operations.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    /// When, in microseconds since 1970.
    pub(crate) at: i64,
    /// Who.
    pub(crate) by: &'static Person,
    context: Context,
    on_behalf_of: Option<&'static str>,
}

impl Act {
    /// The same, with the reason that the user gave.
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.context.reason = Some(reason.into());
        self
    }

    /// The same, done for somebody else.
    pub(crate) fn instead_of(mut self, other: &'static Person) -> Self {
        self.on_behalf_of = (other != self.by).then_some(other.login);
        self
    }
}

/// A field that was changed outside the CRM's own program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outside {
    /// The model.
    pub(crate) model: &'static str,
    /// The record.
    pub(crate) record_id: String,
    /// The field.
    pub(crate) field: String,
}

/// The state of the CRM, what is planned in it, and what it has reported so far.
#[derive(Debug)]
pub(crate) struct World {
    /// The story's only source of chance.
    pub(crate) random: Random,
    /// The story's days.
    pub(crate) calendar: Calendar,
    /// The ids of the companies that can be sold to.
    pub(crate) customers: Vec<String>,
    /// What orders consist of, by id.
    pub(crate) orders: BTreeMap<String, Order>,
    /// The sales price of each product, in cents, by its place in the catalogue.
    pub(crate) prices: Vec<i64>,
    groups: BTreeMap<&'static str, Vec<String>>,
    records: BTreeMap<(&'static str, String), Values>,
    counts: BTreeMap<&'static str, u64>,
    agenda: BTreeMap<(i64, u64), Event>,
    planned: u64,
    prefix: String,
    operations: Vec<Operation>,
    outside: BTreeSet<Outside>,
}

impl World {
    /// An empty CRM, ninety days before `end`.
    pub(crate) fn new(seed: u64, end: Timestamp) -> Self {
        Self {
            random: Random::new(seed),
            calendar: Calendar::before(end),
            customers: Vec::new(),
            orders: BTreeMap::new(),
            prices: Vec::new(),
            groups: EVERYONE
                .iter()
                .map(|person| {
                    let groups = person.groups.iter().map(|group| (*group).to_owned());
                    (person.login, groups.collect())
                })
                .collect(),
            records: BTreeMap::new(),
            counts: BTreeMap::new(),
            agenda: BTreeMap::new(),
            planned: 0,
            // The ids belong to this telling: another seed or end is other content.
            prefix: format!("demo-{seed:x}-{:x}", end.micros()),
            operations: Vec::new(),
            outside: BTreeSet::new(),
        }
    }

    /// Plans an event; what would be after the end never happens.
    pub(crate) fn plan(&mut self, at: i64, event: Event) {
        if self.calendar.holds(at) {
            self.planned += 1;
            self.agenda.insert((at, self.planned), event);
        }
    }

    /// Plans an event for some `low` to `high` days after `at`.
    pub(crate) fn plan_later(&mut self, at: i64, low: i64, high: i64, event: Event) {
        let at = Calendar::later(&mut self.random, at, low, high);
        self.plan(at, event);
    }

    /// Plans an event for working hours of the `day`-th day.
    pub(crate) fn plan_on(&mut self, day: i64, event: Event) {
        let at = self.calendar.work(&mut self.random, day);
        self.plan(at, event);
    }

    /// Takes the next event off the agenda.
    pub(crate) fn next_event(&mut self) -> Option<(i64, Event)> {
        let ((at, _), event) = self.agenda.pop_first()?;
        Some((at, event))
    }

    /// A request by `person`.
    pub(crate) fn act(&mut self, at: i64, person: &'static Person) -> Act {
        let [office, elsewhere] = person.addresses;
        let ip = if self.random.chance(86) {
            office
        } else {
            elsewhere
        };
        let context = Context {
            ip: Some(ip.to_owned()),
            user_agent: Some(person.agent.to_owned()),
            request_id: Some(format!("req-{}", self.random.hex(12))),
            ..Context::default()
        };
        Act {
            at,
            by: person,
            context,
            on_behalf_of: None,
        }
    }

    /// A request by `person` whose operations are one database transaction.
    pub(crate) fn transaction(&mut self, at: i64, person: &'static Person) -> Act {
        let mut act = self.act(at, person);
        act.context.transaction_id = Some(format!("tx-{}", self.random.hex(10)));
        act
    }

    /// The groups that a user is in from now on.
    pub(crate) fn set_groups(&mut self, person: &'static Person, groups: &[&str]) {
        let groups = groups.iter().map(|group| (*group).to_owned()).collect();
        self.groups.insert(person.login, groups);
    }

    /// Whether the record is there.
    pub(crate) fn has(&self, model: &'static str, id: &str) -> bool {
        self.records.contains_key(&(model, id.to_owned()))
    }

    /// What a field holds; `null` where there is nothing.
    pub(crate) fn value(&self, model: &'static str, id: &str, field: &str) -> Value {
        self.records
            .get(&(model, id.to_owned()))
            .and_then(|record| record.get(field))
            .cloned()
            .unwrap_or_default()
    }

    /// What a field of text holds; empty where there is nothing.
    pub(crate) fn text(&self, model: &'static str, id: &str, field: &str) -> String {
        match self.value(model, id, field) {
            Value::String(text) => text,
            _ => String::new(),
        }
    }

    /// The record that a relation points to.
    pub(crate) fn related(&self, model: &'static str, id: &str, field: &str) -> Option<String> {
        let value = self.value(model, id, field);
        value.get("id")?.as_str().map(str::to_owned)
    }

    /// A record as the value of a relation: its id and its name.
    pub(crate) fn link(&self, model: &'static str, id: &str) -> Value {
        json!({"id": id, "name": self.text(model, id, "name")})
    }

    /// The ids of the records of a model, in the order they were made.
    pub(crate) fn ids(&self, model: &'static str) -> Vec<String> {
        let mut ids: Vec<_> = self
            .records
            .keys()
            .filter(|(of, _)| *of == model)
            .map(|(_, id)| id.clone())
            .collect();
        ids.sort_by_key(|id| (id.len(), id.clone()));
        ids
    }

    /// Some leads that have a score and are neither won nor lost.
    pub(crate) fn random_open_leads(&mut self, count: usize) -> Vec<String> {
        let open: Vec<_> = self
            .ids(LEAD)
            .into_iter()
            .filter(|id| !matches!(self.text(LEAD, id, "stage").as_str(), "won" | "lost"))
            .filter(|id| !self.value(LEAD, id, "lead_score").is_null())
            .collect();
        self.random.some(&open, count)
    }

    /// The id that the next record of `model` will have.
    pub(crate) fn next_id(&self, model: &'static str) -> String {
        let made = self.counts.get(model).copied().unwrap_or_default();
        (made + 1).to_string()
    }

    /// Makes a record; answers its id.
    pub(crate) fn create(&mut self, act: &Act, model: &'static str, values: Values) -> String {
        let id = self.next_id(model);
        *self.counts.entry(model).or_default() += 1;
        let mut values = values;
        stamp(act, model, &mut values);
        self.report(
            act,
            OperationKind::Create,
            model,
            &id,
            None,
            Some(values.clone()),
        );
        values.remove("password");
        self.records.insert((model, id.clone()), values);
        id
    }

    /// Changes fields of a record. Those that hold this already are left out, and where none is
    /// left nothing is reported.
    pub(crate) fn write(&mut self, act: &Act, model: &'static str, id: &str, changes: Values) {
        let Some(record) = self.records.get(&(model, id.to_owned())) else {
            return;
        };
        let mut new: Values = changes
            .into_iter()
            .filter(|(field, value)| record.get(field).unwrap_or(&Value::Null) != value)
            .collect();
        if new.is_empty() {
            return;
        }
        stamp(act, model, &mut new);
        let old = (!self.is_silent(model, id, &new)).then(|| self.held(model, id, &new));
        self.keep(model, id, &new);
        self.report(act, OperationKind::Write, model, id, old, Some(new));
    }

    /// Saves a record without changing it, as forms do: the same values, perhaps written another
    /// way (`2` as `2.0`, a set in another order).
    pub(crate) fn save_unchanged(
        &mut self,
        act: &Act,
        model: &'static str,
        id: &str,
        fields: &[&str],
    ) {
        if !self.has(model, id) {
            return;
        }
        let named: Values = fields
            .iter()
            .map(|field| ((*field).to_owned(), Value::Null))
            .collect();
        let mut old = self.held(model, id, &named);
        let mut new: Values = old
            .iter()
            .map(|(field, value)| (field.clone(), written_otherwise(value)))
            .collect();
        old.insert("write_date".to_owned(), self.value(model, id, "write_date"));
        stamp(act, model, &mut new);
        let stamped = new.get("write_date").cloned().unwrap_or_default();
        self.keep(model, id, &fields_of([("write_date", stamped)]));
        self.report(act, OperationKind::Write, model, id, Some(old), Some(new));
    }

    /// Deletes a record.
    pub(crate) fn unlink(&mut self, act: &Act, model: &'static str, id: &str) {
        let Some(old) = self.records.get(&(model, id.to_owned())).cloned() else {
            return;
        };
        self.report(act, OperationKind::Unlink, model, id, Some(old), None);
        self.records.remove(&(model, id.to_owned()));
    }

    /// Changes fields behind the CRM's back: nothing is reported, and the next write that touches
    /// one of them finds another value than the trail knows.
    pub(crate) fn outside(&mut self, model: &'static str, id: &str, changes: Values) {
        if !self.has(model, id) {
            return;
        }
        for field in changes.keys() {
            self.outside.insert(Outside {
                model,
                record_id: id.to_owned(),
                field: field.clone(),
            });
        }
        self.keep(model, id, &changes);
    }

    /// What was reported, in the order it happened, and what was changed outside.
    pub(crate) fn finish(self) -> (Vec<Operation>, BTreeSet<Outside>) {
        (self.operations, self.outside)
    }

    /// Whether a write sends no `old`: a password is not told twice, and now and then the CRM's
    /// older screens send the new values only, of models whose every change is followed.
    fn is_silent(&mut self, model: &'static str, id: &str, new: &Values) -> bool {
        let untouched = !self
            .outside
            .iter()
            .any(|outside| outside.model == model && outside.record_id == id);
        new.contains_key("password")
            || untouched && matches!(model, LEAD | ORDER | LINE) && self.random.chance(4)
    }

    /// What the record holds in the fields of `like`.
    fn held(&self, model: &'static str, id: &str, like: &Values) -> Values {
        like.keys()
            .map(|field| (field.clone(), self.value(model, id, field)))
            .collect()
    }

    fn keep(&mut self, model: &'static str, id: &str, new: &Values) {
        if let Some(record) = self.records.get_mut(&(model, id.to_owned())) {
            let kept = new.iter().filter(|(field, _)| *field != "password");
            record.extend(kept.map(|(field, value)| (field.clone(), value.clone())));
        }
    }

    fn report(
        &mut self,
        act: &Act,
        operation: OperationKind,
        model: &'static str,
        id: &str,
        old: Option<Values>,
        new: Option<Values>,
    ) {
        let name =
            |values: &Option<Values>| Some(values.as_ref()?.get("name")?.as_str()?.to_owned());
        let record_name = name(&new)
            .or_else(|| name(&old))
            .or_else(|| Some(self.text(model, id, "name")))
            .filter(|name| !name.is_empty());
        let groups = self.groups.get(act.by.login).cloned().unwrap_or_default();
        self.operations.push(Operation {
            id: Some(format!("{}-{:05}", self.prefix, self.operations.len() + 1)),
            operation,
            model: model.to_owned(),
            record_id: id.to_owned(),
            record_name,
            user: Actor {
                login: act.by.login.to_owned(),
                name: Some(act.by.name.to_owned()),
                groups,
                on_behalf_of: act.on_behalf_of.map(str::to_owned),
            },
            occurred_at: Some(Timestamp::from_micros(act.at)),
            old,
            new,
            context: act.context.clone(),
        });
    }
}

/// Every model of the CRM's own keeps when a record was last touched, and ignores it.
fn stamp(act: &Act, model: &'static str, values: &mut Values) {
    if model != MEETING {
        values.insert("write_date".to_owned(), json!(datetime(act.at)));
    }
}
