//! What the command line and the environment may set; `--help` is made of this.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use serde::Deserialize;

/// The settings as flags and environment give them; what is not given is looked up further on.
#[derive(Args, Default, Clone)]
pub struct Flags {
    /// A TOML file with settings; its names are those of the long flags, with `_` for `-`
    /// [default: none]
    #[arg(long, value_name = "FILE", env = "REVISOR_CONFIG", global = true)]
    pub config: Option<PathBuf>,

    /// The database: `sqlite://PATH?mode=rwc` or `postgres://USER:PASSWORD@HOST/NAME`
    /// [default: `sqlite://DATA_DIR/revisor.db?mode=rwc`]
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub database_url: Option<String>,

    /// The database for `migrate` alone, as the role that owns the tables [default: that of
    /// --database-url]
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_OWNER_URL",
        hide_env_values = true,
        global = true
    )]
    pub owner_url: Option<String>,

    /// A replica of the PostgreSQL database, from which logs and records are read; it may be a
    /// moment behind
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_READ_URL",
        hide_env_values = true,
        global = true
    )]
    pub read_url: Option<String>,

    /// Where to listen [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS:PORT", env = "REVISOR_ADDR", global = true)]
    pub addr: Option<SocketAddr>,

    /// The folder of the SQLite database, the signing key and the last checkpoint; made if missing
    /// [default: data]
    #[arg(long, value_name = "FOLDER", env = "REVISOR_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,

    /// What to log, as a tracing filter: `info`, `warn,server=debug` … [default: info; of commands
    /// other than `serve`: warn]
    #[arg(long, value_name = "FILTER", env = "REVISOR_LOG", global = true)]
    pub log: Option<String>,

    /// How to write the log: `text` or `json` [default: text]
    #[arg(long, value_name = "FORMAT", env = "REVISOR_LOG_FORMAT", global = true)]
    pub log_format: Option<LogFormat>,

    /// The folder of the site's files; not read where they are inside the program
    /// [default: target/site]
    #[arg(long, value_name = "FOLDER", env = "REVISOR_SITE_ROOT", global = true)]
    pub site_root: Option<PathBuf>,

    /// Whether people reach the server by HTTPS, through a proxy: cookies are then sent by HTTPS
    /// only, and the last address of `X-Forwarded-For` is believed [default: false]
    #[arg(long, value_name = "BOOL", env = "REVISOR_BEHIND_TLS", num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true", global = true)]
    pub behind_tls: Option<bool>,

    /// The certificates by which the server speaks TLS itself, in PEM, its own first
    /// [default: none, plain HTTP]
    #[arg(long, value_name = "FILE", env = "REVISOR_TLS_CERT", global = true)]
    pub tls_cert: Option<PathBuf>,

    /// The key of the certificate, in PEM [default: none]
    #[arg(long, value_name = "FILE", env = "REVISOR_TLS_KEY", global = true)]
    pub tls_key: Option<PathBuf>,

    /// Most connections at once [default: 4096]
    #[arg(long, value_name = "COUNT", env = "REVISOR_CONNECTIONS", global = true)]
    pub connections: Option<usize>,

    /// How many requests a key may make a minute, at each server; 0 for as many as it likes
    /// [default: 0]
    #[arg(long, value_name = "COUNT", env = "REVISOR_KEY_RATE", global = true)]
    pub key_rate: Option<u32>,

    /// How many requests of a key may run at once, at each server [default: 1024]
    #[arg(
        long,
        value_name = "COUNT",
        env = "REVISOR_KEY_REQUESTS",
        global = true
    )]
    pub key_requests: Option<usize>,

    /// Whether calls to other servers (single sign-on, checkpoints sent on) may go to private
    /// addresses [default: false]
    #[arg(long, value_name = "BOOL", env = "REVISOR_ALLOW_PRIVATE", num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true", global = true)]
    pub allow_private: Option<bool>,

    /// Where newest checkpoints are sent, at most once a minute, with commas between: folders, where
    /// each is a file of its own, and addresses, which get a POST [default: none]
    #[arg(
        long,
        value_name = "FOLDER|URL",
        env = "REVISOR_SEND_CHECKPOINTS",
        hide_env_values = true,
        value_delimiter = ',',
        global = true
    )]
    pub send_checkpoints: Vec<String>,

    /// Single sign-on.
    #[command(flatten)]
    pub sso: super::SsoFlags,

    /// After how many hours a person signs in again, however busy they are [default: 168]
    #[arg(
        long,
        value_name = "HOURS",
        env = "REVISOR_SESSION_LIMIT_HOURS",
        global = true
    )]
    pub session_limit_hours: Option<u32>,

    /// After how many hours without a request a person is signed out [default: 12]
    #[arg(
        long,
        value_name = "HOURS",
        env = "REVISOR_SESSION_HOURS",
        global = true
    )]
    pub session_hours: Option<u32>,

    /// How many operations may wait to be recorded before hosts are told to come again
    /// [default: the recorder's own]
    #[arg(long, value_name = "COUNT", env = "REVISOR_QUEUE", global = true)]
    pub queue: Option<usize>,

    /// The file of the secret that checkpoints are signed with, 32 bytes in base64; made if
    /// missing [default: `DATA_DIR/signing.key`]
    #[arg(
        long,
        value_name = "FILE",
        env = "REVISOR_SIGNING_KEY_FILE",
        global = true
    )]
    pub signing_key_file: Option<PathBuf>,

    /// Start on a database that is behind the last checkpoint signed here. This is recorded
    /// [default: false]
    #[arg(long, global = true)]
    pub accept_older_database: bool,
    /// PostgreSQL databases whose operations `serve` takes from what `capture install` put there,
    /// with commas between them [default: none]
    #[arg(
        long,
        value_name = "URL",
        env = "REVISOR_CAPTURE",
        hide_env_values = true,
        value_delimiter = ',',
        global = true
    )]
    pub capture: Vec<String>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}
