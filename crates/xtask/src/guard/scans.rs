//! What each database looks at for every list, at a million logs (`audit::scans`).

use std::collections::BTreeMap;
use std::fs;

use anyhow::Context;

use super::figures::Figures;
use crate::command;
use crate::progress::Step;
use crate::test::postgres::Postgres;
use crate::workspace::Workspace;

/// PostgreSQL tells the plans that it went by, with what they read, in a log of JSON.
const SETTINGS: [&str; 13] = [
    "fsync=off",
    "full_page_writes=off",
    "max_wal_size=4GB",
    "shared_buffers=256MB",
    "session_preload_libraries=auto_explain",
    "auto_explain.log_analyze=on",
    "auto_explain.log_timing=off",
    "auto_explain.log_format=json",
    "logging_collector=on",
    "log_destination=jsonlog",
    "log_rotation_age=0",
    "log_rotation_size=0",
    // Plans by the same figures each time.
    "autovacuum=off",
];

/// Counts them on both databases.
pub(super) fn count(workspace: &Workspace, found: &mut Figures) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("making a folder for figures")?;
    let postgres = Postgres::start_with(&SETTINGS)?;
    for database in ["sqlite", "postgres"] {
        let step = Step::start(format!("Look at a million logs on {database}"));
        let name = format!("scans::on_{database}");
        let mut run = workspace.cargo(&["test", "--package", "audit", "--lib", "--"]);
        run.args(["--ignored", "--exact", "--nocapture", &name])
            .env("REVISOR_GUARD_OUT", folder.path())
            .env("REVISOR_GUARD_POSTGRES", postgres.url());
        command::beside(&step, &mut run)?;
        let file = folder.path().join(format!("{database}.json"));
        let text = fs::read_to_string(file).context("reading what was found")?;
        let figures: BTreeMap<String, u64> = serde_json::from_str(&text)?;
        for (name, figure) in figures {
            found.put(database, &name, figure);
        }
        step.done();
    }
    Ok(())
}
