//! What a host says of its entities: their names, fields, relations, and what is secret.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::sea_query::TableRef;
use sea_orm::{
    ActiveEnum, ColumnTrait, ColumnType, EntityTrait, IdenStatic, Identity, Iterable, RelationTrait,
};
use types::{FieldInput, FieldType, ModelInput};

/// An entity whose writes are audited.
///
/// One line is enough; labels, types, relations and the field that names a record are read from
/// the entity. What it cannot tell is said in [`describe`](Auditable::describe):
///
/// ```
/// use revisor_host::{About, Auditable};
///
/// mod contact {
///     use sea_orm::entity::prelude::*;
///
///     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
///     #[sea_orm(table_name = "contact")]
///     pub struct Model {
///         #[sea_orm(primary_key)]
///         pub id: i32,
///         pub name: String,
///         pub password: String,
///     }
///     #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
///     pub enum Relation {}
///     impl ActiveModelBehavior for ActiveModel {}
/// }
///
/// impl Auditable for contact::Entity {
///     fn describe(about: About<Self>) -> About<Self> {
///         about.model("crm.contact").sensitive(contact::Column::Password)
///     }
/// }
/// ```
pub trait Auditable: EntityTrait {
    /// Says what the entity itself does not tell.
    fn describe(about: About<Self>) -> About<Self> {
        about
    }
}

/// What is said of an entity. Starts from what the entity tells by itself.
#[derive(Debug)]
#[must_use = "what is said is what `describe` answers"]
pub struct About<E: EntityTrait> {
    model: String,
    label: Option<String>,
    name_field: Option<&'static str>,
    subject: Option<&'static str>,
    fields: Vec<FieldInput>,
    /// Fields that point to rows of a table, by name; the model's name is looked up late.
    tables: BTreeMap<String, String>,
    entity: PhantomData<fn() -> E>,
}

impl<E: EntityTrait> About<E> {
    fn new() -> Self {
        let entity = E::default();
        let mut about = Self {
            model: match entity.schema_name() {
                Some(schema) => format!("{schema}.{}", entity.table_name()),
                None => entity.table_name().to_owned(),
            },
            label: None,
            name_field: None,
            subject: None,
            fields: E::Column::iter().map(field::<E>).collect(),
            tables: BTreeMap::new(),
            entity: PhantomData,
        };
        for relation in E::Relation::iter() {
            let relation = relation.def();
            if let (false, Identity::Unary(column), TableRef::Table(table, _)) =
                (relation.is_owner, relation.from_col, relation.to_tbl)
            {
                let schema = table.0.map(|schema| schema.1.to_string());
                let table = table.1.to_string();
                about.tables.insert(
                    column.to_string(),
                    schema.map_or(table.clone(), |schema| format!("{schema}.{table}")),
                );
            }
        }
        about
    }

    fn field(mut self, column: E::Column, change: impl FnOnce(&mut FieldInput)) -> Self {
        let name = column.as_str();
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            change(field);
        }
        self
    }

    /// The model's technical name; by default the table's.
    pub fn model(mut self, name: impl Into<String>) -> Self {
        self.model = name.into();
        self
    }

    /// The model's name for people; by default made from its technical name.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The column that names a record; by default the first text called `name`, `title`, `label`,
    /// `subject`, `display_name`, `full_name`, `login`, `username`, `email` or `code`.
    pub fn name_field(mut self, column: E::Column) -> Self {
        self.name_field = Some(column.as_str());
        self
    }

    /// A column's name for people; by default made from its technical name.
    pub fn field_label(self, column: E::Column, label: impl Into<String>) -> Self {
        self.field(column, |field| field.label = Some(label.into()))
    }

    /// A column's type, where the guess from the database's type is wrong (an amount of money,
    /// a text with markup).
    pub fn field_type(self, column: E::Column, kind: FieldType) -> Self {
        self.field(column, |field| field.kind = Some(kind))
    }

    /// A column that points to a record of `model`, where the entity has no relation that says so.
    pub fn many2one(mut self, column: E::Column, model: impl Into<String>) -> Self {
        self.tables.remove(column.as_str());
        self.field(column, |field| {
            field.kind = Some(FieldType::Many2one);
            field.relation = Some(model.into());
        })
    }

    /// A column whose values are never stored or shown by the server: its logs tell that they
    /// changed.
    ///
    /// The values themselves go to the server, which keeps a keyed commitment of them; they lie in
    /// the outbox until they are delivered, and are taken out of an operation that is set aside.
    pub fn sensitive(self, column: E::Column) -> Self {
        self.field(column, |field| field.sensitive = true)
    }

    /// A column whose values are about a person: the server keeps them encrypted under the key of
    /// the data subject, and an administrator can erase them.
    ///
    /// The values themselves lie in the outbox until they are delivered.
    pub fn personal(self, column: E::Column) -> Self {
        self.field(column, |field| field.personal = true)
    }

    /// The column whose value names the person that rows are about; without one, each row is about
    /// itself.
    pub fn subject(mut self, column: E::Column) -> Self {
        self.subject = Some(column.as_str());
        self
    }

    /// A column that is in no log and does not even leave the host; changes to it alone make no
    /// operation.
    pub fn ignored(self, column: E::Column) -> Self {
        self.field(column, |field| field.ignored = true)
    }

    /// The groups whose members see a column's values; everyone by default.
    pub fn groups<G: Into<String>>(
        self,
        column: E::Column,
        groups: impl IntoIterator<Item = G>,
    ) -> Self {
        self.field(column, |field| {
            field.groups = groups.into_iter().map(Into::into).collect();
        })
    }

    /// A column with a fixed set of words, each with its label.
    pub fn selection<W: Into<String>, L: Into<String>>(
        self,
        column: E::Column,
        words: impl IntoIterator<Item = (W, L)>,
    ) -> Self {
        self.field(column, |field| {
            field.kind = Some(FieldType::Selection);
            field.selection = words
                .into_iter()
                .map(|(word, label)| (word.into(), label.into()))
                .collect();
        })
    }

    /// A column with the words of an [`ActiveEnum`] of texts, labelled by what they are called.
    pub fn selection_of<A: ActiveEnum<Value = String>>(self, column: E::Column) -> Self {
        let words = A::values();
        let labels = words.iter().map(|word| types::label_from_name(word));
        let pairs: Vec<_> = words.iter().cloned().zip(labels).collect();
        self.selection(column, pairs)
    }

    fn finish(mut self) -> Subject {
        for field in &mut self.fields {
            if self.tables.contains_key(&field.name) {
                field.kind = Some(FieldType::Many2one);
            }
        }
        let shown = |field: &&FieldInput| !field.sensitive && !field.ignored;
        let name_field = match self.name_field {
            Some(name) => self.fields.iter().find(|field| field.name == name),
            None => NAMES.iter().find_map(|name| {
                self.fields.iter().find(|field| {
                    field.name == *name
                        && field.groups.is_empty()
                        && matches!(field.kind, Some(FieldType::Char | FieldType::Text))
                })
            }),
        };
        let name_field = name_field.filter(shown);
        let declared = name_field.map(|field| field.name.clone());
        // What names a person is erased with the rest, so no record is named by it.
        let name_field = name_field.filter(|field| !field.personal);
        let name_field = name_field.map(|field| field.name.clone());
        let named = |test: fn(&FieldInput) -> bool| -> BTreeSet<String> {
            let fields = self.fields.iter().filter(|field| test(field));
            fields.map(|field| field.name.clone()).collect()
        };
        Subject {
            table: E::default().table_name().to_owned(),
            ignored: named(|field| field.ignored),
            sensitive: named(|field| field.sensitive),
            name_field,
            input: ModelInput {
                label: self.label,
                name_field: declared,
                subject: self.subject.map(str::to_owned),
                fields: self.fields,
            },
            model: self.model,
            tables: self.tables,
        }
    }
}

/// Columns that usually name a record.
const NAMES: [&str; 10] = [
    "name",
    "title",
    "label",
    "subject",
    "display_name",
    "full_name",
    "login",
    "username",
    "email",
    "code",
];

/// A field as the entity's own column tells it.
fn field<E: EntityTrait>(column: E::Column) -> FieldInput {
    let kind = column.def();
    let selection = match kind.get_column_type() {
        ColumnType::Enum { variants, .. } => variants
            .iter()
            .map(|word| (word.to_string(), types::label_from_name(&word.to_string())))
            .collect(),
        _ => BTreeMap::new(),
    };
    FieldInput {
        name: column.as_str().to_owned(),
        label: None,
        kind: Some(field_type(kind.get_column_type())),
        relation: None,
        selection,
        sensitive: false,
        personal: false,
        ignored: false,
        groups: Vec::new(),
    }
}

/// The type of a field whose column has the database's type `column`.
fn field_type(column: &ColumnType) -> FieldType {
    match column {
        ColumnType::Text => FieldType::Text,
        ColumnType::Blob
        | ColumnType::Binary(_)
        | ColumnType::VarBinary(_)
        | ColumnType::Bit(_)
        | ColumnType::VarBit(_) => FieldType::Binary,
        ColumnType::TinyInteger
        | ColumnType::SmallInteger
        | ColumnType::Integer
        | ColumnType::BigInteger
        | ColumnType::TinyUnsigned
        | ColumnType::SmallUnsigned
        | ColumnType::Unsigned
        | ColumnType::BigUnsigned
        | ColumnType::Year => FieldType::Integer,
        ColumnType::Float | ColumnType::Double | ColumnType::Decimal(_) => FieldType::Float,
        ColumnType::Money(_) => FieldType::Monetary,
        ColumnType::DateTime | ColumnType::Timestamp | ColumnType::TimestampWithTimeZone => {
            FieldType::Datetime
        }
        ColumnType::Date => FieldType::Date,
        ColumnType::Boolean => FieldType::Boolean,
        ColumnType::Json
        | ColumnType::JsonBinary
        | ColumnType::Array(_)
        | ColumnType::Vector(_) => FieldType::Json,
        ColumnType::Enum { .. } => FieldType::Selection,
        _ => FieldType::Char,
    }
}

/// What is known of an entity, whatever its type.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) model: String,
    pub(super) table: String,
    pub(super) name_field: Option<String>,
    pub(super) ignored: BTreeSet<String>,
    pub(super) sensitive: BTreeSet<String>,
    input: ModelInput,
    tables: BTreeMap<String, String>,
}

impl Subject {
    fn of<E: Auditable>() -> Self {
        E::describe(About::new()).finish()
    }
}

/// The entities met so far.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    known: RwLock<HashMap<TypeId, Arc<Subject>>>,
}

impl Subjects {
    /// What is known of `E`; asked of it the first time.
    pub(super) fn of<E: Auditable>(&self) -> Arc<Subject> {
        let id = TypeId::of::<E>();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(subject) = known.get(&id) {
            return Arc::clone(subject);
        }
        drop(known);
        let subject = Arc::new(Subject::of::<E>());
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(id).or_insert(subject))
    }

    /// The models as they are declared to the server, by name.
    pub(super) fn models(&self) -> BTreeMap<String, ModelInput> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let by_table: BTreeMap<&str, &str> = known
            .values()
            .map(|subject| (subject.table.as_str(), subject.model.as_str()))
            .collect();
        known
            .values()
            .map(|subject| {
                let mut input = subject.input.clone();
                for field in &mut input.fields {
                    if let Some(table) = subject.tables.get(&field.name) {
                        let model = by_table.get(table.as_str()).copied().unwrap_or(table);
                        field.relation = Some(model.to_owned());
                    }
                }
                (subject.model.clone(), input)
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "about_tests.rs"]
mod tests;
