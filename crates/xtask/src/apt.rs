//! Debian packages that tests need and that are not there yet.

use std::process::Command;
use std::sync::OnceLock;

use anyhow::bail;

use crate::command;
use crate::progress::Step;

/// Whether this program runs as root.
pub(crate) fn is_root() -> bool {
    #[cfg(unix)]
    {
        rustix::process::geteuid().is_root()
    }
    #[cfg(not(unix))]
    {
        false
    }
}

/// Installs the first of `packages` that can be; `what` is told to whoever has to do it by hand.
pub(crate) fn install(what: &str, packages: &[&str]) -> anyhow::Result<()> {
    static UPDATED: OnceLock<()> = OnceLock::new();
    let names = packages.join("` or `");
    if command::find("apt-get").is_none() {
        bail!("{what} is not installed, and there is no apt-get: install it");
    }
    if !is_root() {
        bail!("{what} is not installed: run `apt-get install {names}` as root");
    }
    let step = Step::start(format!("Install {what}"));
    if UPDATED.set(()).is_ok()
        && let Err(error) = command::beside(&step, apt().arg("update"))
    {
        step.line(&format!("    {error:#}"));
    }
    let mut last = None;
    for package in packages {
        let mut command = apt();
        command.args(["install", "--yes", "--no-install-recommends", package]);
        match command::beside(&step, &mut command) {
            Ok(()) => {
                step.done();
                return Ok(());
            }
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) => Err(error),
        None => bail!("no package of {what} is known"),
    }
}

fn apt() -> Command {
    let mut command = command::clean("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
    command
}
