//! Which logs a list holds.

use serde::{Deserialize, Serialize};

use super::{DEFAULT_LIMIT, Order, Parameters, Writer, page_size, search};
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
    /// With this text in the record's name, the user, an old or a new value.
    pub q: Option<String>,
    /// With a greater `seq`: to follow the tail.
    pub after_seq: Option<i64>,
    /// Newest or oldest first.
    pub order: Order,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 200; 0 stands for the default of 50.
    pub limit: u32,
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
            q: search(parameters, faults),
            after_seq: parameters.number("after_seq", 0..=i64::MAX, faults),
            order,
            cursor: parameters.one("cursor", faults),
            limit: parameters.limit(faults),
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

    proptest! {
        #[test]
        fn a_query_written_and_read_again_is_the_same(
            model in proptest::option::of("\\PC{1,12}"),
            records in proptest::collection::btree_set("\\PC{1,8}", 0..4),
            q in proptest::option::of("\\PC{1,12}"),
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
