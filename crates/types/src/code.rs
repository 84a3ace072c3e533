//! The stable words that name what went wrong.
//!
//! A code never changes its meaning; clients branch on it. This is the only place that says which
//! HTTP status a code has.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:literal, $title:literal;)+) => {
        /// What went wrong, as one stable `snake_case` word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Code { $($(#[$doc])* #[serde(rename = $word)] $name,)+ }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The HTTP status of an answer that fails with this code.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// A short English title of the code, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON, or not UTF-8.
    InvalidJson = "invalid_json", 400, "The body is not valid JSON";
    /// A request that cannot be read at all (path, query or header encoding).
    BadRequest = "bad_request", 400, "The request cannot be read";
    /// The cursor is garbage, or belongs to another query.
    InvalidCursor = "invalid_cursor", 400, "The cursor does not belong to this query";
    /// No key, an unknown key, a revoked or an expired one.
    Unauthorized = "unauthorized", 401, "A valid key is needed";
    /// Login or password is wrong.
    WrongCredentials = "wrong_credentials", 401, "Login or password is wrong";
    /// The key or user may not do this.
    Forbidden = "forbidden", 403, "This is not allowed";
    /// It does not exist, or belongs to somebody else.
    NotFound = "not_found", 404, "Nothing was found here";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    /// A host of this name exists.
    HostExists = "host_exists", 409, "A host of this name exists already";
    /// The built-in host cannot be changed.
    BuiltinHost = "builtin_host", 409, "The built-in host cannot be changed";
    /// A rule follows this model for one of these groups already.
    RuleExists = "rule_exists", 409, "A rule for this model and group exists already";
    /// A user of this login exists.
    UserExists = "user_exists", 409, "A user of this login exists already";
    /// Without this person nobody could administer.
    LastAdministrator = "last_administrator", 409, "Nobody else could administer";
    /// The person has a filter of this name for this list.
    FilterExists = "filter_exists", 409, "A filter of this name exists already";
    /// Setting up was done before.
    AlreadySetUp = "already_set_up", 409, "The first administrator exists already";
    /// The idempotency key was used for another content.
    IdempotencyConflict = "idempotency_conflict", 409, "The operation's id was used for another content";
    /// No checkpoint is over this log yet; it is a matter of seconds.
    NotSealedYet = "not_sealed_yet", 409, "No checkpoint covers this yet";
    /// The body is larger than allowed.
    PayloadTooLarge = "payload_too_large", 413, "The body is too large";
    /// The body's content type is not one that is read here.
    UnsupportedMediaType = "unsupported_media_type", 415, "The content type is not supported";
    /// One or more faults in the request; see its `errors`.
    Invalid = "invalid_request", 422, "The request has faults";
    /// A rule asks for a reason and the operation gives none.
    ReasonRequired = "reason_required", 422, "A rule asks for a reason";
    /// A required field is missing.
    Missing = "missing", 422, "A required field is missing";
    /// A field that is not known here.
    UnknownField = "unknown_field", 422, "The field is not known";
    /// A query parameter that is not known here.
    UnknownParameter = "unknown_parameter", 422, "The parameter is not known";
    /// The value has another JSON type than asked for.
    WrongType = "wrong_type", 422, "The value has the wrong type";
    /// The text is empty where it must not be.
    Empty = "empty", 422, "The value is empty";
    /// The text or list is longer than allowed.
    TooLong = "too_long", 422, "The value is too long";
    /// The value nests deeper than allowed.
    TooDeep = "too_deep", 422, "The value nests too deep";
    /// More elements than allowed.
    TooMany = "too_many", 422, "There are too many elements";
    /// The number is outside its range.
    OutOfRange = "out_of_range", 422, "The value is out of range";
    /// Not one of the words allowed here.
    UnknownValue = "unknown_value", 422, "The value is not one of those allowed";
    /// The text does not have the form asked for.
    Malformed = "malformed", 422, "The value is malformed";
    /// The same element twice.
    Duplicate = "duplicate", 422, "The element is given twice";
    /// A host that does not exist.
    UnknownHost = "unknown_host", 422, "There is no such host";
    /// Several hosts have it; say which by `host`.
    AmbiguousHost = "ambiguous_host", 422, "Several hosts match; name one";
    /// A rule that ticks no operation.
    NoOperation = "no_operation", 422, "A rule must follow at least one operation";
    /// Too many requests of this caller.
    RateLimited = "rate_limited", 429, "Too many requests";
    /// A fault of the server.
    Internal = "internal", 500, "Something failed here";
    /// The database does not answer.
    Unavailable = "unavailable", 503, "The server cannot work now";
    /// The server has more waiting than it can take.
    Overloaded = "overloaded", 503, "The server is overloaded; try again";
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_is_a_distinct_snake_case_word_of_an_error_status() {
        let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(
                code.as_str()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_')
            );
            assert!((400..=599).contains(&code.status()));
            let wire = serde_json::to_string(code).unwrap();
            assert_eq!(wire, format!("\"{code}\""));
        }
    }
}
