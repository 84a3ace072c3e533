//! What is measured: a server in release build on a database of its own, with a host whose models
//! are declared and followed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::workload;
use crate::database::{Kind, psql};
use crate::revisor::Instance;
use crate::service::{self, Service};
use crate::test::postgres::Postgres;
use crate::workspace::{Profile, Workspace};

/// The host that operations come from.
const HOST: &str = "bench";

/// A database, still empty. Gone with this value.
pub(super) struct Place {
    pub(super) kind: Kind,
    program: PathBuf,
    pub(super) postgres: Option<Postgres>,
    pub(super) folder: TempDir,
}

impl Place {
    /// Makes one. PostgreSQL has the memory of a small server and loses nothing.
    pub(super) fn new(program: &Path, kind: Kind) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("revisor-bench-")
            .tempdir()
            .context("making a folder for the data")?;
        let postgres = (kind == Kind::Postgres)
            .then(|| {
                Postgres::start_with(&[
                    "shared_buffers=512MB",
                    "max_wal_size=8GB",
                    "checkpoint_timeout=15min",
                    "max_connections=200",
                ])
            })
            .transpose()?;
        Ok(Self {
            kind,
            program: program.to_path_buf(),
            postgres,
            folder,
        })
    }

    /// The database of PostgreSQL that is called `name`.
    pub(super) fn postgres_url(&self, name: &str) -> anyhow::Result<String> {
        let postgres = self.postgres.as_ref().context("this is not PostgreSQL")?;
        Ok(format!("{}/{name}", postgres.url()))
    }

    /// The file of SQLite in the data folder `name`.
    pub(super) fn sqlite_file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name).join("revisor.db")
    }

    /// Sets up an instance on a new database called `name`.
    pub(super) fn instance(&self, workspace: &Workspace, name: &str) -> anyhow::Result<Instance> {
        if self.kind == Kind::Postgres {
            psql(
                &self.postgres_url("postgres")?,
                &format!("CREATE DATABASE {name}"),
            )?;
        }
        self.same_instance(workspace, name)
    }

    /// Sets up an instance on the database called `name`, which is there.
    pub(super) fn same_instance(
        &self,
        workspace: &Workspace,
        name: &str,
    ) -> anyhow::Result<Instance> {
        let data = self.folder.path().join(name);
        fs::create_dir_all(&data).with_context(|| format!("making {}", data.display()))?;
        let instance = Instance::new(workspace, Profile::Release, service::free_address()?, &data)
            .by(&self.program)
            .with_own_database();
        Ok(match self.kind {
            Kind::Sqlite => instance,
            Kind::Postgres => instance.with("DATABASE_URL", self.postgres_url(name)?),
        })
    }

    /// How many bytes the database called `name` takes up.
    pub(super) fn bytes(&self, name: &str) -> anyhow::Result<u64> {
        match self.kind {
            Kind::Sqlite => {
                let file = self.sqlite_file(name);
                let size = |path: &Path| fs::metadata(path).map_or(0, |found| found.len());
                Ok(size(&file) + size(&file.with_extension("db-wal")))
            }
            Kind::Postgres => {
                let told = psql(
                    &self.postgres_url(name)?,
                    &format!("SELECT pg_database_size('{name}')"),
                )?;
                Ok(told.trim().parse()?)
            }
        }
    }
}

/// A server that follows everything the host does.
pub(super) struct Bed {
    pub(super) place: Place,
    pub(super) instance: Instance,
    pub(super) service: Service,
    pub(super) url: String,
    pub(super) key: String,
    /// How long it took from its start until it was ready.
    pub(super) started_in: Duration,
    /// More servers on the same database.
    more: Vec<(String, Service)>,
}

/// The name of the database that a bed is made on.
pub(super) const TRAIL: &str = "trail";

impl Bed {
    /// A new server on a new database.
    pub(super) fn new(workspace: &Workspace, program: &Path, kind: Kind) -> anyhow::Result<Self> {
        let place = Place::new(program, kind)?;
        let instance = place.instance(workspace, TRAIL)?;
        let log = place.folder.path().join("revisor.log");
        let service = instance.serve(Some(&log))?;
        let key = instance.key(HOST, "record,read,admin")?;
        let bed = Self {
            url: instance.url(),
            key,
            instance,
            service,
            place,
            started_in: Duration::ZERO,
            more: Vec::new(),
        };
        for model in workload::MODELS {
            let path = format!("/api/v1/models/{model}");
            bed.send("PUT", &path, &workload::declaration(model))?;
            let rule = json!({"name": format!("All of {model}"), "host": HOST, "model": model, "log_create": true});
            bed.send("POST", "/api/v1/rules", &rule)?;
        }
        Ok(bed)
    }

    /// Ends the server and starts it again.
    pub(super) fn restart(&mut self) -> anyhow::Result<()> {
        self.service.stop();
        let log = self.place.folder.path().join("revisor.log");
        let started = Instant::now();
        self.service = self.instance.serve(Some(&log))?;
        self.started_in = started.elapsed();
        Ok(())
    }

    /// Starts more servers on the same database, until there are so many.
    pub(super) fn grow(&mut self, workspace: &Workspace, servers: usize) -> anyhow::Result<()> {
        while self.servers() < servers {
            let instance = self.place.same_instance(workspace, TRAIL)?;
            let log = format!("revisor-{}.log", self.servers());
            let service = instance.serve(Some(&self.place.folder.path().join(log)))?;
            self.more.push((instance.url(), service));
        }
        Ok(())
    }

    /// How many servers there are.
    pub(super) const fn servers(&self) -> usize {
        1 + self.more.len()
    }

    /// Where the `n`th request goes: to one server after another.
    pub(super) fn turn(&self, n: usize) -> &str {
        let place = n % self.servers();
        let other = place.checked_sub(1).and_then(|other| self.more.get(other));
        other.map_or(&self.url, |(url, _)| url)
    }

    /// What the database says to `sql`, as one text.
    pub(super) fn query(&self, sql: &str) -> anyhow::Result<String> {
        match self.place.kind {
            Kind::Postgres => psql(&self.place.postgres_url(TRAIL)?, sql),
            Kind::Sqlite => super::floor::run(&self.place.sqlite_file(TRAIL), sql),
        }
    }

    /// The place of the last log.
    pub(super) fn newest(&self) -> anyhow::Result<u64> {
        let told = self.query("SELECT seq FROM log_head")?;
        told.trim().parse().context("reading the end of the log")
    }

    /// Sends JSON; an answer that is no success is an error.
    pub(super) fn send(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<()> {
        let agent = super::client::agent();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Authorization", format!("Bearer {}", self.key))
            .header("Content-Type", "application/json")
            .body(body.to_string())?;
        let mut answer = agent.run(request)?;
        if !answer.status().is_success() {
            let told = answer.body_mut().read_to_string().unwrap_or_default();
            bail!("{method} {path}: {} {told}", answer.status());
        }
        Ok(())
    }

    /// Processor time, in seconds, of the servers, of their database and of the clients.
    pub(super) fn cpu(&self) -> Cpu {
        let others = self.more.iter().map(|(_, service)| cpu_of(service.id()));
        let server = cpu_of(self.service.id()) + others.sum::<f64>();
        let database = self.place.postgres.as_ref().map_or(0.0, |postgres| {
            let parent = postgres.id();
            cpu_of(parent)
                + service::children(parent)
                    .into_iter()
                    .map(cpu_of)
                    .sum::<f64>()
        });
        let clients = cpu_of(std::process::id());
        Cpu {
            server,
            database,
            clients,
        }
    }

    /// Memory of the server in bytes: what of it is in main memory.
    pub(super) fn memory(&self) -> u64 {
        memory_of(self.service.id())
    }
}

/// Processor time in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cpu {
    pub(super) server: f64,
    pub(super) database: f64,
    /// This process.
    pub(super) clients: f64,
}

impl Cpu {
    /// What was used since `before`.
    pub(super) fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            database: self.database - before.database,
            clients: self.clients - before.clients,
        }
    }
}

/// Processor time of a process in seconds, with that of children that ended.
fn cpu_of(pid: u32) -> f64 {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return 0.0;
    };
    // The name, in brackets, may hold anything; what follows it are numbers.
    let numbers = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = numbers
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|number| number.parse::<f64>().ok())
        .sum();
    // The kernel tells hundredths of a second, on every architecture there is.
    ticks / 100.0
}

fn memory_of(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}
