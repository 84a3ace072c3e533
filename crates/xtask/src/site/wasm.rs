//! The browser's side of the program: compiled, and bound to JavaScript.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::command;
use crate::progress::Step;
use crate::site::NAME;
use crate::workspace::{Profile, Workspace};

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the wasm target to the toolchain where it is missing.
pub(crate) fn ensure_target(workspace: &Workspace) -> anyhow::Result<()> {
    let mut rustc = workspace.command("rustc");
    let told = command::output(rustc.args(["--print", "target-libdir", "--target", TARGET]))?;
    let folder = PathBuf::from(String::from_utf8_lossy(&told).trim());
    let there = fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some());
    if there {
        return Ok(());
    }
    if command::find("rustup").is_none() {
        bail!("the toolchain lacks the target {TARGET}, and there is no rustup to add it");
    }
    let step = Step::start(format!("Add the target {TARGET}"));
    command::beside(
        &step,
        workspace.command("rustup").args(["target", "add", TARGET]),
    )?;
    step.done();
    Ok(())
}

/// Compiles `frontend`.
pub(crate) fn compile(workspace: &Workspace, profile: Profile) -> anyhow::Result<()> {
    let step = Step::start("Build the frontend");
    let mut cargo = workspace.cargo(&["build", "-p", "frontend", "--lib", "--target", TARGET]);
    if profile == Profile::Release {
        cargo.args(["--profile", "wasm-release"]);
    }
    command::beside(&step, &mut cargo)?;
    step.done();
    Ok(())
}

/// Makes the JavaScript beside the wasm, unless both are newer than what cargo made.
pub(crate) fn bind(input: &Path, package: &Path, profile: Profile) -> anyhow::Result<()> {
    let made = [format!("{NAME}.js"), format!("{NAME}_bg.wasm")];
    let built = changed(input).with_context(|| format!("looking at {}", input.display()))?;
    if made
        .iter()
        .all(|file| changed(&package.join(file)).is_ok_and(|time| time > built))
    {
        return Ok(());
    }
    let step = Step::start("Bind the wasm to JavaScript");
    let release = profile == Profile::Release;
    Bindgen::new()
        .input_path(input)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(package)
        .context("running wasm-bindgen")?;
    step.done();
    Ok(())
}

fn changed(file: &Path) -> std::io::Result<SystemTime> {
    fs::metadata(file)?.modified()
}
