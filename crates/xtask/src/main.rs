//! `cargo xtask`: build, serve, test and ship Revisor.
//!
//! Each command does its own set-up and shows how far it is; nothing but a Rust toolchain has to
//! be there before. Whatever a command starts (servers, databases, browsers) ends with it.

mod apt;
mod bench;
mod cli;
mod command;
mod contacts;
mod database;
mod dist;
mod guard;
mod interrupt;
mod progress;
mod random;
mod replay;
mod revisor;
mod serve;
mod service;
mod site;
mod test;
mod torture;
mod weigh;
mod workspace;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Task};
use workspace::{Profile, Workspace};

fn main() -> ExitCode {
    let task = Cli::parse().task;
    match run(task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does the task; `false` when it was done and something in it failed.
fn run(task: Task) -> anyhow::Result<bool> {
    interrupt::watch()?;
    let workspace = Workspace::find()?;
    match task {
        Task::Serve(arguments) => serve::run(&workspace, &arguments).map(|()| true),
        Task::Build { release } => {
            let profile = Profile::of(release);
            site::build(&workspace, profile)?;
            revisor::build(&workspace, profile)?;
            Ok(true)
        }
        Task::Test(arguments) => test::run(&workspace, &arguments),
        Task::Contacts(arguments) => contacts::run(&workspace, &arguments).map(|()| true),
        Task::Dist => dist::run(&workspace).map(|()| true),
        Task::Bench(arguments) => bench::run(&workspace, &arguments).map(|()| true),
        Task::Guard(arguments) => guard::run(&workspace, &arguments),
        Task::Torture(arguments) => torture::run(&workspace, &arguments),
        Task::Weigh => weigh::run(&workspace),
        Task::ReplayGit(arguments) => replay::run(&workspace, &arguments),
    }
}
