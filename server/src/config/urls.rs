//! Addresses of databases: which are taken, which is the default, and how one is shown without its
//! password.

use std::path::Path;

use super::ConfigError;

/// A database address of a kind that is known.
pub(super) fn checked_url(url: String) -> Result<String, ConfigError> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if known.iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(url);
    }
    Err(ConfigError::Value {
        name: "DATABASE_URL",
        detail: "must begin with sqlite: or postgres://".to_owned(),
    })
}

/// The replica to read from, where one is named; only PostgreSQL has any.
pub(super) fn replica(database: &str, url: Option<String>) -> Result<Option<String>, ConfigError> {
    let is_postgres = |url: &str| url.starts_with("postgres");
    match url.filter(|url| !url.trim().is_empty()) {
        Some(url) if is_postgres(&url) && is_postgres(database) => Ok(Some(url)),
        None => Ok(None),
        Some(_) => Err(ConfigError::Value {
            name: "DATABASE_READ_URL",
            detail: "names a replica of a PostgreSQL database: postgres://…".to_owned(),
        }),
    }
}

/// The address of the SQLite database in the data folder.
pub(super) fn default_url(data_dir: &Path) -> Result<String, ConfigError> {
    let folder = data_dir.to_str().ok_or_else(|| ConfigError::Value {
        name: "data_dir",
        detail: "must be valid UTF-8".to_owned(),
    })?;
    // What would end the path inside a URL is escaped.
    let folder = folder
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23");
    Ok(format!(
        "sqlite://{}/revisor.db?mode=rwc",
        folder.trim_end_matches('/')
    ))
}

/// A database address fit to be shown: `postgres://user:***@host/name`.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((user, _)) => format!("{user}:***@{host}"),
            None => format!("{user}@{host}"),
        },
        None => authority.to_owned(),
    };
    // A password may also be a parameter.
    let tail = match tail.split_once('?') {
        Some((path, query)) if query.contains("password") => format!("{path}?***"),
        _ => tail.to_owned(),
    };
    format!("{scheme}://{authority}{tail}")
}
