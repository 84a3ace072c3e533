//! `cargo xtask torture`: servers, databases, disks, connections and clocks are broken under load,
//! and after each blow everything that was answered must be there once, everything else whole or
//! absent, and the server back at work.
//!
//! What is done by chance follows from a seed, which is printed; when exactly a blow falls depends
//! on the machine, too, so a seed repeats what is tried and not the instant.

mod backup;
mod bed;
mod check;
mod clock;
mod cut;
mod database;
mod disk;
mod frozen;
mod kill;
mod load;
mod notes;
mod openapi;
mod strace;
mod wire;

use std::io::Write as _;
use std::time::Instant;

use clap::{Args, ValueEnum};

use crate::database::Kind;
use crate::random::Random;
use crate::workspace::{Profile, Workspace};
use crate::{interrupt, progress, revisor};

/// What to break, and how often.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// What the random choices follow from [default: another one each time]
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How often each scenario is done
    #[arg(long, default_value_t = 1)]
    pub(crate) rounds: u64,
    /// These scenarios only, separated by commas
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) only: Vec<Scenario>,
    /// The databases
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Kind::Sqlite, Kind::Postgres])]
    pub(crate) databases: Vec<Kind>,
    /// Leave the folders with databases and logs where they are
    #[arg(long)]
    pub(crate) keep: bool,
}

/// A way to break things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// The server is killed at random moments
    Kill,
    /// All processes of its PostgreSQL are killed
    Database,
    /// The disk is full
    Disk,
    /// System calls on SQLite's files fail
    Strace,
    /// Connections are cut in the middle of a body or an answer
    Cut,
    /// The clock is set back and forth
    Clock,
    /// One of two servers stands still, and goes on
    Frozen,
    /// Backups are made and put back while operations come
    Backup,
    /// The API is called by its own document, with what fits it and what does not
    Openapi,
}

/// How a scenario ended; one that finds something wrong is an error.
enum Outcome {
    /// It held, with a word on what was done.
    Held(String),
    /// It was not run, and why.
    NotRun(String),
}

/// What each scenario is given.
struct Torture<'a> {
    workspace: &'a Workspace,
    keep: bool,
}

impl Scenario {
    /// Whether there is such a thing on a database.
    fn applies(self, kind: Kind) -> bool {
        match self {
            Self::Database | Self::Frozen => kind == Kind::Postgres,
            Self::Strace => kind == Kind::Sqlite,
            _ => true,
        }
    }

    fn run(self, torture: &Torture, kind: Kind, random: &mut Random) -> anyhow::Result<Outcome> {
        match self {
            Self::Kill => kill::run(torture, kind, random),
            Self::Database => database::run(torture, random),
            Self::Disk => disk::run(torture, kind, random),
            Self::Strace => strace::run(torture, random),
            Self::Cut => cut::run(torture, kind, random),
            Self::Clock => clock::run(torture, kind, random),
            Self::Frozen => frozen::run(torture, random),
            Self::Backup => backup::run(torture, kind, random),
            Self::Openapi => openapi::run(torture, kind, random),
        }
    }

    fn word(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Builds the server and runs the scenarios; `false` when one of them found something.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<bool> {
    revisor::build(workspace, Profile::Dev)?;
    Ok(all(workspace, arguments)?.is_empty())
}

/// A run of a minute, for the tests: what is broken most quickly, by another seed each time.
pub(crate) fn short(workspace: &Workspace, sqlite_alone: bool) -> anyhow::Result<String> {
    revisor::build(workspace, Profile::Dev)?;
    let mut databases = vec![Kind::Sqlite, Kind::Postgres];
    databases.truncate(if sqlite_alone { 1 } else { 2 });
    let arguments = Arguments {
        seed: Some(some_seed()),
        rounds: 1,
        only: vec![
            Scenario::Kill,
            Scenario::Disk,
            Scenario::Cut,
            Scenario::Clock,
        ],
        databases,
        keep: false,
    };
    let failed = all(workspace, &arguments)?;
    let seed = arguments.seed.unwrap_or_default();
    anyhow::ensure!(
        failed.is_empty(),
        "with --seed {seed}: {}",
        failed.join(", ")
    );
    Ok(format!("seed {seed}"))
}

/// Runs the scenarios on a server that is built; gives those that found something.
pub(crate) fn all(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<Vec<String>> {
    let seed = arguments.seed.unwrap_or_else(some_seed);
    eprintln!("==> Torture with --seed {seed}");
    let torture = Torture {
        workspace,
        keep: arguments.keep,
    };
    let mut failed = Vec::new();
    let mut table = String::new();
    for round in 0..arguments.rounds {
        for &scenario in Scenario::value_variants() {
            let chosen = arguments.only.is_empty() || arguments.only.contains(&scenario);
            for &kind in arguments.databases.iter().filter(|_| chosen) {
                if !scenario.applies(kind) {
                    continue;
                }
                interrupt::check()?;
                let name = format!("{} on {}", scenario.word(), kind.word());
                eprintln!("==> {name}");
                // Of its own for each, so that one scenario alone does what it does among all.
                let mut random =
                    Random::new(seed ^ (round << 32) ^ ((scenario as u64) << 8) ^ kind as u64);
                let started = Instant::now();
                let (word, note) = match scenario.run(&torture, kind, &mut random) {
                    Ok(Outcome::Held(note)) => ("held", note),
                    Ok(Outcome::NotRun(why)) => ("NOT RUN", why),
                    Err(error) => {
                        interrupt::check()?;
                        eprintln!("error: {name}: {error:#}");
                        failed.push(name.clone());
                        (
                            "FAILED",
                            format!("{error:#}")
                                .lines()
                                .next()
                                .unwrap_or_default()
                                .to_owned(),
                        )
                    }
                };
                let time = progress::elapsed(started.elapsed());
                let line = format!("{name:<24} {word:<8} {time:>12}  {note}\n");
                eprint!("    {line}");
                table.push_str(&line);
            }
        }
    }
    write!(std::io::stdout(), "torture with seed {seed}\n{table}")?;
    Ok(failed)
}

fn some_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |since| u64::from(since.subsec_nanos()))
}
