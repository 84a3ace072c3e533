//! `cargo xtask contacts`: the example of a host, beside a Revisor of its own, both made afresh.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::bail;

use crate::cli::ContactsArguments;
use crate::command;
use crate::progress::Step;
use crate::revisor::{self, Instance, ThrowAway};
use crate::service::{self, Service};
use crate::site;
use crate::workspace::{Profile, Workspace};

/// The name that the application has at Revisor.
const HOST: &str = "contacts";
/// What its contacts are called there.
const MODEL: &str = "contacts.contact";
/// Who signs in to that Revisor.
const ADMINISTRATOR: (&str, &str) = ("admin", "contacts-admin");

/// Builds and serves both until they are stopped.
pub(crate) fn run(workspace: &Workspace, arguments: &ContactsArguments) -> anyhow::Result<()> {
    // Before the build, which takes minutes the first time.
    for (flag, addr) in [
        ("--addr", arguments.addr),
        ("--revisor-addr", arguments.revisor_addr),
    ] {
        if let Err(error) = TcpListener::bind(addr) {
            bail!("cannot listen on {addr}: {error}; choose another address by {flag}");
        }
    }
    site::build(workspace, Profile::Dev)?;
    revisor::build(workspace, Profile::Dev)?;
    build(workspace)?;
    let mut server = ThrowAway::at(workspace, arguments.revisor_addr)?;
    let step = Step::start("Start Revisor and the contacts");
    server.start()?;
    let (login, password) = ADMINISTRATOR;
    server.instance.administrator(login, password)?;
    let service = start(workspace, &server.instance, arguments.addr, server.folder())?;
    step.done();
    eprintln!();
    eprintln!("Contacts are at http://{}", arguments.addr);
    eprintln!(
        "Revisor is at {}: sign in as {login} with {password}",
        server.instance.url()
    );
    eprintln!("Ctrl-C stops both; their data go with them.");
    service.wait()
}

/// Builds the application.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    let step = Step::start("Build the contacts");
    command::beside(&step, &mut workspace.cargo(&["build", "--bin", "contacts"]))?;
    step.done();
    Ok(())
}

/// Starts the application at `addr`, with its database in `folder`, reporting to `instance`, where
/// a rule follows its contacts.
pub(crate) fn start(
    workspace: &Workspace,
    instance: &Instance,
    addr: SocketAddr,
    folder: &Path,
) -> anyhow::Result<Service> {
    instance.follow(HOST, MODEL)?;
    let key = instance.key(HOST, "record,read")?;
    let mut command = service::tied(workspace.contacts());
    command
        .current_dir(folder)
        .env("CONTACTS_ADDR", addr.to_string())
        .env("CONTACTS_DATABASE", folder.join("contacts.db"))
        .env("REVISOR_URL", instance.url())
        .env("REVISOR_KEY", key);
    let log = folder.join("contacts.log");
    let mut service = Service::start("contacts", command, Some(&log))?;
    let agent = revisor::agent();
    service.wait_until(Duration::from_secs(30), || {
        agent.get(format!("http://{addr}/sign-in")).call().is_ok()
    })?;
    Ok(service)
}
