//! The step in a real browser: Playwright drives Chromium against a server with the demo, and
//! against the example of a host, which reports to that server.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::npm;
use crate::apt;
use crate::command;
use crate::contacts;
use crate::progress::Step;
use crate::revisor::{self, ThrowAway};
use crate::service;
use crate::site;
use crate::workspace::{Profile, Workspace};

/// Builds the site and the server, starts it with the demo, and runs the specs.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<String> {
    let folder = workspace.path("end2end");
    npm::packages(workspace, &folder)?;
    let chromium = chromium()?;
    site::build(workspace, Profile::Dev)?;
    revisor::build(workspace, Profile::Dev)?;
    contacts::build(workspace)?;
    let mut server = ThrowAway::new(workspace)?;
    server.instance.load_demo()?;
    let step = Step::start("Start a server for the browser");
    server.start()?;
    step.done();
    let contacts = service::free_address()?;
    let _contacts = contacts::start(workspace, &server.instance, contacts, server.folder())?;
    let key = server.instance.key("crm", "admin,record,read")?;
    let mut playwright = workspace.command("npx");
    playwright
        .current_dir(&folder)
        .args(["playwright", "test"])
        .env("REVISOR_E2E_URL", server.instance.url())
        .env("REVISOR_E2E_KEY", key)
        .env("REVISOR_E2E_CONTACTS_URL", format!("http://{contacts}"))
        .env("REVISOR_E2E_PROGRAM", workspace.revisor(Profile::Dev))
        .env("REVISOR_SITE_ROOT", workspace.site(Profile::Dev))
        .env("REVISOR_CHROMIUM", &chromium);
    command::through(&mut playwright)?;
    Ok(String::new())
}

/// The browser: the one that `REVISOR_CHROMIUM` names, one on PATH, or Debian's.
fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("REVISOR_CHROMIUM") {
        let named = PathBuf::from(named);
        if !named.is_file() {
            bail!(
                "REVISOR_CHROMIUM names {}, which is no file",
                named.display()
            );
        }
        return Ok(named);
    }
    let known = || {
        [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ]
        .iter()
        .find_map(|name| command::find(name))
    };
    if let Some(found) = known() {
        return Ok(found);
    }
    apt::install("Chromium", &["chromium"])?;
    known().context("Chromium was installed and is not on PATH")
}
