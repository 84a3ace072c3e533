//! `cargo xtask test`: every check and test with all that it needs, one step after the other.
//!
//! A step that fails does not keep the others from running; the table at the end tells all. What
//! could not run counts as failed, unless `--skip` named it. One development profile serves every
//! step, so that nothing is built twice.

mod browser;
mod dependencies;
mod hosts;
mod mariadb;
mod npm;
pub(crate) mod postgres;
mod replays;
mod rust;
mod step;

pub(crate) use step::StepName;

use crate::cli::TestArguments;
use crate::guard;
use crate::interrupt;
use crate::torture;
use crate::workspace::Workspace;
use postgres::Postgres;
use step::Plan;

/// Runs the steps; `false` when one failed.
pub(crate) fn run(workspace: &Workspace, arguments: &TestArguments) -> anyhow::Result<bool> {
    let mut plan = Plan::new(&arguments.skip, &arguments.only);
    plan.step(StepName::Fmt, || rust::format(workspace));
    plan.step(StepName::Deps, || dependencies::check(workspace));
    plan.step(StepName::Clippy, || rust::clippy(workspace));
    plan.step(StepName::ClippyWasm, || rust::clippy_wasm(workspace));
    let mut postgres = None;
    plan.step(StepName::Postgres, || {
        postgres = Some(Postgres::start()?);
        Ok(String::new())
    });
    let wanted = plan.wants(StepName::Postgres);
    let url = postgres.as_ref().map(Postgres::url);
    plan.step(StepName::Unit, || {
        rust::tests(workspace, url.as_deref(), wanted)
    });
    plan.step(StepName::Hosts, || {
        let left_out = arguments.skip.contains(&StepName::Postgres);
        hosts::run(workspace, url.as_deref(), left_out)
    });
    // Later steps keep to SQLite.
    drop(postgres);
    plan.step(StepName::Doc, || rust::doc_tests(workspace));
    plan.step(StepName::Torture, || {
        torture::short(workspace, arguments.skip.contains(&StepName::Postgres))
    });
    plan.step(StepName::Guard, || guard::step(workspace));
    plan.step(StepName::Replay, || replays::run(workspace));
    plan.step(StepName::Weigh, || {
        anyhow::ensure!(crate::weigh::run(workspace)?, "a file is over its budget");
        Ok(String::new())
    });
    plan.step(StepName::Browser, || browser::run(workspace));
    plan.step(StepName::Mariadb, || mariadb::run(workspace));
    interrupt::check()?;
    Ok(plan.finish())
}
