//! System calls on the server's files fail, one kind after the other, at one place after the other:
//! SQLite's files, and those of the signing key and the last checkpoint.
//!
//! By strace, at a server at work and at one that starts. One at work answers that it cannot, and
//! records again as soon as calls do what they should; one that starts does so, or says what is
//! wrong and starts the next time.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::bed::{Bed, Ground};
use super::load::{self, Load, PATIENCE};
use super::{Outcome, Torture, check};
use crate::command;
use crate::database::Kind;
use crate::random::Random;
use crate::revisor::Instance;
use crate::service::Service;
use crate::workspace::Profile;

/// What SQLite and the data folder need of the system at work, by where it may fail: the last call
/// that is tried is chosen below that number.
const AT_WORK: [(&str, u64); 4] = [
    ("pwrite64", 40),
    ("fsync,fdatasync", 4),
    ("pread64", 30),
    ("openat,rename,renameat,renameat2", 3),
];
/// The same of a server that starts, where there are more kinds of calls.
const AT_START: [(&str, u64); 7] = [
    ("openat", 12),
    ("pwrite64", 30),
    ("fsync,fdatasync", 8),
    ("ftruncate", 3),
    ("fallocate", 3),
    ("rename,renameat,renameat2,link,linkat", 2),
    ("unlink,unlinkat", 2),
];
const ERRORS: [&str; 2] = ["EIO", "ENOSPC"];
/// How often each kind fails at a server at work.
const TIMES: u64 = 3;
/// How long a call of the chosen kind is waited for; not every kind comes any more.
const RARE: Duration = Duration::from_secs(4);

pub(super) fn run(torture: &Torture, random: &mut Random) -> anyhow::Result<Outcome> {
    if command::find("strace").is_none() {
        return Ok(Outcome::NotRun("strace is not installed".to_owned()));
    }
    let mut probe = Command::new("strace");
    if let Err(why) = command::output(probe.args(["-f", "-o", "/dev/null", "true"])) {
        return Ok(Outcome::NotRun(format!(
            "processes cannot be traced here: {why:#}"
        )));
    }
    let mut bed = Bed::new(torture, Kind::Sqlite)?;
    let (urls, key) = ([bed.url()], bed.key.clone());
    let mut failed = 0;
    let mut noted = load::during(&urls, &key, "strace", random, |load, random| {
        for (calls, most) in AT_WORK {
            for time in 0..TIMES {
                let at = 1 + random.below(most.min(1 + most * (time + 1) / TIMES));
                let error = ERRORS[usize::try_from(random.below(2))?];
                failed += u64::from(at_work(&mut bed, load, calls, error, at)?);
                load.more(5)
                    .with_context(|| format!("after {calls} number {at} gave {error}"))?;
            }
        }
        load.calm(100)
    })?;
    ensure!(
        bed.service.ended()?.is_none(),
        "the server ended{}",
        bed.service.last_words()
    );
    let recorded = check::all(&bed, &mut noted)?;
    drop(bed);
    let (started, refused) = starts(torture, random)?;
    let told = noted.told();
    Ok(Outcome::Held(format!(
        "{failed} calls failed at work and {} starts ({refused} refused); {told}, {recorded} recorded",
        started + refused
    )))
}

/// The files whose calls fail.
fn files(data: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = [
        "revisor.db",
        "revisor.db-wal",
        "revisor.db-shm",
        "signing.key",
    ]
    .iter()
    .map(|name| data.join(name))
    .collect();
    for entry in fs::read_dir(data).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|end| end == "checkpoint") {
            files.push(path.with_extension("new"));
            files.push(path);
        }
    }
    files
}

/// Strace, to let a call of one kind fail on these files.
fn strace(data: &Path, calls: &str, error: &str, at: u64) -> Vec<String> {
    let mut arguments = vec!["-f".to_owned(), "-qq".to_owned()];
    for file in files(data) {
        arguments.extend(["-P".to_owned(), file.display().to_string()]);
    }
    arguments.extend(["-e".to_owned(), format!("trace={calls}")]);
    arguments.extend([
        "-e".to_owned(),
        format!("inject={calls}:error={error}:when={at}"),
    ]);
    arguments
}

/// Lets a call fail at the server at work; whether one came.
fn at_work(bed: &mut Bed, load: &Load, calls: &str, error: &str, at: u64) -> anyhow::Result<bool> {
    let seen = bed.folder().join("strace.log");
    let mut strace_ = command::clean("strace");
    strace_
        .args(strace(&bed.data(), calls, error, at))
        .args(["-p", &bed.service.id().to_string(), "-o"])
        .arg(&seen);
    let _ = fs::remove_file(&seen);
    let mut strace = Service::start("strace", strace_, None)?.ended_by_interrupt();
    let injected = || fs::read_to_string(&seen).is_ok_and(|text| text.contains("(INJECTED)"));
    let until = std::time::Instant::now() + RARE;
    load.wait("strace stood still", || {
        injected() || std::time::Instant::now() > until
    })?;
    // A little longer: each thread has a count of its own.
    thread::sleep(Duration::from_millis(100));
    strace.stop();
    ensure!(
        bed.service.ended()?.is_none(),
        "the server ended after {calls} number {at} gave {error}{}",
        bed.service.last_words()
    );
    Ok(injected())
}

/// Lets calls fail at new servers that start, and at the same ones when they start again. Gives how
/// many started all the same, and how many said what was wrong.
fn starts(torture: &Torture, random: &mut Random) -> anyhow::Result<(u64, u64)> {
    let (mut started, mut refused) = (0, 0);
    for (calls, most) in AT_START {
        let ground = Ground::new(torture, Kind::Sqlite)?;
        let (data, folder) = (ground.data(), ground.folder.path().to_path_buf());
        let plain = ground.instance(torture, &data)?;
        for error in ERRORS {
            let at = 1 + random.below(most);
            let what = format!("a start where {calls} number {at} gave {error}");
            let script = folder.join(format!("{error}.sh"));
            let program = torture.workspace.revisor(Profile::Dev);
            let arguments: Vec<String> = strace(&data, calls, error, at)
                .into_iter()
                .map(|argument| format!("'{argument}'"))
                .collect();
            // -D: strace watches from beside, and the server is the child that is ended.
            let text = format!(
                "#!/bin/sh\nexec strace -D -o /dev/null {} -- '{}' \"$@\"\n",
                arguments.join(" "),
                program.display()
            );
            fs::write(&script, text)?;
            fs::set_permissions(&script, Permissions::from_mode(0o755))?;
            let broken = ground.instance(torture, &data)?.by(&script);
            if starts_or_tells(&broken, &folder).with_context(|| what.clone())? {
                started += 1;
            } else {
                refused += 1;
            }
            // And the next time, with nothing in its way.
            drop(plain.serve(Some(&folder.join("again.log"))).context(what)?);
        }
        let (code, told) = check::verify(&plain, &[])?;
        ensure!(
            matches!(code, Some(0 | 12)),
            "after broken starts by {calls}: {code:?} {told}"
        );
    }
    Ok((started, refused))
}

/// Whether a server starts; where it does not, it must end by itself and say why.
fn starts_or_tells(instance: &Instance, folder: &Path) -> anyhow::Result<bool> {
    let log = folder.join("broken.log");
    let mut service = instance.start(Some(&log))?;
    let ready = format!("{}/readyz", instance.url());
    let agent = crate::revisor::agent();
    let mut status = None;
    let up = service.wait_until(PATIENCE, || {
        agent
            .get(&ready)
            .call()
            .is_ok_and(|answer| answer.status().is_success())
    });
    if up.is_err() {
        status = service.ended()?;
        let status = status.context("it neither started nor ended")?;
        let told = fs::read_to_string(&log)?;
        ensure!(
            status.code() == Some(1) && told.contains("revisor: "),
            "it ended with {status} and said: {told}"
        );
    }
    service.stop();
    Ok(status.is_none())
}
