//! Models: the kinds of records of a host, and their fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Code, Faults, Object, operation::NAME};

macro_rules! field_types {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)+) => {
        /// What kind of values a field has. It decides when two values are equal and how they
        /// are shown.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "lowercase")]
        pub enum FieldType { $($(#[$doc])* $name,)+ }

        impl FieldType {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

field_types! {
    /// A short text.
    Char = "char";
    /// A long text.
    Text = "text";
    /// A text with markup, shown as text.
    Html = "html";
    /// A whole number.
    Integer = "integer";
    /// A number.
    Float = "float";
    /// An amount of money.
    Monetary = "monetary";
    /// True or false.
    Boolean = "boolean";
    /// A day.
    Date = "date";
    /// A point in time.
    Datetime = "datetime";
    /// One of a fixed set of words, each with a label.
    Selection = "selection";
    /// One record of another model.
    Many2one = "many2one";
    /// A set of records that point here.
    One2many = "one2many";
    /// A set of records of another model.
    Many2many = "many2many";
    /// One record of any model.
    Reference = "reference";
    /// Bytes, kept as size and digest only.
    Binary = "binary";
    /// Any JSON.
    Json = "json";
}

impl FieldType {
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// Whether values are numbers.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float | Self::Monetary)
    }

    /// Whether values are sets of records.
    pub const fn is_set(self) -> bool {
        matches!(self, Self::One2many | Self::Many2many)
    }
}

/// A field of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of the wire, and they go together in any way"
)]
pub struct Field {
    /// The technical name.
    pub name: String,
    /// The name for people.
    pub label: String,
    /// What kind of values it has.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Whether the host said so; else it was guessed from the values seen.
    #[serde(default)]
    pub declared: bool,
    /// For relations: the model pointed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// For selections: words to labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub selection: BTreeMap<String, String>,
    /// The value is never stored or shown; a log shows that it changed.
    #[serde(default)]
    pub sensitive: bool,
    /// The value is about a person and can be erased: from now on it is kept encrypted under the
    /// key of its data subject. Where a field is sensitive as well, that is what holds.
    #[serde(default)]
    pub personal: bool,
    /// Changes to it alone make no log, and it is in none.
    #[serde(default)]
    pub ignored: bool,
    /// Only members of one of these see its values; everyone where empty.
    #[serde(default)]
    pub groups: Vec<String>,
}

impl Field {
    /// A field that nobody declared.
    pub fn guessed(name: &str, kind: FieldType) -> Self {
        Self {
            name: name.to_owned(),
            label: crate::label_from_name(name),
            kind,
            declared: false,
            relation: None,
            selection: BTreeMap::new(),
            sensitive: false,
            personal: false,
            ignored: false,
            groups: Vec::new(),
        }
    }

    /// Whether values are kept so that they can be erased.
    pub const fn is_erasable(&self) -> bool {
        self.personal && !self.sensitive
    }
}

/// A kind of record of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Model {
    /// The host it belongs to.
    pub host: String,
    /// The technical name.
    pub model: String,
    /// The name for people.
    pub label: String,
    /// The field that names a record; `name` where not declared.
    pub name_field: Option<String>,
    /// The field whose value names the person that records are about; where none is declared, or
    /// its value is not known, the record itself is the data subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Whether a host declared it; else it was made from operations.
    pub declared: bool,
    /// The fields, in the order they were declared, then as they were first seen.
    pub fields: Vec<Field>,
    /// The groups whose members may read its logs, besides administrators and auditors.
    #[serde(default)]
    pub viewers: Vec<String>,
}

/// A field as a host declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldInput {
    /// The technical name.
    pub name: String,
    /// The name for people; by default made from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What kind of values it has; by default guessed from them.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<FieldType>,
    /// For relations: the model pointed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// For selections: words to labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub selection: BTreeMap<String, String>,
    /// The value is never stored or shown; a log shows that it changed.
    #[serde(default)]
    pub sensitive: bool,
    /// The value is about a person and can be erased: from now on it is kept encrypted under the
    /// key of its data subject. Where a field is sensitive as well, that is what holds.
    #[serde(default)]
    pub personal: bool,
    /// Changes to it alone make no log, and it is in none.
    #[serde(default)]
    pub ignored: bool,
    /// Only members of one of these see its values.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// A model as a host declares it. What was declared before is replaced; fields that were only
/// seen stay known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ModelInput {
    /// The name for people; by default made from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The field that names a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_field: Option<String>,
    /// The field whose value names the person that records are about (`partner_id` of an order):
    /// personal values are kept under that one's key. By default each record is about itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The fields.
    #[serde(default)]
    pub fields: Vec<FieldInput>,
}

/// Most fields of one model.
const FIELDS: usize = 2_000;
/// Most words of one selection.
const WORDS: usize = 1_000;

impl ModelInput {
    /// Reads and checks a body.
    pub fn read(body: Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let Some(mut object) = Object::open(body, "", &mut faults) else {
            return Err(faults);
        };
        let label = object.text("label", NAME, &mut faults);
        let name_field = object.text("name_field", NAME, &mut faults);
        let subject = object.text("subject", NAME, &mut faults);
        let items = object.list("fields", &mut faults).unwrap_or_default();
        let mut fields: Vec<FieldInput> = Vec::new();
        if items.len() > FIELDS {
            faults.push("/fields", Code::TooMany, format!("at most {FIELDS} fields"));
        } else {
            for (pointer, item) in items {
                let Some(field) = FieldInput::read(item, &pointer, &mut faults) else {
                    continue;
                };
                if fields.iter().any(|known| known.name == field.name) {
                    let detail = format!("`{}` is declared twice", field.name);
                    faults.push(format!("{pointer}/name"), Code::Duplicate, detail);
                }
                fields.push(field);
            }
        }
        object.finish(&mut faults);
        let named = fields
            .iter()
            .find(|field| Some(&field.name) == subject.as_ref());
        if named.is_some_and(|field| field.personal || field.sensitive || field.ignored) {
            let detail =
                "the field that names the subject cannot be personal, sensitive or ignored";
            faults.push("/subject", Code::UnknownValue, detail);
        }
        faults.finish(Some(Self {
            label,
            name_field,
            subject,
            fields,
        }))
    }
}

impl FieldInput {
    fn read(value: Value, pointer: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, pointer, faults)?;
        let name = object.required_text("name", NAME, faults);
        let label = object.text("label", NAME, faults);
        let words = FieldType::ALL
            .iter()
            .map(|kind| kind.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let kind = object.word("type", &words, FieldType::parse, faults);
        let relation = object.text("relation", NAME, faults);
        let selection = read_selection(&mut object, faults);
        let sensitive = object.boolean("sensitive", faults).unwrap_or(false);
        let personal = object.boolean("personal", faults).unwrap_or(false);
        let ignored = object.boolean("ignored", faults).unwrap_or(false);
        let groups = object
            .texts("groups", NAME, 100, faults)
            .unwrap_or_default();
        object.finish(faults);
        Some(Self {
            name: name?,
            label,
            kind,
            relation,
            selection,
            sensitive,
            personal,
            ignored,
            groups,
        })
    }
}

fn read_selection(object: &mut Object, faults: &mut Faults) -> BTreeMap<String, String> {
    let parent = object.at("selection");
    let words = object.values("selection", faults).unwrap_or_default();
    if words.len() > WORDS {
        faults.push(parent, Code::TooMany, format!("at most {WORDS} words"));
        return BTreeMap::new();
    }
    let mut selection = BTreeMap::new();
    for (word, label) in words {
        let pointer = format!("{parent}/{}", word.replace('~', "~0").replace('/', "~1"));
        if let Some(label) = crate::reader::text(label, pointer, 0, NAME * 2, faults) {
            selection.insert(word, label);
        }
    }
    selection
}

/// Which groups may read the logs of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ViewersInput {
    /// The groups' names.
    pub groups: Vec<String>,
}

impl ViewersInput {
    /// Reads and checks a body.
    pub fn read(body: Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let Some(mut object) = Object::open(body, "", &mut faults) else {
            return Err(faults);
        };
        let before = faults.len();
        let groups = object.texts("groups", NAME, 100, &mut faults);
        if groups.is_none() && faults.len() == before {
            object.missing("groups", &mut faults);
        }
        object.finish(&mut faults);
        faults.finish(groups.map(|groups| Self { groups }))
    }
}
