//! All processes of PostgreSQL are killed and it is started again, while the server stays up.

use std::thread;
use std::time::Duration;

use anyhow::ensure;

use super::bed::Bed;
use super::{Outcome, Torture, check, load};
use crate::database::Kind;
use crate::random::Random;

/// How often it is killed.
const KILLS: u64 = 4;

pub(super) fn run(torture: &Torture, random: &mut Random) -> anyhow::Result<Outcome> {
    let mut bed = Bed::new(torture, Kind::Postgres)?;
    let (urls, key) = ([bed.url()], bed.key.clone());
    let mut noted = load::during(&urls, &key, "database", random, |load, random| {
        for _ in 0..KILLS {
            load.more(1 + random.below(40))?;
            thread::sleep(Duration::from_millis(random.below(150)));
            let postgres = bed.postgres()?;
            postgres.kill()?;
            // Gone for an instant, or for as long as it takes until clients are told.
            if random.below(2) == 0 {
                load.failures(1)?;
            }
            postgres.launch()?;
            load.more(10)?;
        }
        load.calm(40)
    })?;
    ensure!(
        bed.service.ended()?.is_none(),
        "the server ended{}",
        bed.service.last_words()
    );
    let recorded = check::all(&bed, &mut noted)?;
    Ok(Outcome::Held(format!(
        "PostgreSQL killed {KILLS} times; {}, {recorded} recorded",
        noted.told()
    )))
}
