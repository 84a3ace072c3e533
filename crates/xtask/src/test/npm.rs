//! npm packages that tests need: those of the lock file, no others.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::apt;
use crate::command;
use crate::progress::Step;
use crate::workspace::Workspace;

/// Gets the packages of `folder`, unless those there are newer than the lock file.
pub(super) fn packages(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let changed = |file: PathBuf| std::fs::metadata(file).and_then(|data| data.modified());
    let lock = folder.join("package-lock.json");
    let told = lock.display().to_string();
    let lock = changed(lock).context(told)?;
    if command::find("npm").is_none() {
        apt::install("npm", &["npm"])?;
    }
    // Written by npm after it has installed everything.
    if changed(folder.join("node_modules/.package-lock.json")).is_ok_and(|time| time >= lock) {
        return Ok(());
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
