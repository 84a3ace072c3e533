//! `cargo xtask bench`: what things cost, measured beside what they are compared with.

mod bed;
pub(crate) mod capture;
mod client;
mod floor;
mod overload;
mod read;
mod record;
mod report;
mod servers;
mod workload;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::database::Kind;
use crate::revisor;
use crate::workspace::{Profile, Workspace};

/// What to measure, and how.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    pub(crate) part: Option<Part>,
    #[command(flatten)]
    arguments: Arguments,
}

/// What to measure by itself.
#[derive(Debug, Subcommand)]
pub(crate) enum Part {
    /// What PostgreSQL capture costs a host: rows written plainly, captured, and with the usual
    /// audit trigger
    Capture(capture::Arguments),
}

/// What there is to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Recording,
    Overload,
    /// One, two and four servers on one database; PostgreSQL only
    Servers,
    Reading,
}

/// How to measure recording and reading.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The databases
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Kind::Sqlite, Kind::Postgres])]
    databases: Vec<Kind>,
    /// Measure these only, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [What::Recording, What::Overload, What::Servers, What::Reading])]
    only: Vec<What>,
    /// Seconds of each stretch of recording
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many logs to read from, growing; ten million take a quarter of an hour to record
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 1_000_000])]
    logs: Vec<u64>,
    /// Another build of the program to measure, such as one from before a change
    #[arg(long)]
    program: Option<PathBuf>,
    /// A file for the figures as JSON; they are printed otherwise
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Measures, and prints tables and JSON.
pub(crate) fn run(workspace: &Workspace, bench: &Bench) -> anyhow::Result<()> {
    if let Some(Part::Capture(arguments)) = &bench.part {
        return capture::run(workspace, arguments);
    }
    let arguments = &bench.arguments;
    let program = if let Some(program) = &arguments.program {
        program.clone()
    } else {
        revisor::build(workspace, Profile::Release)?;
        workspace.revisor(Profile::Release)
    };
    let (mut tables, mut recording, mut reading) = (Vec::new(), Vec::new(), Vec::new());
    let (mut overload, mut servers) = (Vec::new(), Vec::new());
    for &kind in &arguments.databases {
        if arguments.only.contains(&What::Recording) {
            let (table, figures) = record::run(workspace, &program, kind, arguments.seconds)?;
            tables.push(table);
            recording.push(figures);
        }
        if arguments.only.contains(&What::Overload) {
            let (table, figures) = overload::run(workspace, &program, kind, arguments.seconds)?;
            tables.push(table);
            overload.push(figures);
        }
        if arguments.only.contains(&What::Servers) && kind == Kind::Postgres {
            let (table, figures) = servers::run(workspace, &program, arguments.seconds)?;
            tables.push(table);
            servers.push(figures);
        }
        if arguments.only.contains(&What::Reading) {
            let (found, figures) = read::run(workspace, &program, kind, &arguments.logs)?;
            tables.extend(found);
            reading.push(figures);
        }
    }
    let figures = json!({
        "recording": recording, "overload": overload, "servers": servers, "reading": reading,
    });
    let mut out = std::io::stdout();
    for table in &tables {
        writeln!(out, "{}", table.text()).context("printing the figures")?;
    }
    match &arguments.json {
        Some(file) => fs::write(file, figures.to_string())
            .with_context(|| format!("writing {}", file.display())),
        None => writeln!(out, "{figures}").context("printing the figures"),
    }
}
