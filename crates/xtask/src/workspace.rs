//! Where things are: the checkout, cargo's target folder, the built site and the built programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde_json::Value;

use crate::command;

/// How things are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build; tests and `serve` share it, so that nothing is built twice.
    Dev,
    /// Optimised: `release` for the server, `wasm-release` for the browser.
    Release,
}

impl Profile {
    /// The profile that a `--release` flag means.
    pub(crate) fn of(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }
}

/// The checkout that this program was started in.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the checkout and asks cargo for its target folder.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let own = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own
            .ancestors()
            .nth(2)
            .context("xtask lies in crates/xtask of the checkout")?
            .to_path_buf();
        let mut workspace = Self {
            target: root.join("target"),
            root,
        };
        let metadata = workspace.metadata(&["--no-deps"])?;
        if let Some(target) = metadata["target_directory"].as_str() {
            workspace.target = PathBuf::from(target);
        }
        Ok(workspace)
    }

    /// The checkout's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the checkout.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where the site files are put.
    pub(crate) fn site(&self, profile: Profile) -> PathBuf {
        self.root.join(match profile {
            Profile::Dev => "target/site",
            Profile::Release => "target/site-release",
        })
    }

    /// The wasm file that cargo makes of `frontend`.
    pub(crate) fn wasm(&self, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "wasm-release",
        };
        self.target
            .join("wasm32-unknown-unknown")
            .join(folder)
            .join("frontend.wasm")
    }

    /// The server program.
    pub(crate) fn revisor(&self, profile: Profile) -> PathBuf {
        self.program("revisor", profile)
    }

    /// The example of a host.
    pub(crate) fn contacts(&self) -> PathBuf {
        self.program("contacts", Profile::Dev)
    }

    /// An example in the profile that the guard counts.
    pub(crate) fn guarded(&self, name: &str) -> PathBuf {
        self.target.join("guard/examples").join(name)
    }

    fn program(&self, name: &str, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        self.target
            .join(folder)
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// A program to be run in the checkout, without what cargo told this one about itself.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = command::clean(program);
        command.current_dir(&self.root);
        command
    }

    /// Cargo, to be run in the checkout.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments);
        command
    }

    /// What `cargo metadata` says.
    pub(crate) fn metadata(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let mut command = self.cargo(&["metadata", "--format-version", "1"]);
        command.args(arguments);
        serde_json::from_slice(&command::output(&mut command)?).context("reading cargo metadata")
    }
}
