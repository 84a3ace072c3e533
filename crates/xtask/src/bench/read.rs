//! Reading, at several sizes of the trail: lists, filters, facets, histories, records as they were,
//! exports, and the page of logs as a browser gets it.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::bed::{Bed, TRAIL};
use super::client::{self, Seen, Shape, count, micros};
use super::report::{Row, Table};
use super::workload::{BUSY, BUSY_MODEL};
use crate::database::Kind;
use crate::progress::Step;
use crate::workspace::Workspace;

/// How often each question is asked.
const ASKED: u64 = 60;
/// How many revisions the busy record has.
const REVISIONS: u64 = 10_000;
/// Who signs in.
const LOGIN: (&str, &str) = ("bench", "a-password-of-the-benchmark");
/// How many bytes of an export are read.
const EXPORT: u64 = 200 << 20;

/// A question: its name and its address, for the how-manieth time.
type Question = (&'static str, Box<dyn Fn(&Facts, u64) -> String>);

/// What questions are made from.
struct Facts {
    /// The cursor of a page far down.
    deep: String,
    /// When the first and the last log were recorded, in microseconds.
    first: i64,
    last: i64,
    /// How many revisions the busy record has.
    revisions: u64,
}

/// So many logs, recorded last, tell how fast that is at a size.
const LAST: u64 = 50_000;

/// Measures one database at these sizes, growing.
pub(super) fn run(
    workspace: &Workspace,
    program: &Path,
    kind: Kind,
    sizes: &[u64],
) -> anyhow::Result<(Vec<Table>, Value)> {
    let mut bed = Bed::new(workspace, program, kind)?;
    bed.instance.administrator(LOGIN.0, LOGIN.1)?;
    let (mut tables, mut told, mut there) = (Vec::new(), Vec::new(), 0);
    for &size in sizes {
        let step = Step::start(format!("Record {size} logs on {}", kind.word()));
        let busy = (there == 0).then(|| REVISIONS.min(size / 10));
        let shape = Shape {
            clients: 4,
            batch: 1_000,
        };
        let name = format!("r{there}-");
        let grown = client::record(
            &bed,
            shape,
            &name,
            Duration::from_hours(3),
            size.saturating_sub(there),
            busy,
        )?;
        there += grown.done;
        // How fast it is now, and not on the average of the way here.
        let name = format!("l{there}-");
        let patience = Duration::from_mins(5);
        let last = client::record(&bed, shape, &name, patience, LAST.min(size / 2), None)?;
        there += last.done;
        step.done_with(&format!("{:.0}/s", last.rate()));
        bed.restart()?;
        let idle = bed.memory();
        let step = Step::start(format!("Read {there} logs on {}", kind.word()));
        let (mut table, mut value) = ask(&bed, there)?;
        step.done();
        let bytes = bed.place.bytes(TRAIL)?;
        let json = value["json_bytes_a_log"].as_u64().unwrap_or_default();
        table.note(format!(
            "{there} logs, the last {} of them recorded at {:.0} operations/s; {} bytes a log on disk, its own \
             JSON having {json}; ready {} ms after its start; memory {} MiB when it had started, {} MiB after \
             all of this.",
            last.done,
            last.rate(),
            bytes / there.max(1),
            bed.started_in.as_millis(),
            idle >> 20,
            bed.memory() >> 20,
        ));
        value["recorded_per_second"] = json!(last.rate());
        value["grown_per_second"] = json!(grown.rate());
        value["bytes_a_log"] = json!(bytes / there.max(1));
        value["start_ms"] = json!(bed.started_in.as_secs_f64() * 1000.0);
        value["idle_bytes"] = json!(idle);
        value["bytes"] = json!(bed.memory());
        tables.push(table);
        told.push(value);
    }
    Ok((tables, json!({"database": kind.word(), "sizes": told})))
}

const API: &str = "/api/v1/logs?limit=50";

/// Lists of logs, by every filter.
fn lists() -> Vec<Question> {
    let user = |n: u64| n * 7 % 200;
    vec![
        ("first page", Box::new(|_, _| API.to_owned())),
        (
            "page 1,000",
            Box::new(|facts, _| format!("/api/v1/logs?limit=10&cursor={}", facts.deep)),
        ),
        (
            "a record",
            Box::new(|_, n| format!("{API}&model=sale.order&record_id=r0-{}-{n}", n % 4)),
        ),
        (
            "the busy record",
            Box::new(|_, _| format!("{API}&model={BUSY_MODEL}&record_id={BUSY}")),
        ),
        (
            "a user",
            Box::new(move |_, n| format!("{API}&user=user{}", user(n))),
        ),
        (
            "a model and a field",
            Box::new(|_, n| {
                format!(
                    "{API}&model=hr.employee&field={}",
                    of(&["stage", "amount", "city", "user_id"], n)
                )
            }),
        ),
        (
            "a user's deletions of a model",
            Box::new(move |_, n| {
                format!(
                    "{API}&user=user{}&model=res.users&operation=unlink",
                    user(n)
                )
            }),
        ),
        (
            "a time range",
            Box::new(|facts, n| {
                let (from, to) = slice(facts, n);
                format!("{API}&from={from}&to={to}")
            }),
        ),
        (
            "free text, common",
            Box::new(|_, n| format!("{API}&q={}", of(&["keyboards", "lisbon", "week", "won"], n))),
        ),
        (
            "free text, rare",
            Box::new(|_, n| format!("{API}&q={}+routers+for+graz", 10 + n % 90)),
        ),
        (
            "free text, nowhere",
            Box::new(|_, n| format!("{API}&q=zebra{n}")),
        ),
    ]
}

/// One record, as it is and as it was.
fn records() -> Vec<Question> {
    let record = || format!("/api/v1/records/{BUSY_MODEL}/{BUSY}");
    vec![
        (
            "a record as last known",
            Box::new(move |_, _| format!("{}?host=bench", record())),
        ),
        (
            "a record at a revision",
            Box::new(move |facts, n| {
                format!(
                    "{}?host=bench&revision={}",
                    record(),
                    1 + n * 7919 % facts.revisions
                )
            }),
        ),
        (
            "a history",
            Box::new(move |_, _| format!("{}/revisions?host=bench&limit=50", record())),
        ),
        (
            "two revisions compared",
            Box::new(move |facts, n| {
                format!(
                    "{}/compare?host=bench&from={}&to={}",
                    record(),
                    1 + n,
                    facts.revisions - n
                )
            }),
        ),
    ]
}

/// Pages, as a browser gets them.
fn pages() -> Vec<Question> {
    let page = |address: &'static str| Box::new(move |_: &Facts, _| address.to_owned());
    vec![
        ("page: Logs", page("/logs")),
        ("page: Logs of a model", page("/logs?model=crm.lead")),
        ("page: Logs with a word", page("/logs?q=keyboards")),
        (
            "page: History of the busy record",
            Box::new(|_, _| format!("/records/{BUSY_MODEL}/{BUSY}?host=bench")),
        ),
        ("page: Overview", page("/overview")),
    ]
}

/// One of these, in turn.
fn of(all: &[&'static str], n: u64) -> &'static str {
    let place = n % (all.len() as u64);
    all[usize::try_from(place).unwrap_or_default()]
}

/// A hundredth of the time that the trail covers.
fn slice(facts: &Facts, n: u64) -> (String, String) {
    let whole = facts.last - facts.first;
    let place = i64::try_from(n * 37 % 97).unwrap_or_default();
    let text = |at: i64| {
        chrono::DateTime::from_timestamp_micros(at)
            .map(|at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
            .unwrap_or_default()
    };
    let from = facts.first + whole / 100 * place;
    (text(from), text(from + whole / 100))
}

fn ask(bed: &Bed, logs: u64) -> anyhow::Result<(Table, Value)> {
    let agent = client::agent();
    let cookie = sign_in(&agent, bed)?;
    let facts = facts(&agent, bed)?;
    let mut table = Table::new(
        format!("Reading {logs} logs on {}", bed.place.kind.word()),
        &["", "p50 ms", "p95 ms", "p99 ms"],
    );
    let mut rows = Vec::new();
    for (name, address) in lists().into_iter().chain(records()).chain(pages()) {
        let page = name.starts_with("page:");
        let (before, started, mut times) = (bed.cpu(), Instant::now(), Vec::new());
        for n in 0..ASKED + 3 {
            let address = address(&facts, n);
            let asked = Instant::now();
            let cookie = page.then_some(cookie.as_str());
            get(&agent, bed, &address, cookie).with_context(|| format!("asking {address}"))?;
            // The first ones warm up.
            if n >= 3 {
                times.push(micros(asked));
            }
        }
        let seen = client::seen(bed, before, started, ASKED, times);
        eprintln!(
            "    {name}: {:.1} ms, {:.1} ms at p95",
            seen.percentile(50),
            seen.percentile(95)
        );
        push(&mut table, &mut rows, name, &seen);
    }
    let (export, bytes) = export(&agent, bed)?;
    table.push(Row::new("export, NDJSON").cells([format!("{:.0} logs/s", export.rate())]));
    rows.push(json!({"name": "export", "per_second": export.rate(), "server_us": export.cpu.server * 1e6 / count(export.done.max(1))}));
    let each = bytes / export.done.max(1);
    let value = json!({"logs": logs, "rows": rows, "json_bytes_a_log": each});
    Ok((table, value))
}

fn push(table: &mut Table, rows: &mut Vec<Value>, name: &str, seen: &Seen) {
    let figures = [50, 95, 99].map(|percent| seen.percentile(percent));
    table.push(Row::new(name).cells(figures.map(|figure| format!("{figure:.1}"))));
    rows.push(
        json!({"name": name, "p50_ms": figures[0], "p95_ms": figures[1], "p99_ms": figures[2]}),
    );
}

/// An answer's body.
fn get(
    agent: &ureq::Agent,
    bed: &Bed,
    address: &str,
    cookie: Option<&str>,
) -> anyhow::Result<Vec<u8>> {
    let request = agent.get(format!("{}{address}", bed.url));
    let request = match cookie {
        Some(cookie) => request.header("Cookie", cookie),
        None => request.header("Authorization", format!("Bearer {}", bed.key)),
    };
    let mut answer = request.call()?;
    let body = answer
        .body_mut()
        .with_config()
        .limit(1 << 30)
        .read_to_vec()?;
    if answer.status() != 200 {
        bail!(
            "{}: {}",
            answer.status(),
            String::from_utf8_lossy(&body[..body.len().min(400)])
        );
    }
    Ok(body)
}

fn get_json(agent: &ureq::Agent, bed: &Bed, address: &str) -> anyhow::Result<Value> {
    serde_json::from_slice(&get(agent, bed, address, None)?).context("reading an answer")
}

fn sign_in(agent: &ureq::Agent, bed: &Bed) -> anyhow::Result<String> {
    let form = [("login", LOGIN.0), ("password", LOGIN.1)];
    let once = ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let answer = once
        .post(format!("{}/sign-in", bed.url))
        .header("Origin", &bed.url)
        .send_form(form)?;
    let mut cookie = String::new();
    for header in answer.headers().get_all("set-cookie") {
        let pair = header.to_str()?.split(';').next().unwrap_or_default();
        let _ = write!(
            cookie,
            "{}{pair}",
            if cookie.is_empty() { "" } else { "; " }
        );
    }
    get(agent, bed, "/logs", Some(&cookie)).context("signing in")?;
    Ok(cookie)
}

fn facts(agent: &ureq::Agent, bed: &Bed) -> anyhow::Result<Facts> {
    let at = |order: &str| -> anyhow::Result<i64> {
        let page = get_json(agent, bed, &format!("/api/v1/logs?limit=1&order={order}"))?;
        let text = page["items"][0]["recorded_at"].as_str().context("no log")?;
        Ok(chrono::DateTime::parse_from_rfc3339(text)?.timestamp_micros())
    };
    let mut deep = None::<String>;
    for _ in 0..999 {
        let mut address = "/api/v1/logs?limit=10".to_owned();
        if let Some(cursor) = &deep {
            let _ = write!(address, "&cursor={cursor}");
        }
        let page = get_json(agent, bed, &address)?;
        match page["next_cursor"].as_str() {
            Some(next) => deep = Some(next.to_owned()),
            None => break,
        }
    }
    let busy = get_json(
        agent,
        bed,
        &format!("/api/v1/records/{BUSY_MODEL}/{BUSY}?host=bench"),
    )?;
    Ok(Facts {
        deep: deep.context("there is no second page")?,
        first: at("asc")?,
        last: at("desc")?,
        revisions: busy["revision"].as_u64().context("no revision")?,
    })
}

/// Reads an export, or as much of it as is enough, and tells how many bytes that was.
fn export(agent: &ureq::Agent, bed: &Bed) -> anyhow::Result<(Seen, u64)> {
    let (before, started) = (bed.cpu(), Instant::now());
    let mut answer = agent
        .get(format!("{}/api/v1/export?format=ndjson", bed.url))
        .header("Authorization", format!("Bearer {}", bed.key))
        .call()?;
    let mut reader = answer.body_mut().with_config().limit(EXPORT).reader();
    let (mut buffer, mut lines, mut bytes) = (vec![0; 1 << 16], 0, 0);
    // At the limit, the reader says so by an error: then it was enough.
    while let Ok(read @ 1..) = reader.read(&mut buffer) {
        bytes += read as u64;
        lines += buffer[..read].split(|byte| *byte == b'\n').count() as u64 - 1;
    }
    Ok((client::seen(bed, before, started, lines, Vec::new()), bytes))
}
