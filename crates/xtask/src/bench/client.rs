//! Clients: threads that send as fast as they are answered, and what they saw.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::bed::{Bed, Cpu};
use super::workload::Workload;

/// A client without any proxy, whose connections last.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(5)))
        .build()
        .new_agent()
}

/// What a stretch gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// How many operations or requests were answered.
    pub(super) done: u64,
    /// In how many seconds.
    pub(super) seconds: f64,
    /// How long each answer took, sorted, in microseconds.
    pub(super) times: Vec<u32>,
    /// Processor time.
    pub(super) cpu: Cpu,
}

impl Seen {
    /// How many a second.
    pub(super) fn rate(&self) -> f64 {
        count(self.done) / self.seconds.max(1e-9)
    }

    /// The time in milliseconds that `percent` of the answers took at most.
    pub(super) fn percentile(&self, percent: usize) -> f64 {
        percentile(&self.times, percent)
    }
}

/// The time in milliseconds that `percent` of these, which are sorted, are at most.
pub(super) fn percentile(times: &[u32], percent: usize) -> f64 {
    let place = (times.len() * percent).div_ceil(100).max(1) - 1;
    let time = times.get(place);
    time.map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
}

/// A count as it is divided by.
#[expect(
    clippy::cast_precision_loss,
    reason = "what is counted here is far below 2^52"
)]
pub(super) const fn count(number: u64) -> f64 {
    number as f64
}

/// Microseconds that went by.
pub(super) fn micros(since: Instant) -> u32 {
    u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX)
}

/// How a stretch of recording is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) clients: u64,
    pub(super) batch: usize,
}

/// Records for so long, or so many operations, whichever comes first.
pub(super) fn record(
    bed: &Bed,
    shape: Shape,
    name: &str,
    patience: Duration,
    most: u64,
    busy: Option<u64>,
) -> anyhow::Result<Seen> {
    let (stop, total) = (AtomicBool::new(false), AtomicU64::new(0));
    let before = bed.cpu();
    let started = Instant::now();
    let times = thread::scope(|scope| {
        let threads: Vec<_> = (0..shape.clients)
            .map(|client| {
                let mut workload = Workload::new(format!("{name}{client}"), client);
                if let Some(revisions) = busy.filter(|_| client == 0) {
                    workload = workload.with_busy(revisions, 8);
                }
                let (stop, total) = (&stop, &total);
                scope.spawn(move || -> anyhow::Result<Vec<u32>> {
                    let agent = agent();
                    let (mut body, mut times) = (String::new(), Vec::new());
                    // Not all begin at the same server.
                    let mut turn = usize::try_from(client).unwrap_or_default();
                    while !stop.load(Ordering::Relaxed) && started.elapsed() < patience {
                        workload.batch(shape.batch, &mut body);
                        let sent = Instant::now();
                        let answer = post(&agent, bed.turn(turn), &bed.key, &body);
                        turn += 1;
                        if let Err(error) = answer {
                            stop.store(true, Ordering::Relaxed);
                            return Err(error);
                        }
                        times.push(micros(sent));
                        let batch = shape.batch as u64;
                        if total.fetch_add(batch, Ordering::Relaxed) + batch >= most {
                            stop.store(true, Ordering::Relaxed);
                        }
                    }
                    Ok(times)
                })
            })
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            match thread.join() {
                Ok(times) => all.extend(times?),
                Err(_) => bail!("a client broke off"),
            }
        }
        Ok(all)
    })?;
    Ok(seen(bed, before, started, total.into_inner(), times))
}

/// What was seen since `started`.
pub(super) fn seen(
    bed: &Bed,
    before: Cpu,
    started: Instant,
    done: u64,
    mut times: Vec<u32>,
) -> Seen {
    let seconds = started.elapsed().as_secs_f64();
    let after = bed.cpu();
    times.sort_unstable();
    Seen {
        done,
        seconds,
        times,
        cpu: after.since(before),
    }
}

fn post(agent: &ureq::Agent, url: &str, key: &str, body: &str) -> anyhow::Result<()> {
    let mut answer = agent
        .post(format!("{url}/api/v1/operations"))
        .header("Authorization", format!("Bearer {key}"))
        .header("Content-Type", "application/json")
        .send(body)?;
    let status = answer.status();
    let told = answer.body_mut().read_to_vec()?;
    if status != 200 {
        bail!("{status}: {}", String::from_utf8_lossy(&told));
    }
    Ok(())
}

/// Sends one stream of lines for so long.
pub(super) fn stream(bed: &Bed, name: &str, patience: Duration) -> anyhow::Result<Seen> {
    let address = bed.url.trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).context("connecting")?;
    let answers = BufReader::new(socket.try_clone()?);
    let before = bed.cpu();
    let started = Instant::now();
    write!(
        socket,
        "POST /api/v1/operations HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        bed.key
    )?;
    // The answer comes while the lines still go: whoever does not read it stops the server.
    let reader = thread::spawn(move || -> anyhow::Result<u64> {
        let (mut recorded, mut answers) = (0, answers);
        let mut line = Vec::new();
        while answers.read_until(b'\n', &mut line)? > 0 {
            recorded += u64::from(line.windows(10).any(|part| part == b"\"recorded\""));
            line.clear();
        }
        let _ = answers.read_to_end(&mut line);
        Ok(recorded)
    });
    let mut workload = Workload::new(name, 99);
    let mut lines = String::new();
    while started.elapsed() < patience {
        lines.clear();
        for _ in 0..200 {
            workload.operation(&mut lines);
            lines.push('\n');
        }
        write!(socket, "{:x}\r\n{lines}\r\n", lines.len())?;
    }
    write!(socket, "0\r\n\r\n")?;
    let Ok(recorded) = reader.join() else {
        bail!("the reader of answers broke off")
    };
    Ok(seen(bed, before, started, recorded?, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let seen = Seen {
            done: 200,
            seconds: 4.0,
            times: (1..=200).map(|n| n * 1_000).collect(),
            cpu: Cpu::default(),
        };
        assert!((seen.rate() - 50.0).abs() < 1e-9);
        assert!((seen.percentile(50) - 100.0).abs() < 1e-9);
        assert!((seen.percentile(95) - 190.0).abs() < 1e-9);
        assert!((seen.percentile(99) - 198.0).abs() < 1e-9);
    }
}
