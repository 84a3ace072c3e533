//! The list of logs, read for an address.

use audit::{Audit, Principal};
use types::{Count, Facets, Groups, List, LogQuery, SavedFilter, Timestamp};

use super::{columns::Column, list_query::ListQuery, state::LogRow};
use crate::{
    address,
    error::PageError,
    reader::reader,
    request::{self, fail},
};

/// Logs shown of a group that stands open.
const OF_GROUP: u32 = 20;

/// What the page shows.
#[derive(Debug)]
pub struct LogsView {
    /// When the page was made.
    pub now: Timestamp,
    /// What was asked for.
    pub list: ListQuery,
    /// The lines.
    pub body: Body,
    /// How many logs there are of it.
    pub count: Count,
    /// What they are of.
    pub facets: Facets,
    /// The person's filters.
    pub filters: Vec<SavedFilter>,
    /// The columns.
    pub columns: Vec<Column>,
    /// Whether the person may make rules.
    pub editable: bool,
    /// Whether no host has declared or reported anything yet.
    pub quiet: bool,
}

/// The lines of the list.
#[derive(Debug)]
pub enum Body {
    /// A page of logs.
    Rows {
        /// The logs.
        rows: Vec<LogRow>,
        /// Where the next page begins.
        next_cursor: Option<String>,
    },
    /// Groups, and the first logs of those that stand open.
    Groups {
        /// All groups.
        groups: Groups,
        /// By the group's key and host.
        open: Vec<Vec<LogRow>>,
    },
    /// The search cannot be understood: nothing is shown rather than too much.
    Faulty,
}

/// The list that an address asks for; none where the browser is sent to the person's default filter.
pub async fn list_logs(text: String) -> Result<Option<LogsView>, PageError> {
    let (audit, principal) = request::caller()?;
    let (mut list, faults) = ListQuery::read(&text);
    let faults = faults.into_vec();
    if faults.iter().any(|fault| fault.pointer != "/q") {
        let mut all = types::Faults::default();
        for fault in faults {
            all.push(fault.pointer, fault.code, fault.detail);
        }
        return Err(request::invalid(all));
    }
    let filters = audit::filters::list(&audit, &principal, List::Logs)
        .await
        .map_err(fail)?;
    let default = filters.iter().find(|filter| filter.default);
    if let Some(default) = default
        && text.is_empty()
    {
        let query = match default.query.as_str() {
            "" => "all=true",
            query => query,
        };
        request::redirect_page(&address::with_query("/logs", query));
        return Ok(None);
    }
    list.all = default.is_some();
    list.query.zone = audit::preferences::zone(reader().zone.name(), request::now());
    let preferences = audit::preferences::get(&audit, &principal)
        .await
        .map_err(fail)?;
    let chosen = preferences.columns.get(&List::Logs);
    let editable = request::administers(&principal);
    let mut view = LogsView {
        now: request::now(),
        body: Body::Faulty,
        count: Count::default(),
        facets: Facets::default(),
        filters,
        columns: Column::chosen(chosen.map(Vec::as_slice).unwrap_or_default()),
        editable,
        quiet: false,
        list,
    };
    if faults.is_empty() {
        fill(&audit, &principal, &mut view).await.map_err(fail)?;
    }
    if editable && view.list.text().is_empty() {
        view.quiet = quiet(&audit, &principal).await.map_err(fail)?;
    }
    Ok(Some(view))
}

#[expect(clippy::single_match_else, reason = "grouped or not are equals")]
async fn fill(
    audit: &Audit,
    principal: &Principal,
    view: &mut LogsView,
) -> Result<(), audit::Error> {
    let query = &view.list.query;
    let beside;
    (view.body, beside) = match view.list.group {
        Some(by) => {
            let mut beside = audit::logs::beside(audit, principal, query, Some(by)).await?;
            let groups = beside.groups.take().unwrap_or_default();
            let mut open = Vec::with_capacity(groups.groups.len());
            for group in &groups.groups {
                let mut rows = Vec::new();
                if view.list.open.contains(&group_key(group)) {
                    let first = LogQuery {
                        limit: OF_GROUP,
                        ..group_query(query, group)
                    };
                    let page = audit::logs::list(audit, principal, &first).await?;
                    rows = page.items.into_iter().map(LogRow::from).collect();
                }
                open.push(rows);
            }
            (Body::Groups { groups, open }, beside)
        }
        None => {
            let (page, beside) = audit::logs::list_with_beside(audit, principal, query).await?;
            let body = Body::Rows {
                rows: page.items.into_iter().map(LogRow::from).collect(),
                next_cursor: page.next_cursor,
            };
            (body, beside)
        }
    };
    (view.count, view.facets) = (beside.count, beside.facets);
    Ok(())
}

/// What a group is called in the address: two hosts may have a model of the same name.
pub fn group_key(group: &types::Group) -> String {
    match &group.host {
        Some(host) => format!("{host}/{}", group.key),
        None => group.key.clone(),
    }
}

/// The query for the logs of one group.
pub fn group_query(query: &LogQuery, group: &types::Group) -> LogQuery {
    let terms = group.terms.iter();
    terms.fold(query.clone(), |query, (qualifier, value)| {
        query.only(*qualifier, value)
    })
}

/// Whether only what is done here was ever declared or reported.
async fn quiet(audit: &Audit, principal: &Principal) -> Result<bool, audit::Error> {
    let models = audit::models::list(audit, principal, None).await?;
    let hosts = audit::hosts::list(audit, principal, true).await?;
    Ok(models.iter().all(|model| {
        hosts
            .iter()
            .any(|host| host.builtin && host.name == model.host)
    }))
}
