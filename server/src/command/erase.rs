//! `revisor erase`: what is kept of a data subject, erased by an operator.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::PathBuf,
};

use audit::{Audit, Principal, erasure};
use clap::Args;
use serde::Deserialize;
use types::{Code, Subject};

use super::{CommandError, open, print, system};
use crate::config::Settings;

/// Erasures that are read at once.
const CHUNK: u64 = 500;
const SYSTEM: &Principal = &Principal::System;

/// What to erase.
#[derive(Args)]
pub(super) struct Erase {
    /// The host
    #[arg(long, required_unless_present_any = ["list", "from"])]
    host: Option<String>,
    /// The model of the record that the values are about
    #[arg(long, required_unless_present_any = ["list", "from"])]
    model: Option<String>,
    /// The record's id
    #[arg(long, required_unless_present_any = ["list", "from"])]
    record: Option<String>,
    /// Why; it is recorded, so it names no person
    #[arg(long)]
    reason: Option<String>,
    /// Erase; without this it is only told what there is
    #[arg(long)]
    yes: bool,
    /// Print what was erased, one JSON object a line
    #[arg(long, conflicts_with_all = ["host", "model", "record", "reason", "yes", "from"])]
    list: bool,
    /// Erase again what a file lists that `--list` printed: for a database that was put back to an
    /// earlier day
    #[arg(long, value_name = "FILE", conflicts_with_all = ["host", "model", "record"])]
    from: Option<PathBuf>,
}

/// A line of `--list`, as far as it is needed to erase again.
#[derive(Deserialize)]
struct Line {
    #[serde(flatten)]
    subject: Subject,
    reason: String,
}

pub(super) async fn run(settings: &Settings, erase: Erase) -> Result<(), CommandError> {
    // The file first: nothing is done where a line of it cannot be read.
    let again = erase.from.as_ref().map(lines).transpose()?;
    let audit = open(settings).await?;
    let done = match again {
        _ if erase.list => list(&audit).await,
        Some(lines) => erase_again(&audit, lines, &erase).await,
        None => erase_one(&audit, &erase).await,
    };
    audit.close().await;
    done
}

fn lines(path: &PathBuf) -> Result<Vec<Line>, CommandError> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(system(name.clone()))?;
    let mut lines = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(system(name.clone()))?;
        if line.trim().is_empty() {
            continue;
        }
        let line = serde_json::from_str(&line).map_err(|error| {
            CommandError::Other(format!("{name}, line {}: {error}", number + 1))
        })?;
        lines.push(line);
    }
    Ok(lines)
}

async fn list(audit: &Audit) -> Result<(), CommandError> {
    let mut last = None;
    loop {
        let erasures = erasure::list(audit, SYSTEM, last.as_ref(), CHUNK).await?;
        for erasure in &erasures {
            let line = serde_json::to_string(erasure)
                .map_err(|error| CommandError::Other(error.to_string()))?;
            print(&line)?;
        }
        match erasures.into_iter().next_back() {
            Some(erasure) => last = Some(erasure),
            None => return Ok(()),
        }
    }
}

async fn erase_one(audit: &Audit, erase: &Erase) -> Result<(), CommandError> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let subject = Subject {
        host: text(&erase.host),
        model: text(&erase.model),
        record_id: text(&erase.record),
    };
    let found = erasure::find(audit, SYSTEM, &subject).await?;
    if !erase.yes {
        if let Some(about) = &found.about {
            print(&format!("the values of this record are about {about}"))?;
        }
        let told = format!(
            "{subject}: {} logs of {} records hold something that can be erased",
            found.logs, found.records
        );
        print(&told)?;
        return print("nothing was erased: say --reason and --yes to erase it for ever");
    }
    let Some(reason) = &erase.reason else {
        return Err(CommandError::Other("erasing needs a --reason".to_owned()));
    };
    let erased = erasure::erase(audit, SYSTEM, &subject, reason)
        .await
        .map_err(|error| nothing(&subject, error))?;
    tell(&subject, &erased)
}

async fn erase_again(audit: &Audit, lines: Vec<Line>, erase: &Erase) -> Result<(), CommandError> {
    for line in lines {
        let subject = &line.subject;
        if !erase.yes {
            let found = erasure::find(audit, SYSTEM, subject).await?;
            print(&format!("{subject}: {} logs", found.logs))?;
            continue;
        }
        let reason = erase.reason.as_ref().unwrap_or(&line.reason);
        match erasure::erase(audit, SYSTEM, subject, reason).await {
            Ok(erased) => tell(subject, &erased)?,
            // It was recorded after the day that the database is of.
            Err(error) if error.code() == Code::NotFound => {
                print(&format!("{subject}: nothing is kept"))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    if !erase.yes {
        print("nothing was erased: say --yes to erase all of it for ever")?;
    }
    Ok(())
}

fn nothing(subject: &Subject, error: audit::Error) -> CommandError {
    if error.code() == Code::NotFound {
        return CommandError::Other(format!("{subject}: nothing is kept that can be erased"));
    }
    error.into()
}

fn tell(subject: &Subject, erased: &erasure::Erased) -> Result<(), CommandError> {
    let erasure = &erased.erasure;
    print(&if erased.before {
        format!("{subject}: erased before, at {}", erasure.erased_at)
    } else if erased.cleared {
        format!("{subject}: erased")
    } else {
        format!("{subject}: erased; what the database keeps beside its tables goes by and by")
    })
}
