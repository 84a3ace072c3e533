//! System calls on SQLite's files fail, one kind after the other, at one place after the other.

use super::{Outcome, Torture};
use crate::random::Random;

pub(super) fn run(_: &Torture, _: &mut Random) -> anyhow::Result<Outcome> {
    Ok(Outcome::NotRun("later".to_owned()))
}
