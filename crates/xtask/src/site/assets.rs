//! Files that go to the browser as they are: icons, fonts, the web manifest.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::workspace::Workspace;

/// Copies `app/assets` and `public`, where there are such folders, into the site.
pub(crate) fn copy(workspace: &Workspace, site: &Path) -> anyhow::Result<()> {
    for folder in ["app/assets", "public"] {
        let source = workspace.path(folder);
        if source.is_dir() {
            copy_folder(&source, site)?;
        }
    }
    Ok(())
}

fn copy_folder(source: &Path, target: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(target).with_context(|| format!("making {}", target.display()))?;
    let entries = fs::read_dir(source).with_context(|| format!("reading {}", source.display()))?;
    for entry in entries {
        let entry = entry?;
        let (from, to) = (entry.path(), target.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            fs::copy(&from, &to).with_context(|| format!("copying {}", from.display()))?;
        }
    }
    Ok(())
}
