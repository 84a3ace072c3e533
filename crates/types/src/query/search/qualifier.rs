//! The names that stand before a colon.

use serde::{Deserialize, Serialize};

macro_rules! qualifiers {
    ($($(#[$doc:meta])* $name:ident = $word:literal $(| $alias:literal)*, $what:literal;)+) => {
        /// What a term of a search is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Qualifier { $($(#[$doc])* $name,)+ }

        impl Qualifier {
            /// Every qualifier, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word before the colon.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// What it asks for, in a few words.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$name => $what,)+ }
            }

            /// Reads the word, or another one for the same, in any case.
            pub fn parse(word: &str) -> Option<Self> {
                match word.to_ascii_lowercase().as_str() {
                    $($word $(| $alias)* => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

qualifiers! {
    /// The kind of record.
    Model = "model", "kind of record";
    /// The login of who did it.
    User = "user", "login of who did it";
    /// What was done.
    Operation = "op" | "operation", "create, write or unlink";
    /// A field that changed.
    Field = "field", "a field that changed";
    /// The record's id.
    Record = "record" | "record_id", "id of the record";
    /// The application.
    Host = "host", "application";
    /// Recorded then or later.
    From = "from", "recorded then or later";
    /// Recorded then or earlier.
    To = "to", "recorded then or earlier";
    /// Recorded on this day.
    On = "on", "recorded on that day";
    /// The number of the record's log.
    Revision = "revision", "number of the record's log";
    /// A request of the host.
    Request = "request" | "request_id", "request of the host";
    /// A transaction of the host.
    Transaction = "transaction" | "transaction_id", "transaction of the host";
    /// A mark of the log.
    Is = "is", "unrecorded or first";
}

impl std::fmt::Display for Qualifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
