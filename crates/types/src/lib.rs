//! The vocabulary of Revisor, shared by browser, server and hosts.
//!
//! Data as it crosses the wire, the queries that select it, the validation of what strangers
//! send, and the stable error codes. Everything here is plain data and pure functions: it does no
//! I/O, reads no clock, and builds for wasm.

mod code;
mod cursor;
mod erasure;
mod facets;
mod fault;
mod filter;
mod host;
mod integrity;
mod log;
mod model;
mod operation;
mod overview;
mod page;
mod preferences;
mod query;
mod reader;
mod record;
mod rule;
mod session;
mod timestamp;
mod user;

pub use code::Code;
pub use cursor::Cursor;
pub use erasure::{Erasure, Subject, SubjectFound, check_reason};
pub use facets::{
    Arrived, Count, Facet, FacetValue, Facets, Group, GroupBy, Groups, LoggedRecord, LoggedRecords,
    Suggestion, SuggestionKind,
};
pub use fault::{Fault, Faults, Problem};
pub use filter::{FilterInput, FilterPatch, List, SavedFilter};
pub use host::{Host, HostInput, Key, KeyInput, MintedKey, Scope};
pub use integrity::{
    Consistency, Finding, Proof, Report, SealedCheckpoint, Sealing, Verdict, Verification,
};
pub use log::{Change, Log, LogUser, UnrecordedChange};
pub use model::{Field, FieldInput, FieldType, Model, ModelInput, ViewersInput};
pub use operation::{
    Actor, Context, MAX_OPERATIONS, Operation, OperationKind, Outcome, Results, label_from_name,
};
pub use overview::{ByOperation, DayCount, ModelCount, Overview, Preview, Uncovered, UserCount};
pub use page::Page;
pub use preferences::{Language, Preferences, Theme};
pub use query::{
    Caret, LogQuery, MAX_LIMIT, Mark, Meaning, Order, Parameters, Qualifier, RecordQuery,
    Revisions, RuleQuery, Search, SearchFault, Span, Stretch, Term, Tri, Unit, When, Zone,
    encode_segment,
};
pub use reader::{Object, parse_json};
pub use record::{Comparison, FieldDifference, PatchOperation, Record, RecordValue};
pub use rule::{Rule, RuleInput, RulePatch};
pub use session::SessionInfo;
pub use timestamp::Timestamp;
pub use user::{Role, User, UserInput, UserPatch, check_password};

/// A JSON object as hosts send it: field names to values.
pub type Values = serde_json::Map<String, serde_json::Value>;
