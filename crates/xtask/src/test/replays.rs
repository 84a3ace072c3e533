//! The step that replays git histories: one made up, with all that a history can hold, and this
//! project's own where the checkout has one.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::cli::ReplayArguments;
use crate::command;
use crate::replay;
use crate::revisor;
use crate::workspace::{Profile, Workspace};

/// Replays each to a server of its own.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<String> {
    revisor::build(workspace, Profile::Dev)?;
    let folder = tempfile::tempdir().context("making a folder for a repository")?;
    replay::make_synthetic(folder.path())?;
    let mut repositories = vec![folder.path().to_path_buf()];
    if has_history(workspace) {
        repositories.push(workspace.root().to_path_buf());
    }
    let mut clean = true;
    for repository in &repositories {
        clean &= replay::replay(workspace, &arguments(repository))
            .with_context(|| format!("replaying {}", repository.display()))?;
    }
    if !clean {
        bail!("what the API answers differs from what git says");
    }
    Ok(format!("{} repositories", repositories.len()))
}

fn has_history(workspace: &Workspace) -> bool {
    command::output(
        workspace
            .command("git")
            .args(["rev-parse", "--verify", "HEAD"]),
    )
    .is_ok()
}

fn arguments(repository: &Path) -> ReplayArguments {
    ReplayArguments {
        repository: PathBuf::from(repository),
        url: None,
        key: None,
        host: "replay".to_owned(),
        branch: "HEAD".to_owned(),
        limit: None,
        thorough: true,
    }
}
