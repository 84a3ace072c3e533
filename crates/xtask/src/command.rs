//! Running other programs: quietly beside a spinner, or with their output passed through.
//!
//! Every wait notices Ctrl-C and SIGTERM and ends the program waited for.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::interrupt;
use crate::progress::{self, Step};
use crate::service::{self, Ending};

/// How often a wait looks.
const TICK: Duration = Duration::from_millis(30);

/// A program without the variables that cargo sets for what it runs: build scripts watch some of
/// them, and everything above those would be built again each time they come and go.
pub(crate) fn clean(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        let of_cargo = text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text.starts_with("LEPTOS_")
            || matches!(
                text,
                "CARGO"
                    | "CARGO_BIN_NAME"
                    | "CARGO_CRATE_NAME"
                    | "CARGO_PRIMARY_PACKAGE"
                    | "OUT_DIR"
                    | "LD_LIBRARY_PATH"
                    | "DYLD_FALLBACK_LIBRARY_PATH"
            );
        if of_cargo {
            command.env_remove(&name);
        }
    }
    command
}

/// Where a program is on PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// The program and its arguments, as one would type them.
pub(crate) fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Standard output of a program that must succeed; its messages are part of the error.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let told = line(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("running `{told}`"))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        bail!("`{told}` ended with {}: {}", output.status, message.trim());
    }
    Ok(output.stdout)
}

/// Runs a program with its output passed through.
pub(crate) fn through(command: &mut Command) -> anyhow::Result<()> {
    let told = line(command);
    let child = command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("starting `{told}`"))?;
    succeed(wait(child)?, &told)
}

/// Runs a program beside the step's spinner: what it is at is shown, what it warns of stays, and
/// all that it said is shown where it fails. Passed through where there is no terminal.
pub(crate) fn beside(step: &Step, command: &mut Command) -> anyhow::Result<()> {
    if !progress::interactive() {
        return through(command);
    }
    let told = line(command);
    let mut child = command
        .env("CARGO_TERM_COLOR", "always")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting `{told}`"))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let status = std::thread::scope(|scope| {
        if let Some(stdout) = stdout {
            scope.spawn(move || show(step, stdout));
        }
        if let Some(stderr) = stderr {
            scope.spawn(move || show(step, stderr));
        }
        wait(child)
    })?;
    succeed(status, &told)
}

fn succeed(status: ExitStatus, told: &str) -> anyhow::Result<()> {
    if !status.success() {
        bail!("`{told}` ended with {status}");
    }
    Ok(())
}

/// Waits for a program, and ends it when somebody asks to stop.
fn wait(mut child: Child) -> anyhow::Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            // Ctrl-C reaches the whole terminal: that the other one ended is no fault of its own.
            interrupt::check()?;
            return Ok(status);
        }
        if interrupt::asked() {
            service::end(&mut child, Ending::Terminate, Duration::from_secs(10));
            interrupt::check()?;
        }
        std::thread::sleep(TICK);
    }
}

/// Puts what cargo is at beside the spinner and every other line above it.
fn show(step: &Step, stream: impl Read) {
    for line in BufReader::new(stream).split(b'\n') {
        let Ok(line) = line else { return };
        let line = String::from_utf8_lossy(&line);
        let plain = without_colours(line.trim_end());
        if is_progress(&plain) {
            step.at(plain.trim().to_owned());
        } else {
            step.line(line.trim_end());
        }
    }
}

/// Whether cargo says what it is at, rather than what is wrong.
fn is_progress(line: &str) -> bool {
    const VERBS: [&str; 16] = [
        "Adding",
        "Blocking",
        "Building",
        "Checking",
        "Compiling",
        "Documenting",
        "Downloaded",
        "Downloading",
        "Dirty",
        "Finished",
        "Fresh",
        "Locking",
        "Removed",
        "Running",
        "Scraping",
        "Updating",
    ];
    line.trim_start()
        .split(' ')
        .next()
        .is_some_and(|verb| VERBS.contains(&verb))
}

/// The line without ANSI colour sequences.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_progress_is_told_from_warnings() {
        let line = without_colours("\u{1b}[1m\u{1b}[92m   Compiling\u{1b}[0m types v0.1.0");
        assert_eq!(line, "   Compiling types v0.1.0");
        assert!(is_progress(&line));
        assert!(!is_progress("warning: unused variable"));
    }

    #[test]
    fn what_cargo_says_of_this_program_is_not_handed_on() {
        let command = clean("cargo");
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .collect();
        assert!(removed.iter().any(|name| name == "CARGO_PKG_NAME"));
        assert!(removed.iter().any(|name| name == "CARGO_MANIFEST_DIR"));
    }
}
