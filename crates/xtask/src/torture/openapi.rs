//! The API called by its own document, with what fits it and what does not: no answer may be a
//! fault of the server.
//!
//! By schemathesis, which is installed from `PyPI` into the target folder; left out, and said so,
//! where that cannot be had. Whether an answer was a fault is read from the server's own log, too.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use super::bed::Bed;
use super::{Outcome, Torture, check};
use crate::command;
use crate::database::Kind;
use crate::random::Random;
use crate::service::Service;

const VERSION: &str = "4.32.5";
/// How long it goes on, in seconds.
const SECONDS: u64 = 40;
/// The host that it calls as.
const FUZZED: &str = "fuzz";

pub(super) fn run(torture: &Torture, kind: Kind, random: &mut Random) -> anyhow::Result<Outcome> {
    let program = match install(torture) {
        Ok(program) => program,
        Err(why) => {
            return Ok(Outcome::NotRun(format!(
                "schemathesis cannot be had: {why:#}"
            )));
        }
    };
    let mut bed = Bed::new(torture, kind)?;
    let key = bed.instance.key(FUZZED, "record,read,admin")?;
    let seed = random.below(1 << 31);
    // What ends keys comes last: all would be refused after it.
    let most = fuzz(
        &bed,
        &program,
        &key,
        seed,
        SECONDS,
        "--exclude-operation-id",
    )?;
    check::get(&bed.url(), &key, "/api/v1/logs").context("the key does not hold any more")?;
    let ends = fuzz(
        &bed,
        &program,
        &key,
        seed,
        SECONDS / 8,
        "--include-operation-id",
    )?;
    ensure!(
        bed.service.ended()?.is_none(),
        "the server ended{}",
        bed.service.last_words()
    );
    bed.service.stop();
    let log = fs::read_to_string(bed.folder().join("revisor.log"))?;
    if let Some(fault) = log.lines().find(|line| line.contains("http.status=5")) {
        bail!("with seed {seed} the server answered by a fault of its own: {fault}");
    }
    let (code, verdict) = check::verify(&bed.instance, &[])?;
    ensure!(
        code == Some(0),
        "`revisor verify` ended with {code:?}: {verdict}"
    );
    Ok(Outcome::Held(format!(
        "{most}; ends of keys and hosts: {ends}; no answer of 5xx"
    )))
}

/// Calls the API for so long, with or without the calls that end keys; gives how often.
fn fuzz(
    bed: &Bed,
    program: &Path,
    key: &str,
    seed: u64,
    seconds: u64,
    which: &str,
) -> anyhow::Result<String> {
    let log = bed.folder().join("schemathesis.log");
    let mut command = command::clean(program);
    command
        .current_dir(bed.folder())
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", bed.url()))
        .args(["-H", &format!("Authorization: Bearer {key}")])
        .args(["--generation-with-security-parameters", "false"])
        .args(["--checks", "not_a_server_error", "--no-color"])
        .args(["--suppress-health-check", "all", "--warnings", "off"])
        .args([which, "end_host", which, "revoke_key"])
        .args([
            "--seed",
            &seed.to_string(),
            "--max-time",
            &seconds.to_string(),
        ]);
    let ended = Service::start("schemathesis", command, Some(&log))?.ends()?;
    let told = fs::read_to_string(&log)?;
    let cases = told.lines().find(|line| line.contains("generated"));
    let cases = cases.with_context(|| format!("schemathesis ended with {ended}: {told}"))?;
    ensure!(
        !told.contains("= FAILURES ="),
        "schemathesis with seed {seed}: {told}"
    );
    // It may fail by itself, on some calls.
    let note = if ended.success() {
        ""
    } else {
        ", and errors of its own"
    };
    Ok(format!("{}{note}", cases.trim()))
}

/// The program, in an environment of its own.
fn install(torture: &Torture) -> anyhow::Result<PathBuf> {
    let folder = torture.workspace.path("target/schemathesis");
    let (program, done) = (folder.join("bin/schemathesis"), folder.join(VERSION));
    if done.exists() && program.exists() {
        return Ok(program);
    }
    let python = command::find("python3").context("there is no python3")?;
    command::output(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    command::output(pip.arg(format!("schemathesis=={VERSION}")))?;
    File::create(done)?;
    Ok(program)
}
