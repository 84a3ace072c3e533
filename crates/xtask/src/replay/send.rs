//! Sending a history through the API.

use std::collections::HashMap;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::MODEL;
use super::client::{Client, encode};
use super::git::Sizes;
use super::history::Commit;
use super::operation::operation;
use crate::progress::Count;

/// Most operations of a batch, by the API.
const MOST: usize = 1_000;
/// A batch is sent before its body has so many bytes; the API takes twice that.
const BYTES: usize = 4 * 1024 * 1024;

/// How often each path was changed: its revision.
pub(super) type Revisions = HashMap<Vec<u8>, u64>;

/// A commit in between, and what the records were at after it.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) commit: String,
    /// When the newest log up to this commit was recorded, as the server says.
    pub(super) time: Option<String>,
    pub(super) revisions: Revisions,
}

/// What was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) batches: usize,
    pub(super) marks: Vec<Mark>,
    /// Every path, with its last revision.
    pub(super) revisions: Revisions,
}

/// Makes the rule that files are followed by, and declares their model.
pub(super) fn prepare(admin: &Client, client: &Client, host: &str) -> anyhow::Result<()> {
    let rule = json!({
        "name": "Replayed files", "host": host, "model": MODEL,
        "log_create": true, "log_write": true, "log_unlink": true,
    });
    let answer = admin.post("/rules", &rule)?;
    // There already, or not for this key to make: then there has to be one.
    if !matches!(answer.status, 201 | 403 | 409) {
        bail!("making the rule: {}", answer.told());
    }
    if answer.status != 201 && !is_followed(client)? {
        bail!(
            "no rule follows create, write and unlink of {MODEL} for everyone, and one could not \
             be made: {}",
            answer.told()
        );
    }
    let model = json!({
        "label": "File", "name_field": "path",
        "fields": [
            {"name": "path", "label": "Path", "type": "char"},
            {"name": "mode", "label": "Mode", "type": "char"},
            {"name": "size", "label": "Size", "type": "integer"},
            {"name": "blob", "label": "Object", "type": "char"},
        ],
    });
    let answer = client.put(&format!("/models/{}", encode(MODEL)), &model)?;
    if !matches!(answer.status, 200 | 201) {
        bail!("declaring the model: {}", answer.told());
    }
    Ok(())
}

fn is_followed(client: &Client) -> anyhow::Result<bool> {
    let mut followed = false;
    client.walk("/rules", &format!("model={}", encode(MODEL)), |rule| {
        followed |= ["log_create", "log_write", "log_unlink", "active"]
            .iter()
            .all(|tick| rule[tick] == true)
            && rule["groups"].as_array().is_none_or(Vec::is_empty)
            && rule["model"] == MODEL;
        Ok(())
    })?;
    Ok(followed)
}

/// Sends every change, and remembers three commits on the way.
pub(super) fn send(
    client: &Client,
    host: &str,
    history: &[Commit],
    sizes: &Sizes,
) -> anyhow::Result<Sent> {
    let total = history.iter().map(|commit| commit.changes.len()).sum();
    let count = Count::start("Replay", total);
    let marked: Vec<_> = (1..=3).map(|quarter| history.len() * quarter / 4).collect();
    let mut sent = Sent::default();
    let mut batch = Batch::default();
    for (index, commit) in history.iter().enumerate() {
        for change in &commit.changes {
            let revision = sent.revisions.entry(change.path.clone()).or_default();
            *revision += 1;
            batch.put(&operation(commit, change, sizes), *revision);
            if batch.is_full() {
                count.add(batch.send(client, &mut sent.batches)?);
            }
        }
        // The last commit is looked at in full anyway.
        if marked.contains(&index) && index + 1 < history.len() {
            count.add(batch.send(client, &mut sent.batches)?);
            let newest = client.newest_log(host)?;
            sent.marks.push(Mark {
                commit: commit.id.clone(),
                time: newest
                    .as_ref()
                    .and_then(|log| log["recorded_at"].as_str())
                    .map(str::to_owned),
                revisions: sent.revisions.clone(),
            });
        }
    }
    count.add(batch.send(client, &mut sent.batches)?);
    count.done();
    Ok(sent)
}

/// Operations waiting to be sent, and the revisions that they must become.
#[derive(Default)]
struct Batch {
    operations: Vec<String>,
    revisions: Vec<u64>,
    bytes: usize,
}

impl Batch {
    fn put(&mut self, operation: &Value, revision: u64) {
        let operation = operation.to_string();
        self.bytes += operation.len() + 1;
        self.operations.push(operation);
        self.revisions.push(revision);
    }

    fn is_full(&self) -> bool {
        self.operations.len() >= MOST || self.bytes >= BYTES
    }

    /// Sends what waits; says how many.
    fn send(&mut self, client: &Client, batches: &mut usize) -> anyhow::Result<usize> {
        if self.operations.is_empty() {
            return Ok(0);
        }
        let body = format!("{{\"operations\":[{}]}}", self.operations.join(","));
        let answer = client.post_text("/operations", &body)?;
        let repeated = answer.repeated;
        let body = answer.expect(200, "recording a batch")?;
        let results = body["results"].as_array().context("no `results`")?;
        if results.len() != self.operations.len() {
            bail!(
                "{} operations got {} results",
                self.operations.len(),
                results.len()
            );
        }
        for ((result, revision), operation) in
            results.iter().zip(&self.revisions).zip(&self.operations)
        {
            let recorded =
                result["status"] == "recorded" && result["revision"].as_u64() == Some(*revision);
            if !(recorded || repeated && result["status"] == "duplicate") {
                bail!("not recorded as revision {revision}: {operation} became {result}");
            }
        }
        let done = self.operations.len();
        *batches += 1;
        *self = Self::default();
        Ok(done)
    }
}
