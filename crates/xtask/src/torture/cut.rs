//! Connections are cut in the middle of a body and in the middle of an answer; what was sent so is
//! sent again with the same keys.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use anyhow::{Context as _, ensure};

use super::bed::Bed;
use super::load::{self, PATIENCE};
use super::notes::{Maker, Sent};
use super::{Outcome, Torture, check, wire};
use crate::database::Kind;
use crate::random::Random;

/// How many connections are cut.
const CUTS: u64 = 60;

/// Where a connection is cut.
#[derive(Clone, Copy)]
enum Cut {
    /// After so many bytes of the body.
    Body(usize),
    /// After so many bytes of the answer.
    Answer(usize),
}

pub(super) fn run(torture: &Torture, kind: Kind, random: &mut Random) -> anyhow::Result<Outcome> {
    let bed = Bed::new(torture, kind)?;
    let (urls, key) = ([bed.url()], bed.key.clone());
    let mut cut = Vec::new();
    let mut never = Vec::new();
    let mut noted = load::during(&urls, &key, "beside", random, |load, random| {
        let mut maker = Maker::new("cut".to_owned(), random.next());
        for _ in 0..CUTS {
            let stream = maker.random().below(2) == 0;
            let mut sent = if stream {
                maker.lines(150)
            } else {
                maker.batch(60, true)
            };
            let body = if stream {
                wire::lines(&sent)
            } else {
                wire::batch(&sent)
            };
            let place = usize::try_from(maker.random().below(body.len() as u64))?;
            let half = maker.random().below(2) == 0;
            let at = if half {
                Cut::Body(place)
            } else {
                Cut::Answer(place % 2_000)
            };
            send(&bed, &key, &body, stream, at, &mut sent).context("a connection that is cut")?;
            if half && !stream {
                never.extend(sent.iter().map(|one| one.token.clone()));
            }
            cut.append(&mut sent);
        }
        load.more(10)
    })?;
    // A batch that never came whole is not there.
    let trail = check::Trail::read(&bed.url(), &key)?;
    let there = never.iter().find(|token| trail.has(token));
    ensure!(
        there.is_none(),
        "{there:?} never came whole, and is recorded"
    );
    noted.sent.append(&mut cut);
    let recorded = check::all(&bed, &mut noted)?;
    Ok(Outcome::Held(format!(
        "{CUTS} connections cut; {}, {recorded} recorded",
        noted.told()
    )))
}

/// Sends a request as far as the cut, and notes what of the answer came.
fn send(
    bed: &Bed,
    key: &str,
    body: &str,
    stream: bool,
    cut: Cut,
    sent: &mut [Sent],
) -> anyhow::Result<()> {
    let url = bed.url();
    let address = url.trim_start_matches("http://");
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let (length, kind) = (body.len(), if stream { "x-ndjson" } else { "json" });
    write!(
        socket,
        "POST /api/v1/operations HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/{kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    let place = match cut {
        Cut::Body(place) => {
            socket.write_all(&body.as_bytes()[..place])?;
            // By a clean end of sending for some, for others by what the drop does.
            if place % 2 == 0 {
                let _ = socket.shutdown(Shutdown::Write);
            }
            return Ok(());
        }
        Cut::Answer(place) => place,
    };
    socket.write_all(body.as_bytes())?;
    let mut answer = Vec::new();
    socket.take(place as u64).read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    let Some((head, told)) = text.split_once("\r\n\r\n") else {
        return Ok(());
    };
    // Chunks are marked by lines of their own, which no result looks like.
    let told: String = told
        .split_inclusive('\n')
        .filter(|line| line.starts_with('{'))
        .collect();
    if !stream {
        // One piece: known whole by its end alone, which no cut leaves.
        return Ok(());
    }
    let status = head.split(' ').nth(1).unwrap_or_default().parse()?;
    wire::note_lines(status, told.as_bytes(), sent)
}
