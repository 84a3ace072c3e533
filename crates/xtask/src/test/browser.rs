//! The step in a real browser: Playwright drives Chromium against a server with the demo.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::apt;
use crate::command;
use crate::progress::Step;
use crate::revisor::{self, ThrowAway};
use crate::site;
use crate::workspace::{Profile, Workspace};

/// Builds the site and the server, starts it with the demo, and runs the specs.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<String> {
    let folder = workspace.path("end2end");
    install_packages(workspace, &folder)?;
    let chromium = chromium()?;
    site::build(workspace, Profile::Dev)?;
    revisor::build(workspace, Profile::Dev)?;
    let mut server = ThrowAway::new(workspace)?;
    server.instance.load_demo()?;
    let step = Step::start("Start a server for the browser");
    server.start()?;
    step.done();
    let key = server.instance.key("crm", "admin,record,read")?;
    let mut playwright = workspace.command("npx");
    playwright
        .current_dir(&folder)
        .args(["playwright", "test"])
        .env("REVISOR_E2E_URL", server.instance.url())
        .env("REVISOR_E2E_KEY", key)
        .env("REVISOR_E2E_PROGRAM", workspace.revisor(Profile::Dev))
        .env("REVISOR_SITE_ROOT", workspace.site(Profile::Dev))
        .env("REVISOR_CHROMIUM", &chromium);
    command::through(&mut playwright)?;
    Ok(String::new())
}

/// Gets the npm packages, unless those there are newer than the lock file.
fn install_packages(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let changed = |file: PathBuf| std::fs::metadata(file).and_then(|data| data.modified());
    let lock = changed(folder.join("package-lock.json")).context("end2end/package-lock.json")?;
    // Written by npm after it has installed everything.
    if changed(folder.join("node_modules/.package-lock.json")).is_ok_and(|time| time >= lock) {
        return Ok(());
    }
    if command::find("npm").is_none() {
        apt::install("npm", &["npm"])?;
    }
    let step = Step::start("Get the npm packages");
    let mut npm = workspace.command("npm");
    npm.current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command::beside(&step, &mut npm)?;
    step.done();
    Ok(())
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
