//! The state of a record at one of its revisions, however many it has.
//!
//! A state begins at the last whole one that was kept, at most 64 logs before. What was not known
//! then is filled in from the first later log of the same life that mentions it. Within a life the
//! known fields only grow, and a log that mentions a field makes it known; so a field that is
//! unknown at one whole state and known at the next is mentioned first between these two, and
//! where nothing becomes known nothing need be read. The search halves the way to the end of the
//! life for every field that is missing.

use std::collections::BTreeSet;

use types::{Code, OperationKind, Timestamp};

use super::Found;
use crate::engine::state::{Filler, State};
use crate::store::{Step, from_json};
use crate::{Audit, Error, present};

/// A state of a record, with its name and the time of its revision.
pub(super) struct At {
    pub(super) state: State,
    pub(super) name: Option<String>,
    pub(super) time: Timestamp,
}

/// The state of a record at a revision, with what later logs tell about that time.
pub(super) async fn state_at(audit: &Audit, found: &Found, revision: i64) -> Result<At, Error> {
    let last = found.row.revision;
    if revision < 1 || revision > last {
        let detail = format!("the record has the revisions 1 to {last}");
        return Err(Error::refused(Code::NotFound, detail));
    }
    let history = History { audit, found };
    let mut at = history.told(revision).await?;
    if !at.state.deleted && revision < last {
        history.fill(&mut at.state, revision).await?;
    }
    Ok(at)
}

/// The logs and whole states of one record.
struct History<'a> {
    audit: &'a Audit,
    found: &'a Found,
}

impl History<'_> {
    /// The state at a revision as the logs up to there tell it.
    async fn told(&self, revision: i64) -> Result<At, Error> {
        let row = &self.found.row;
        let kept = self
            .audit
            .store()
            .snapshot(row.model_id, &row.record_id, revision - 1)
            .await?;
        let (above, mut state) = kept.unwrap_or_default();
        let (mut name, mut time) = (None, Timestamp::MIN);
        for step in self.steps(above, revision).await? {
            state.apply(&present::step(&step)?);
            (name, time) = (step.record_name, Timestamp::from_micros(step.recorded_at));
        }
        Ok(At { state, name, time })
    }

    async fn steps(&self, above: i64, to: i64) -> Result<Vec<Step>, Error> {
        let row = &self.found.row;
        let store = self.audit.store();
        Ok(store.steps(row.model_id, &row.record_id, above, to).await?)
    }

    /// The fields known at a revision at which the whole state is kept.
    async fn known(&self, revision: i64) -> Result<BTreeSet<String>, Error> {
        let row = &self.found.row;
        let store = self.audit.store();
        let kept = store
            .snapshot(row.model_id, &row.record_id, revision)
            .await?;
        let (_, state) = kept.unwrap_or_default();
        Ok(state.fields.into_keys().collect())
    }

    /// The last revision of the life that goes on after `revision`, and the fields known then.
    async fn end_of_life(&self, revision: i64) -> Result<(i64, BTreeSet<String>), Error> {
        let row = &self.found.row;
        let store = self.audit.store();
        let turn = store
            .next_turn(row.model_id, &row.record_id, revision)
            .await?;
        let last = match turn {
            None => row.revision,
            // An unlink tells the last values of its own life; a create is of the next.
            Some((turn, kind)) => turn - i64::from(kind == OperationKind::Create as i16),
        };
        let state = if last == row.revision {
            State {
                fields: from_json(&row.state)?,
                deleted: row.deleted,
            }
        } else {
            self.told(last).await?.state
        };
        Ok((last, state.fields.into_keys().collect()))
    }

    /// Fills in what later logs tell about `revision`.
    async fn fill(&self, state: &mut State, revision: i64) -> Result<(), Error> {
        let (last, known) = self.end_of_life(revision).await?;
        let missing = without(&known, state);
        if missing.is_empty() || last <= revision {
            return Ok(());
        }
        let row = &self.found.row;
        let mut marks = vec![revision];
        let store = self.audit.store();
        let kept = store
            .snapshots_between(row.model_id, &row.record_id, revision, last)
            .await?;
        marks.extend(kept);
        marks.push(last);
        // Pieces between marks, each with the fields that become known within; the earliest is
        // taken first, so that a field's first mention is met before any other.
        let mut pieces = vec![(0, marks.len() - 1, missing)];
        let mut filler = Filler::new(state);
        while let Some((from, to, missing)) = pieces.pop() {
            if missing.is_empty() {
                continue;
            }
            if to - from > 1 {
                let middle = usize::midpoint(from, to);
                let known = self.known(marks[middle]).await?;
                let (earlier, later) = missing.into_iter().partition(|f| known.contains(f));
                pieces.push((middle, to, later));
                pieces.push((from, middle, earlier));
                continue;
            }
            for step in self.steps(marks[from], marks[to]).await? {
                if !filler.take(state, &present::step(&step)?) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The fields that the state does not have.
fn without(known: &BTreeSet<String>, state: &State) -> BTreeSet<String> {
    let missing = known.iter().filter(|f| !state.fields.contains_key(*f));
    missing.cloned().collect()
}
