//! The model of a table: what the server is told of it, and which columns look secret.

use std::collections::{BTreeMap, BTreeSet};

use types::{FieldInput, FieldType, ModelInput, label_from_name};

use super::catalog::{Column, Table};
use super::kind::Kind;
use super::shape::Shape;

/// Longest labels, in characters.
const LABEL: usize = 128;
/// Most words of a selection that the server takes.
const WORDS: usize = 1_000;
/// Most fields of a model.
const FIELDS: usize = 2_000;

/// Names that records are usually known by, best first.
const NAMES: [&str; 12] = [
    "name",
    "display_name",
    "full_name",
    "title",
    "subject",
    "label",
    "email",
    "login",
    "username",
    "code",
    "reference",
    "slug",
];

/// Parts of names, between underscores, that tell a secret. Those with an underscore are looked
/// for as they are.
const SECRETS: [&str; 24] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "passhash",
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "api_key",
    "access_key",
    "private_key",
    "secret_key",
    "encryption_key",
    "credential",
    "credentials",
    "salt",
    "otp",
    "totp",
    "mfa",
    "cvv",
    "pin_code",
];

/// What somebody decided about columns, beyond what their names tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choices {
    /// These are sensitive.
    pub(super) sensitive: Vec<String>,
    /// These are not, whatever their names tell.
    pub(super) not_sensitive: Vec<String>,
    /// These are in no log.
    pub(super) ignored: Vec<String>,
}

impl Choices {
    /// Whether the values of a column are never to be stored or shown.
    pub(super) fn is_sensitive(&self, table: &Table, column: &str) -> bool {
        let any = |words: &[String]| words.iter().any(|word| table.is_column_meant(word, column));
        any(&self.sensitive) || looks_secret(column) && !self.is_open(table, column)
    }

    /// Whether somebody said that a column is not sensitive.
    pub(super) fn is_open(&self, table: &Table, column: &str) -> bool {
        let mut words = self.not_sensitive.iter();
        words.any(|word| table.is_column_meant(word, column))
    }

    /// Whether a column is in no log.
    pub(super) fn is_ignored(&self, table: &Table, column: &str) -> bool {
        let mut words = self.ignored.iter();
        words.any(|word| table.is_column_meant(word, column))
    }
}

/// Whether a column's name tells that a secret is in it.
pub(super) fn looks_secret(column: &str) -> bool {
    let spaced = snake(column);
    let padded = format!("_{spaced}_");
    SECRETS.iter().any(|secret| {
        padded.contains(&format!("_{secret}_")) || padded.contains(&format!("_{secret}s_"))
    }) || ["password", "passwd", "secret", "apikey", "privatekey"]
        .iter()
        .any(|secret| spaced.replace('_', "").contains(secret))
}

/// `apiKey2` gives `api_key2`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && lower {
            out.push('_');
        }
        lower = letter.is_lowercase() || letter.is_ascii_digit();
        if letter.is_alphanumeric() {
            out.extend(letter.to_lowercase());
        } else {
            out.push('_');
        }
    }
    out
}

/// The field that names a record: a usual name, else the first unique text, else the first text.
pub(super) fn name_field<'a>(table: &'a Table, shape: &Shape) -> Option<&'a str> {
    let fit = |column: &&Column| {
        matches!(column.kind, Kind::Char | Kind::Text | Kind::Other)
            && !shape.sensitive.contains(&column.name)
            && !shape.ignored.contains(&column.name)
    };
    let texts: Vec<&Column> = table.columns.iter().filter(fit).collect();
    let usual = NAMES
        .iter()
        .find_map(|name| texts.iter().find(|column| snake(&column.name) == *name));
    usual
        .or_else(|| {
            texts
                .iter()
                .find(|column| column.unique && column.kind != Kind::Other)
        })
        .or_else(|| texts.iter().find(|column| column.kind != Kind::Other))
        .map(|column| column.name.as_str())
}

/// What the server is told. `models` are the names of the models by the ids of their tables.
pub(super) fn input(table: &Table, shape: &Shape, models: &BTreeMap<i64, String>) -> ModelInput {
    let fields = table.columns.iter().map(|column| {
        let relation = column.relation.and_then(|oid| models.get(&oid)).cloned();
        let kind = match (column.kind, &relation) {
            (Kind::Integer | Kind::Char | Kind::Text | Kind::Other, Some(_)) => FieldType::Many2one,
            (Kind::Enum, _) if column.words.len() > WORDS => FieldType::Char,
            (kind, _) => kind.field(),
        };
        let selection = if kind == FieldType::Selection {
            column
                .words
                .iter()
                .map(|word| (word.clone(), label_from_name(word)))
                .collect()
        } else {
            BTreeMap::new()
        };
        FieldInput {
            name: column.name.clone(),
            label: Some(label(column.comment.as_deref(), &column.name)),
            kind: Some(kind),
            relation: relation.filter(|_| kind == FieldType::Many2one),
            selection,
            sensitive: shape.sensitive.contains(&column.name),
            personal: false,
            ignored: shape.ignored.contains(&column.name),
            groups: Vec::new(),
        }
    });
    // Rows of before may still hold columns that the table has no more.
    let gone = shape.sensitive.union(&shape.ignored).filter(|name| {
        let mut columns = table.columns.iter();
        columns.all(|column| column.name != **name)
    });
    let gone = gone.map(|name| FieldInput {
        name: name.clone(),
        label: None,
        kind: None,
        relation: None,
        selection: BTreeMap::new(),
        sensitive: shape.sensitive.contains(name),
        personal: false,
        ignored: shape.ignored.contains(name),
        groups: Vec::new(),
    });
    ModelInput {
        label: Some(label(table.comment.as_deref(), &table.name)),
        name_field: name_field(table, shape).map(str::to_owned),
        subject: None,
        fields: fields.chain(gone).take(FIELDS).collect(),
    }
}

/// The first line of a comment, else something made from the name.
fn label(comment: Option<&str>, name: &str) -> String {
    let first = comment.and_then(|comment| comment.lines().find(|line| !line.trim().is_empty()));
    let text = first.map_or_else(|| label_from_name(name), |line| line.trim().to_owned());
    let text: String = text.chars().take(LABEL).collect();
    if text.is_empty() {
        name.to_owned()
    } else {
        text
    }
}

/// The columns of a table that are sensitive.
pub(super) fn sensitive<'a>(
    table: &'a Table,
    shape: &'a Shape,
) -> impl Iterator<Item = &'a str> + 'a {
    let names = table.columns.iter().map(|column| column.name.as_str());
    let names: BTreeSet<&str> = names.collect();
    names
        .into_iter()
        .filter(|name| shape.sensitive.contains(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_their_names() {
        for name in [
            "password",
            "password_hash",
            "encryptedPassword",
            "api_key",
            "apiKey",
            "reset_token",
            "OTP",
            "client_secret",
            "auth_tokens",
            "userpassword",
        ] {
            assert!(looks_secret(name), "{name}");
        }
        for name in [
            "name",
            "passenger",
            "tokenizer",
            "secretary_id_x",
            "salted_fish",
            "keyboard",
            "pin",
        ] {
            // A secretary is told as a secret: rather one too many than one too few.
            assert_eq!(looks_secret(name), name.starts_with("secret"), "{name}");
        }
    }

    fn column(name: &str, kind: Kind) -> Column {
        Column {
            name: name.to_owned(),
            number: 1,
            kind,
            depends: BTreeSet::new(),
            plain_bytes: false,
            comment: None,
            words: Vec::new(),
            relation: None,
            unique: false,
        }
    }

    fn table(columns: Vec<Column>) -> Table {
        Table {
            oid: 1,
            schema: "public".to_owned(),
            name: "users".to_owned(),
            comment: None,
            key: vec!["id".to_owned()],
            columns,
            partitions: BTreeSet::new(),
            partitioned: false,
        }
    }

    fn shape(table: &Table, choices: &Choices) -> Shape {
        Shape::of(table, choices, None, 1, &BTreeMap::new())
    }

    #[test]
    fn a_record_is_named_by_what_people_know_it_by() {
        let of = |columns| {
            let table = table(columns);
            let shape = shape(&table, &Choices::default());
            name_field(&table, &shape).map(str::to_owned)
        };
        let text = |name| column(name, Kind::Text);
        assert_eq!(
            of(vec![text("note"), text("title")]).as_deref(),
            Some("title")
        );
        let unique = Column {
            unique: true,
            ..text("sku")
        };
        assert_eq!(of(vec![text("note"), unique]).as_deref(), Some("sku"));
        assert_eq!(
            of(vec![text("password"), text("note")]).as_deref(),
            Some("note")
        );
        assert_eq!(of(vec![column("id", Kind::Integer)]), None);
    }

    #[test]
    fn a_foreign_key_is_a_relation_and_a_choice_wins_over_a_name() {
        let owner = Column {
            relation: Some(7),
            ..column("owner_id", Kind::Integer)
        };
        let table = table(vec![
            owner,
            column("csrf_token", Kind::Text),
            column("iban", Kind::Char),
        ]);
        let choices = Choices {
            sensitive: vec!["users.iban".to_owned()],
            not_sensitive: vec!["public.users.csrf_token".to_owned()],
            ignored: vec!["*.csrf_token".to_owned()],
        };
        let models = BTreeMap::from([(7, "crm.people".to_owned())]);
        let input = input(&table, &shape(&table, &choices), &models);
        assert_eq!(input.fields[0].kind, Some(FieldType::Many2one));
        assert_eq!(input.fields[0].relation.as_deref(), Some("crm.people"));
        assert!(!input.fields[1].sensitive && input.fields[1].ignored);
        assert!(input.fields[2].sensitive);
    }
}
