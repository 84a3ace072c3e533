//! `cargo xtask dist`: one release file that needs nothing beside it.

use std::fs;

use anyhow::Context;

use crate::command;
use crate::progress::Step;
use crate::site;
use crate::workspace::{Profile, Workspace};

/// Builds the release site afresh, compresses its files, and builds the server with them inside.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let folder = workspace.site(Profile::Release);
    if folder.exists() {
        // What an earlier build left would be embedded too.
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    site::build(workspace, Profile::Release)?;
    site::compress(&folder)?;
    let step = Step::start("Build the server with the site inside");
    let mut cargo = workspace.cargo(&["build", "--release", "-p", "server", "--bin", "revisor"]);
    command::beside(&step, cargo.args(["--features", "embed"]))?;
    step.done();
    let file = workspace.revisor(Profile::Release);
    let size = fs::metadata(&file)
        .with_context(|| format!("looking at {}", file.display()))?
        .len();
    eprintln!("{} ({} MiB)", file.display(), size / (1024 * 1024));
    Ok(())
}
