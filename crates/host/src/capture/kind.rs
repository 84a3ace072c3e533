//! Types of PostgreSQL: what kind of field a column is, and what its text form depends on.

use std::collections::{BTreeMap, BTreeSet};

use types::FieldType;

/// A type, as `pg_type` has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Type {
    /// Its name.
    pub(super) name: String,
    /// `b`ase, `c`omposite, `d`omain, `e`num, `r`ange, `m`ultirange.
    pub(super) class: String,
    /// Its category.
    pub(super) category: String,
    /// Of a domain, the type below it.
    pub(super) base: i64,
    /// Of an array, the type of its elements.
    pub(super) element: i64,
    /// Of a range, the type of its bounds.
    pub(super) bounds: i64,
    /// Whether PostgreSQL itself brings it.
    pub(super) builtin: bool,
    /// Of an enum, its words.
    pub(super) words: Vec<String>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $word:literal $field:ident;)+) => {
        /// What a column's values are, as far as capture treats them differently.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Kind { $($(#[$doc])* $name,)+ }

        impl Kind {
            /// The word that is kept.
            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Reads the word.
            pub(super) fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)+ _ => None }
            }

            /// The type that a field of it is declared with.
            pub(super) const fn field(self) -> FieldType {
                match self { $(Self::$name => FieldType::$field,)+ }
            }
        }
    };
}

kinds! {
    /// True or false.
    Boolean "boolean" Boolean;
    /// A whole number.
    Integer "integer" Integer;
    /// A number with binary fractions.
    Float "float" Float;
    /// A number of any size and precision.
    Numeric "numeric" Float;
    /// A short text.
    Char "char" Char;
    /// A text.
    Text "text" Text;
    /// A day.
    Date "date" Date;
    /// A time without a zone.
    Timestamp "timestamp" Datetime;
    /// A point in time.
    Instant "instant" Datetime;
    /// Bytes.
    Bytes "bytes" Binary;
    /// One of a set of words.
    Enum "enum" Selection;
    /// JSON, arrays and composites.
    Json "json" Json;
    /// Anything else, in its text form.
    Other "other" Char;
}

/// All that is told of a column's type.
pub(super) struct Told {
    pub(super) kind: Kind,
    pub(super) depends: BTreeSet<&'static str>,
    pub(super) plain_bytes: bool,
    pub(super) words: Vec<String>,
}

impl Kind {
    /// What the type of this id is.
    pub(super) fn of(types: &BTreeMap<i64, Type>, oid: i64) -> Told {
        let mut depends = BTreeSet::new();
        collect(types, oid, &mut depends, 8);
        let mut below = types.get(&oid);
        let mut levels = 0;
        while let Some(kind) = below
            && kind.class == "d"
            && levels < 32
        {
            below = types.get(&kind.base);
            levels += 1;
        }
        let unknown = Type::default();
        let below = below.unwrap_or(&unknown);
        let kind = match below.name.as_str() {
            _ if below.class == "e" => Self::Enum,
            _ if below.class == "c" || below.category == "A" => Self::Json,
            _ if !below.builtin && below.name != "citext" => Self::Other,
            "bool" => Self::Boolean,
            "int2" | "int4" | "int8" | "oid" => Self::Integer,
            "float4" | "float8" => Self::Float,
            "numeric" => Self::Numeric,
            "date" => Self::Date,
            "timestamp" => Self::Timestamp,
            "timestamptz" => Self::Instant,
            "bytea" => Self::Bytes,
            "json" | "jsonb" => Self::Json,
            "text" | "xml" => Self::Text,
            _ if below.class == "b" && below.category == "S" => Self::Char,
            _ => Self::Other,
        };
        Told {
            kind,
            depends,
            plain_bytes: kind == Self::Bytes && levels == 0,
            words: below.words.clone(),
        }
    }
}

/// The settings of a session that the text form of a type depends on, however deep inside.
fn collect(types: &BTreeMap<i64, Type>, oid: i64, depends: &mut BTreeSet<&'static str>, depth: u8) {
    let Some(kind) = types.get(&oid) else { return };
    match kind.name.as_str() {
        _ if kind.class == "c" || !kind.builtin && kind.class == "b" => {
            depends.extend(SETTINGS.map(|(name, _)| name));
        }
        "float4" | "float8" => {
            depends.insert("extra_float_digits");
        }
        _ if kind.category == "G" => {
            depends.insert("extra_float_digits");
        }
        "interval" => {
            depends.insert("IntervalStyle");
        }
        "money" => {
            depends.insert("lc_monetary");
        }
        "bytea" => {
            depends.insert("bytea_output");
        }
        "tsrange" | "tstzrange" | "daterange" | "tsmultirange" | "tstzmultirange"
        | "datemultirange" => {
            depends.extend(["DateStyle", "TimeZone"]);
        }
        _ => {}
    }
    if depth > 0 {
        for inner in [kind.base, kind.element, kind.bounds] {
            collect(types, inner, depends, depth - 1);
        }
    }
}

/// What those settings are set to while a row is written down.
pub(super) const SETTINGS: [(&str, &str); 6] = [
    ("DateStyle", "ISO, YMD"),
    ("IntervalStyle", "iso_8601"),
    ("TimeZone", "UTC"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "1"),
    ("lc_monetary", "C"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn builtin(name: &str, class: &str, category: &str) -> Type {
        Type {
            name: name.to_owned(),
            class: class.to_owned(),
            category: category.to_owned(),
            builtin: true,
            ..Type::default()
        }
    }

    #[test]
    fn a_domain_is_what_is_below_it_and_an_array_depends_on_its_elements() {
        let mut types = BTreeMap::new();
        types.insert(17, builtin("bytea", "b", "U"));
        types.insert(701, builtin("float8", "b", "N"));
        types.insert(
            1022,
            Type {
                element: 701,
                ..builtin("_float8", "b", "A")
            },
        );
        types.insert(
            20_000,
            Type {
                base: 17,
                builtin: false,
                ..builtin("photo", "d", "U")
            },
        );
        let photo = Kind::of(&types, 20_000);
        assert_eq!(photo.kind, Kind::Bytes);
        assert!(!photo.plain_bytes, "a domain may refuse null");
        assert!(Kind::of(&types, 17).plain_bytes);
        let list = Kind::of(&types, 1022);
        assert_eq!(list.kind, Kind::Json);
        assert_eq!(list.depends, BTreeSet::from(["extra_float_digits"]));
        assert_eq!(Kind::of(&types, 99).kind, Kind::Other);
    }

    #[test]
    fn the_kept_word_of_a_kind_is_read_back() {
        for kind in [Kind::Bytes, Kind::Instant, Kind::Other] {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("x"), None);
    }
}
