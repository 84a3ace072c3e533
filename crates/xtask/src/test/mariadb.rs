//! The tests of hosts on MariaDB, where it is installed: a throw-away server on the loopback, its
//! own folder and port, gone with the tests. They are a build of their own, with SeaORM's driver.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use crate::apt;
use crate::command;
use crate::progress::Step;
use crate::service::{self, Service};
use crate::workspace::Workspace;

/// Where Debian keeps servers, which is not on everybody's PATH.
const SERVERS: &str = "/usr/sbin";

/// Runs the tests, or says that there is no MariaDB.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<String> {
    let (Some(server), Some(install)) = (program("mariadbd"), program("mariadb-install-db")) else {
        return Ok("not run: MariaDB is not installed".to_owned());
    };
    let step = Step::start("Start a throw-away MariaDB");
    let folder = tempfile::Builder::new()
        .prefix("revisor-mariadb-")
        .tempdir()
        .context("making a folder for MariaDB")?;
    let data = folder.path().join("data");
    let socket = folder.path().join("socket");
    let root = apt::is_root().then_some("--user=root");
    let mut install = command::clean(&install);
    install
        .args(["--no-defaults", "--auth-root-authentication-method=normal"])
        .args(["--skip-test-db", "--skip-name-resolve"])
        .args(root)
        .arg(format!("--datadir={}", data.display()));
    command::output(&mut install)?;
    let addr = service::free_address()?;
    let mut server = command::clean(&server);
    server
        .args([
            "--no-defaults",
            "--skip-name-resolve",
            "--bind-address=127.0.0.1",
        ])
        .args(root)
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", socket.display()))
        .arg(format!("--port={}", addr.port()))
        // A crash may lose everything.
        .args([
            "--innodb-flush-log-at-trx-commit=0",
            "--max-connections=300",
        ]);
    let log = folder.path().join("mariadb.log");
    let mut service = Service::start("MariaDB", server, Some(&log))?.ended_by_interrupt();
    service.wait_until(Duration::from_mins(1), || {
        std::net::TcpStream::connect_timeout(&addr, Duration::from_secs(1)).is_ok()
    })?;
    step.done();
    let nextest = command::find("cargo-nextest").is_some();
    let runner: &[&str] = if nextest {
        &["nextest", "run", "--no-fail-fast"]
    } else {
        &["test", "--lib", "--tests", "--no-fail-fast"]
    };
    let mut cargo = workspace.cargo(runner);
    cargo
        .args(["-p", "revisor-host", "--features", "axum,mysql,kinds"])
        .env("REVISOR_TEST_MYSQL_URL", format!("mysql://root@{addr}"))
        .env_remove("REVISOR_TEST_POSTGRES_URL");
    command::through(&mut cargo)?;
    Ok("hosts on MariaDB".to_owned())
}

fn program(name: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(SERVERS).join(name);
    command::find(name).or_else(|| beside.is_file().then_some(beside))
}
