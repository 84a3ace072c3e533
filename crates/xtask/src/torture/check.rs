//! What must hold after every blow.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::bed::Bed;
use super::load::{Noted, PATIENCE};
use super::notes::{Fate, HOST, MODEL, Sent};
use super::wire;
use crate::interrupt;
use crate::revisor::Instance;

/// How many operations one request sends again.
const AGAIN: usize = 100;

/// The trail as a server tells it.
pub(super) struct Trail {
    /// All logs, in their order.
    pub(super) logs: Vec<Value>,
    /// Those of the host, by the token of their operation.
    by_token: HashMap<String, usize>,
}

/// Everything that must hold of a server and what its clients noted: what was answered is there
/// once, what was not is whole or absent, and recorded once it is sent again; the proofs hold.
/// Gives how many operations were recorded.
pub(super) fn all(bed: &Bed, noted: &mut Noted) -> anyhow::Result<usize> {
    server(&bed.instance, &bed.key, noted)
}

/// The same of a server that is not the bed's own.
pub(super) fn server(instance: &Instance, key: &str, noted: &mut Noted) -> anyhow::Result<usize> {
    let url = instance.url();
    let trail = Trail::read(&url, key)?;
    trail.holds(&noted.sent)?;
    again(&url, key, &trail, &mut noted.sent)?;
    let trail = Trail::read(&url, key)?;
    trail
        .holds(&noted.sent)
        .context("after all was sent again")?;
    trail.agrees_with_records(&url, key)?;
    trail.is_sealed(&url, key)?;
    let (code, told) = verify(instance, &[])?;
    ensure!(
        code == Some(0),
        "`revisor verify` ended with {code:?}: {told}"
    );
    Ok(trail.by_token.len())
}

/// Runs `revisor verify`, against checkpoints where any are given; its exit code, and what it said.
pub(super) fn verify(
    instance: &Instance,
    against: &[&Path],
) -> anyhow::Result<(Option<i32>, String)> {
    let mut command = instance.command();
    command.arg("verify");
    for note in against {
        command.arg("--against").arg(note);
    }
    let output = command.output().context("running `revisor verify`")?;
    let told = [output.stdout, output.stderr].concat();
    Ok((
        output.status.code(),
        String::from_utf8_lossy(&told).trim().to_owned(),
    ))
}

/// Gets something with the key; an answer other than 200 is an error.
pub(super) fn get(
    url: &str,
    key: &str,
    path: &str,
) -> anyhow::Result<ureq::http::Response<ureq::Body>> {
    let answer = wire::agent()
        .get(format!("{url}{path}"))
        .header("Authorization", format!("Bearer {key}"))
        .call()
        .with_context(|| format!("asking for {path}"))?;
    ensure!(answer.status() == 200, "{path}: {}", answer.status());
    Ok(answer)
}

/// Sends again what was not answered, and some of what was. What is there already must be known by
/// its key, and nothing be recorded twice.
fn again(url: &str, key: &str, trail: &Trail, sent: &mut [Sent]) -> anyhow::Result<()> {
    let agent = wire::agent();
    let mut open: Vec<&mut Sent> = Vec::new();
    for (place, one) in sent.iter_mut().enumerate() {
        let answered = matches!(one.fate, Fate::Answered { .. });
        if one.keyed && (!answered || place % 17 == 0) {
            open.push(one);
        }
    }
    for group in open.chunks_mut(AGAIN) {
        let mut copies: Vec<Sent> = group.iter().map(|one| (**one).clone()).collect();
        let status = wire::send_batch(&agent, url, key, &mut copies)?;
        ensure!(status == Some(200), "sent again, and answered {status:?}");
        for (one, copy) in group.iter_mut().zip(copies) {
            let there = trail
                .by_token
                .get(&one.token)
                .map(|place| trail.logs[*place]["id"].as_str());
            let Fate::Answered { log, revision } = &copy.fate else {
                bail!("{} was sent again and not answered", one.token);
            };
            match there {
                Some(known) => ensure!(
                    revision.is_none() && known == Some(log.as_str()),
                    "{} is log {known:?}; sent again it is {log}, revision {revision:?}",
                    one.token
                ),
                None => ensure!(
                    revision.is_some(),
                    "{} is not there, but called known",
                    one.token
                ),
            }
            one.fate = copy.fate;
        }
    }
    Ok(())
}

impl Trail {
    /// Reads all logs.
    pub(super) fn read(url: &str, key: &str) -> anyhow::Result<Self> {
        let answer = get(url, key, "/api/v1/export?format=ndjson&order=asc")?;
        let mut logs = Vec::new();
        for line in BufReader::new(answer.into_body().into_reader()).lines() {
            let log: Value = serde_json::from_str(&line.context("reading the logs")?)?;
            logs.push(log);
        }
        Self::of(logs)
    }

    fn of(logs: Vec<Value>) -> anyhow::Result<Self> {
        let mut by_token = HashMap::new();
        for (place, log) in logs
            .iter()
            .enumerate()
            .filter(|(_, log)| log["host"] == HOST)
        {
            let token = changed(log, "token").and_then(Value::as_str);
            let token = token.with_context(|| format!("a log without its token: {log}"))?;
            if by_token.insert(token.to_owned(), place).is_some() {
                bail!("{token} was recorded twice");
            }
        }
        let trail = Self { logs, by_token };
        trail.is_in_order()?;
        Ok(trail)
    }

    /// How many logs there are.
    pub(super) fn len(&self) -> usize {
        self.logs.len()
    }

    /// Whether the operation of this token was recorded.
    pub(super) fn has(&self, token: &str) -> bool {
        self.by_token.contains_key(token)
    }

    /// Places and revisions have no gap, and time never goes back.
    fn is_in_order(&self) -> anyhow::Result<()> {
        let mut revisions: HashMap<(&str, &str, &str), i64> = HashMap::new();
        let mut before = "";
        for (log, place) in self.logs.iter().zip(1..) {
            ensure!(
                log["seq"] == place,
                "at place {place} is log {}",
                log["seq"]
            );
            let text = |name: &str| log[name].as_str().unwrap_or_default();
            ensure!(
                text("recorded_at") > before,
                "log {place} is not later than the one before"
            );
            before = text("recorded_at");
            let last = revisions
                .entry((text("host"), text("model"), text("record_id")))
                .or_default();
            *last += 1;
            ensure!(
                log["revision"] == *last,
                "log {place} has revision {} for {last}",
                log["revision"]
            );
        }
        Ok(())
    }

    /// What was answered is there, once and as it was sent; of the rest each request is there whole
    /// or not at all; and there is nothing else.
    fn holds(&self, sent: &[Sent]) -> anyhow::Result<()> {
        let mut batches: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for one in sent {
            let log = self
                .by_token
                .get(&one.token)
                .map(|place| &self.logs[*place]);
            if let Some(log) = log {
                is_as_sent(log, one)?;
            }
            match (&one.fate, log) {
                (Fate::Answered { log: id, revision }, Some(log)) => {
                    let same = log["id"] == id.as_str()
                        && revision.is_none_or(|revision| log["revision"] == revision);
                    ensure!(
                        same,
                        "{} was answered {id}, {revision:?} and is {log}",
                        one.token
                    );
                }
                (Fate::Answered { log, .. }, None) => {
                    bail!("{} was answered log {log}, and is not there", one.token);
                }
                (Fate::Refused, Some(_)) => bail!("{} was refused, and is there", one.token),
                _ => {}
            }
            if let Some(batch) = &one.batch {
                let (there, of) = batches.entry(batch).or_default();
                *there += usize::from(log.is_some());
                *of += 1;
            }
        }
        for (batch, (there, of)) in batches {
            ensure!(
                there == 0 || there == of,
                "of the {of} of batch {batch} {there} are there"
            );
        }
        let tokens: HashSet<_> = sent.iter().map(|one| one.token.as_str()).collect();
        ensure!(tokens.len() == sent.len(), "two operations have one token");
        match self
            .by_token
            .keys()
            .find(|token| !tokens.contains(token.as_str()))
        {
            Some(token) => bail!("{token} is there, and nobody sent it"),
            None => Ok(()),
        }
    }

    /// Each record stands as its last log says.
    fn agrees_with_records(&self, url: &str, key: &str) -> anyhow::Result<()> {
        let mut last: BTreeMap<&str, &Value> = BTreeMap::new();
        for log in self.logs.iter().filter(|log| log["host"] == HOST) {
            last.insert(log["record_id"].as_str().unwrap_or_default(), log);
        }
        for (record, log) in last {
            let path = format!("/api/v1/records/{MODEL}/{record}");
            let state: Value = get(url, key, &path)?.into_body().read_json()?;
            ensure!(
                state["revision"] == log["revision"]
                    && Some(&state["values"]["token"]) == changed(log, "token"),
                "record {record} is {state}, its last log {log}"
            );
        }
        Ok(())
    }

    /// Waits until all logs are under a checkpoint.
    fn is_sealed(&self, url: &str, key: &str) -> anyhow::Result<()> {
        let started = Instant::now();
        loop {
            interrupt::check()?;
            let note = get(url, key, "/api/v1/checkpoint")?
                .into_body()
                .read_to_string()?;
            let size: usize = note.lines().nth(1).unwrap_or_default().parse()?;
            if size >= self.len() {
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                bail!("{size} of {} logs are sealed, and no more come", self.len());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The new value of a field that a log changed.
fn changed<'a>(log: &'a Value, field: &str) -> Option<&'a Value> {
    let changes = log["changes"].as_array()?;
    changes
        .iter()
        .find(|change| change["field"] == field)
        .map(|change| &change["new"])
}

/// A log tells what its operation told.
fn is_as_sent(log: &Value, sent: &Sent) -> anyhow::Result<()> {
    let same = log["record_id"] == sent.body["record_id"]
        && log["operation"] == sent.body["operation"]
        && log["user"]["login"] == sent.body["user"]["login"]
        && ["token", "text", "amount"]
            .iter()
            .all(|field| changed(log, field).is_none_or(|value| *value == sent.body["new"][field]));
    ensure!(same, "{} became {log}", sent.body);
    Ok(())
}
