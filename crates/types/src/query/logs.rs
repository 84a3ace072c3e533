//! Which logs a list holds.

use serde::{Deserialize, Serialize};

use super::{
    DEFAULT_LIMIT, Meaning, Order, Parameters, Qualifier, Search, Writer, Zone, page_size,
    search_text,
};
use crate::{Code, Faults, OperationKind, Timestamp};

/// Most records named in one query.
const MOST_REPEATED: usize = 1_000;

/// Which logs, in which order. All filters combine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    /// Of this host.
    pub host: Option<String>,
    /// Of this model.
    pub model: Option<String>,
    /// Of these records.
    pub record_id: Vec<String>,
    /// By this user's login.
    pub user: Option<String>,
    /// Of these operations.
    pub operation: Vec<OperationKind>,
    /// With a change of this field.
    pub field: Option<String>,
    /// Of this request of the host.
    pub request_id: Option<String>,
    /// Of this transaction of the host.
    pub transaction_id: Option<String>,
    /// Recorded then or later.
    pub from: Option<Timestamp>,
    /// Recorded then or earlier.
    pub to: Option<Timestamp>,
    /// Fitting this search: see [`Search`].
    pub q: Option<String>,
    /// With a greater `seq`: to follow the tail.
    pub after_seq: Option<i64>,
    /// Newest or oldest first.
    pub order: Order,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 200; 0 stands for the default of 50.
    pub limit: u32,
    /// The zone of days and times in `q` that are written without an offset. No parameter: the
    /// API reads them in UTC.
    #[serde(skip_serializing_if = "Zone::is_utc")]
    pub zone: Zone,
}

/// Takes the operations out of `parameters`, each once.
pub(super) fn operations(parameters: &mut Parameters, faults: &mut Faults) -> Vec<OperationKind> {
    let mut operation = Vec::new();
    for word in parameters.all("operation") {
        match OperationKind::parse(&word) {
            Some(kind) if operation.contains(&kind) => {}
            Some(kind) => operation.push(kind),
            None => {
                let detail = "one of: create, write, unlink";
                faults.push("/operation", Code::UnknownValue, detail);
            }
        }
    }
    operation.sort_unstable();
    operation
}

impl LogQuery {
    /// Reads a query text; every fault is told.
    pub fn parse(query: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut parameters = Parameters::parse(query);
        let read = Self::read(&mut parameters, &mut faults);
        parameters.finish(&mut faults);
        faults.finish(Some(read))
    }

    /// Takes the parameters of a log query out of `parameters`.
    pub fn read(parameters: &mut Parameters, faults: &mut Faults) -> Self {
        let operation = operations(parameters, faults);
        let mut record_id = parameters.all("record_id");
        record_id.sort_unstable();
        record_id.dedup();
        if record_id.len() > MOST_REPEATED {
            let detail = format!("at most {MOST_REPEATED} records");
            faults.push("/record_id", Code::TooMany, detail);
        }
        let order = match parameters.one("order", faults).as_deref() {
            None | Some("desc") => Order::Desc,
            Some("asc") => Order::Asc,
            Some(_) => {
                faults.push("/order", Code::UnknownValue, "one of: asc, desc");
                Order::Desc
            }
        };
        let q = search_text(parameters, faults);
        q.as_deref().inspect(|q| tell(&Search::parse(q), faults));
        Self {
            host: parameters.one("host", faults),
            model: parameters.one("model", faults),
            record_id,
            user: parameters.one("user", faults),
            operation,
            field: parameters.one("field", faults),
            request_id: parameters.one("request_id", faults),
            transaction_id: parameters.one("transaction_id", faults),
            from: parameters.time("from", faults),
            to: parameters.time("to", faults),
            q,
            after_seq: parameters.number("after_seq", 0..=i64::MAX, faults),
            order,
            cursor: parameters.one("cursor", faults),
            limit: parameters.limit(faults),
            zone: Zone::default(),
        }
    }

    /// What `q` asks for.
    pub fn search(&self) -> Search {
        Search::parse(self.q.as_deref().unwrap_or_default())
    }

    /// Every fault of `q`, at the pointer `/q`.
    pub fn faults(&self) -> Faults {
        let mut faults = Faults::default();
        tell(&self.search(), &mut faults);
        faults
    }

    /// The same query without what it asks for by this qualifier, in `q` and as a parameter.
    #[must_use]
    pub fn without(&self, qualifier: Qualifier) -> Self {
        let mut query = self.clone();
        let search = self.search();
        let mut terms = search.terms().iter();
        if terms.any(|term| term.meaning.qualifier() == Some(qualifier)) {
            query.q = Some(search.without_qualifier(qualifier)).filter(|q| !q.is_empty());
        }
        match qualifier {
            Qualifier::Model => query.model = None,
            Qualifier::User => query.user = None,
            Qualifier::Operation => query.operation.clear(),
            Qualifier::Field => query.field = None,
            Qualifier::Record => query.record_id.clear(),
            Qualifier::Host => query.host = None,
            Qualifier::From => query.from = None,
            Qualifier::To => query.to = None,
            Qualifier::Request => query.request_id = None,
            Qualifier::Transaction => query.transaction_id = None,
            Qualifier::On | Qualifier::Revision | Qualifier::Is => {}
        }
        query
    }

    /// The same query for this value alone, of those that it takes for the qualifier: one group
    /// of a list, for instance. From its beginning.
    #[must_use]
    pub fn only(&self, qualifier: Qualifier, value: &str) -> Self {
        Self {
            q: Some(self.search().only(qualifier, value)),
            cursor: None,
            ..self.clone()
        }
    }

    /// Rows of a page.
    pub fn page_size(&self) -> u32 {
        page_size(self.limit)
    }

    /// The filters alone as a query text: what a cursor is bound to, and what a page's address
    /// holds without its position.
    pub fn filters(&self) -> String {
        let mut out = Writer::default();
        out.text("host", self.host.as_deref());
        out.text("model", self.model.as_deref());
        for id in &self.record_id {
            out.text("record_id", Some(id));
        }
        out.text("user", self.user.as_deref());
        for kind in &self.operation {
            out.text("operation", Some(kind.as_str()));
        }
        out.text("field", self.field.as_deref());
        out.text("request_id", self.request_id.as_deref());
        out.text("transaction_id", self.transaction_id.as_deref());
        out.text("from", self.from.map(|time| time.to_string()).as_deref());
        out.text("to", self.to.map(|time| time.to_string()).as_deref());
        out.text("q", self.q.as_deref());
        out.text(
            "after_seq",
            self.after_seq.map(|seq| seq.to_string()).as_deref(),
        );
        if self.order == Order::Asc {
            out.text("order", Some("asc"));
        }
        out.finish()
    }

    /// The whole query as a query text; reading it again gives the same query.
    pub fn to_query(&self) -> String {
        let mut out = Writer(self.filters());
        out.text("cursor", self.cursor.as_deref());
        if self.page_size() != DEFAULT_LIMIT {
            out.text("limit", Some(&self.page_size().to_string()));
        }
        out.finish()
    }
}

fn tell(search: &Search, faults: &mut Faults) {
    for term in search.terms() {
        if let Meaning::Fault(fault) = &term.meaning {
            let place = fault.span;
            let detail = format!(
                "at {}..{} in `{}`: {}",
                place.start, place.end, term.text, fault.detail
            );
            faults.push("/q", fault.code, detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_LIMIT;
    use proptest::prelude::*;

    #[test]
    fn unknown_and_malformed_parameters_are_all_told() {
        let faults =
            LogQuery::parse("modle=crm.lead&limit=0&order=up&from=yesterday&operation=merge")
                .unwrap_err()
                .into_vec();
        let mut found: Vec<_> = faults
            .iter()
            .map(|f| (f.pointer.as_str(), f.code))
            .collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("/from", Code::Malformed),
                ("/limit", Code::OutOfRange),
                ("/modle", Code::UnknownParameter),
                ("/operation", Code::UnknownValue),
                ("/order", Code::UnknownValue),
            ]
        );
    }

    #[test]
    fn what_is_not_understood_in_q_is_told_with_its_place() {
        let faults = LogQuery::parse("q=keyboards+op%3Afrob+record%3A&limit=0")
            .unwrap_err()
            .into_vec();
        let found: Vec<_> = faults
            .iter()
            .map(|f| (f.pointer.as_str(), f.code))
            .collect();
        assert_eq!(
            found,
            [
                ("/q", Code::UnknownValue),
                ("/q", Code::Empty),
                ("/limit", Code::OutOfRange),
            ]
        );
        let detail = &faults[0].detail;
        assert!(detail.contains("13..17") && detail.contains("create, write or unlink"));
        assert_eq!(
            LogQuery::parse("q=foo%3Abar+12%3A30").unwrap().faults(),
            Faults::default()
        );
    }

    #[test]
    fn a_filter_is_taken_away_wherever_it_stands() {
        let query = LogQuery::parse("user=marc&q=user%3Ajoel+-user%3Acron+60&model=m").unwrap();
        let without = query.without(Qualifier::User);
        assert_eq!((without.user, without.q.as_deref()), (None, Some("60")));
        assert_eq!(query.without(Qualifier::Model).model, None);
        let only = query.only(Qualifier::User, "joel");
        assert_eq!(only.q.as_deref(), Some("-user:cron 60 user:joel"));
    }

    proptest! {
        #[test]
        fn a_query_written_and_read_again_is_the_same(
            model in proptest::option::of("\\PC{1,12}"),
            records in proptest::collection::btree_set("\\PC{1,8}", 0..4),
            q in proptest::option::of("[^:\\pC]{1,12}"),
            micros in proptest::option::of(0i64..4_000_000_000_000_000),
            limit in 1u32..=MAX_LIMIT,
            ascending: bool,
        ) {
            let query = LogQuery {
                model,
                record_id: records.into_iter().collect(),
                q,
                from: micros.map(Timestamp::from_micros),
                operation: vec![OperationKind::Create, OperationKind::Unlink],
                order: if ascending { Order::Asc } else { Order::Desc },
                limit,
                ..LogQuery::default()
            };
            prop_assert_eq!(LogQuery::parse(&query.to_query()), Ok(query));
        }
    }
}
