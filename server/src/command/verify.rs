//! `revisor verify`: the whole trail against its checkpoints, beside a running server or without.

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use audit::integrity::{Against, Offline, Progress, VerifyingKey};
use clap::Args;
use types::{Report, Verdict};

use super::{CommandError, open, print, system};
use crate::config::Settings;

/// What to verify against.
#[derive(Args)]
pub(super) struct Verify {
    /// A checkpoint that was kept elsewhere; repeat it for several
    #[arg(long, value_name = "FILE")]
    against: Vec<PathBuf>,
    /// The public key to rely on, as `GET /api/v1/checkpoint/keys` gave it once; without it, the
    /// keys that the database names
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Verify a file that `revisor export --with-proofs` wrote, with no database; needs --key
    #[arg(long, value_name = "FILE", requires = "key")]
    export: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Ends with 0 for intact, 10 for tampered, 11 for truncated, 12 for nothing to verify.
pub(super) async fn run(settings: &Settings, verify: Verify) -> Result<ExitCode, CommandError> {
    let mut against = Against::default();
    for path in &verify.against {
        let note = fs::read_to_string(path).map_err(system(path.display().to_string()))?;
        against.notes.push(note);
    }
    if let Some(key) = &verify.key {
        let key = audit::integrity::key(key).map_err(CommandError::Other)?;
        against.key = Some(key);
    }
    if let (Some(path), Some(key)) = (&verify.export, against.key.clone()) {
        let report = offline(path, key, &against.notes)?;
        return tell_report(&report, verify.json);
    }
    let audit = open(settings).await?;
    let progress = Progress::new((0, 0));
    let telling = tokio::spawn(tell(progress.subscribe()));
    let report = audit::integrity::verify(&audit, &against, &progress).await;
    drop(progress);
    let _ = telling.await;
    audit.close().await;
    tell_report(&report?, verify.json)
}

fn tell_report(report: &Report, json: bool) -> Result<ExitCode, CommandError> {
    print(&if json {
        serde_json::to_string_pretty(report)
            .map_err(|error| CommandError::Other(error.to_string()))?
    } else {
        told(report)
    })?;
    Ok(ExitCode::from(code(report.verdict)))
}

/// Verifies an exported trail, line by line.
fn offline(path: &Path, key: VerifyingKey, notes: &[String]) -> Result<Report, CommandError> {
    let failed = || system(path.display().to_string());
    let mut lines = BufReader::new(File::open(path).map_err(failed())?).lines();
    let head = lines.next().unwrap_or_else(|| Ok(String::new()));
    let mut offline =
        Offline::begin(&head.map_err(failed())?, key, notes).map_err(CommandError::Other)?;
    for line in lines {
        offline.line(&line.map_err(failed())?);
    }
    Ok(offline.finish())
}

fn code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Intact => 0,
        Verdict::Tampered => 10,
        Verdict::Truncated => 11,
        Verdict::NothingToVerify => 12,
    }
}

fn told(report: &Report) -> String {
    let verdict = match report.verdict {
        Verdict::Intact => "intact",
        Verdict::Tampered => "TAMPERED",
        Verdict::Truncated => "TRUNCATED",
        Verdict::NothingToVerify => "nothing to verify",
    };
    let mut lines = vec![format!(
        "{verdict}: {} logs read, {} of them sealed, {} checkpoints compared",
        report.logs, report.sealed, report.checkpoints
    )];
    for finding in &report.findings {
        let place = match (finding.from, finding.to) {
            (0, _) => String::new(),
            (from, to) if from == to => format!("log {from}: "),
            (from, to) => format!("logs {from} to {to}: "),
        };
        let id = finding.log_id.as_ref().map(|id| format!(" ({id})"));
        lines.push(format!(
            "  {place}{}{}",
            finding.what,
            id.unwrap_or_default()
        ));
    }
    if report.more > 0 {
        lines.push(format!("  and {} more findings", report.more));
    }
    lines.join("\n")
}

/// Tells people how far it is; a pipe is not written to.
async fn tell(mut progress: tokio::sync::watch::Receiver<(i64, i64)>) {
    let terminal = io::stderr().is_terminal();
    while progress.changed().await.is_ok() {
        let (done, of) = *progress.borrow_and_update();
        if terminal {
            let _ = write!(io::stderr(), "\rverify: {done} of {of} logs");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    if terminal {
        let _ = writeln!(io::stderr());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Finding;

    #[test]
    fn a_report_is_told_with_the_logs_concerned() {
        let report = Report {
            verdict: Verdict::Tampered,
            logs: 9,
            sealed: 8,
            checkpoints: 2,
            findings: vec![
                Finding {
                    from: 3,
                    to: 3,
                    log_id: Some("01a2".to_owned()),
                    what: "not as it was sealed: it was altered".to_owned(),
                },
                Finding {
                    from: 5,
                    to: 6,
                    log_id: None,
                    what: "removed from the trail".to_owned(),
                },
            ],
            more: 1,
        };
        assert_eq!(
            told(&report),
            "TAMPERED: 9 logs read, 8 of them sealed, 2 checkpoints compared\n  \
             log 3: not as it was sealed: it was altered (01a2)\n  \
             logs 5 to 6: removed from the trail\n  and 1 more findings"
        );
    }

    #[test]
    fn every_verdict_has_an_exit_code_of_its_own() {
        let mut codes: Vec<u8> = Verdict::ALL.into_iter().map(code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes, [0, 10, 11, 12]);
    }
}
