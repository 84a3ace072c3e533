//! The steps of a test run, and how each of them ended.

use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::interrupt;
use crate::progress;

/// A step that can be left out or chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StepName {
    /// rustfmt
    Fmt,
    /// Who may depend on what, and cargo-deny where it is installed
    Deps,
    /// clippy of the server's side
    Clippy,
    /// clippy of the browser's side
    ClippyWasm,
    /// A throw-away PostgreSQL; left out, tests run on SQLite alone
    #[value(alias = "http-postgres")]
    Postgres,
    /// Unit, property and HTTP tests
    #[value(alias = "tests")]
    Unit,
    /// Hosts in other languages: the examples, killed and compared
    Hosts,
    /// Examples in the documentation
    Doc,
    /// Servers killed, connections cut, clocks and disks: a short run of `cargo xtask torture`
    Torture,
    /// Instructions, and what databases look at, against what is kept
    Guard,
    /// Git histories replayed through the API
    Replay,
    /// What a browser fetches, against its budget
    Weigh,
    /// Pages in a real browser
    Browser,
    /// Hosts on MariaDB, where it is installed
    Mariadb,
}

impl StepName {
    fn word(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// How a step ended.
enum Outcome {
    Passed(String),
    Failed(String),
    Skipped,
}

/// The run so far.
pub(crate) struct Plan<'a> {
    skip: &'a [StepName],
    only: &'a [StepName],
    ended: Vec<(StepName, Outcome, Duration)>,
}

impl<'a> Plan<'a> {
    /// Nothing has run yet.
    pub(crate) fn new(skip: &'a [StepName], only: &'a [StepName]) -> Self {
        Self {
            skip,
            only,
            ended: Vec::new(),
        }
    }

    /// Whether the step is to run.
    pub(crate) fn wants(&self, name: StepName) -> bool {
        !self.skip.contains(&name) && (self.only.is_empty() || self.only.contains(&name))
    }

    /// Runs a step, unless it is left out. A text that it gives back stands in the table.
    pub(crate) fn step(&mut self, name: StepName, work: impl FnOnce() -> anyhow::Result<String>) {
        if !self.wants(name) {
            self.ended.push((name, Outcome::Skipped, Duration::ZERO));
            return;
        }
        if interrupt::asked() {
            return;
        }
        eprintln!("\n── {} ──", name.word());
        let started = Instant::now();
        let outcome = match work() {
            Ok(note) => Outcome::Passed(note),
            Err(error) => {
                eprintln!("error: {error:#}");
                Outcome::Failed(first_line(&format!("{error:#}")))
            }
        };
        self.ended.push((name, outcome, started.elapsed()));
    }

    /// Prints the table; whether nothing failed.
    pub(crate) fn finish(self) -> bool {
        let mut clean = true;
        eprintln!("\n── summary ──");
        for (name, outcome, time) in self.ended {
            let (word, note) = match outcome {
                Outcome::Passed(note) => ("passed", note),
                Outcome::Failed(note) => {
                    clean = false;
                    ("FAILED", note)
                }
                Outcome::Skipped => ("skipped", String::new()),
            };
            let time = progress::elapsed(time);
            let line = format!("{:<12} {word:<8} {time:>12}  {note}", name.word());
            eprintln!("{}", line.trim_end());
        }
        clean
    }
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(120)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_fails_the_run_and_the_next_one_runs() {
        let mut plan = Plan::new(&[StepName::Clippy], &[]);
        let mut ran = Vec::new();
        plan.step(StepName::Fmt, || anyhow::bail!("badly formatted"));
        plan.step(StepName::Clippy, || anyhow::bail!("never asked"));
        plan.step(StepName::Unit, || {
            ran.push(StepName::Unit);
            Ok(String::new())
        });
        assert!(!plan.finish());
        assert_eq!(ran, [StepName::Unit]);
    }

    #[test]
    fn steps_left_out_do_not_fail() {
        let mut plan = Plan::new(&[], &[StepName::Fmt]);
        plan.step(StepName::Fmt, || Ok(String::new()));
        plan.step(StepName::Browser, || anyhow::bail!("never asked"));
        assert!(plan.finish());
    }
}
