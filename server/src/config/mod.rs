//! Settings: the one place that reads them.
//!
//! A setting comes from a flag, else from the environment, else from the TOML file, else it has
//! the default that `--help` names. An unknown name in the file is refused: a typo never silently
//! drops a setting.

use std::{
    fmt, fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

mod flags;

pub use flags::{Flags, LogFormat};

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the settings file {path} cannot be read: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not TOML, names something unknown, or gives a value of the wrong type.
    #[error("the settings file {path} is wrong: {detail}")]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        detail: String,
    },
    /// A value cannot be what it is.
    #[error("{name}: {detail}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// The data folder cannot be made.
    #[error("the data folder {path} cannot be created: {source}")]
    DataDir {
        /// Which folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The TOML file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "they are the names in the file")]
struct File {
    database_url: Option<String>,
    addr: Option<SocketAddr>,
    data_dir: Option<PathBuf>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    site_root: Option<PathBuf>,
    behind_tls: Option<bool>,
    session_hours: Option<u32>,
    queue: Option<usize>,
    signing_key_file: Option<PathBuf>,
    capture: Option<Vec<String>>,
}

/// The settings in force.
#[derive(Clone)]
pub struct Settings {
    /// The database's address; may hold a password.
    pub database_url: String,
    /// Where to listen.
    pub addr: SocketAddr,
    /// The folder of the SQLite database, the signing key and the last checkpoint.
    pub data_dir: PathBuf,
    /// What to log; none for the command's own default.
    pub log: Option<String>,
    /// How to write the log.
    pub log_format: LogFormat,
    /// The folder of the site's files.
    pub site_root: PathBuf,
    /// Whether cookies are sent by HTTPS only.
    pub behind_tls: bool,
    /// After how long without a request a person is signed out.
    pub session_idle: Duration,
    /// How many operations may wait; 0 for the recorder's own default.
    pub queue: usize,
    /// The file of the secret that checkpoints are signed with.
    pub signing_key_file: PathBuf,
    /// Whether a database behind the last checkpoint is accepted.
    pub accept_older_database: bool,
    /// The addresses of captured databases; may hold passwords.
    pub capture: Vec<String>,
}

impl Settings {
    /// Reads the file, if one is named, and settles every setting. Touches nothing else.
    pub fn read(flags: Flags) -> Result<Self, ConfigError> {
        let file = match &flags.config {
            Some(path) => read_file(path)?,
            None => File::default(),
        };
        let data_dir = flags
            .data_dir
            .or(file.data_dir)
            .unwrap_or_else(|| PathBuf::from("data"));
        let database_url = match flags.database_url.or(file.database_url) {
            Some(url) if !url.trim().is_empty() => checked_url(url)?,
            _ => default_url(&data_dir)?,
        };
        let hours = flags.session_hours.or(file.session_hours).unwrap_or(12);
        if hours == 0 || hours > 24 * 365 {
            return Err(ConfigError::Value {
                name: "session_hours",
                detail: "must be from 1 to 8760".to_owned(),
            });
        }
        let signing_key_file = flags
            .signing_key_file
            .or(file.signing_key_file)
            .unwrap_or_else(|| data_dir.join("signing.key"));
        Ok(Self {
            signing_key_file,
            accept_older_database: flags.accept_older_database,
            database_url,
            addr: flags
                .addr
                .or(file.addr)
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
            data_dir,
            log: flags.log.or(file.log),
            log_format: flags.log_format.or(file.log_format).unwrap_or_default(),
            site_root: flags
                .site_root
                .or(file.site_root)
                .unwrap_or_else(|| PathBuf::from("target/site")),
            behind_tls: flags.behind_tls.or(file.behind_tls).unwrap_or(false),
            session_idle: Duration::from_secs(u64::from(hours) * 3_600),
            queue: flags.queue.or(file.queue).unwrap_or(0),
            capture: if flags.capture.is_empty() {
                file.capture.unwrap_or_default()
            } else {
                flags.capture
            },
        })
    }

    /// Makes the data folder where the default database lies in it.
    pub fn prepare(&self) -> Result<(), ConfigError> {
        if self.database_url == default_url(&self.data_dir)? {
            fs::create_dir_all(&self.data_dir).map_err(|source| ConfigError::DataDir {
                path: self.data_dir.clone(),
                source,
            })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("database_url", &without_password(&self.database_url))
            .field("addr", &self.addr)
            .field("data_dir", &self.data_dir)
            .field("log", &self.log)
            .field("log_format", &self.log_format)
            .field("site_root", &self.site_root)
            .field("behind_tls", &self.behind_tls)
            .field("session_idle", &self.session_idle)
            .field("queue", &self.queue)
            .field("signing_key_file", &self.signing_key_file)
            .field("accept_older_database", &self.accept_older_database)
            .field(
                "capture",
                &self
                    .capture
                    .iter()
                    .map(|url| without_password(url))
                    .collect::<Vec<_>>(),
            )
            .finish()
    }
}

fn read_file(path: &Path) -> Result<File, ConfigError> {
    let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    // Only message and place: the quoted line could hold a password.
    toml::from_str(&text).map_err(|error| {
        let place = error.span().map_or_else(String::new, |span| {
            let before = text.get(..span.start).unwrap_or(&text);
            format!("line {}: ", before.matches('\n').count() + 1)
        });
        ConfigError::Wrong {
            path: path.to_owned(),
            detail: format!("{place}{}", error.message()),
        }
    })
}

fn checked_url(url: String) -> Result<String, ConfigError> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    if known.iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(url);
    }
    Err(ConfigError::Value {
        name: "DATABASE_URL",
        detail: "must begin with sqlite: or postgres://".to_owned(),
    })
}

fn default_url(data_dir: &Path) -> Result<String, ConfigError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file(text: &str) -> Result<Settings, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("revisor.toml");
        fs::write(&path, text).unwrap();
        Settings::read(Flags {
            config: Some(path),
            addr: Some("127.0.0.1:4000".parse().unwrap()),
            ..Flags::default()
        })
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let settings =
            with_file("addr = \"0.0.0.0:80\"\ndata_dir = \"/srv/r\"\nqueue = 7").unwrap();
        assert_eq!(settings.addr, "127.0.0.1:4000".parse().unwrap());
        assert_eq!(settings.queue, 7);
        assert_eq!(settings.database_url, "sqlite:///srv/r/revisor.db?mode=rwc");
        assert_eq!(settings.log, None);
    }

    #[test]
    fn an_unknown_name_in_the_file_is_refused_with_its_line() {
        let error = with_file("queue = 7\nadress = \"x\"")
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 2"), "{error}");
        assert!(error.contains("adress"), "{error}");
    }

    #[test]
    fn settings_are_shown_without_the_password() {
        let settings =
            with_file("database_url = \"postgres://rev:s3cr:t@db.example/rev?sslmode=require\"")
                .unwrap();
        let shown = format!("{settings:?}");
        assert!(!shown.contains("s3cr"), "{shown}");
        assert!(
            shown.contains("postgres://rev:***@db.example/rev"),
            "{shown}"
        );
        assert_eq!(
            without_password("postgres://db/x?user=a&password=b"),
            "postgres://db/x?***"
        );
        assert_eq!(
            without_password("sqlite://data/revisor.db"),
            "sqlite://data/revisor.db"
        );
    }

    #[test]
    fn a_database_of_another_kind_is_refused() {
        assert!(with_file("database_url = \"mysql://x\"").is_err());
    }
}
