//! Verifications that were run here: begun by a person, told how far they are and what they found.

use std::time::Duration;

use tokio::sync::watch;
use types::{Timestamp, Verification};

use super::verify::{Against, Progress, verify};
use crate::store::{VerificationRow, from_json, to_json};
use crate::{Audit, Error, Principal};

/// How often it is noted how far a verification is.
const TELL: Duration = Duration::from_millis(500);

/// Starts to verify in the background; answers the number under which it runs. One runs at a
/// time: while it does, its number is answered.
pub async fn start(audit: &Audit, principal: &Principal) -> Result<i64, Error> {
    if !principal.reads_all() {
        return Err(Error::forbidden(
            "only administrators and auditors may do this",
        ));
    }
    let Ok(alone) = std::sync::Arc::clone(&audit.0.verifying).try_lock_owned() else {
        let running = audit.store().verifications(1).await?;
        return Ok(running.first().map_or(0, |row| row.number));
    };
    let (login, _) = principal.signature();
    let logs = audit.store().end().await?;
    let now = audit.now().micros();
    let number = audit.store().begin_verification(&login, logs, now).await?;
    let audit = audit.clone();
    tokio::spawn(async move {
        let _alone = alone;
        let progress = Progress::new((0, logs));
        let telling = tokio::spawn(tell(audit.clone(), number, progress.subscribe()));
        let ended = match verify(&audit, &Against::default(), &progress).await {
            Ok(report) => to_json(&report)
                .map(|text| (report.verdict, text))
                .map_err(Error::from),
            Err(error) => Err(error),
        };
        drop(progress);
        let _ = telling.await;
        let now = audit.now().micros();
        let kept = match ended {
            Ok((verdict, text)) => {
                let done = Some((verdict.as_str(), text.as_str()));
                audit.store().end_verification(number, now, done).await
            }
            Err(error) => {
                tracing::error!(error = %error, "verification.failed");
                audit.store().end_verification(number, now, None).await
            }
        };
        if let Err(error) = kept {
            tracing::error!(error = %error, "verification.not_kept");
        }
    });
    Ok(number)
}

/// Notes now and then how far a verification is.
async fn tell(audit: Audit, number: i64, mut progress: watch::Receiver<(i64, i64)>) {
    while progress.changed().await.is_ok() {
        let (done, of) = *progress.borrow_and_update();
        // Where it cannot be noted, it goes on all the same.
        let _ = audit.store().advance_verification(number, done, of).await;
        tokio::time::sleep(TELL).await;
    }
}

/// The last verifications, newest first.
pub async fn verifications(
    audit: &Audit,
    principal: &Principal,
    limit: u64,
) -> Result<Vec<Verification>, Error> {
    if !principal.reads_all() {
        return Err(Error::forbidden(
            "only administrators and auditors may see this",
        ));
    }
    let rows = audit.store().verifications(limit.min(200)).await?;
    rows.into_iter().map(told).collect()
}

fn told(row: VerificationRow) -> Result<Verification, Error> {
    Ok(Verification {
        number: row.number,
        started_at: Timestamp::from_micros(row.started_at),
        finished_at: row.finished_at.map(Timestamp::from_micros),
        started_by: row.started_by,
        logs: row.logs,
        done: row.done,
        report: row.detail.as_deref().map(from_json).transpose()?,
    })
}
