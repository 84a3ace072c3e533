//! The steps that cargo does: format, lints, tests.
//!
//! The server's side and the browser's side are never built at once: their features would join.

use super::npm;
use crate::command;
use crate::progress::Step;
use crate::site;
use crate::workspace::Workspace;

/// Packages outside of the default members, which natively build without those.
const ALONE: &str = "xtask";

/// The whole workspace is formatted.
pub(crate) fn format(workspace: &Workspace) -> anyhow::Result<String> {
    command::through(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
    Ok(String::new())
}

/// No lint of the server's side and of this program speaks.
pub(crate) fn clippy(workspace: &Workspace) -> anyhow::Result<String> {
    let step = Step::start("Lint the server's side");
    let strict = ["--", "-D", "warnings"];
    let mut cargo = workspace.cargo(&["clippy", "--all-targets"]);
    command::beside(&step, cargo.args(strict))?;
    let mut cargo = workspace.cargo(&["clippy", "--all-targets", "-p", ALONE]);
    command::beside(&step, cargo.args(strict))?;
    step.done();
    Ok(String::new())
}

/// No lint of the browser's side speaks.
pub(crate) fn clippy_wasm(workspace: &Workspace) -> anyhow::Result<String> {
    site::ensure_target(workspace)?;
    let step = Step::start("Lint the browser's side");
    let mut cargo = workspace.cargo(&["clippy", "-p", "frontend"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    command::beside(&step, &mut cargo)?;
    step.done();
    Ok(String::new())
}

/// Unit, property and HTTP tests, the latter on `postgres` too where there is one.
pub(crate) fn tests(
    workspace: &Workspace,
    postgres: Option<&str>,
    required: bool,
) -> anyhow::Result<String> {
    let nextest = command::find("cargo-nextest").is_some();
    let runner: &[&str] = if nextest {
        &["nextest", "run", "--no-fail-fast", "--no-tests=pass"]
    } else {
        &["test", "--lib", "--bins", "--tests", "--no-fail-fast"]
    };
    let mut alone = workspace.cargo(runner);
    let own = command::through(alone.args(["-p", ALONE]));
    // Last, so that its closing line, which counts the tests, is the last one of this step.
    let mut cargo = workspace.cargo(runner);
    if let Some(url) = postgres {
        cargo.env("REVISOR_TEST_POSTGRES_URL", url);
    } else {
        cargo.env_remove("REVISOR_TEST_POSTGRES_URL");
    }
    if required {
        cargo.env("REVISOR_TEST_REQUIRE_POSTGRES", "1");
    }
    // The provider that single sign-on is tested against comes with the browser tests.
    if npm::packages(workspace, &workspace.path("end2end")).is_ok() {
        cargo.env("REVISOR_TEST_REQUIRE_SSO", "1");
    }
    command::through(&mut cargo)?;
    own?;
    Ok(if postgres.is_some() {
        "on SQLite and PostgreSQL".to_owned()
    } else {
        "on SQLite alone".to_owned()
    })
}

/// The examples in the documentation of the libraries.
pub(crate) fn doc_tests(workspace: &Workspace) -> anyhow::Result<String> {
    command::through(&mut workspace.cargo(&["test", "--doc", "--quiet"]))?;
    Ok(String::new())
}
