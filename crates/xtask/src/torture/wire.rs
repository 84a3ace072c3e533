//! Operations over HTTP, as a plain host sends them, and what the answer says of each.

use std::fmt::Write as _;
use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::notes::{Fate, Sent};

/// A client with a connection for each request: none is sent twice because one had gone stale.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .timeout_global(Some(Duration::from_mins(3)))
        .build()
        .new_agent()
}

/// The body of a batch.
pub(super) fn batch(sent: &[Sent]) -> String {
    let operations: Vec<_> = sent.iter().map(|one| &one.body).collect();
    json!({ "operations": operations }).to_string()
}

/// The body of a stream.
pub(super) fn lines(sent: &[Sent]) -> String {
    let mut lines = String::new();
    for one in sent {
        // Into memory: this cannot fail.
        let _ = writeln!(lines, "{}", one.body);
    }
    lines
}

/// What a request gave: its status, none where the connection failed.
pub(super) type Status = Option<u16>;

/// Sends a batch and notes what each operation was answered. An error is an answer that no server
/// may give.
pub(super) fn send_batch(
    agent: &ureq::Agent,
    url: &str,
    key: &str,
    sent: &mut [Sent],
) -> anyhow::Result<Status> {
    let Ok((status, body)) = post(agent, url, key, "application/json", &batch(sent)) else {
        return Ok(None);
    };
    note_batch(status, body.ok(), sent)?;
    Ok(Some(status))
}

/// Sends lines and notes what each was answered.
pub(super) fn send_lines(
    agent: &ureq::Agent,
    url: &str,
    key: &str,
    sent: &mut [Sent],
) -> anyhow::Result<Status> {
    let Ok((status, body)) = post(agent, url, key, "application/x-ndjson", &lines(sent)) else {
        return Ok(None);
    };
    let body = match body {
        Ok(body) | Err(body) => body,
    };
    note_lines(status, &body, sent)?;
    Ok(Some(status))
}

/// An answer's body; what there is of it where it broke off.
type Body = Result<Vec<u8>, Vec<u8>>;

fn post(
    agent: &ureq::Agent,
    url: &str,
    key: &str,
    kind: &str,
    body: &str,
) -> anyhow::Result<(u16, Body)> {
    let answer = agent
        .post(format!("{url}/api/v1/operations"))
        .header("Authorization", format!("Bearer {key}"))
        .header("Content-Type", kind)
        .send(body)?;
    let status = answer.status().as_u16();
    let mut told = Vec::new();
    let end = answer.into_body().into_reader().read_to_end(&mut told);
    Ok((status, if end.is_ok() { Ok(told) } else { Err(told) }))
}

/// Notes what a batch was answered; no body where it broke off.
pub(super) fn note_batch(
    status: u16,
    body: Option<Vec<u8>>,
    sent: &mut [Sent],
) -> anyhow::Result<()> {
    if status != 200 {
        return note_problem(status, body, sent);
    }
    let Some(body) = body else { return Ok(()) };
    let told: Value = serde_json::from_slice(&body).context("an answer of 200 that is no JSON")?;
    let results = told["results"]
        .as_array()
        .context("an answer without results")?;
    if results.len() != sent.len() {
        bail!("{} results for {} operations", results.len(), sent.len());
    }
    for (one, result) in sent.iter_mut().zip(results) {
        one.fate = fate(result)?;
    }
    Ok(())
}

/// Notes what lines were answered, as far as whole results came.
pub(super) fn note_lines(status: u16, body: &[u8], sent: &mut [Sent]) -> anyhow::Result<()> {
    if status != 200 {
        return note_problem(status, Some(body.to_vec()), sent);
    }
    let whole = body
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| line.ends_with(b"\n"));
    for (one, line) in sent.iter_mut().zip(whole) {
        one.fate = fate(&serde_json::from_slice(line).context("a result that is no JSON")?)?;
    }
    Ok(())
}

fn fate(result: &Value) -> anyhow::Result<Fate> {
    let log = result["log_id"].as_str();
    match (result["status"].as_str(), log) {
        (Some("recorded"), Some(log)) => Ok(Fate::Answered {
            log: log.to_owned(),
            revision: Some(
                result["revision"]
                    .as_i64()
                    .context("a log without a revision")?,
            ),
        }),
        (Some("duplicate"), Some(log)) => Ok(Fate::Answered {
            log: log.to_owned(),
            revision: None,
        }),
        _ => bail!("not an answer to what was sent: {result}"),
    }
}

/// A refusal is a problem document that says what a client can do.
fn note_problem(status: u16, body: Option<Vec<u8>>, sent: &mut [Sent]) -> anyhow::Result<()> {
    let Some(body) = body else { return Ok(()) };
    let told: Value = serde_json::from_slice(&body).with_context(|| {
        format!(
            "{status} without a problem document: {}",
            String::from_utf8_lossy(&body)
        )
    })?;
    match (status, told["code"].as_str()) {
        (503, Some("overloaded")) => sent.iter_mut().for_each(|one| one.fate = Fate::Refused),
        (503, Some("unavailable")) => {}
        _ => bail!("refused with {status}: {told}"),
    }
    Ok(())
}
