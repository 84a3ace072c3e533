//! What the overview shows, read in a few calls.

use types::{LogQuery, Overview, Sealing, Timestamp, Verification};

use crate::{address, error::PageError, features::logs::state::LogRow, request};

/// The days that can be chosen.
pub(super) const DAYS: [u32; 4] = [7, 30, 90, 365];
/// The days where none are chosen.
const USUAL: u32 = 30;
/// How many of the latest logs are shown.
const LATEST: u32 = 10;

/// The page's figures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OverviewView {
    /// When the page was made.
    pub(super) now: Timestamp,
    /// How many days it is of.
    pub(super) days: u32,
    /// The figures.
    pub(super) overview: Overview,
    /// How many operations no rule followed, and of how many models; for those who keep rules.
    pub(super) let_go: Option<(i64, usize)>,
    /// Whether the person sees a choice of models only.
    pub(super) partial: bool,
    /// Whether the person may make rules.
    pub(super) editable: bool,
    /// The latest logs.
    pub(super) latest: Vec<LogRow>,
    /// How the trail is sealed.
    pub(super) sealing: Sealing,
    /// The last verification that came to its end; for those who see everything.
    pub(super) verified: Option<Verification>,
}

/// Verifications among which the last one that ended is looked for.
const RUNS: u64 = 5;

/// The overview of the days that an address asks for.
pub(super) async fn get_overview(query: String) -> Result<OverviewView, PageError> {
    let (audit, principal) = request::caller()?;
    let days = address::parameter(&query, "days")
        .and_then(|days| days.parse().ok())
        .filter(|days| DAYS.contains(days))
        .unwrap_or(USUAL);
    let overview = audit::overview::get(&audit, &principal, days)
        .await
        .map_err(request::fail)?;
    let let_go = if principal.reads_all() {
        let uncovered = audit::coverage::list(&audit, &principal, days)
            .await
            .map_err(request::fail)?;
        let operations = uncovered.iter().map(|of| of.let_go.total()).sum();
        Some((operations, uncovered.len()))
    } else {
        None
    };
    let latest = LogQuery {
        limit: LATEST,
        ..LogQuery::default()
    };
    let latest = audit::logs::list(&audit, &principal, &latest)
        .await
        .map_err(request::fail)?;
    let sealing = audit::integrity::sealing(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let verified = if principal.reads_all() {
        let runs = audit::integrity::verifications(&audit, &principal, RUNS).await;
        let runs = runs.map_err(request::fail)?;
        runs.into_iter().find(|run| run.report.is_some())
    } else {
        None
    };
    Ok(OverviewView {
        now: request::now(),
        days,
        overview,
        let_go,
        partial: !principal.reads_all(),
        editable: request::administers(&principal),
        latest: latest.items.into_iter().map(LogRow::from).collect(),
        sealing,
        verified,
    })
}
