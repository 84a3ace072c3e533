//! `cargo xtask guard`: what recording and reading cost, without a clock: the instructions of the
//! pure parts, and how much a database looks at for every list at a million logs. The figures are
//! held against those in `crates/xtask/guard.json`.

mod figures;
mod instructions;
mod scans;

use clap::{Args, ValueEnum};

use crate::workspace::Workspace;
use figures::Figures;

/// A part of the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Instructions of matching, diffing, canonical form, leaf, words and parsing
    Instructions,
    /// What SQLite and PostgreSQL look at for every list at a million logs
    Scans,
}

/// What to look at.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// These parts only, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Part::Instructions, Part::Scans])]
    only: Vec<Part>,
    /// Keep what was found, instead of holding it against what was kept
    #[arg(long)]
    write: bool,
}

/// Runs the guard; `false` when something costs more than it may.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<bool> {
    let mut found = Figures::default();
    if arguments.only.contains(&Part::Instructions) {
        instructions::count(workspace, &mut found)?;
    }
    if arguments.only.contains(&Part::Scans) {
        scans::count(workspace, &mut found)?;
    }
    let file = workspace.path("crates/xtask/guard.json");
    let mut kept = Figures::read(&file)?;
    if arguments.write {
        kept.replace(found);
        kept.write(&file)?;
        return Ok(true);
    }
    let (table, held) = kept.compare(&found);
    eprint!("{table}");
    Ok(held)
}

/// A step of the tests.
pub(crate) fn step(workspace: &Workspace) -> anyhow::Result<String> {
    let arguments = Arguments {
        only: vec![Part::Instructions, Part::Scans],
        write: false,
    };
    let held = run(workspace, &arguments)?;
    anyhow::ensure!(
        held,
        "something costs more than it may, or is new: see the table"
    );
    Ok(String::new())
}
