//! Two servers on one PostgreSQL: one stands still in the middle of its work, locks in its hand, and
//! is let go on.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::bed::{Bed, DATABASE};
use super::{Outcome, Torture, check, load};
use crate::database::{Kind, psql};
use crate::random::Random;
use crate::service::{self, Signal};

/// How often one is caught with the end of the log in its hand.
const TIMES: u64 = 2;
/// How often it is tried until it is.
const TRIES: u64 = 60;

/// Sessions that stand in the middle of a transaction, have done nothing for a while, and hold the
/// end of the log, without which nobody records.
const STUCK: &str = "SELECT count(*) FROM pg_stat_activity AS a JOIN pg_locks AS l ON l.pid = a.pid \
    WHERE a.application_name = 'revisor' AND a.state = 'idle in transaction' \
    AND a.state_change < now() - interval '700 milliseconds' \
    AND l.relation = 'log_head'::regclass AND l.granted";

pub(super) fn run(torture: &Torture, random: &mut Random) -> anyhow::Result<Outcome> {
    let mut bed = Bed::new(torture, Kind::Postgres)?;
    let data = bed.folder().join("other");
    let other = bed.beside(torture, &data, DATABASE)?;
    let log = bed.folder().join("other.log");
    let mut service = other.serve(Some(&log))?;
    let (urls, key) = ([bed.url(), other.url()], bed.key.clone());
    let url = format!("{}/{DATABASE}", bed.postgres()?.url());
    let stuck = || anyhow::Ok(psql(&url, STUCK)?.trim() != "0");
    let (frozen, mut caught) = (service.id(), 0);
    let mut noted = load::during(&urls, &key, "frozen", random, |load, random| {
        for _ in 0..TRIES {
            load.more(3)?;
            thread::sleep(Duration::from_millis(random.below(60)));
            service::signal(frozen, Signal::Stop);
            thread::sleep(Duration::from_secs(1));
            let holds = stuck();
            // The other one goes on, however long this takes; clients of the frozen one wait.
            let gone_on = match &holds {
                Ok(true) => load.more(20),
                _ => load.more(1),
            };
            service::signal(frozen, Signal::Continue);
            caught += u64::from(holds?);
            gone_on.context("while the other server stood still")?;
            if caught == TIMES {
                break;
            }
        }
        load.calm(40)
    })?;
    ensure!(
        bed.service.ended()?.is_none(),
        "the server ended{}",
        bed.service.last_words()
    );
    ensure!(
        service.ended()?.is_none(),
        "the frozen server ended{}",
        service.last_words()
    );
    let recorded = check::all(&bed, &mut noted)?;
    check::server(&other, &key, &mut noted).context("as the server tells that stood still")?;
    if caught == 0 {
        return Ok(Outcome::NotRun(format!(
            "stopped {TRIES} times and never caught with the end of the log"
        )));
    }
    Ok(Outcome::Held(format!(
        "caught {caught} times with the end of the log; {}, {recorded} recorded",
        noted.told()
    )))
}
