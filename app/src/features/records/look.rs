//! What a history is asked for, and how that is written as its address.

use types::{Code, Faults, Parameters, Timestamp};

use crate::{address, reader::reader};

/// How a record's history is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// The record as last known.
    Latest,
    /// The record at a revision.
    Revision(i64),
    /// The record at a time.
    At(Timestamp),
    /// Two revisions side by side.
    Compare {
        /// The first; the one before the second where it is not said.
        from: Option<i64>,
        /// The second; the last where it is not said.
        to: Option<i64>,
        /// All fields, not only those that differ.
        all: bool,
    },
}

/// What the address of a history asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The host, where it is said.
    pub(crate) host: Option<String>,
    /// How it is looked at.
    pub(crate) look: Look,
    /// The newest revision of the timeline, where another than the one around what is shown is
    /// asked for.
    pub(crate) top: Option<i64>,
}

/// Reads the address of a history: `host`, `top`, and one of `revision`, `at`, and `from` with
/// `to` and `fields`. What forms leave empty is not asked for.
pub(crate) fn read(query: &str) -> (Asked, Faults) {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(&address::without(query, &[]));
    let host = parameters.one("host", &mut faults);
    let revision = parameters.number("revision", 1..=i64::MAX, &mut faults);
    let top = parameters.number("top", 1..=i64::MAX, &mut faults);
    let from = parameters.number("from", 1..=i64::MAX, &mut faults);
    let to = parameters.number("to", 1..=i64::MAX, &mut faults);
    let all = match parameters.one("fields", &mut faults).as_deref() {
        None => false,
        Some("all") => true,
        Some(_) => {
            faults.push("/fields", Code::UnknownValue, "`all`, or nothing");
            false
        }
    };
    let at = parameters.one("at", &mut faults);
    let time = at.map(|text| reader().from_input(&text, true));
    let look = match (time, revision) {
        (Some(Some(time)), _) => Look::At(time),
        (Some(None), _) => {
            faults.push("/at", Code::Malformed, "not a date and time");
            Look::Latest
        }
        (None, _) if from.is_some() || to.is_some() => Look::Compare { from, to, all },
        (None, Some(revision)) => Look::Revision(revision),
        (None, None) => Look::Latest,
    };
    parameters.finish(&mut faults);
    (Asked { host, look, top }, faults)
}

/// Addresses of one record's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Addresses {
    /// The host.
    pub(crate) host: String,
    /// The kind of record.
    pub(crate) model: String,
    /// Which record.
    pub(crate) record_id: String,
}

impl Addresses {
    /// The record at a revision.
    pub(crate) fn at(&self, revision: i64) -> String {
        address::history(&self.host, &self.model, &self.record_id, Some(revision))
    }

    /// Two revisions side by side.
    pub(crate) fn compared(&self, from: i64, to: i64, all: bool) -> String {
        let more = format!(
            "from={from}&to={to}{}",
            if all { "&fields=all" } else { "" }
        );
        self.with(&more)
    }

    /// The same place, with another piece of the timeline beside it.
    pub(crate) fn with_top(&self, query: &str, top: i64) -> String {
        let kept = address::without(query, &["host", "top"]);
        let lead = if kept.is_empty() { "" } else { "&" };
        self.with(&format!("{kept}{lead}top={top}"))
    }

    /// The path alone, for forms.
    pub(crate) fn path(&self) -> String {
        let whole = self.with("");
        whole.split('?').next().unwrap_or_default().to_owned()
    }

    fn with(&self, more: &str) -> String {
        let path = address::history(&self.host, &self.model, &self.record_id, None);
        format!("{path}&{more}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(query: &str) -> Look {
        let (asked, faults) = read(query);
        assert!(faults.is_empty(), "{query}");
        asked.look
    }

    #[test]
    fn a_history_is_looked_at_latest_at_a_revision_or_at_a_time() {
        assert_eq!(look("host=crm"), Look::Latest);
        assert_eq!(look("revision=3&top=9"), Look::Revision(3));
        assert!(matches!(look("at=2026-11-23T08:15"), Look::At(_)));
        assert_eq!(look("at=&revision=3"), Look::Revision(3));
        assert_eq!(read("revision=0&at=soon").1.into_vec().len(), 2);
    }

    #[test]
    fn two_revisions_are_compared_and_either_may_be_left_out() {
        let compare = |from, to, all| Look::Compare { from, to, all };
        assert_eq!(look("from=2&to=5"), compare(Some(2), Some(5), false));
        assert_eq!(look("from=&to=5&fields=all"), compare(None, Some(5), true));
        assert_eq!(look("from=2"), compare(Some(2), None, false));
    }

    #[test]
    fn addresses_are_read_back() {
        let of = Addresses {
            host: "crm".into(),
            model: "crm.lead".into(),
            record_id: "a b/é".into(),
        };
        let asked = |address: &str| read(address.split_once('?').unwrap().1).0;
        assert_eq!(asked(&of.at(4)).look, Look::Revision(4));
        let both = of.compared(2, 5, true);
        assert_eq!(asked(&both).look, look("from=2&to=5&fields=all"));
        let turned = of.with_top(both.split_once('?').unwrap().1, 40);
        assert_eq!(asked(&turned).look, asked(&both).look);
        assert_eq!(asked(&turned).top, Some(40));
        assert_eq!(asked(&turned).host.as_deref(), Some("crm"));
        assert_eq!(of.path(), "/records/crm.lead/a%20b%2F%C3%A9");
    }
}
