//! The clock is set back and forth under a server at work: times of logs never go back.
//!
//! By a library put before the system's, made by the C compiler that building needs anyway.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, ensure};

use super::bed::{Bed, Ground};
use super::{Outcome, Torture, check, load};
use crate::command;
use crate::database::Kind;
use crate::random::Random;

/// How often it is set.
const TIMES: u64 = 12;
/// How far, in seconds: a minute, a day, four years.
const FAR: [i64; 3] = [60, 86_400, 126_230_400];

/// Tells the time with an offset in seconds, which stands in a file.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static volatile int64_t *offset;
__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("REVISOR_TEST_CLOCK");
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0) return;
    void *page = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) offset = page;
    close(file);
}
int clock_gettime(clockid_t clock, struct timespec *time) {
    int done = syscall(SYS_clock_gettime, clock, time);
    if (done == 0 && clock == CLOCK_REALTIME && offset) time->tv_sec += *offset;
    return done;
}
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    int done = clock_gettime(CLOCK_REALTIME, &now);
    if (done == 0 && time) { time->tv_sec = now.tv_sec; time->tv_usec = now.tv_nsec / 1000; }
    return done;
}
time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into) *into = now.tv_sec;
    return now.tv_sec;
}
"#;

pub(super) fn run(torture: &Torture, kind: Kind, random: &mut Random) -> anyhow::Result<Outcome> {
    let Some(compiler) = command::find("cc") else {
        return Ok(Outcome::NotRun(
            "there is no C compiler called cc".to_owned(),
        ));
    };
    let ground = Ground::new(torture, kind)?;
    let library = shim(&compiler, ground.folder.path())?;
    let file = ground.folder.path().join("clock");
    set(&file, 0)?;
    let mut bed = Bed::with(ground, torture, |instance| {
        instance
            .with("LD_PRELOAD", &library)
            .with("REVISOR_TEST_CLOCK", &file)
    })?;
    let (urls, key) = ([bed.url()], bed.key.clone());
    let mut noted = load::during(&urls, &key, "clock", random, |load, random| {
        // Once it must show: the day after tomorrow is what logs are of.
        set(&file, 2 * 86_400)?;
        load.more(8)?;
        for _ in 0..TIMES {
            let far = FAR[usize::try_from(random.below(3))?];
            let offset = i64::try_from(random.below(2_000))? * far / 1_000 - far;
            set(&file, offset)?;
            load.more(5)?;
            thread::sleep(Duration::from_millis(random.below(100)));
            if random.below(4) == 0 {
                bed.kill()?;
            }
        }
        load.more(5)
    })?;
    let recorded = check::all(&bed, &mut noted)?;
    let trail = check::Trail::read(&bed.url(), &key)?;
    let last = trail
        .logs
        .last()
        .and_then(|log| log["recorded_at"].as_str().map(str::to_owned));
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let last = chrono::DateTime::parse_from_rfc3339(&last.context("there are no logs")?)?;
    let tomorrow = i64::try_from(now)? + 86_400;
    ensure!(
        last.timestamp() > tomorrow,
        "the clock was set two days ahead, and {last} is the last time"
    );
    Ok(Outcome::Held(format!(
        "clock set {} times; {}, {recorded} recorded",
        TIMES + 1,
        noted.told()
    )))
}

fn shim(compiler: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
    fs::write(&source, SHIM)?;
    let mut cc = Command::new(compiler);
    cc.args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(&source);
    command::output(&mut cc)?;
    Ok(library)
}

/// Sets the clock so many seconds ahead, without making the file anew: it is mapped.
fn set(file: &Path, offset: i64) -> anyhow::Result<()> {
    use std::os::unix::fs::FileExt as _;
    let file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(file)?;
    file.write_all_at(&offset.to_ne_bytes(), 0)
        .context("setting the clock")
}
