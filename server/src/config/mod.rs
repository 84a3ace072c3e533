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

use crate::{forward::Destination, web::SsoOptions};

mod flags;
mod sso;
mod urls;

pub use flags::{Flags, LogFormat};
pub use sso::SsoFlags;
pub use urls::without_password;
use urls::{checked_url, default_url, replica};

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
    owner_url: Option<String>,
    read_url: Option<String>,
    addr: Option<SocketAddr>,
    data_dir: Option<PathBuf>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    site_root: Option<PathBuf>,
    behind_tls: Option<bool>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    connections: Option<usize>,
    key_rate: Option<u32>,
    key_requests: Option<usize>,
    session_hours: Option<u32>,
    session_limit_hours: Option<u32>,
    queue: Option<usize>,
    signing_key_file: Option<PathBuf>,
    capture: Option<Vec<String>>,
    allow_private: Option<bool>,
    send_checkpoints: Option<Vec<String>>,
    single_sign_on: Option<SsoFlags>,
}

/// The files of a server that speaks TLS itself, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificates, the server's own first.
    pub certificates: PathBuf,
    /// The certificate's key.
    pub key: PathBuf,
}

/// The settings in force.
#[derive(Clone)]
pub struct Settings {
    /// The database's address; may hold a password.
    pub database_url: String,
    /// The database as its owner, to change the schema; may hold a password.
    pub owner_url: Option<String>,
    /// A replica of the PostgreSQL database, to read from; may hold a password.
    pub read_url: Option<String>,
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
    /// Whether a proxy in front speaks TLS.
    pub behind_tls: bool,
    /// Certificates and key, where the server speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// Most connections at once.
    pub connections: usize,
    /// How many requests a key may make a minute; 0 for as many as it likes.
    pub key_rate: u32,
    /// How many requests of a key may run at once.
    pub key_requests: usize,
    /// After how long without a request a person is signed out.
    pub session_idle: Duration,
    /// After how long a person signs in again, however busy they are.
    pub session_limit: Duration,
    /// How many operations may wait; 0 for the recorder's own default.
    pub queue: usize,
    /// The file of the secret that checkpoints are signed with.
    pub signing_key_file: PathBuf,
    /// Whether a database behind the last checkpoint is accepted.
    pub accept_older_database: bool,
    /// Where newest checkpoints are sent.
    pub send_checkpoints: Vec<Destination>,
    /// Single sign-on, where people may sign in by it; may hold a secret.
    pub sso: Option<SsoOptions>,
    /// Whether calls to other servers may go to private addresses.
    pub allow_private: bool,
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
        let idle = flags.session_hours.or(file.session_hours);
        let limit = flags.session_limit_hours.or(file.session_limit_hours);
        let tls = tls_files(
            flags.tls_cert.or(file.tls_cert),
            flags.tls_key.or(file.tls_key),
        )?;
        let signing_key_file = flags
            .signing_key_file
            .or(file.signing_key_file)
            .unwrap_or_else(|| data_dir.join("signing.key"));
        let sso = flags.sso.settle(
            file.single_sign_on.unwrap_or_default(),
            std::env::var("REVISOR_SSO_CLIENT_SECRET").ok(),
        )?;
        let destinations = if flags.send_checkpoints.is_empty() {
            file.send_checkpoints.unwrap_or_default()
        } else {
            flags.send_checkpoints
        };
        Ok(Self {
            send_checkpoints: destinations
                .iter()
                .map(|text| Destination::parse(text))
                .collect::<Result<_, _>>()
                .map_err(|detail| ConfigError::Value {
                    name: "send_checkpoints",
                    detail,
                })?,
            sso,
            allow_private: flags.allow_private.or(file.allow_private).unwrap_or(false),
            signing_key_file,
            accept_older_database: flags.accept_older_database,
            read_url: replica(&database_url, flags.read_url.or(file.read_url))?,
            database_url,
            owner_url: flags
                .owner_url
                .or(file.owner_url)
                .filter(|url| !url.trim().is_empty())
                .map(checked_url)
                .transpose()?,
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
            tls,
            connections: at_least_one(
                "connections",
                flags.connections.or(file.connections).unwrap_or(4_096),
            )?,
            key_rate: flags.key_rate.or(file.key_rate).unwrap_or(0),
            key_requests: at_least_one(
                "key_requests",
                flags.key_requests.or(file.key_requests).unwrap_or(1_024),
            )?,
            session_idle: hours("session_hours", idle.unwrap_or(12))?,
            session_limit: hours("session_limit_hours", limit.unwrap_or(7 * 24))?,
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
            .field(
                "owner_url",
                &self.owner_url.as_deref().map(without_password),
            )
            .field("read_url", &self.read_url.as_deref().map(without_password))
            .field("addr", &self.addr)
            .field("data_dir", &self.data_dir)
            .field("log", &self.log)
            .field("log_format", &self.log_format)
            .field("site_root", &self.site_root)
            .field("behind_tls", &self.behind_tls)
            .field("tls", &self.tls)
            .field("connections", &self.connections)
            .field("key_rate", &self.key_rate)
            .field("key_requests", &self.key_requests)
            .field("session_idle", &self.session_idle)
            .field("session_limit", &self.session_limit)
            .field("queue", &self.queue)
            .field("send_checkpoints", &self.send_checkpoints)
            .field("sso", &self.sso)
            .field("allow_private", &self.allow_private)
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

fn hours(name: &'static str, hours: u32) -> Result<Duration, ConfigError> {
    if hours == 0 || hours > 24 * 365 {
        return Err(ConfigError::Value {
            name,
            detail: "must be from 1 to 8760".to_owned(),
        });
    }
    Ok(Duration::from_hours(u64::from(hours)))
}

fn at_least_one(name: &'static str, count: usize) -> Result<usize, ConfigError> {
    if count == 0 {
        let detail = "must be at least 1".to_owned();
        return Err(ConfigError::Value { name, detail });
    }
    Ok(count)
}

fn tls_files(
    certificates: Option<PathBuf>,
    key: Option<PathBuf>,
) -> Result<Option<TlsFiles>, ConfigError> {
    match (certificates, key) {
        (Some(certificates), Some(key)) => Ok(Some(TlsFiles { certificates, key })),
        (None, None) => Ok(None),
        (given, _) => Err(ConfigError::Value {
            name: if given.is_some() {
                "tls_key"
            } else {
                "tls_cert"
            },
            detail: "TLS needs both a certificate and its key".to_owned(),
        }),
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

#[cfg(test)]
mod tests;
