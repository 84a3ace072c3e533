//! A server and its database, to be broken.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::TempDir;

use super::Torture;
use super::notes::{HOST, MODEL};
use crate::database::{Kind, psql};
use crate::revisor::Instance;
use crate::service::{self, Service};
use crate::test::postgres::Postgres;
use crate::workspace::Profile;

/// The name of the database on PostgreSQL.
pub(super) const DATABASE: &str = "trail";

/// A server on a database of its own, which follows everything its host does. Gone with this value.
pub(super) struct Bed {
    pub(super) kind: Kind,
    pub(super) instance: Instance,
    pub(super) service: Service,
    pub(super) key: String,
    // Dropped in this order: the server, its database, their folder.
    pub(super) postgres: Option<Postgres>,
    folder: TempDir,
}

impl Bed {
    /// Starts one.
    pub(super) fn new(torture: &Torture, kind: Kind) -> anyhow::Result<Self> {
        Self::with(Ground::new(torture, kind)?, torture, |instance| instance)
    }

    /// Starts one on this ground, its instance being set up further by `more`.
    pub(super) fn with(
        ground: Ground,
        torture: &Torture,
        more: impl FnOnce(Instance) -> Instance,
    ) -> anyhow::Result<Self> {
        let instance = ground.instance(torture, &ground.data())?;
        instance.migrate()?;
        // The key is made by the program as it is.
        let key = instance.key(HOST, "record,read,admin")?;
        let instance = more(instance);
        let service = instance.serve(Some(&ground.folder.path().join("revisor.log")))?;
        instance.follow(HOST, MODEL)?;
        Ok(Self {
            kind: ground.kind,
            instance,
            service,
            key,
            postgres: ground.postgres,
            folder: ground.folder,
        })
    }

    /// Where the server is.
    pub(super) fn url(&self) -> String {
        self.instance.url()
    }

    /// A folder for what else there is.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The server's data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Its PostgreSQL.
    pub(super) fn postgres(&mut self) -> anyhow::Result<&mut Postgres> {
        self.postgres.as_mut().context("this is not PostgreSQL")
    }

    /// Kills the server and starts it again.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        self.service.kill()?;
        self.start()
    }

    /// Starts the server, which has ended.
    pub(super) fn start(&mut self) -> anyhow::Result<()> {
        let log = self.folder.path().join("revisor.log");
        self.service = self.instance.serve(Some(&log))?;
        Ok(())
    }

    /// Another server on the same database, if it is one that can be shared, else on the database
    /// in the folder `data`.
    pub(super) fn beside(
        &self,
        torture: &Torture,
        data: &Path,
        database: &str,
    ) -> anyhow::Result<Instance> {
        fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
        instance(torture, self.postgres.as_ref(), data, database)
    }
}

/// An empty database.
pub(super) struct Ground {
    pub(super) kind: Kind,
    pub(super) postgres: Option<Postgres>,
    pub(super) folder: TempDir,
}

impl Ground {
    /// Makes one.
    pub(super) fn new(torture: &Torture, kind: Kind) -> anyhow::Result<Self> {
        Self::placed(torture, kind, |_| Ok(String::new()))
    }

    /// Makes one; what `place` gives for its folder stands behind `CREATE DATABASE`.
    pub(super) fn placed(
        torture: &Torture,
        kind: Kind,
        place: impl FnOnce(Option<&Postgres>) -> anyhow::Result<String>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("revisor-torture-")
            .disable_cleanup(torture.keep)
            .tempdir()
            .context("making a folder for the data")?;
        if torture.keep {
            eprintln!("    in {}", folder.path().display());
        }
        let postgres = (kind == Kind::Postgres)
            .then(|| Postgres::start_with(&["max_connections=100"]))
            .transpose()?;
        let place = place(postgres.as_ref())?;
        if let Some(postgres) = &postgres {
            let url = format!("{}/postgres", postgres.url());
            psql(&url, &format!("CREATE DATABASE {DATABASE} {place}"))?;
        }
        let ground = Self {
            kind,
            postgres,
            folder,
        };
        let data = ground.data();
        fs::create_dir_all(&data).with_context(|| format!("making {}", data.display()))?;
        Ok(ground)
    }

    /// The data folder of its server.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(super) fn instance(&self, torture: &Torture, data: &Path) -> anyhow::Result<Instance> {
        instance(torture, self.postgres.as_ref(), data, DATABASE)
    }
}

fn instance(
    torture: &Torture,
    postgres: Option<&Postgres>,
    data: &Path,
    database: &str,
) -> anyhow::Result<Instance> {
    let address = service::free_address()?;
    let instance =
        Instance::new(torture.workspace, Profile::Dev, address, data).with_own_database();
    Ok(match postgres {
        None => instance,
        Some(postgres) => instance.with("DATABASE_URL", format!("{}/{database}", postgres.url())),
    })
}
