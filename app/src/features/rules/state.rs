//! What the pages of rules show, as plain data.

use serde::{Deserialize, Serialize};
use types::{Code, Fault, Faults, Parameters, Rule, RuleInput, RulePatch, RuleQuery, Tri};

use crate::{address, came_back::query_of};

/// A rule as its form holds it: texts as they were typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the form has five boxes")]
pub struct Draft {
    /// The name.
    pub name: String,
    /// The host.
    pub host: String,
    /// The kind of record.
    pub model: String,
    /// Whether creations are followed.
    pub log_create: bool,
    /// Whether modifications are followed.
    pub log_write: bool,
    /// Whether deletions are followed.
    pub log_unlink: bool,
    /// Groups, one a line.
    pub groups: String,
    /// Logins, one a line.
    pub excluded_users: String,
    /// Fields, one a line.
    pub ignored_fields: String,
    /// Whether an operation must give its reason.
    pub require_reason: bool,
    /// Whether it is in force.
    pub active: bool,
}

impl Default for Draft {
    /// A new rule, with the defaults of the API and creations ticked besides: whoever makes a
    /// rule by hand wants to see the whole life of a record.
    fn default() -> Self {
        Self {
            name: String::new(),
            host: String::new(),
            model: String::new(),
            log_create: true,
            log_write: true,
            log_unlink: true,
            groups: String::new(),
            excluded_users: String::new(),
            ignored_fields: String::new(),
            require_reason: false,
            active: true,
        }
    }
}

impl From<Rule> for Draft {
    fn from(rule: Rule) -> Self {
        Self {
            name: rule.name,
            host: rule.host,
            model: rule.model,
            log_create: rule.log_create,
            log_write: rule.log_write,
            log_unlink: rule.log_unlink,
            groups: rule.groups.join("\n"),
            excluded_users: rule.excluded_users.join("\n"),
            ignored_fields: rule.ignored_fields.join("\n"),
            require_reason: rule.require_reason,
            active: rule.active,
        }
    }
}

/// The switches of a form, with their names.
const SWITCHES: [&str; 5] = [
    "log_create",
    "log_write",
    "log_unlink",
    "require_reason",
    "active",
];

impl Draft {
    /// The rule that the form asks for, unless it has faults.
    pub fn input(&self) -> Result<RuleInput, Faults> {
        RuleInput {
            name: self.name.trim().to_owned(),
            host: self.host.trim().to_owned(),
            model: self.model.trim().to_owned(),
            log_create: self.log_create,
            log_write: self.log_write,
            log_unlink: self.log_unlink,
            groups: lines(&self.groups),
            excluded_users: lines(&self.excluded_users),
            ignored_fields: lines(&self.ignored_fields),
            require_reason: self.require_reason,
            active: self.active,
        }
        .check()
    }

    /// What is typed, and what is wrong with it, as the query text of the form's own address: so a
    /// form posted without wasm comes back with everything in it.
    pub fn to_query(&self, code: Code, faults: &[Fault]) -> String {
        let word = |flag: bool| if flag { "true" } else { "false" };
        let typed = [
            ("name", self.name.as_str()),
            ("host", &self.host),
            ("model", &self.model),
            ("log_create", word(self.log_create)),
            ("log_write", word(self.log_write)),
            ("log_unlink", word(self.log_unlink)),
            ("groups", &self.groups),
            ("excluded_users", &self.excluded_users),
            ("ignored_fields", &self.ignored_fields),
            ("require_reason", word(self.require_reason)),
            ("active", word(self.active)),
        ];
        query_of(code, faults, typed)
    }

    /// Takes over what an address prefills: a form that came back, or a rule made from elsewhere
    /// (`/rules/new?host=crm&model=crm.lead`).
    pub fn prefill(&mut self, query: &str) {
        let came_back = came_back(query);
        // What is ticked and what is typed beside it come under one name, several times.
        let read = |name: &str| {
            let found: Vec<_> = form_urlencoded::parse(query.as_bytes())
                .filter(|(key, value)| {
                    key.strip_suffix("[]").unwrap_or(key) == name && !value.is_empty()
                })
                .map(|(_, value)| value.into_owned())
                .collect();
            (!found.is_empty()).then(|| found.join("\n"))
        };
        for (name, text) in [
            ("name", &mut self.name),
            ("host", &mut self.host),
            ("model", &mut self.model),
            ("groups", &mut self.groups),
            ("excluded_users", &mut self.excluded_users),
            ("ignored_fields", &mut self.ignored_fields),
        ] {
            // What was emptied in a form that came back stays empty.
            match read(name) {
                Some(value) => *text = value,
                None if came_back => text.clear(),
                None => {}
            }
        }
        let flags = [
            &mut self.log_create,
            &mut self.log_write,
            &mut self.log_unlink,
            &mut self.require_reason,
            &mut self.active,
        ];
        for (name, flag) in SWITCHES.into_iter().zip(flags) {
            match read(name) {
                Some(value) => *flag = value == "true",
                // A browser sends no box that is not ticked.
                None if came_back => *flag = false,
                None => {}
            }
        }
    }
}

/// Whether an address holds a form as it was filled in: refused, or shown again before it is sent.
pub fn came_back(query: &str) -> bool {
    ["error", "try"]
        .iter()
        .any(|name| address::parameter(query, name).is_some())
}

/// Texts divided by lines, without blanks and empty ones, each once. A name may hold a comma.
pub fn lines(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split('\n') {
        let part = part.trim();
        if !part.is_empty() && !found.iter().any(|other| other == part) {
            found.push(part.to_owned());
        }
    }
    found
}

/// Reads a change in place: `log_write=false`.
pub fn read_change(change: &str) -> Option<RulePatch> {
    let (name, value) = change.split_once('=')?;
    let flag = Some(value.parse().ok()?);
    let mut patch = RulePatch::default();
    match name {
        "log_create" => patch.log_create = flag,
        "log_write" => patch.log_write = flag,
        "log_unlink" => patch.log_unlink = flag,
        "active" => patch.active = flag,
        _ => return None,
    }
    Some(patch)
}

/// Parameters of the address that tell of something done and are no filters.
const TOLD: [&str; 3] = ["error", "done", "rule"];

/// Reads the address of the list. Rules in force by default: `active=false` for the others,
/// `active=all` for both.
pub fn read_query(query: &str) -> (RuleQuery, Faults) {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(&address::without(query, &TOLD));
    let operation = RuleQuery::operations(&mut parameters, &mut faults);
    let active = match parameters.one("active", &mut faults).as_deref() {
        None | Some("true") => Tri::Yes,
        Some("false") => Tri::No,
        Some("all") => Tri::Any,
        Some(_) => {
            faults.push("/active", Code::UnknownValue, "one of: true, false, all");
            Tri::Yes
        }
    };
    let read = RuleQuery {
        host: parameters.one("host", &mut faults),
        model: parameters.one("model", &mut faults),
        q: parameters.one("q", &mut faults),
        active,
        operation,
        cursor: parameters.one("cursor", &mut faults),
        limit: parameters.limit(&mut faults),
    };
    parameters.finish(&mut faults);
    (read, faults)
}

/// The word of the address for which rules are shown.
pub const fn active_word(active: Tri) -> &'static str {
    match active {
        Tri::Yes => "",
        Tri::No => "false",
        Tri::Any => "all",
    }
}

/// The query text of the list at `cursor`.
pub fn list_query(query: &RuleQuery, cursor: Option<&str>) -> String {
    let mut pairs = vec![
        ("q", query.q.as_deref().unwrap_or_default()),
        ("host", query.host.as_deref().unwrap_or_default()),
        ("model", query.model.as_deref().unwrap_or_default()),
        ("active", active_word(query.active)),
    ];
    pairs.extend(
        query
            .operation
            .iter()
            .map(|kind| ("operation", kind.as_str())),
    );
    pairs.push(("cursor", cursor.unwrap_or_default()));
    address::query_text(pairs)
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
