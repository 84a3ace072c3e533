//! What a host reports: operations, and what became of each.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Code, Faults, Object, Timestamp, Values};

/// How many operations one JSON batch holds at most.
pub const MAX_OPERATIONS: usize = 1_000;

/// What was done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The record came into being.
    Create,
    /// Fields of the record were modified.
    Write,
    /// The record was deleted.
    Unlink,
}

impl OperationKind {
    /// All three, in the order of a record's life.
    pub const ALL: [Self; 3] = [Self::Create, Self::Write, Self::Unlink];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Write => "write",
            Self::Unlink => "unlink",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl std::fmt::Display for OperationKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The user of the host who did it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The login, which names the user in rules and filters.
    pub login: String,
    /// The name, kept as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The groups the user is in, which rules ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The login of the user for whom this was done, where somebody acts for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// Where an operation came from and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// The network address of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The user's program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The host's request, which several operations may share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The host's database transaction, which several operations may share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Why it was done, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The W3C trace context of the host's request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Context {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One operation by a user on a record, as a host reports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The idempotency key, unique per host, at most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What was done.
    pub operation: OperationKind,
    /// The kind of record.
    pub model: String,
    /// Which record.
    pub record_id: String,
    /// The record's name, kept as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_name: Option<String>,
    /// Who did it.
    pub user: Actor,
    /// When it was done; by default when it is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// The values before, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub old: Option<Values>,
    /// The values after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub new: Option<Values>,
    /// Where it came from and why.
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
}

/// Longest names of models, fields and groups, in characters.
pub(crate) const NAME: usize = 128;
/// Longest ids of records, in characters.
pub(crate) const RECORD_ID: usize = 512;
/// Longest logins and names of users, in characters.
pub(crate) const LOGIN: usize = 256;
/// Longest names of records, in characters.
pub(crate) const RECORD_NAME: usize = 2_000;
/// Longest texts of the context, in characters.
const CONTEXT: usize = 2_000;
/// Most groups of one user.
const GROUPS: usize = 1_000;
/// How deep a value nests at most: what is stored and answered nests some levels deeper, and must
/// stay within the 128 levels that JSON readers take.
const DEPTH: usize = 100;
/// Most fields of one operation.
const FIELDS: usize = 2_000;

impl Operation {
    /// Reads one operation at `pointer`, noting every fault.
    pub fn read(value: Value, pointer: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, pointer, faults)?;
        let id = object.text("id", 128, faults);
        let operation = object.take("operation");
        let operation = if let Some(word) = operation {
            let kind = word.as_str().and_then(OperationKind::parse);
            if kind.is_none() {
                let (code, detail) = if word.is_string() {
                    (Code::UnknownValue, "one of: create, write, unlink")
                } else {
                    (Code::WrongType, "must be a text: create, write or unlink")
                };
                faults.push(object.at("operation"), code, detail);
            }
            kind
        } else {
            object.missing("operation", faults);
            None
        };
        let model = object.required_text("model", NAME, faults);
        let record_id = object.required_text("record_id", RECORD_ID, faults);
        let record_name = object.text_or_empty("record_name", RECORD_NAME, faults);
        let user = read_user(&mut object, faults);
        let occurred_at = object.time("occurred_at", faults);
        let old = read_values(&mut object, "old", faults);
        let new = read_values(&mut object, "new", faults);
        let context = match object.object("context", faults) {
            Some(context) => read_context(context, faults),
            None => Context::default(),
        };
        check_sides(&object, operation, old.as_ref(), new.as_ref(), faults);
        object.finish(faults);
        Some(Self {
            id,
            operation: operation?,
            model: model?,
            record_id: record_id?,
            record_name: record_name.filter(|name| !name.is_empty()),
            user: user?,
            occurred_at,
            old,
            new,
            context,
        })
    }

    /// Reads the body of a batch: `{"operations": [...]}`.
    pub fn read_batch(body: Value) -> Result<Vec<Self>, Faults> {
        let mut faults = Faults::default();
        let Some(mut object) = Object::open(body, "", &mut faults) else {
            return Err(faults);
        };
        let mut operations = Vec::new();
        match object.list("operations", &mut faults) {
            Some(items) if items.len() > MAX_OPERATIONS => {
                let detail = format!("at most {MAX_OPERATIONS} operations, not {}", items.len());
                faults.push("/operations", Code::TooMany, detail);
            }
            Some(items) => {
                operations.reserve(items.len());
                for (pointer, item) in items {
                    operations.extend(Self::read(item, &pointer, &mut faults));
                }
            }
            None if faults.is_empty() => object.missing("operations", &mut faults),
            None => {}
        }
        object.finish(&mut faults);
        faults.finish(Some(operations))
    }
}

/// `create` has `new`, `unlink` has `old`, `write` has `new`.
fn check_sides(
    object: &Object,
    operation: Option<OperationKind>,
    old: Option<&Values>,
    new: Option<&Values>,
    faults: &mut Faults,
) {
    let filled = |side: Option<&Values>| side.is_some_and(|side| !side.is_empty());
    match operation {
        Some(OperationKind::Create) if filled(old) => {
            faults.push(
                object.at("old"),
                Code::UnknownField,
                "a create has no `old`",
            );
        }
        Some(OperationKind::Unlink) if filled(new) => {
            faults.push(
                object.at("new"),
                Code::UnknownField,
                "an unlink has no `new`",
            );
        }
        Some(kind @ (OperationKind::Create | OperationKind::Write)) if new.is_none() => {
            // A `new` of the wrong type was called so already.
            let pointer = object.at("new");
            if !faults
                .clone()
                .into_vec()
                .iter()
                .any(|fault| fault.pointer == pointer)
            {
                faults.push(pointer, Code::Missing, format!("a {kind} needs `new`"));
            }
        }
        _ => {}
    }
}

fn read_user(object: &mut Object, faults: &mut Faults) -> Option<Actor> {
    let before = faults.len();
    let Some(mut user) = object.object("user", faults) else {
        if faults.len() == before {
            object.missing("user", faults);
        }
        return None;
    };
    let login = user.required_text("login", LOGIN, faults);
    let name = user
        .text_or_empty("name", LOGIN, faults)
        .filter(|name| !name.is_empty());
    let groups = user
        .texts("groups", NAME, GROUPS, faults)
        .unwrap_or_default();
    let on_behalf_of = user.text("on_behalf_of", LOGIN, faults);
    user.finish(faults);
    Some(Actor {
        login: login?,
        name,
        groups,
        on_behalf_of,
    })
}

fn read_context(mut context: Object, faults: &mut Faults) -> Context {
    let read = Context {
        ip: context.text_or_empty("ip", CONTEXT, faults),
        user_agent: context.text_or_empty("user_agent", CONTEXT, faults),
        request_id: context.text("request_id", LOGIN, faults),
        transaction_id: context.text("transaction_id", LOGIN, faults),
        reason: context.text_or_empty("reason", CONTEXT, faults),
        traceparent: context.text("traceparent", LOGIN, faults),
    };
    context.finish(faults);
    read
}

fn read_values(object: &mut Object, name: &str, faults: &mut Faults) -> Option<Values> {
    let values = object.values(name, faults)?;
    if values.len() > FIELDS {
        faults.push(
            object.at(name),
            Code::TooMany,
            format!("at most {FIELDS} fields"),
        );
        return None;
    }
    let parent = object.at(name);
    for (field, value) in &values {
        if !is_shallow(value, DEPTH) {
            let pointer = format!("{parent}/{}", field.replace('~', "~0").replace('/', "~1"));
            faults.push(
                pointer,
                Code::TooDeep,
                format!("a value nests at most {DEPTH} deep"),
            );
        }
        check_name(
            field,
            || format!("{parent}/{}", field.replace('~', "~0").replace('/', "~1")),
            faults,
        );
    }
    Some(values)
}

/// Whether a value nests at most `levels` deep.
fn is_shallow(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| is_shallow(item, levels - 1)),
        Value::Object(members) => {
            levels > 0
                && members
                    .values()
                    .all(|member| is_shallow(member, levels - 1))
        }
        _ => true,
    }
}

fn check_name(name: &str, pointer: impl Fn() -> String, faults: &mut Faults) {
    if name.is_empty() {
        faults.push(pointer(), Code::Empty, "a field's name must not be empty");
    } else if name.chars().count() > NAME {
        faults.push(
            pointer(),
            Code::TooLong,
            format!("a field's name has at most {NAME} characters"),
        );
    } else if name.contains('\0') {
        faults.push(
            pointer(),
            Code::Malformed,
            "must not contain the character U+0000",
        );
    }
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// A log was made.
    Recorded {
        /// The log.
        log_id: String,
        /// The record's revision that it is.
        revision: i64,
    },
    /// No log was asked for.
    Skipped {
        /// Why: `no_rule`.
        reason: String,
    },
    /// Nothing really changed, so there is no log.
    Unchanged,
    /// The same operation was recorded before.
    Duplicate {
        /// The log it made then; absent where it had changed nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_id: Option<String>,
    },
    /// Only in an NDJSON stream: this line was refused, the others are not touched by that.
    Invalid {
        /// What is wrong with the line.
        errors: Vec<crate::Fault>,
    },
}

impl Outcome {
    /// No rule asked for the operation.
    pub fn no_rule() -> Self {
        Self::Skipped {
            reason: "no_rule".to_owned(),
        }
    }
}

/// The answer to a batch, in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Results {
    /// One result an operation.
    pub results: Vec<Outcome>,
}

/// A label for something that has only a technical name: `crm.lead` gives "Crm lead",
/// `partner_id` gives "Partner".
pub fn label_from_name(name: &str) -> String {
    let stem = name
        .strip_suffix("_ids")
        .or_else(|| name.strip_suffix("_id"))
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name);
    let spaced: String = stem
        .chars()
        .map(|c| if matches!(c, '_' | '.' | '-') { ' ' } else { c })
        .collect();
    let spaced = spaced.trim();
    if spaced.is_empty() {
        return name.to_owned();
    }
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults_of(body: Value) -> Vec<(String, Code)> {
        Operation::read_batch(body)
            .unwrap_err()
            .into_vec()
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect()
    }

    #[test]
    fn every_fault_of_a_batch_is_told_with_its_pointer() {
        let found = faults_of(json!({
            "operations": [
                {"operation": "write", "model": "crm.lead", "record_id": "1", "user": {"login": "marc"},
                 "new": {"stage": "won"}},
                {"operation": "updat", "modle": "crm.lead", "record_id": 13, "user": {"login": ""},
                 "old": [], "context": {"raeson": "x"}},
                {"operation": "create", "model": "crm.lead", "record_id": "2", "user": {"login": "m"}},
                7
            ],
            "oprations": []
        }));
        assert_eq!(
            found,
            vec![
                ("/operations/1/operation".into(), Code::UnknownValue),
                ("/operations/1/model".into(), Code::Missing),
                ("/operations/1/record_id".into(), Code::WrongType),
                ("/operations/1/user/login".into(), Code::Empty),
                ("/operations/1/old".into(), Code::WrongType),
                ("/operations/1/context/raeson".into(), Code::UnknownField),
                ("/operations/1/modle".into(), Code::UnknownField),
                ("/operations/2/new".into(), Code::Missing),
                ("/operations/3".into(), Code::WrongType),
                ("/oprations".into(), Code::UnknownField),
            ]
        );
    }

    #[test]
    fn a_batch_of_more_than_a_thousand_is_refused() {
        let one =
            json!({"operation": "unlink", "model": "m", "record_id": "1", "user": {"login": "u"}});
        assert!(Operation::read_batch(json!({"operations": vec![one.clone(); 1000]})).is_ok());
        assert_eq!(
            faults_of(json!({"operations": vec![one; 1001]})),
            vec![("/operations".into(), Code::TooMany)]
        );
    }

    #[test]
    fn labels_are_made_from_names() {
        assert_eq!(label_from_name("crm.lead"), "Crm lead");
        assert_eq!(label_from_name("partner_id"), "Partner");
        assert_eq!(label_from_name("tag_ids"), "Tag");
        assert_eq!(label_from_name("_id"), "Id");
        assert_eq!(label_from_name("été"), "Été");
    }
}
