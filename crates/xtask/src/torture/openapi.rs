//! The API called by its own document.

use super::{Outcome, Torture};
use crate::database::Kind;
use crate::random::Random;

pub(super) fn run(_: &Torture, _: Kind, _: &mut Random) -> anyhow::Result<Outcome> {
    Ok(Outcome::NotRun("later".to_owned()))
}
