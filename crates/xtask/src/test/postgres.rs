//! A throw-away PostgreSQL on the loopback: its own folder, its own port, gone with the tests.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::apt;
use crate::command;
use crate::progress::Step;
use crate::service::{self, Service, Signal};

/// The oldest version that Revisor runs on.
const OLDEST: u32 = 15;
/// Where Debian keeps the versions.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The user that the server runs as when this program runs as root, which it refuses.
const USER: &str = "postgres";

/// A running server.
pub(crate) struct Postgres {
    programs: PathBuf,
    addr: SocketAddr,
    settings: Vec<String>,
    // Stopped before its folder goes: fields are dropped in order.
    service: Option<Service>,
    folder: TempDir,
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

        let mut postgres = Self {
            programs,
            addr: service::free_address()?,
            settings: settings.iter().map(|&setting| setting.to_owned()).collect(),
            service: None,
            folder,
        };
        postgres.launch()?;
        step.done();
        Ok(postgres)
    }

    /// Starts the server on its cluster, and waits until it answers.
    pub(crate) fn launch(&mut self) -> anyhow::Result<()> {
        let (folder, port) = (self.folder.path(), self.addr.port().to_string());
        let mut server = as_user(&self.programs.join("postgres"));
        server
            .current_dir(folder)
            .arg("-D")
            .arg(folder.join("data"))
            .args(["-h", "127.0.0.1", "-p", &port, "-k"])
            .arg(folder)
            .args(self.settings.iter().flat_map(|setting| ["-c", setting]));
        let log = folder.join("postgres.log");
        let mut service = Service::start("PostgreSQL", server, Some(&log))?.ended_by_interrupt();
        let ready = self.programs.join("pg_isready");
        service.wait_until(Duration::from_mins(1), || {
            TcpStream::connect_timeout(&self.addr, Duration::from_secs(1)).is_ok()
                && command::output(Command::new(&ready).args([
                    "-q",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &port,
                ]))
                .is_ok()
        })?;
        self.service = Some(service);
        Ok(())
    }

    /// Kills all of its processes.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        let mut service = self.service.take().context("PostgreSQL is not running")?;
        let children = service::children(service.id());
        service.kill()?;
        for child in &children {
            service::signal(*child, Signal::Kill);
        }
        // What they share is free again when the last of them is gone.
        let gone = |child: &u32| !Path::new(&format!("/proc/{child}")).exists();
        while !children.iter().all(gone) {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Lets the server, which may run as another user, write to a folder.
    pub(crate) fn give(folder: &Path) -> anyhow::Result<()> {
        if apt::is_root() {
            command::output(Command::new("chown").arg(USER).arg(folder))?;
        }
        Ok(())
    }

    /// One of its programs, such as `pg_dump`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// The number of the process that the others are children of.
    pub(crate) fn id(&self) -> u32 {
        self.service.as_ref().map_or(0, Service::id)
    }

    /// Where it is; the tests make a database each.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@{}", self.addr)
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
