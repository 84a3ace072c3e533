//! Reading operations that a stranger sent: every fault told with its place, sizes bounded.

use serde_json::Value;

use super::{Actor, Context, MAX_OPERATIONS, Operation, OperationKind};
use crate::{Code, Faults, Object, Values};

/// Longest names of models, fields and groups, in characters.
pub(crate) const NAME: usize = 128;
/// Longest ids of records, in characters.
const RECORD_ID: usize = 512;
/// Longest logins and names of users, in characters.
pub(crate) const LOGIN: usize = 256;
/// Longest names of records, in characters.
const RECORD_NAME: usize = 2_000;
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
            if !faults.is_at(&pointer) {
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
}
