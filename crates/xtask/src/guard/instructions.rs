//! The instructions of the pure parts, counted by Valgrind's callgrind: the same on a busy machine
//! as on a quiet one.

use std::path::Path;

use anyhow::{Context, bail};

use super::figures::Figures;
use crate::progress::Step;
use crate::workspace::Workspace;
use crate::{apt, command};

/// How often each is done, so that what is done once does not show.
const TIMES: u64 = 200;

/// Counts them.
pub(super) fn count(workspace: &Workspace, found: &mut Figures) -> anyhow::Result<()> {
    if command::find("valgrind").is_none() {
        apt::install("Valgrind", &["valgrind"])?;
    }
    let step = Step::start("Build what is counted");
    let build = [
        "build",
        "--profile",
        "guard",
        "--package",
        "audit",
        "--example",
        "work",
    ];
    command::beside(&step, &mut workspace.cargo(&build))?;
    step.done();
    let program = workspace.guarded("work");
    let names = command::output(&mut workspace.command(&program.to_string_lossy()))?;
    let names = String::from_utf8(names).context("reading what there is to count")?;
    let step = Step::start("Count instructions");
    for name in names.lines() {
        // What is done once, at start and end, is in both.
        let (once, twice) = (
            instructions(workspace, &program, name, TIMES)?,
            instructions(workspace, &program, name, 2 * TIMES)?,
        );
        found.put("instructions", name, twice.saturating_sub(once) / TIMES);
    }
    step.done();
    Ok(())
}

fn instructions(
    workspace: &Workspace,
    program: &Path,
    name: &str,
    times: u64,
) -> anyhow::Result<u64> {
    let mut valgrind = workspace.command("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([name, &times.to_string()]);
    let ended = valgrind.output().context("starting Valgrind")?;
    let told = String::from_utf8_lossy(&ended.stderr);
    if !ended.status.success() {
        bail!("Valgrind: {}: {told}", ended.status);
    }
    collected(&told).with_context(|| format!("Valgrind told no count: {told}"))
}

/// What callgrind says at its end: `==123== Collected : 4567`.
fn collected(told: &str) -> Option<u64> {
    let line = told.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read() {
        let told =
            "==7== Callgrind, a tool\n==7== Events    : Ir\n==7== Collected : 1234567\n==7==\n";
        assert_eq!(collected(told), Some(1_234_567));
        assert_eq!(collected("==7== Events : Ir"), None);
    }
}
