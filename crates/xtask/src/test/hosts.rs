//! The step of hosts in other languages: the examples' own tests, against real servers that the
//! tests start, kill and start again.

use anyhow::{Context, bail};

use super::npm;
use super::postgres::Postgres;
use crate::apt;
use crate::command;
use crate::revisor;
use crate::workspace::{Profile, Workspace};

/// The oldest versions that the examples are for.
const PYTHON: (u32, u32) = (3, 10);
const NODE: (u32, u32) = (20, 11);

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
    needs(workspace, "python3", PYTHON)?;
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
    needs(workspace, "node", NODE)?;
    let mut tests = workspace.command("npm");
    tests
        .current_dir(&folder)
        .args(["test", "--loglevel=error"])
        .env("REVISOR_TEST_PROGRAM", workspace.revisor(Profile::Dev))
        .env("REVISOR_TEST_POSTGRES_URL", postgres);
    command::through(&mut tests)
}

/// An error when a program is older than the examples are for.
fn needs(workspace: &Workspace, program: &str, oldest: (u32, u32)) -> anyhow::Result<()> {
    let told = command::output(workspace.command(program).arg("--version"))?;
    let told = String::from_utf8_lossy(&told);
    if version(&told).is_none_or(|found| found < oldest) {
        let (major, minor) = oldest;
        let told = told.trim();
        bail!("{program} {major}.{minor} or newer is needed; this one says `{told}`");
    }
    Ok(())
}

/// The 20 and 11 of `v20.11.1`, the 3 and 12 of `Python 3.12.0`.
fn version(told: &str) -> Option<(u32, u32)> {
    let number = told.trim().rsplit(' ').next()?.trim_start_matches('v');
    let (major, rest) = number.split_once('.')?;
    let minor = rest.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("v20.11.1\n"), Some((20, 11)));
        assert_eq!(version("Python 3.12.0+\n"), Some((3, 12)));
        assert_eq!(version("node"), None);
        assert!(version("Python 3.9.2") < Some(PYTHON));
    }
}
