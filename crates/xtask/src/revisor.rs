//! The program `revisor` as these commands use it: built, started, asked for keys, filled.

use std::ffi::OsString;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;

use crate::command;
use crate::progress::Step;
use crate::service::{self, Service};
use crate::workspace::{Profile, Workspace};

/// Builds the server.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> anyhow::Result<()> {
    let step = Step::start("Build the server");
    // Without `-p`: with the features that the tests use too, so that nothing is built twice.
    let mut cargo = workspace.cargo(&["build", "--bin", "revisor"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    command::beside(&step, &mut cargo)?;
    step.done();
    Ok(())
}

/// How an instance is set up; every part of the program finds the same settings in it.
pub(crate) struct Instance {
    program: PathBuf,
    addr: SocketAddr,
    settings: Vec<(&'static str, OsString)>,
    own_database: bool,
    flag: Option<&'static str>,
}

impl Instance {
    /// An instance with its data below `data` and its pages' files from the site of `profile`.
    pub(crate) fn new(
        workspace: &Workspace,
        profile: Profile,
        addr: SocketAddr,
        data: &Path,
    ) -> Self {
        Self {
            program: workspace.revisor(profile),
            addr,
            settings: vec![
                ("REVISOR_ADDR", addr.to_string().into()),
                ("REVISOR_DATA_DIR", data.into()),
                ("REVISOR_SITE_ROOT", workspace.site(profile).into()),
            ],
            own_database: false,
            flag: None,
        }
    }

    /// Always the SQLite database below its data folder, whatever `DATABASE_URL` says.
    #[must_use]
    pub(crate) fn with_own_database(mut self) -> Self {
        self.own_database = true;
        self
    }

    /// With this build of the program.
    #[must_use]
    pub(crate) fn by(mut self, program: &Path) -> Self {
        self.program = program.to_path_buf();
        self
    }

    /// With one more setting.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.settings.push((name, value.into()));
        self
    }

    /// With a flag for the server alone.
    #[must_use]
    pub(crate) fn with_flag(mut self, flag: &'static str) -> Self {
        self.flag = Some(flag);
        self
    }

    /// Makes the schema.
    pub(crate) fn migrate(&self) -> anyhow::Result<()> {
        let mut command = self.command();
        command::output(command.args(["migrate", "up"])).map(drop)
    }

    /// Where its pages and its API are; on this machine, when it listens on every address.
    pub(crate) fn url(&self) -> String {
        let mut addr = self.addr;
        if addr.ip().is_unspecified() {
            addr.set_ip(match addr.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{addr}")
    }

    /// Starts serving, and waits for nothing.
    pub(crate) fn start(&self, log: Option<&Path>) -> anyhow::Result<Service> {
        let mut command = service::tied(&self.program);
        self.set_up(&mut command);
        command.arg("serve").args(self.flag);
        Service::start("revisor", command, log)
    }

    /// Starts serving and waits until it is ready.
    pub(crate) fn serve(&self, log: Option<&Path>) -> anyhow::Result<Service> {
        let mut service = self.start(log)?;
        let ready = format!("{}/readyz", self.url());
        let agent = agent();
        service.wait_until(Duration::from_mins(1), || {
            agent
                .get(&ready)
                .call()
                .is_ok_and(|answer| answer.status().is_success())
        })?;
        Ok(service)
    }

    /// A new key of `host`.
    pub(crate) fn key(&self, host: &str, scopes: &str) -> anyhow::Result<String> {
        let mut command = self.command();
        command.args(["key", "create", "--host", host, "--scopes", scopes]);
        let told = command::output(&mut command)?;
        Ok(String::from_utf8(told)
            .context("reading the key")?
            .trim()
            .to_owned())
    }

    /// An administrator who can sign in.
    pub(crate) fn administrator(&self, login: &str, password: &str) -> anyhow::Result<()> {
        let mut command = self.command();
        command.args([
            "user",
            "create",
            "--role",
            "administrator",
            "--login",
            login,
        ]);
        let told = command::line(&command);
        let mut child = command
            .stdin(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting `{told}`"))?;
        let mut input = child.stdin.take().context("the program takes no input")?;
        writeln!(input, "{password}")?;
        drop(input);
        let status = child.wait()?;
        anyhow::ensure!(status.success(), "`{told}` ended with {status}");
        Ok(())
    }

    /// Has every operation on a model of a host followed.
    pub(crate) fn follow(&self, host: &str, model: &str) -> anyhow::Result<()> {
        let key = self.key(host, "admin")?;
        let rule = serde_json::json!({
            "name": format!("All of {model}"), "host": host, "model": model, "log_create": true,
        });
        agent()
            .post(format!("{}/api/v1/rules", self.url()))
            .header("Authorization", format!("Bearer {key}"))
            .send_json(rule)
            .with_context(|| format!("making a rule for {model}"))?;
        Ok(())
    }

    /// Loads the demo, at the times of its story; its summary goes to standard output.
    pub(crate) fn load_demo(&self) -> anyhow::Result<()> {
        let mut command = self.command();
        command.arg("demo");
        command::through(&mut command).context("loading the demo")
    }

    /// The program with these settings, to be given a command.
    pub(crate) fn command(&self) -> Command {
        let mut command = command::clean(&self.program);
        self.set_up(&mut command);
        command
    }

    fn set_up(&self, command: &mut Command) {
        if self.own_database {
            command
                .env_remove("DATABASE_URL")
                .env_remove("REVISOR_CONFIG");
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
    }
}

/// An instance with a folder and a port of its own, gone when this value is.
pub(crate) struct ThrowAway {
    pub(crate) instance: Instance,
    // Stopped before its folder goes: fields are dropped in order.
    service: Option<Service>,
    folder: TempDir,
}

impl ThrowAway {
    /// Sets it up without starting it.
    pub(crate) fn new(workspace: &Workspace) -> anyhow::Result<Self> {
        Self::at(workspace, service::free_address()?)
    }

    /// Sets it up to listen at `addr`.
    pub(crate) fn at(workspace: &Workspace, addr: SocketAddr) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("revisor-")
            .tempdir()
            .context("making a folder for the data")?;
        let instance =
            Instance::new(workspace, Profile::Dev, addr, folder.path()).with_own_database();
        Ok(Self {
            instance,
            service: None,
            folder,
        })
    }

    /// Its folder, for what else lives as long as it does.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it.
    pub(crate) fn start(&mut self) -> anyhow::Result<()> {
        let log = self.folder.path().join("revisor.log");
        self.service = Some(self.instance.serve(Some(&log))?);
        Ok(())
    }
}

pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(5)))
        .build()
        .new_agent()
}
