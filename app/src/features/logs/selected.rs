//! The logs that an address selects: `log=…` each, or `matching=?…` for all that a list has.

use types::{Log, LogQuery, LoggedRecord};

use super::{list_query::ListQuery, state};
use crate::{
    address,
    error::PageError,
    reader::reader,
    request::{self, fail},
};

/// What becomes of the selected logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// Their records, by kind; `more` where there are others.
    Records {
        /// The records.
        groups: Vec<state::SelectedRecords>,
        /// Whether these are not all.
        more: bool,
    },
    /// The address at which two of one record stand side by side.
    Pair(String),
    /// They cannot be compared.
    NoPair(Why),
}

/// Why logs cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// They are not two.
    Count(i64),
    /// They are not of one record.
    Records,
}

/// The selection of an address, as far as the person may see it.
pub async fn list_selected(text: String) -> Result<Chosen, PageError> {
    let (audit, principal) = request::caller()?;
    let compares = address::parameter(&text, "do").as_deref() == Some("compare");
    if let Some(matching) = address::parameter(&text, "matching") {
        let (list, faults) = ListQuery::read(matching.trim_start_matches('?'));
        if !faults.is_empty() {
            return Err(request::invalid(faults));
        }
        let query = LogQuery {
            zone: audit::preferences::zone(reader().zone.name(), request::now()),
            cursor: None,
            ..list.query
        };
        if compares {
            let count = audit::logs::count(&audit, &principal, &query)
                .await
                .map_err(fail)?;
            return Ok(Chosen::NoPair(Why::Count(i64::from(count.count))));
        }
        let found = audit::logs::records(&audit, &principal, &query)
            .await
            .map_err(fail)?;
        return Ok(Chosen::Records {
            groups: state::group_records(found.records),
            more: found.more,
        });
    }
    let ids: Vec<String> = form_urlencoded::parse(text.as_bytes())
        .filter(|(name, _)| name == "log")
        .map(|(_, id)| id.into_owned())
        .collect();
    let logs = audit::logs::by_ids(&audit, &principal, &ids)
        .await
        .map_err(fail)?;
    if compares {
        return Ok(pair(&logs));
    }
    let records = logs.into_iter().map(|log| LoggedRecord {
        host: log.host,
        model: log.model,
        model_label: log.model_label,
        record_id: log.record_id,
        name: log.record_name,
    });
    Ok(Chosen::Records {
        groups: state::group_records(records),
        more: false,
    })
}

/// Where two logs of one record are compared.
fn pair(logs: &[Log]) -> Chosen {
    let [one, other] = logs else {
        let count = i64::try_from(logs.len()).unwrap_or(i64::MAX);
        return Chosen::NoPair(Why::Count(count));
    };
    let of = |log: &Log| (log.host.clone(), log.model.clone(), log.record_id.clone());
    if of(one) != of(other) {
        return Chosen::NoPair(Why::Records);
    }
    let (from, to) = (
        one.revision.min(other.revision),
        one.revision.max(other.revision),
    );
    let history = address::history(&one.host, &one.model, &one.record_id, None);
    Chosen::Pair(format!("{history}&from={from}&to={to}"))
}
