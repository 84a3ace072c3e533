//! From a value as a host sends it to a value as it is kept: sensitive ones become a commitment,
//! bytes become size and digest, relations and selections get the label that they have now.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use types::{Field, FieldType, Values};

use super::canonical::canonical;
use super::known::{Form, Known};
use super::state::Fields;

/// The secret under which commitments are made. Its `Debug` tells nothing.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A secret of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The [`mac`] over `parts` under this secret.
    pub fn commit(&self, parts: &[&str]) -> [u8; 32] {
        mac(&self.0, parts)
    }
}

/// HMAC-SHA-256 over `parts`, each led by its length, so that no two lists of parts agree.
///
/// # Panics
/// Never: HMAC takes keys of every length.
pub fn mac(key: &[u8], parts: &[&str]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The record that a value belongs to: the same password of two records has two commitments.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The host.
    pub host: &'a str,
    /// The model.
    pub model: &'a str,
    /// The record.
    pub record_id: &'a str,
}

/// The values of one side of an operation as they are kept, without those that `keep` refuses.
/// A field that is not known (only ever seen as `null`) is kept as it is.
pub fn redact_all<'a>(
    values: Option<&Values>,
    field: impl Fn(&str) -> Option<&'a Field>,
    keep: impl Fn(&str) -> bool,
    owner: Owner<'_>,
    secret: &Secret,
) -> Fields {
    let mut kept = Fields::new();
    for (name, value) in values.into_iter().flatten().filter(|(name, _)| keep(name)) {
        let known = match field(name) {
            Some(field) => redact(field, value, owner, secret),
            None => Known::plain(value.clone()),
        };
        kept.insert(name.clone(), known);
    }
    kept
}

/// One value as it is kept.
pub fn redact(field: &Field, value: &Value, owner: Owner<'_>, secret: &Secret) -> Known {
    if value.is_null() {
        return Known::null();
    }
    let plain = unlabelled(field, value);
    if field.sensitive {
        return Known {
            value: commitment(field, &plain.value, owner, secret),
            label: None,
            form: Form::Masked,
        };
    }
    if field.kind == FieldType::Binary {
        return Known {
            value: digest(value),
            label: None,
            form: Form::Binary,
        };
    }
    plain
}

/// A value that was kept before as it would be kept now: a field may have become sensitive since.
pub fn redact_kept(field: &Field, known: Known, owner: Owner<'_>, secret: &Secret) -> Known {
    if !field.sensitive || known.form == Form::Masked || known.is_null() {
        return known;
    }
    Known {
        value: commitment(field, &known.value, owner, secret),
        label: None,
        form: Form::Masked,
    }
}

/// The commitment over owner, field and canonical value, in hex.
fn commitment(field: &Field, value: &Value, owner: Owner<'_>, secret: &Secret) -> Value {
    let Owner {
        host,
        model,
        record_id,
    } = owner;
    let form = canonical(field.kind, value);
    Value::from(hex(&secret.commit(&[
        host,
        model,
        record_id,
        &field.name,
        &form,
    ])))
}

/// Size and SHA-256 of a binary value: of the bytes where it is base64 (RFC 4648, padded), else
/// of the text itself. A host may also send the digest: `{"binary": {"size": …, "sha256": "…"}}`.
fn digest(value: &Value) -> Value {
    if let Some(given) = given_digest(value) {
        return given;
    }
    let bytes = match value {
        Value::String(text) => {
            let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            STANDARD
                .decode(&packed)
                .unwrap_or_else(|_| text.clone().into_bytes())
        }
        other => other.to_string().into_bytes(),
    };
    json!({"size": bytes.len(), "sha256": hex(&Sha256::digest(&bytes))})
}

fn given_digest(value: &Value) -> Option<Value> {
    let binary = value
        .as_object()
        .filter(|members| members.len() == 1)?
        .get("binary")?;
    let members = binary.as_object().filter(|members| members.len() == 2)?;
    let size = members.get("size")?.as_u64()?;
    let sha256 = members.get("sha256")?.as_str()?;
    let is_hex = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| json!({"size": size, "sha256": sha256.to_ascii_lowercase()}))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// A relation's value is its id and a selection's its word; what they are called is the label.
fn unlabelled(field: &Field, value: &Value) -> Known {
    match (field.kind, value) {
        (FieldType::Selection, Value::String(word)) => Known {
            value: value.clone(),
            label: field.selection.get(word).cloned(),
            form: Form::Plain,
        },
        (FieldType::Many2one | FieldType::Reference, Value::Object(_)) => {
            let (value, label) = id_and_name(value);
            Known {
                value,
                label,
                form: Form::Plain,
            }
        }
        (FieldType::One2many | FieldType::Many2many, Value::Array(items)) => {
            let (ids, names): (Vec<_>, Vec<_>) = items.iter().map(id_and_name).unzip();
            let any_name = names.iter().any(Option::is_some);
            let label = any_name.then(|| {
                let texts = names.iter().zip(&ids).map(|(name, id)| match name {
                    Some(name) => name.clone(),
                    None => id.as_str().map_or_else(|| id.to_string(), str::to_owned),
                });
                texts.collect::<Vec<_>>().join(", ")
            });
            Known {
                value: Value::from(ids),
                label,
                form: Form::Plain,
            }
        }
        _ => Known::plain(value.clone()),
    }
}

fn id_and_name(value: &Value) -> (Value, Option<String>) {
    let Value::Object(members) = value else {
        return (value.clone(), None);
    };
    let Some(id) = members.get("id") else {
        return (value.clone(), None);
    };
    let name = members
        .get("name")
        .and_then(Value::as_str)
        .map(str::to_owned);
    // A reference names its model, too: `res.partner,7`.
    let id = match (members.get("model").and_then(Value::as_str), id) {
        (Some(model), Value::String(id)) => Value::from(format!("{model},{id}")),
        (Some(model), Value::Number(id)) => Value::from(format!("{model},{id}")),
        _ => id.clone(),
    };
    (id, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Owner<'_> = Owner {
        host: "crm",
        model: "res.users",
        record_id: "1",
    };

    fn field(kind: FieldType) -> Field {
        Field::guessed("f", kind)
    }

    fn secret() -> Secret {
        Secret::new(vec![7; 32])
    }

    #[test]
    fn a_sensitive_value_is_nowhere_in_what_is_kept() {
        let field = Field {
            sensitive: true,
            ..field(FieldType::Char)
        };
        let kept = redact(&field, &json!("hunter2"), OWNER, &secret());
        assert_eq!(kept.form, Form::Masked);
        assert_eq!(kept.shown(), json!({"masked": true}));
        assert!(!serde_json::to_string(&kept).unwrap().contains("hunter2"));
        let again = redact(&field, &json!("hunter2"), OWNER, &secret());
        assert!(kept.same(&again, FieldType::Char));
        let other = redact(&field, &json!("hunter3"), OWNER, &secret());
        assert!(!kept.same(&other, FieldType::Char));
        let elsewhere = Owner {
            record_id: "2",
            ..OWNER
        };
        assert_ne!(
            kept,
            redact(&field, &json!("hunter2"), elsewhere, &secret())
        );
    }

    #[test]
    fn a_value_kept_before_its_field_became_sensitive_compares_with_one_after() {
        let field = Field {
            sensitive: true,
            ..field(FieldType::Integer)
        };
        let before = redact_kept(&field, Known::plain(json!(1.0)), OWNER, &secret());
        assert_eq!(before, redact(&field, &json!(1), OWNER, &secret()));
    }

    #[test]
    fn bytes_become_size_and_digest() {
        let kept = redact(
            &field(FieldType::Binary),
            &json!("aGVsbG8="),
            OWNER,
            &secret(),
        );
        let sha = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert_eq!(kept.shown(), json!({"binary": {"size": 5, "sha256": sha}}));
        let given = redact(&field(FieldType::Binary), &kept.shown(), OWNER, &secret());
        assert_eq!(given, kept);
    }

    #[test]
    fn relations_and_selections_keep_what_they_were_called() {
        let one = redact(
            &field(FieldType::Many2one),
            &json!({"id": "7", "name": "Delta PC"}),
            OWNER,
            &secret(),
        );
        assert_eq!(
            (one.value, one.label.as_deref()),
            (json!("7"), Some("Delta PC"))
        );
        let many = redact(
            &field(FieldType::Many2many),
            &json!([{"id": 1, "name": "a"}, 2]),
            OWNER,
            &secret(),
        );
        assert_eq!(
            (many.value, many.label.as_deref()),
            (json!([1, 2]), Some("a, 2"))
        );
        let stage = Field {
            selection: [("new".to_owned(), "New".to_owned())].into(),
            ..field(FieldType::Selection)
        };
        let kept = redact(&stage, &json!("new"), OWNER, &secret());
        assert_eq!(kept.label.as_deref(), Some("New"));
    }
}
