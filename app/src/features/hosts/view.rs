//! What the pages of hosts are made of.

use std::collections::BTreeMap;

use audit::{Audit, Principal};
use types::{Host, Key, RuleQuery, Timestamp};

use crate::{error::PageError, request};

/// A host with what it has.
pub(super) struct HostLine {
    /// The host.
    pub(super) host: Host,
    /// How many models are known of it.
    pub(super) models: i64,
    /// How many rules it has.
    pub(super) rules: i64,
    /// How many of them are in force.
    pub(super) active: i64,
    /// How many of its keys work.
    pub(super) keys: i64,
    /// When its last log was recorded.
    pub(super) last_at: Option<Timestamp>,
}

/// The list.
pub(super) struct HostsView {
    /// When the page was made.
    pub(super) now: Timestamp,
    /// Whether the person may change hosts.
    pub(super) editable: bool,
    /// The hosts.
    pub(super) lines: Vec<HostLine>,
    /// How many have ended.
    pub(super) ended: i64,
}

/// One host.
pub(super) struct HostView {
    /// When the page was made.
    pub(super) now: Timestamp,
    /// Whether the person may change it.
    pub(super) editable: bool,
    /// The host.
    pub(super) line: HostLine,
    /// Its keys; none of one that has ended.
    pub(super) keys: Vec<Key>,
}

/// Whether a key can be used now.
pub(super) fn works(key: &Key, now: Timestamp) -> bool {
    key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > now)
}

/// The hosts; those that have ended only when asked for.
pub(super) async fn list_hosts(with_ended: bool) -> Result<HostsView, PageError> {
    let (audit, principal) = request::caller()?;
    let hosts = audit::hosts::list(&audit, &principal, true)
        .await
        .map_err(request::fail)?;
    let is_ended = |host: &&Host| host.ended_at.is_some();
    let ended = i64::try_from(hosts.iter().filter(is_ended).count()).unwrap_or(i64::MAX);
    let hosts: Vec<_> = hosts
        .into_iter()
        .filter(|host| with_ended || host.ended_at.is_none())
        .collect();
    let figures = Figures::read(&audit, &principal).await?;
    let now = request::now();
    let mut lines = Vec::new();
    for host in hosts {
        let keys = keys_of(&audit, &principal, &host).await?;
        lines.push(figures.line(host, &keys, now));
    }
    Ok(HostsView {
        now,
        editable: request::administers(&principal),
        lines,
        ended,
    })
}

/// One host, even one that has ended.
pub(super) async fn get_host(name: String) -> Result<HostView, PageError> {
    let (audit, principal) = request::caller()?;
    let host = audit::hosts::list(&audit, &principal, true)
        .await
        .map_err(request::fail)?
        .into_iter()
        .find(|host| host.name == name)
        .ok_or_else(|| request::fail(audit::Error::not_found()))?;
    let keys = keys_of(&audit, &principal, &host).await?;
    let figures = Figures::read(&audit, &principal).await?;
    let now = request::now();
    Ok(HostView {
        now,
        editable: request::administers(&principal),
        line: figures.line(host, &keys, now),
        keys,
    })
}

async fn keys_of(audit: &Audit, principal: &Principal, host: &Host) -> Result<Vec<Key>, PageError> {
    if host.ended_at.is_some() {
        return Ok(Vec::new());
    }
    audit::keys::list(audit, principal, &host.name)
        .await
        .map_err(request::fail)
}

/// What is counted by host.
#[derive(Default)]
struct Figures {
    models: BTreeMap<String, i64>,
    rules: BTreeMap<String, i64>,
    active: BTreeMap<String, i64>,
    last: BTreeMap<String, Timestamp>,
}

impl Figures {
    async fn read(audit: &Audit, principal: &Principal) -> Result<Self, PageError> {
        let mut figures = Self::default();
        let models = audit::models::list(audit, principal, None)
            .await
            .map_err(request::fail)?;
        for model in models {
            *figures.models.entry(model.host).or_default() += 1;
        }
        let mut query = RuleQuery {
            limit: 200,
            ..RuleQuery::default()
        };
        loop {
            let page = audit::rules::list(audit, principal, &query)
                .await
                .map_err(request::fail)?;
            for rule in page.items {
                *figures.active.entry(rule.host.clone()).or_default() += i64::from(rule.active);
                *figures.rules.entry(rule.host).or_default() += 1;
            }
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        let last = audit::overview::last_operations(audit, principal)
            .await
            .map_err(request::fail)?;
        for ((host, _), at) in last {
            let known = figures.last.entry(host).or_insert(at);
            *known = (*known).max(at);
        }
        Ok(figures)
    }

    fn line(&self, host: Host, keys: &[Key], now: Timestamp) -> HostLine {
        let of = |by_host: &BTreeMap<String, i64>| by_host.get(&host.name).copied().unwrap_or(0);
        let working = keys.iter().filter(|key| works(key, now)).count();
        HostLine {
            models: of(&self.models),
            rules: of(&self.rules),
            active: of(&self.active),
            keys: i64::try_from(working).unwrap_or(i64::MAX),
            last_at: self.last.get(&host.name).copied(),
            host,
        }
    }
}
