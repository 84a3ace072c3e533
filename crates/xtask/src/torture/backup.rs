//! Backups are made while operations come, and put back: as another server, and in the place of the
//! trail itself, which the server and `revisor verify` must notice.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::bed::{Bed, DATABASE};
use super::check::{self, Trail};
use super::notes::{Fate, Sent};
use super::{Outcome, Torture, load, wire};
use crate::command;
use crate::database::{Kind, psql};
use crate::random::Random;
use crate::revisor::Instance;

/// Where a dump is put back on PostgreSQL.
const RESTORED: &str = "restored";

pub(super) fn run(torture: &Torture, kind: Kind, random: &mut Random) -> anyhow::Result<Outcome> {
    let mut bed = Bed::new(torture, kind)?;
    let (urls, key) = ([bed.url()], bed.key.clone());
    let file = bed.folder().join("backup");
    let (mut before, mut after) = (0, 0);
    let mut noted = load::during(&urls, &key, "backup", random, |load, random| {
        load.more(40 + random.below(60))?;
        before = Trail::read(&bed.url(), &key)?.len();
        let answered = load.answered();
        make(&bed, &file)?;
        after = load.answered() - answered;
        load.more(40)
    })?;
    check::all(&bed, &mut noted)?;
    let whole = Trail::read(&bed.url(), &key)?;
    let checkpoint = bed.folder().join("newest.checkpoint");
    fs::write(
        &checkpoint,
        check::get(&bed.url(), &key, "/api/v1/checkpoint")?
            .into_body()
            .read_to_string()?,
    )?;

    // As another server, with nothing but the backup and the signing key.
    let data = bed.folder().join("restored");
    let other = bed.beside(torture, &data, RESTORED)?;
    put_back(&bed, &file, &data)?;
    fs::copy(bed.data().join("signing.key"), data.join("signing.key"))?;
    let (code, told) = check::verify(&other, &[])?;
    ensure!(
        code == Some(0),
        "the backup alone is not intact: {code:?} {told}"
    );
    let (code, told) = check::verify(&other, &[&checkpoint])?;
    ensure!(
        code == Some(11),
        "against a newer checkpoint it is not truncated: {code:?} {told}"
    );
    let service = other.serve(Some(&bed.folder().join("restored.log")))?;
    let kept = Trail::read(&other.url(), &key)?;
    ensure!(
        kept.len() >= before,
        "{} logs are in the backup, {before} were there before",
        kept.len()
    );
    ensure!(
        kept.logs[..] == whole.logs[..kept.len()],
        "the backup is not the beginning of the trail"
    );
    drop(service);

    // In the place of the trail: the data folder still knows better.
    bed.service.stop();
    let place = in_place(torture, &bed, &file)?;
    refuses(&place, &bed.folder().join("refused.log"))?;
    let (code, told) = check::verify(&place, &[&checkpoint])?;
    ensure!(
        code == Some(11),
        "put back, it is not told as truncated: {code:?} {told}"
    );
    let accepting = place.with_flag("--accept-older-database");
    let mut service = accepting.serve(Some(&bed.folder().join("accepted.log")))?;
    let trail = Trail::read(&accepting.url(), &key)?;
    let told = trail.logs.iter().any(|log| log["model"] == "revisor.trail");
    ensure!(told, "that an older database was accepted is not recorded");
    goes_on(&accepting, &key, &trail, &mut noted.sent)?;
    service.stop();
    let (code, told) = check::verify(&accepting, &[])?;
    ensure!(
        code == Some(0),
        "a trail that goes on from a backup is not intact: {code:?} {told}"
    );
    let (code, told) = check::verify(&accepting, &[&checkpoint])?;
    ensure!(
        matches!(code, Some(10 | 11)),
        "what was sealed before the restore is not missed: {code:?} {told}"
    );
    let (kept, lost) = (kept.len(), whole.len() - kept.len());
    Ok(Outcome::Held(format!(
        "{kept} logs in the backup and {lost} after it; {after} requests recorded while it was made; {}",
        noted.told()
    )))
}

/// Makes a backup as docs/backup.md says.
fn make(bed: &Bed, file: &Path) -> anyhow::Result<()> {
    let mut command = match &bed.postgres {
        None => {
            let mut command = bed.instance.command();
            command.arg("backup");
            command
        }
        Some(postgres) => {
            let mut command = command::clean(postgres.program("pg_dump"));
            command.args(["-Fc", "-d", &format!("{}/{DATABASE}", postgres.url()), "-f"]);
            command
        }
    };
    command::output(command.arg(file)).map(drop)
}

/// Puts it back where nothing is.
fn put_back(bed: &Bed, file: &Path, data: &Path) -> anyhow::Result<()> {
    let Some(postgres) = &bed.postgres else {
        fs::copy(file, data.join("revisor.db")).context("putting the backup back")?;
        return Ok(());
    };
    psql(
        &format!("{}/postgres", postgres.url()),
        &format!("CREATE DATABASE {RESTORED}"),
    )?;
    let mut restore = command::clean(postgres.program("pg_restore"));
    restore
        .args([
            "--exit-on-error",
            "-d",
            &format!("{}/{RESTORED}", postgres.url()),
        ])
        .arg(file);
    command::output(&mut restore).map(drop)
}

/// Puts it back in the place of the trail; gives an instance with the data folder that was there.
fn in_place(torture: &Torture, bed: &Bed, file: &Path) -> anyhow::Result<Instance> {
    if bed.kind == Kind::Sqlite {
        let database = |end: &str| -> PathBuf { bed.data().join(format!("revisor.db{end}")) };
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(database(end));
        }
        fs::copy(file, database("")).context("putting the backup back")?;
    }
    // On PostgreSQL the one that was put back stands under another name.
    bed.beside(torture, &bed.data(), RESTORED)
}

/// A server that finds an older database than it knew ends and says so.
fn refuses(instance: &Instance, log: &Path) -> anyhow::Result<()> {
    let mut service = instance.start(Some(log))?;
    // What is waited for is its end, which this gives as an error.
    let ended = service.wait_until(load::PATIENCE, || false);
    ensure!(
        ended.is_err() && service.ended()?.is_some(),
        "it serves a database that went back in time"
    );
    let told = fs::read_to_string(log)?;
    ensure!(
        told.contains("--accept-older-database"),
        "it ended and said: {told}"
    );
    Ok(())
}

/// Hosts send again what came after the backup, with the same keys: all of it is recorded once.
fn goes_on(instance: &Instance, key: &str, trail: &Trail, sent: &mut [Sent]) -> anyhow::Result<()> {
    let agent = wire::agent();
    let (mut again, _): (Vec<Sent>, Vec<_>) = sent.iter().cloned().partition(|one| one.keyed);
    for group in again.chunks_mut(100) {
        let status = wire::send_batch(&agent, &instance.url(), key, group)?;
        ensure!(status == Some(200), "sent again, and answered {status:?}");
        for one in group {
            let known = matches!(one.fate, Fate::Answered { revision: None, .. });
            ensure!(
                known == trail.has(&one.token),
                "{} is known: {known}",
                one.token
            );
        }
    }
    let after = Trail::read(&instance.url(), key)?;
    let missing = again.iter().find(|one| !after.has(&one.token));
    ensure!(
        missing.is_none(),
        "{missing:?} was sent again and is not there"
    );
    let note: Value = check::get(&instance.url(), key, "/api/v1/logs?limit=1")?
        .into_body()
        .read_json()?;
    ensure!(
        note["items"][0]["seq"] == after.len(),
        "the newest log is not the last: {note}"
    );
    Ok(())
}
