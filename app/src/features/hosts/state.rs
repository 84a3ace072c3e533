//! What the forms of hosts and keys hold, as plain data.

use types::{Faults, HostInput, KeyInput, Scope, Timestamp};

use crate::address;

/// In how many days a key may end; 0 stands for never.
pub(super) const ENDS: [u32; 5] = [0, 30, 90, 180, 365];
const DAY: i64 = 86_400_000_000;

/// A host as its form holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HostDraft {
    /// The name.
    pub(super) name: String,
    /// The name for people.
    pub(super) label: String,
}

impl HostDraft {
    /// What an address holds.
    pub(super) fn of(query: &str) -> Self {
        let read = |name| address::parameter(query, name).unwrap_or_default();
        Self {
            name: read("name"),
            label: read("label"),
        }
    }

    /// The host that the form asks for, unless it has faults.
    pub(super) fn input(&self) -> Result<HostInput, Faults> {
        let mut body = serde_json::json!({ "name": self.name.trim() });
        if !self.label.trim().is_empty() {
            body["label"] = self.label.trim().into();
        }
        HostInput::read(body)
    }
}

/// A key as its form holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyDraft {
    /// What it is for.
    pub(super) name: String,
    /// What it may do.
    pub(super) scopes: Vec<Scope>,
    /// In how many days it ends; 0 for never.
    pub(super) days: u32,
    /// How many keys the host had when the form was made.
    pub(super) known: usize,
}

impl KeyDraft {
    /// What a form or an address holds; a new key records.
    pub(super) fn of(query: &str) -> Self {
        let scopes: Vec<_> = form_urlencoded::parse(query.as_bytes())
            .filter(|(name, _)| name == "scope")
            .filter_map(|(_, word)| Scope::parse(&word))
            .collect();
        let fresh = address::parameter(query, "error").is_none()
            && address::parameter(query, "known").is_none();
        let number = |name: &str| address::parameter(query, name)?.parse().ok();
        Self {
            name: address::parameter(query, "name").unwrap_or_default(),
            scopes: if fresh { vec![Scope::Record] } else { scopes },
            days: number("days")
                .and_then(|days| u32::try_from(days).ok())
                .filter(|days| ENDS.contains(days))
                .unwrap_or_default(),
            known: number("known").unwrap_or_default(),
        }
    }

    /// The key that the form asks for, unless it has faults.
    pub(super) fn input(&self, now: Timestamp) -> Result<KeyInput, Faults> {
        let scopes: Vec<_> = self.scopes.iter().map(|scope| scope.as_str()).collect();
        let mut body = serde_json::json!({ "name": self.name.trim(), "scopes": scopes });
        if self.days > 0 {
            let end = Timestamp::from_micros(now.micros() + i64::from(self.days) * DAY);
            body["expires_at"] = end.to_string().into();
        }
        KeyInput::read(body)
    }

    /// What was typed, as the query text of the form's address takes it.
    pub(super) fn typed(&self) -> Vec<(&'static str, String)> {
        let scopes = self
            .scopes
            .iter()
            .map(|scope| ("scope", scope.as_str().to_owned()));
        let mut typed = vec![("name", self.name.clone()), ("days", self.days.to_string())];
        typed.extend(scopes);
        typed
    }
}

/// The address of this server as a host calls it: what the browser says it is at, and nothing that
/// a shell would read as more than an address.
pub(super) fn origin(origin: Option<&str>, host: Option<&str>) -> String {
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b".:-_[]/".contains(&it))
    };
    let host = host.filter(|host| plain(host)).unwrap_or("localhost");
    origin
        .filter(|origin| plain(origin) && origin.ends_with(&format!("://{host}")))
        .map_or_else(|| format!("https://{host}"), ToOwned::to_owned)
}

/// A call that records an operation, or reads logs, with a new key.
pub(super) fn curl(origin: &str, key: &str, scopes: &[Scope]) -> String {
    let head = format!("-H 'Authorization: Bearer {key}'");
    if scopes.contains(&Scope::Record) {
        format!(
            "curl {origin}/api/v1/operations \\\n  {head} \\\n  \
             -H 'Content-Type: application/json' \\\n  \
             -d '{{\"operations\":[{{\"operation\":\"write\",\"model\":\"{TRIAL}\",\
             \"record_id\":\"1\",\"user\":{{\"login\":\"me\"}},\
             \"old\":{{\"title\":\"Draft\"}},\"new\":{{\"title\":\"Final\"}}}}]}}'"
        )
    } else {
        format!("curl '{origin}/api/v1/logs?limit=5' \\\n  {head}")
    }
}

/// The model of the trial call.
pub(super) const TRIAL: &str = "test.note";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_after_the_days_chosen() {
        let now = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
        let draft = KeyDraft::of("name=Shop&scope=read&scope=record&days=30&known=2");
        assert_eq!((draft.days, draft.known), (30, 2));
        let input = draft.input(now).unwrap();
        assert_eq!(input.scopes, [Scope::Record, Scope::Read]);
        assert_eq!(input.expires_at, Timestamp::parse("2026-12-23T12:00:00Z"));
        let never = KeyDraft::of("name=Shop&days=7").input(now).unwrap();
        assert_eq!(
            (never.expires_at, never.scopes),
            (None, vec![Scope::Record])
        );
        let faults = KeyDraft::of("known=2").input(now).unwrap_err().into_vec();
        let places: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(places, ["/name", "/scopes"]);
    }

    #[test]
    fn the_address_of_the_server_is_what_the_browser_is_at() {
        let at = |from, host| origin(from, host);
        assert_eq!(
            at(Some("http://127.0.0.1:3000"), Some("127.0.0.1:3000")),
            "http://127.0.0.1:3000"
        );
        assert_eq!(
            at(Some("null"), Some("audit.example")),
            "https://audit.example"
        );
        assert_eq!(at(None, Some("x'; rm -rf ~; '")), "https://localhost");
        assert_eq!(
            at(Some("https://evil.example"), Some("audit.example")),
            "https://audit.example"
        );
    }

    #[test]
    fn the_call_is_json_that_the_server_reads() {
        let call = curl("http://localhost", "rvs_x", &[Scope::Record]);
        let body = call.split("-d '").nth(1).unwrap().trim_end_matches('\'');
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["operations"][0]["new"]["title"], "Final");
        assert!(curl("http://localhost", "rvs_x", &[Scope::Read]).contains("/api/v1/logs"));
    }
}
