//! `cargo xtask serve`: build, serve, and with `--demo` fill it first.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::cli::ServeArguments;
use crate::progress::Step;
use crate::revisor::{self, Instance};
use crate::service;
use crate::site;
use crate::workspace::{Profile, Workspace};

/// A folder with this file in it was made for the demo, and may be made afresh.
const MARK: &str = "demo-data";

/// Builds and serves until it is stopped.
pub(crate) fn run(workspace: &Workspace, arguments: &ServeArguments) -> anyhow::Result<()> {
    let mut addr = arguments.addr;
    if addr.port() == 0 {
        addr.set_port(service::free_address()?.port());
    }
    // Before the build, which takes minutes the first time.
    if let Err(error) = TcpListener::bind(addr) {
        bail!("cannot listen on {addr}: {error}; choose another address by --addr");
    }
    let profile = Profile::of(arguments.release);
    site::build(workspace, profile)?;
    revisor::build(workspace, profile)?;

    let data = data_folder(workspace, arguments);
    if arguments.demo {
        make_afresh(&data)?;
    }
    let mut instance = Instance::new(workspace, profile, addr, &data);
    if arguments.demo {
        if std::env::var_os("DATABASE_URL").is_some() {
            eprintln!("The demo keeps to a database of its own; DATABASE_URL is not used.");
        }
        instance = instance.with_own_database();
    }
    if arguments.demo {
        eprintln!("==> Load the demo");
        instance.load_demo()?;
    }
    let step = Step::start("Start the server");
    let service = instance.serve(None)?;
    step.done();
    eprintln!();
    eprintln!("Revisor is served at {}", instance.url());
    eprintln!("Its data is in {}", data.display());
    eprintln!("Ctrl-C stops it.");
    service.wait()
}

fn data_folder(workspace: &Workspace, arguments: &ServeArguments) -> PathBuf {
    match &arguments.data_dir {
        Some(folder) => folder.clone(),
        None if arguments.demo => workspace.path("data/demo"),
        None => std::env::var_os("REVISOR_DATA_DIR")
            .map_or_else(|| workspace.path("data"), PathBuf::from),
    }
}

/// An empty folder for the demo. One that the demo did not make is left alone.
fn make_afresh(folder: &Path) -> anyhow::Result<()> {
    let mark = folder.join(MARK);
    let has_files = fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
    if has_files {
        if !mark.is_file() {
            bail!(
                "{} holds files that are not the demo's; give --demo an empty --data-dir",
                folder.display()
            );
        }
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    fs::write(
        &mark,
        "Made by `cargo xtask serve --demo`, which removes this folder.\n",
    )
    .with_context(|| format!("writing {}", mark.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_is_made_afresh_and_other_data_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let demo = folder.path().join("demo");
        make_afresh(&demo).unwrap();
        fs::write(demo.join("revisor.db"), "old").unwrap();
        make_afresh(&demo).unwrap();
        assert!(!demo.join("revisor.db").exists());

        let real = folder.path().join("real");
        fs::create_dir(&real).unwrap();
        fs::write(real.join("revisor.db"), "precious").unwrap();
        assert!(make_afresh(&real).is_err());
        assert!(real.join("revisor.db").exists());
    }
}
