//! Sessions of people: opaque data under an id, with an end.
//!
//! A session is kept under a digest of its id, which also names it to its owner: who reads the
//! table or the list can take over no session. It ends when it was idle for as long as its keeper
//! says, and at the latest when it is as old as `Options::session_limit`, however busy it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};
use types::{SessionInfo, Timestamp};
use uuid::Uuid;

use crate::store::session;
use crate::{Audit, Error, Principal};

/// Longest text of a browser's name that is kept, in characters.
const AGENT: usize = 512;

/// A session as its keeper hands it in.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// What the session holds, opaque here.
    pub data: Vec<u8>,
    /// The id of the person who is signed in.
    pub user_id: Option<String>,
    /// The browser, as it names itself.
    pub user_agent: Option<String>,
    /// The network address that it began from.
    pub address: Option<String>,
    /// When it ends, unless it is used again.
    pub expires_at: Timestamp,
}

/// The session that a request belongs to, for use cases that must tell it from others.
#[derive(Debug, Clone, Default)]
pub struct Current {
    digest: Option<String>,
    renew: Arc<AtomicBool>,
}

impl Current {
    /// The session of this id; that of nobody where there is none.
    pub fn new(id: Option<&str>) -> Self {
        Self {
            digest: id.map(digest),
            renew: Arc::default(),
        }
    }

    /// Whether what the session proves has changed by its own person's doing: its keeper signs
    /// them in anew, under a new id.
    pub fn is_to_be_renewed(&self) -> bool {
        self.renew.load(Ordering::Acquire)
    }

    pub(crate) fn renew(&self) {
        self.renew.store(true, Ordering::Release);
    }

    pub(crate) fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }
}

/// SHA-256 of the id, in hex.
fn digest(id: &str) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(id.as_bytes()) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn row(audit: &Audit, id: &str, kept: Kept) -> session::Model {
    let now = audit.now().micros();
    session::Model {
        digest: digest(id),
        user_id: kept.user_id.and_then(|id| Uuid::parse_str(&id).ok()),
        data: kept.data,
        user_agent: kept
            .user_agent
            .map(|agent| agent.chars().take(AGENT).collect()),
        address: kept.address,
        created_at: now,
        seen_at: now,
        expires_at: kept.expires_at.micros(),
    }
}

/// Keeps a new session under `id`; false where there is one.
pub async fn begin(audit: &Audit, id: &str, kept: Kept) -> Result<bool, Error> {
    Ok(audit.store().insert_session(row(audit, id, kept)).await?)
}

/// Keeps what changed of the session `id`. One that was ended meanwhile stays ended.
pub async fn save(audit: &Audit, id: &str, kept: Kept) -> Result<(), Error> {
    Ok(audit.store().update_session(row(audit, id, kept)).await?)
}

/// The data of the session `id`, unless it has ended.
pub async fn load(audit: &Audit, id: &str) -> Result<Option<Vec<u8>>, Error> {
    let now = audit.now().micros();
    let row = audit.store().session(&digest(id)).await?;
    let live = row.filter(|row| row.expires_at > now && row.created_at > oldest(audit));
    Ok(live.map(|row| row.data))
}

/// Ends the session `id`.
pub async fn delete(audit: &Audit, id: &str) -> Result<(), Error> {
    Ok(audit.store().delete_session(&digest(id)).await?)
}

/// Forgets the sessions that have ended.
pub async fn delete_expired(audit: &Audit) -> Result<(), Error> {
    let (now, oldest) = (audit.now(), oldest(audit));
    Ok(audit.store().delete_expired_sessions(now, oldest).await?)
}

/// Sessions that began at this time, or before, are over.
fn oldest(audit: &Audit) -> i64 {
    audit.now().micros().saturating_sub(audit.0.session_limit)
}

/// Where the person who asks is signed in, the last seen first.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    current: &Current,
) -> Result<Vec<SessionInfo>, Error> {
    let (now, oldest) = (audit.now(), oldest(audit));
    let rows = audit.store().sessions_of(person(principal)?, now).await?;
    Ok(rows
        .into_iter()
        .filter(|row| row.created_at > oldest)
        .map(|row| SessionInfo {
            current: current.digest() == Some(row.digest.as_str()),
            id: row.digest,
            created_at: Timestamp::from_micros(row.created_at),
            seen_at: Timestamp::from_micros(row.seen_at),
            user_agent: row.user_agent.as_deref().map(short),
            address: row.address,
        })
        .collect())
}

/// Ends one session of the person who asks, by the id that [`list`] gives.
pub async fn end(audit: &Audit, principal: &Principal, id: &str) -> Result<(), Error> {
    if audit
        .store()
        .delete_session_of(person(principal)?, id)
        .await?
    {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

/// Ends every session of the person who asks but the current one; how many.
pub async fn end_others(
    audit: &Audit,
    principal: &Principal,
    current: &Current,
) -> Result<u64, Error> {
    let person = person(principal)?;
    let work = audit.store().begin().await?;
    let ended = work.end_sessions(person, current.digest()).await?;
    work.commit().await?;
    Ok(ended)
}

/// When each person who is signed in somewhere was last seen, by their id. Administrators and
/// auditors only.
pub async fn last_seen(
    audit: &Audit,
    principal: &Principal,
) -> Result<BTreeMap<String, Timestamp>, Error> {
    if !principal.reads_all() {
        principal.administers()?;
    }
    let rows = audit.store().last_seen().await?;
    Ok(rows
        .into_iter()
        .map(|(id, at)| (id.to_string(), Timestamp::from_micros(at)))
        .collect())
}

fn person(principal: &Principal) -> Result<Uuid, Error> {
    match principal {
        Principal::User { id, .. } => Uuid::parse_str(id).map_err(|_| Error::not_found()),
        _ => Err(Error::forbidden("sessions are for people")),
    }
}

/// A browser and its system in a few words: `Firefox 140, Linux`. What is not known is cut short.
fn short(agent: &str) -> String {
    // Every browser names the ones it descends from, too: the youngest first.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let browser = BROWSERS.iter().find_map(|(sign, name)| {
        let (_, rest) = agent.split_once(sign)?;
        let version: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some(format!("{name} {version}").trim_end().to_owned())
    });
    let system = SYSTEMS
        .iter()
        .find_map(|(sign, name)| agent.contains(sign).then_some(*name));
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser,
        (None, _) => agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_browser_is_told_in_a_few_words() {
        for (agent, told) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox 140, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge 142, Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, \
                 like Gecko) Version/26.0 Safari/605.1.15",
                "Safari 26, macOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16; Mobile) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome 142, Android",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            (
                "a program of a very long name that nobody would want to read in full",
                "a program of a very long name that nobod",
            ),
        ] {
            assert_eq!(short(agent), told);
        }
    }
}
