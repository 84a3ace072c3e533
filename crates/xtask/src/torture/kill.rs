//! The server is killed at random moments under load, and started again.

use std::thread;
use std::time::Duration;

use super::bed::Bed;
use super::{Outcome, Torture, check, load};
use crate::database::Kind;
use crate::random::Random;

/// How often it is killed.
const KILLS: u64 = 6;

pub(super) fn run(torture: &Torture, kind: Kind, random: &mut Random) -> anyhow::Result<Outcome> {
    let mut bed = Bed::new(torture, kind)?;
    let (urls, key) = ([bed.url()], bed.key.clone());
    let mut noted = load::during(&urls, &key, "kill", random, |load, random| {
        for _ in 0..KILLS {
            // Sometimes soon after it came up, sometimes in full swing.
            load.more(1 + random.below(40))?;
            thread::sleep(Duration::from_millis(random.below(150)));
            bed.kill()?;
        }
        load.calm(40)
    })?;
    let recorded = check::all(&bed, &mut noted)?;
    Ok(Outcome::Held(format!(
        "killed {KILLS} times; {}, {recorded} recorded",
        noted.told()
    )))
}
