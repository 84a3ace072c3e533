//! `cargo xtask replay-git`: a real history as operations, and a check of what comes back.
//!
//! The mainline of a repository (from the chosen commit along first parents, so that it is a
//! line) is replayed commit by commit. Each commit is compared with its first parent, without
//! detecting renames; each path in the difference is one operation:
//!
//! | git | Revisor |
//! | --- | --- |
//! | a path | a record of the model `git.file` ([`path`] says how a path becomes its id) |
//! | added, changed (content, mode, kind), deleted | `create`, `write`, `unlink` |
//! | the commit's author | the user: email as login, name as name |
//! | the author's date | `occurred_at` |
//! | the commit's id, its subject | `context.transaction_id`, `context.reason` |
//! | mode, size, object id | the fields `mode`, `size` (`null` for a submodule), `blob` |
//!
//! Afterwards, what git says by itself is compared with what the API answers: every log in order,
//! the number of revisions of every path, the record of every path at the last commit, and at
//! three commits in between the record as it was then, by revision and by time.

mod check;
mod client;
mod git;
mod history;
mod operation;
mod path;
mod report;
mod send;
mod synthetic;
mod tree;

pub(crate) use synthetic::make as make_synthetic;

use anyhow::{Context, bail};

use crate::cli::ReplayArguments;
use crate::progress::Step;
use crate::revisor::{self, ThrowAway};
use crate::workspace::{Profile, Workspace};
use client::Client;
use git::Repository;
use report::Report;

/// The model that files are recorded as.
const MODEL: &str = "git.file";

/// Replays and checks; `false` when something differed.
pub(crate) fn run(workspace: &Workspace, arguments: &ReplayArguments) -> anyhow::Result<bool> {
    if arguments.url.is_none() {
        revisor::build(workspace, Profile::Dev)?;
    }
    replay(workspace, arguments)
}

/// The same with a server that is built already.
pub(crate) fn replay(workspace: &Workspace, arguments: &ReplayArguments) -> anyhow::Result<bool> {
    if let (Some(url), Some(key)) = (&arguments.url, &arguments.key) {
        let client = Client::new(url, key);
        return replay_to(&client, &client, arguments);
    }
    let mut server = ThrowAway::new(workspace)?;
    let host = &arguments.host;
    let admin = server.instance.key(host, "admin,record,read")?;
    let key = server.instance.key(host, "record,read")?;
    let step = Step::start("Start a server to replay to");
    server.start()?;
    step.done();
    let url = server.instance.url();
    replay_to(
        &Client::new(&url, &admin),
        &Client::new(&url, &key),
        arguments,
    )
}

fn replay_to(admin: &Client, client: &Client, arguments: &ReplayArguments) -> anyhow::Result<bool> {
    let host = &arguments.host;
    let step = Step::start("Read the history");
    let repository = Repository::open(&arguments.repository, &arguments.branch, arguments.limit)
        .with_context(|| format!("reading {}", arguments.repository.display()))?;
    let history = repository.history()?;
    let sizes = repository.sizes(&history)?;
    let operations: usize = history.iter().map(|commit| commit.changes.len()).sum();
    step.done_with(&format!(
        "{} commits, {operations} operations",
        history.len()
    ));
    if history.is_empty() {
        bail!("there is no commit to replay");
    }

    send::prepare(admin, client, host)?;
    let before = client.count_logs(host)?;
    if before > 0 {
        bail!("the host {host} has logs of {MODEL} already; replay to a host without");
    }
    let sent = send::send(client, host, &history, &sizes)?;

    let mut report = Report::default();
    report.note(format!(
        "Replayed {} commits of {} up to {}: {operations} operations in {} batches.",
        history.len(),
        arguments.repository.display(),
        repository.tip(),
        sent.batches,
    ));
    check::logs(client, host, &history, &mut report)?;
    check::counts(client, host, &repository, &mut report)?;
    check::last_state(client, host, &repository, &mut report)?;
    for mark in &sent.marks {
        check::state_at(
            client,
            &repository,
            &sent,
            mark,
            arguments.thorough,
            &mut report,
        )?;
    }
    report.print()?;
    Ok(report.is_clean())
}
