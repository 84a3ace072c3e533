//! A change of a path as an operation of the API.

use chrono::{DateTime, Datelike as _, SecondsFormat};
use serde_json::{Map, Value, json};

use super::MODEL;
use super::git::Sizes;
use super::history::{Change, Commit, Entry, Kind};
use super::path;

/// Most characters of an operation's id.
const ID: usize = 128;
/// Most characters of a login or a user's name.
const USER: usize = 256;
/// Most characters of a record's name.
const NAME: usize = 2_000;
/// Most characters of a subject that are sent; the API takes more.
const REASON: usize = 500;

/// The operation that a change is.
pub(super) fn operation(commit: &Commit, change: &Change, sizes: &Sizes) -> Value {
    let record_id = path::record_id(&change.path);
    let shown = path::readable(&change.path);
    let mut operation = json!({
        "id": id(&commit.id, &record_id),
        "operation": change.kind.word(),
        "model": MODEL,
        "record_id": record_id,
        "record_name": cut(&shown, NAME),
        "user": user(commit),
        "context": {"transaction_id": commit.id, "reason": cut(&commit.subject, REASON)},
    });
    let values = |entry: &Entry| values(&shown, entry, sizes);
    let (old, new) = match &change.kind {
        Kind::Create(new) => (None, Some(values(new))),
        Kind::Write(old, new) => (Some(values(old)), Some(values(new))),
        Kind::Unlink(old) => (Some(values(old)), None),
    };
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            operation[name] = value;
        }
    };
    put("old", old);
    put("new", new);
    put("occurred_at", commit.time.and_then(time).map(Value::from));
    operation
}

/// The values of a file.
fn values(path: &str, entry: &Entry, sizes: &Sizes) -> Value {
    let size = if entry.is_submodule() {
        None
    } else {
        sizes.get(&entry.blob).copied()
    };
    json!({"path": path, "mode": entry.mode, "size": size, "blob": entry.blob})
}

/// `<commit>:<path>`, or a digest of that where it is too long.
fn id(commit: &str, record_id: &str) -> String {
    let id = format!("{commit}:{record_id}");
    if id.chars().count() <= ID {
        id
    } else {
        format!("{}:{}", cut(commit, 40), path::hex(id.as_bytes()))
    }
}

/// The author. Git lets both email and name be empty, the API wants a login.
fn user(commit: &Commit) -> Value {
    let login = [&commit.email, &commit.name]
        .into_iter()
        .find(|text| !text.is_empty())
        .map_or("unknown", String::as_str);
    let mut user = Map::new();
    user.insert("login".into(), cut(login, USER).into());
    if !commit.name.is_empty() {
        user.insert("name".into(), cut(&commit.name, USER).into());
    }
    Value::Object(user)
}

/// RFC 3339; `None` for a time outside of the years that it can write.
fn time(seconds: i64) -> Option<String> {
    DateTime::from_timestamp(seconds, 0)
        .filter(|time| (1..=9999).contains(&time.year()))
        .map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> Commit {
        Commit {
            id: "c".repeat(40),
            time: Some(1_795_420_388),
            email: "ann@example.org".into(),
            name: "Ann".into(),
            subject: "Begin".into(),
            changes: Vec::new(),
        }
    }

    fn entry(mode: &str, blob: &str) -> Entry {
        Entry {
            mode: mode.into(),
            blob: blob.into(),
        }
    }

    #[test]
    fn a_write_tells_both_sides() {
        let change = Change {
            path: b"a b".to_vec(),
            kind: Kind::Write(entry("100644", "1"), entry("160000", "2")),
        };
        let sizes = Sizes::from([("1".to_owned(), 7)]);
        assert_eq!(
            operation(&commit(), &change, &sizes),
            json!({
                "id": format!("{}:a b", "c".repeat(40)),
                "operation": "write",
                "model": "git.file",
                "record_id": "a b",
                "record_name": "a b",
                "user": {"login": "ann@example.org", "name": "Ann"},
                "occurred_at": "2026-11-23T07:53:08Z",
                "old": {"path": "a b", "mode": "100644", "size": 7, "blob": "1"},
                "new": {"path": "a b", "mode": "160000", "size": null, "blob": "2"},
                "context": {"transaction_id": "c".repeat(40), "reason": "Begin"},
            })
        );
    }

    #[test]
    fn ids_stay_within_the_limit_and_apart() {
        let (one, two) = ("é".repeat(200), "é".repeat(201));
        let commit = "c".repeat(64);
        assert!(id(&commit, &one).chars().count() <= ID);
        assert_ne!(id(&commit, &one), id(&commit, &two));
        assert_eq!(id(&commit, "a"), format!("{commit}:a"));
    }

    #[test]
    fn an_author_without_email_and_a_time_without_a_year_are_taken() {
        let mut nobody = commit();
        nobody.email.clear();
        assert_eq!(user(&nobody)["login"], "Ann");
        nobody.name.clear();
        assert_eq!(user(&nobody), json!({"login": "unknown"}));
        assert_eq!(time(i64::MAX / 2), None);
        assert_eq!(time(-1).as_deref(), Some("1969-12-31T23:59:59Z"));
    }
}
