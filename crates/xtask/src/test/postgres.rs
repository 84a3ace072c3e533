//! A throw-away PostgreSQL on the loopback: its own folder, its own port, gone with the tests.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::apt;
use crate::command;
use crate::progress::Step;
use crate::service::{self, Service};

/// The oldest version that Revisor runs on.
const OLDEST: u32 = 15;
/// Where Debian keeps the versions.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The user that the server runs as when this program runs as root, which it refuses.
const USER: &str = "postgres";

/// A running server.
pub(crate) struct Postgres {
    port: u16,
    // Stopped before its folder goes: fields are dropped in order.
    service: Service,
    _folder: TempDir,
}

impl Postgres {
    /// For tests: a crash may lose everything.
    pub(crate) fn start() -> anyhow::Result<Self> {
        Self::start_with(&["fsync=off", "full_page_writes=off", "max_connections=300"])
    }

    /// Finds or installs the programs, makes a cluster, and starts it with these settings.
    pub(crate) fn start_with(settings: &[&str]) -> anyhow::Result<Self> {
        let programs = programs()?;
        let step = Step::start("Start a throw-away PostgreSQL");
        let folder = tempfile::Builder::new()
            .prefix("revisor-postgres-")
            .tempdir()
            .context("making a folder for PostgreSQL")?;
        if apt::is_root() {
            command::output(Command::new("chown").arg(USER).arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        let mut initdb = as_user(&programs.join("initdb"));
        initdb
            .current_dir(folder.path())
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--pgdata"])
            .arg(&data);
        command::output(&mut initdb)?;

        let addr = service::free_address()?;
        let mut server = as_user(&programs.join("postgres"));
        server
            .current_dir(folder.path())
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &addr.port().to_string(), "-k"])
            .arg(folder.path())
            .args(settings.iter().flat_map(|setting| ["-c", setting]));
        let log = folder.path().join("postgres.log");
        let mut service = Service::start("PostgreSQL", server, Some(&log))?.ended_by_interrupt();
        let ready = programs.join("pg_isready");
        let port = addr.port().to_string();
        service.wait_until(Duration::from_mins(1), || {
            TcpStream::connect_timeout(&addr, Duration::from_secs(1)).is_ok()
                && command::output(Command::new(&ready).args([
                    "-q",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &port,
                ]))
                .is_ok()
        })?;
        step.done();
        Ok(Self {
            port: addr.port(),
            service,
            _folder: folder,
        })
    }

    /// The number of the process that the others are children of.
    pub(crate) fn id(&self) -> u32 {
        self.service.id()
    }

    /// Where it is; the tests make a database each.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }
}

/// The folder with the programs of the newest version, installed where there is none.
fn programs() -> anyhow::Result<PathBuf> {
    if let Some(folder) = installed() {
        return Ok(folder);
    }
    apt::install("PostgreSQL", &["postgresql-15", "postgresql"])?;
    match installed() {
        Some(folder) => Ok(folder),
        None => bail!("PostgreSQL {OLDEST} or later is not in {VERSIONS}"),
    }
}

fn installed() -> Option<PathBuf> {
    let newest = fs::read_dir(VERSIONS)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| *version >= OLDEST)
        .map(|version| Path::new(VERSIONS).join(version.to_string()).join("bin"))
        .filter(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .max();
    // Elsewhere than on Debian, the programs are on PATH.
    newest.or_else(|| {
        command::find("postgres")?;
        Some(command::find("initdb")?.parent()?.to_path_buf())
    })
}

/// A program of PostgreSQL, which does not run as root.
fn as_user(program: &Path) -> Command {
    let mut command = if apt::is_root() {
        let mut command = command::clean("setpriv");
        command
            .args(["--pdeathsig", "INT"])
            .arg(format!("--reuid={USER}"))
            .arg(format!("--regid={USER}"))
            .args(["--clear-groups", "--"])
            .arg(program);
        command
    } else {
        command::clean(program)
    };
    // These would name another server or another user.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command
}
