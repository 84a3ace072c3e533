//! What the hosts of a benchmark do: operations on records of a made-up company, the same every
//! time. A few models, users and records have most of them, as in life; one record has many
//! revisions.
//!
//! Each client has records of its own, so that the values it says were there before are those that
//! the trail knows.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::random::Random;

/// The models; the first ones have most of the operations.
pub(super) const MODELS: [&str; 10] = [
    "crm.lead",
    "sale.order",
    "res.partner",
    "stock.move",
    "account.invoice",
    "product.template",
    "project.task",
    "hr.employee",
    "calendar.event",
    "res.users",
];
/// The record with many revisions.
pub(super) const BUSY: &str = "busy";
/// The model it is of.
pub(super) const BUSY_MODEL: &str = MODELS[0];
/// How many people work there.
const USERS: u64 = 200;
/// How many records a client begins with.
const FIRST: u64 = 200;

const STAGES: [&str; 6] = [
    "new",
    "qualified",
    "proposition",
    "negotiation",
    "won",
    "lost",
];
const CITIES: [&str; 8] = [
    "Lisbon", "Ghent", "Turin", "Kraków", "Aarhus", "Nantes", "Bristol", "Graz",
];
const THINGS: [&str; 12] = [
    "keyboards",
    "desk lamps",
    "shelves",
    "monitors",
    "printers",
    "phones",
    "chairs",
    "tables",
    "whiteboards",
    "projectors",
    "cabinets",
    "routers",
];

/// The fields of each model, by name and type.
const FIELDS: [(&str, &str); 9] = [
    ("name", "char"),
    ("stage", "selection"),
    ("amount", "monetary"),
    ("probability", "float"),
    ("user_id", "many2one"),
    ("city", "char"),
    ("deadline", "date"),
    ("active", "boolean"),
    ("note", "text"),
];

/// A model as a host declares it.
pub(super) fn declaration(model: &str) -> Value {
    let label = |name: &str| name.replace('_', " ");
    let fields: Vec<_> = FIELDS
        .iter()
        .map(|(name, kind)| match *kind {
            "many2one" => {
                json!({"name": name, "label": label(name), "type": kind, "relation": "res.users"})
            }
            "selection" => {
                let options: Map<String, Value> = STAGES
                    .iter()
                    .map(|stage| ((*stage).to_owned(), stage.to_uppercase().into()))
                    .collect();
                json!({"name": name, "label": label(name), "type": kind, "selection": options})
            }
            _ => json!({"name": name, "label": label(name), "type": kind}),
        })
        .collect();
    json!({"label": model.replace('.', " "), "name_field": "name", "fields": fields})
}

/// A record as its client knows it: at which of its changes each field changed last.
#[derive(Debug, Clone, Default)]
struct Known {
    changes: u64,
    fields: [u64; FIELDS.len()],
}

/// One client's operations, without end.
#[derive(Debug)]
pub(super) struct Workload {
    client: String,
    random: Random,
    records: HashMap<(usize, u64), Known>,
    made: [u64; MODELS.len()],
    /// How many revisions of the busy record are still to be made, and one in how many operations.
    busy: Option<(u64, u64)>,
    busy_known: Known,
    count: u64,
}

impl Workload {
    /// The operations of a client of this name.
    pub(super) fn new(client: impl Into<String>, seed: u64) -> Self {
        Self {
            client: client.into(),
            random: Random::new(seed),
            records: HashMap::new(),
            made: [0; MODELS.len()],
            busy: None,
            busy_known: Known::default(),
            count: 0,
        }
    }

    /// One in `every` operations is on the busy record, until it has `revisions`.
    pub(super) const fn with_busy(mut self, revisions: u64, every: u64) -> Self {
        self.busy = Some((revisions, every));
        self
    }

    /// Writes a batch as the API takes it.
    pub(super) fn batch(&mut self, size: usize, into: &mut String) {
        into.clear();
        into.push_str("{\"operations\":[");
        for place in 0..size {
            if place > 0 {
                into.push(',');
            }
            self.operation(into);
        }
        into.push_str("]}");
    }

    /// Writes the next operation.
    pub(super) fn operation(&mut self, into: &mut String) {
        self.count += 1;
        if let Some((left, every)) = self.busy
            && left > 0
            && self.count.is_multiple_of(every)
        {
            self.busy = Some((left - 1, every));
            let mut known = std::mem::take(&mut self.busy_known);
            let create = known.changes == 0;
            self.write_one(into, 0, BUSY, &mut known, u8::from(!create));
            self.busy_known = known;
            return;
        }
        let model = usize::try_from(self.random.skewed(MODELS.len() as u64)).unwrap_or_default();
        let kind = self.random.below(100);
        let made = self.made[model];
        let number = if made < FIRST / 10 || kind < 22 {
            self.made[model] += 1;
            made
        } else {
            self.random.skewed(made)
        };
        let mut known = self.records.remove(&(model, number)).unwrap_or_default();
        let deed = match (known.changes, kind) {
            (0, _) => 0,
            (_, 97..) => 2,
            _ => 1,
        };
        let id = format!("{}-{number}", self.client);
        self.write_one(into, model, &id, &mut known, deed);
        if deed != 2 {
            self.records.insert((model, number), known);
        }
    }

    /// Writes one operation: 0 creates, 1 writes, 2 unlinks.
    fn write_one(
        &mut self,
        into: &mut String,
        model: usize,
        id: &str,
        known: &mut Known,
        deed: u8,
    ) {
        let user = self.random.skewed(USERS);
        known.changes += 1;
        let now = known.changes;
        let word = ["create", "write", "unlink"][usize::from(deed)];
        let _ = write!(
            into,
            "{{\"id\":\"{}/{}\",\"operation\":\"{word}\",\"model\":\"{}\",\"record_id\":\"{id}\",\
             \"user\":{{\"login\":\"user{user}\",\"name\":\"User Number {user}\",\"groups\":[\"Sales / User\"]}},\
             \"context\":{{\"ip\":\"203.0.113.{}\",\"request_id\":\"{}-{}\"}}",
            self.client,
            self.count,
            MODELS[model],
            user % 250,
            self.client,
            self.count / 3,
        );
        let seed = hash(id.as_bytes()) ^ (model as u64);
        match deed {
            0 => {
                known.fields = [now; FIELDS.len()];
                into.push_str(",\"new\":{");
                for (place, (name, _)) in FIELDS.iter().enumerate() {
                    let _ = write!(into, "{}\"{name}\":", if place > 0 { "," } else { "" });
                    value(into, place, seed, now);
                }
                into.push('}');
            }
            1 => {
                let first = 1 + usize::try_from(self.random.below(8)).unwrap_or_default();
                let second = 1 + usize::try_from(self.random.below(8)).unwrap_or_default();
                let mut changed = vec![first];
                if second != first {
                    changed.push(second);
                }
                for (side, which) in [("old", false), ("new", true)] {
                    let _ = write!(into, ",\"{side}\":{{");
                    for (place, field) in changed.iter().enumerate() {
                        let at = if which { now } else { known.fields[*field] };
                        let _ = write!(
                            into,
                            "{}\"{}\":",
                            if place > 0 { "," } else { "" },
                            FIELDS[*field].0
                        );
                        value(into, *field, seed, at);
                    }
                    into.push('}');
                }
                for field in changed {
                    known.fields[field] = now;
                }
            }
            _ => {
                into.push_str(",\"old\":{");
                for (place, (name, _)) in FIELDS.iter().enumerate() {
                    let _ = write!(into, "{}\"{name}\":", if place > 0 { "," } else { "" });
                    value(into, place, seed, known.fields[place]);
                }
                into.push('}');
            }
        }
        into.push('}');
    }
}

/// The value of a field of a record since its change `at`: other than the one before it.
fn value(into: &mut String, field: usize, record: u64, at: u64) {
    let some = record.wrapping_add(at.wrapping_mul(7));
    let pick = |from: &'static [&'static str]| {
        let length = from.len() as u64;
        from[usize::try_from((record % length + at) % length).unwrap_or_default()]
    };
    let _ = match field {
        0 => write!(
            into,
            "\"{} {} for {}\"",
            10 + record % 90,
            THINGS[usize::try_from(record / 90 % 12).unwrap_or_default()],
            CITIES[usize::try_from(record / 1080 % 8).unwrap_or_default()]
        ),
        1 => write!(into, "\"{}\"", pick(&STAGES)),
        2 => write!(into, "{}.{:02}", some % 100_000, at % 100),
        3 => write!(into, "{}", (record + at) % 101),
        4 => write!(
            into,
            "{{\"id\":\"{0}\",\"name\":\"User Number {0}\"}}",
            (record + at) % USERS
        ),
        5 => write!(into, "\"{}\"", pick(&CITIES)),
        6 => write!(into, "\"2027-{:02}-{:02}\"", 1 + at % 12, 1 + record % 28),
        7 => write!(into, "{}", at.is_multiple_of(2)),
        _ => write!(
            into,
            "\"Called about {} on day {at}; they will answer within the week.\"",
            THINGS[usize::try_from(some % 12).unwrap_or_default()]
        ),
    };
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3) >> 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_before_is_what_was_written_last() {
        let mut workload = Workload::new("a", 7).with_busy(50, 10);
        let mut known: HashMap<(String, String), HashMap<String, Value>> = HashMap::new();
        let (mut text, mut kinds, mut same) = (String::new(), [0; 3], 0);
        for _ in 0..5_000 {
            text.clear();
            workload.operation(&mut text);
            let operation: Value = serde_json::from_str(&text).unwrap();
            let key = (
                operation["model"].to_string(),
                operation["record_id"].to_string(),
            );
            let state = known.entry(key).or_default();
            let members = |side: &str| operation[side].as_object().cloned().unwrap_or_default();
            for (field, old) in members("old") {
                assert_eq!(state.get(&field), Some(&old), "{text}");
                if operation["operation"] == "write" {
                    same += u32::from(old == operation["new"][&field]);
                }
            }
            state.extend(members("new"));
            match operation["operation"].as_str().unwrap() {
                "create" => kinds[0] += 1,
                "write" => kinds[1] += 1,
                _ => {
                    kinds[2] += 1;
                    state.clear();
                }
            }
        }
        assert!(
            kinds[0] > 500 && kinds[1] > 2_500 && kinds[2] > 50,
            "{kinds:?}"
        );
        // A value may come back to what it was; few do.
        assert!(same < 500, "{same}");
        assert_eq!(workload.busy, Some((0, 10)));
    }
}
