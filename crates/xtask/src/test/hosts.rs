//! The step of hosts in other languages: the examples' own tests, against real servers that the
//! tests start, kill and start again.

use anyhow::{Context, bail};

use super::npm;
use super::postgres::Postgres;
use crate::apt;
use crate::command;
use crate::revisor;
use crate::workspace::{Profile, Workspace};

/// The oldest Node.js that the TypeScript example is for.
const NODE: u32 = 20;

/// Runs the tests of each language. The TypeScript example is a host on PostgreSQL: the one at
/// `postgres`, or one of its own, unless PostgreSQL was left out.
pub(crate) fn run(
    workspace: &Workspace,
    postgres: Option<&str>,
    left_out: bool,
) -> anyhow::Result<String> {
    revisor::build(workspace, Profile::Dev)?;
    // What fails in one language does not keep the other from running.
    let python = python(workspace).context("Python");
    if left_out {
        python?;
        return Ok("TypeScript not run: PostgreSQL was left out".to_owned());
    }
    let typescript = match postgres {
        Some(url) => typescript(workspace, url),
        None => Postgres::start().and_then(|own| typescript(workspace, &own.url())),
    };
    let failures: Vec<_> = [python, typescript.context("TypeScript")]
        .into_iter()
        .filter_map(Result::err)
        .map(|error| format!("{error:#}"))
        .collect();
    if !failures.is_empty() {
        bail!("{}", failures.join("; "));
    }
    Ok("in Python and TypeScript".to_owned())
}

fn python(workspace: &Workspace) -> anyhow::Result<()> {
    if command::find("python3").is_none() {
        apt::install("Python", &["python3"])?;
    }
    let mut tests = workspace.command("python3");
    tests
        .current_dir(workspace.path("examples/python"))
        .args(["-m", "unittest", "-v"])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("REVISOR_TEST_PROGRAM", workspace.revisor(Profile::Dev));
    command::through(&mut tests)
}

fn typescript(workspace: &Workspace, postgres: &str) -> anyhow::Result<()> {
    let folder = workspace.path("examples/typescript");
    npm::packages(workspace, &folder)?;
    let told = command::output(workspace.command("node").arg("--version"))?;
    let version = String::from_utf8_lossy(&told);
    if major(&version).is_none_or(|major| major < NODE) {
        bail!("Node.js {NODE} or newer is needed, not {}", version.trim());
    }
    let mut tests = workspace.command("npm");
    tests
        .current_dir(&folder)
        .args(["test", "--loglevel=error"])
        .env("REVISOR_TEST_PROGRAM", workspace.revisor(Profile::Dev))
        .env("REVISOR_TEST_POSTGRES_URL", postgres);
    command::through(&mut tests)
}

/// The 20 of `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.11.1\n"), Some(20));
        assert_eq!(major("node"), None);
    }
}
