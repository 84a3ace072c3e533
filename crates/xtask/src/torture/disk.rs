//! The disk is full for a while: answers say so, nothing is lost, and the server records again as
//! soon as there is room, by itself.
//!
//! A small file system in memory where one may be mounted; otherwise, on SQLite, a limit of the
//! size of files, which needs no rights.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use super::bed::{Bed, Ground};
use super::load::{self, Load};
use super::{Outcome, Torture, check};
use crate::command;
use crate::database::{Kind, psql};
use crate::random::Random;
use crate::test::postgres::Postgres;

/// How often it gets full.
const TIMES: u64 = 3;
/// How large it is, in MiB.
const SIZE: u64 = 192;

pub(super) fn run(torture: &Torture, kind: Kind, random: &mut Random) -> anyhow::Result<Outcome> {
    match Disk::mount() {
        Ok(disk) => full(torture, kind, random, &disk),
        Err(why) if kind == Kind::Sqlite => {
            eprintln!("    no file system can be mounted ({why:#}): files are limited instead");
            limited(torture, random)
        }
        Err(why) => Ok(Outcome::NotRun(format!(
            "no file system can be mounted: {why:#}"
        ))),
    }
}

/// On a small file system: of SQLite the data folder, of PostgreSQL the tables.
fn full(
    torture: &Torture,
    kind: Kind,
    random: &mut Random,
    disk: &Disk,
) -> anyhow::Result<Outcome> {
    let place = disk.path().join("tables");
    let ground = Ground::placed(torture, kind, |postgres| {
        let Some(postgres) = postgres else {
            return Ok(String::new());
        };
        fs::create_dir(&place)?;
        Postgres::give(&place)?;
        let sql = format!("CREATE TABLESPACE small LOCATION '{}'", place.display());
        psql(&format!("{}/postgres", postgres.url()), &sql)?;
        Ok("TABLESPACE small".to_owned())
    })?;
    if kind == Kind::Sqlite {
        fs::remove_dir(ground.data())?;
        std::os::unix::fs::symlink(disk.path(), ground.data())?;
    }
    let mut bed = Bed::with(ground, torture, |instance| instance)?;
    let told = blows(&mut bed, random, |load| {
        let filler = disk.fill()?;
        let refused = load.failures(8);
        fs::remove_file(filler)?;
        refused
    })?;
    Ok(Outcome::Held(format!("full {TIMES} times; {told}")))
}

/// With files that cannot grow.
fn limited(torture: &Torture, random: &mut Random) -> anyhow::Result<Outcome> {
    if command::find("prlimit").is_none() {
        return Ok(Outcome::NotRun("there is no prlimit".to_owned()));
    }
    let ground = Ground::new(torture, Kind::Sqlite)?;
    // A file that is too large is an error for the server, not its end.
    let script = ground.folder.path().join("revisor.sh");
    let program = torture.workspace.revisor(crate::workspace::Profile::Dev);
    fs::write(
        &script,
        format!(
            "#!/bin/sh\ntrap '' XFSZ\nexec '{}' \"$@\"\n",
            program.display()
        ),
    )?;
    fs::set_permissions(&script, Permissions::from_mode(0o755))?;
    let mut bed = Bed::with(ground, torture, |instance| instance.by(&script))?;
    let (server, database) = (bed.service.id(), bed.data().join("revisor.db-wal"));
    let limit = |size: &str| {
        let mut prlimit = Command::new("prlimit");
        prlimit
            .arg(format!("--pid={server}"))
            .arg(format!("--fsize={size}:"));
        command::output(&mut prlimit).map(drop)
    };
    let told = blows(&mut bed, random, |load| {
        limit(&fs::metadata(&database)?.len().to_string())?;
        let refused = load.failures(8);
        limit("unlimited")?;
        refused
    })?;
    Ok(Outcome::Held(format!(
        "files limited {TIMES} times; {told}"
    )))
}

fn blows(
    bed: &mut Bed,
    random: &mut Random,
    mut blow: impl FnMut(&Load) -> anyhow::Result<()>,
) -> anyhow::Result<String> {
    let (urls, key) = ([bed.url()], bed.key.clone());
    let mut noted = load::during(&urls, &key, "disk", random, |load, random| {
        for _ in 0..TIMES {
            load.more(1 + random.below(60))?;
            blow(load)?;
            load.more(10)?;
        }
        load.calm(40)
    })?;
    ensure!(
        bed.service.ended()?.is_none(),
        "the server ended{}",
        bed.service.last_words()
    );
    let recorded = check::all(bed, &mut noted)?;
    Ok(format!("{}, {recorded} recorded", noted.told()))
}

/// A small file system, gone with this value.
struct Disk(TempDir);

impl Disk {
    fn mount() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("revisor-disk-").tempdir()?;
        let mut mount = Command::new("mount");
        mount.args([
            "-t",
            "tmpfs",
            "-o",
            &format!("size={SIZE}m,mode=755"),
            "tmpfs",
        ]);
        command::output(mount.arg(folder.path()))?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves no byte free; gives the file that takes it all.
    fn fill(&self) -> anyhow::Result<PathBuf> {
        let path = self.path().join("filler");
        let mut file = File::create(&path).context("filling the disk")?;
        let block = vec![0; 64 * 1024];
        while file.write(&block).is_ok_and(|written| written > 0) {}
        Ok(path)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whatever still has a file open loses nothing.
        let _ = command::output(Command::new("umount").arg("-l").arg(self.path()));
    }
}
