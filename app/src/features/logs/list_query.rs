//! What the address of the list of logs says: which logs, and how they are shown.

use types::{Faults, GroupBy, LogQuery, Order, Parameters, Qualifier, Search};

use crate::{address, reader::reader};

/// The parameters that are of the page and not of the API.
const OWN: [&str; 7] = ["group", "open", "all", "done", "error", "name", "shared"];
/// Most groups that stand open at once.
const OPEN: usize = 8;

/// The state of the list: its address, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// Which logs.
    pub query: LogQuery,
    /// What they are grouped by.
    pub group: Option<GroupBy>,
    /// The groups that stand open.
    pub open: Vec<String>,
    /// Whether an address that asks for nothing must say so, lest the default filter be applied.
    pub all: bool,
}

impl ListQuery {
    /// Reads an address, with the times that forms send; every fault is told.
    pub fn read(text: &str) -> (Self, Faults) {
        let mut faults = Faults::default();
        let mut list = Self::default();
        let mut rest: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match name.as_ref() {
                "group" => list.group = GroupBy::parse(&value),
                "open" if list.open.len() < OPEN => list.open.push(value.into_owned()),
                "all" => list.all = true,
                name if OWN.contains(&name) => {}
                name => {
                    let time = match name {
                        "from" => reader().from_input(&value, false),
                        "to" => reader().from_input(&value, true),
                        _ => None,
                    };
                    let value = time.map_or_else(|| value.into_owned(), |time| time.to_string());
                    rest.push((name.to_owned(), value));
                }
            }
        }
        let pairs = rest.iter();
        let text = address::query_text(pairs.map(|(name, value)| (name.as_str(), value.as_str())));
        let mut parameters = Parameters::parse(&text);
        list.query = LogQuery::read(&mut parameters, &mut faults);
        parameters.finish(&mut faults);
        (list, faults)
    }

    /// The query text of this list, as it is saved and handed on: without where its page begins.
    pub fn text(&self) -> String {
        let group = self.group.map(GroupBy::as_str).unwrap_or_default();
        let own = address::query_text([("group", group)]);
        joined([self.query.filters(), own])
    }

    /// The address of this list, on the page that it is on.
    pub fn address(&self) -> String {
        let mut own = vec![("group", self.group.map(GroupBy::as_str).unwrap_or_default())];
        own.extend(self.open.iter().map(|key| ("open", key.as_str())));
        let text = joined([self.query.to_query(), address::query_text(own)]);
        match (text.is_empty(), self.all) {
            (true, true) => "/logs?all=true".to_owned(),
            _ => address::with_query("/logs", &text),
        }
    }

    /// The address of the first page of another query, shown like this.
    pub fn of(&self, query: LogQuery) -> String {
        let query = LogQuery {
            cursor: None,
            q: query.q.filter(|q| !q.trim().is_empty()),
            ..query
        };
        Self {
            query,
            open: Vec::new(),
            ..self.clone()
        }
        .address()
    }

    /// The address of the page that begins at a cursor.
    pub fn at(&self, cursor: Option<String>) -> String {
        let query = LogQuery {
            cursor,
            ..self.query.clone()
        };
        Self {
            query,
            ..self.clone()
        }
        .address()
    }

    /// The address of the same logs, grouped so.
    pub fn grouped(&self, group: Option<GroupBy>) -> String {
        Self {
            group,
            ..self.clone()
        }
        .of(self.query.clone())
    }

    /// The address with this group open or folded.
    pub fn unfolded(&self, key: &str) -> String {
        let mut list = self.clone();
        if self.open.iter().any(|open| open == key) {
            list.open.retain(|open| open != key);
        } else {
            list.open.push(key.to_owned());
        }
        list.address()
    }

    /// Whether the list asks for this value.
    pub fn asks(&self, qualifier: Qualifier, value: &str) -> bool {
        let values = self.query.search().values(qualifier);
        let has = |values: &[String]| values.iter().any(|other| other == value);
        has(&values) || has(&parameter(&self.query, qualifier))
    }

    /// The address that asks for this value too, or not any more.
    pub fn toggled(&self, qualifier: Qualifier, value: &str) -> String {
        let mut query = written_out(&self.query, qualifier);
        let q = if query
            .search()
            .values(qualifier)
            .iter()
            .any(|it| it == value)
        {
            query.search().without_value(qualifier, value)
        } else {
            if qualifier == Qualifier::On {
                // A day takes the place of a stretch of days.
                query = query.without(Qualifier::From).without(Qualifier::To);
            }
            query.search().with(qualifier, value)
        };
        self.of(LogQuery {
            q: Some(q),
            ..query
        })
    }
}

fn joined<const N: usize>(texts: [String; N]) -> String {
    let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    texts.join("&")
}

/// What a parameter of the API asks for by a qualifier.
fn parameter(query: &LogQuery, qualifier: Qualifier) -> Vec<String> {
    let one = |value: &Option<String>| value.iter().cloned().collect();
    match qualifier {
        Qualifier::Model => one(&query.model),
        Qualifier::User => one(&query.user),
        Qualifier::Operation => query.operation.iter().map(ToString::to_string).collect(),
        Qualifier::Field => one(&query.field),
        Qualifier::Record => query.record_id.clone(),
        Qualifier::Host => one(&query.host),
        _ => Vec::new(),
    }
}

/// The same query with what a parameter asks for written into the search, where others can join
/// it; as it is where the search itself asks for something there.
fn written_out(query: &LogQuery, qualifier: Qualifier) -> LogQuery {
    let values = parameter(query, qualifier);
    if values.is_empty() || !query.search().values(qualifier).is_empty() {
        return query.clone();
    }
    let text = query.search().text().to_owned();
    let text = values.iter().fold(text, |text, value| {
        Search::parse(&text).with(qualifier, value)
    });
    let mut query = LogQuery {
        q: Some(text),
        ..query.clone()
    };
    match qualifier {
        Qualifier::Model => query.model = None,
        Qualifier::User => query.user = None,
        Qualifier::Operation => query.operation.clear(),
        Qualifier::Field => query.field = None,
        Qualifier::Record => query.record_id.clear(),
        Qualifier::Host => query.host = None,
        _ => {}
    }
    query
}

/// Whether the list is turned round.
pub const fn oldest_first(query: &LogQuery) -> bool {
    matches!(query.order, Order::Asc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> ListQuery {
        let (list, faults) = ListQuery::read(text);
        assert!(faults.is_empty(), "{text}");
        list
    }

    #[test]
    fn an_address_read_and_written_is_the_same() {
        for text in [
            "",
            "q=keyboards&group=user&open=marc",
            "model=crm.lead&q=op%3Awrite&order=asc&cursor=abc&limit=20",
        ] {
            assert_eq!(list(text).address(), address::with_query("/logs", text));
        }
        assert_eq!(list("all=true").address(), "/logs?all=true");
        assert_eq!(list("all=true&q=a&done=saved").address(), "/logs?q=a");
    }

    #[test]
    fn a_value_is_asked_for_beside_others_and_taken_back() {
        let at = list("q=user%3Amarc&cursor=abc&group=day&open=x");
        assert_eq!(
            at.toggled(Qualifier::User, "joel"),
            "/logs?q=user%3Amarc%2Cjoel&group=day"
        );
        assert_eq!(at.toggled(Qualifier::User, "marc"), "/logs?group=day");
    }

    #[test]
    fn a_parameter_of_the_api_is_written_out_when_another_value_joins_it() {
        let at = list("model=crm.lead&q=60");
        assert!(at.asks(Qualifier::Model, "crm.lead"));
        assert_eq!(
            at.toggled(Qualifier::Model, "sale.order"),
            "/logs?q=60+model%3Acrm.lead%2Csale.order"
        );
        assert_eq!(at.toggled(Qualifier::Model, "crm.lead"), "/logs?q=60");
    }

    #[test]
    fn a_day_takes_the_place_of_a_stretch_of_days() {
        let at = list("q=from%3A-7d+60");
        assert_eq!(
            at.toggled(Qualifier::On, "2026-11-23"),
            "/logs?q=60+on%3A2026-11-23"
        );
    }

    #[test]
    fn what_is_saved_has_no_page() {
        assert_eq!(
            list("q=60&cursor=abc&group=user&open=m").text(),
            "q=60&group=user"
        );
    }
}
