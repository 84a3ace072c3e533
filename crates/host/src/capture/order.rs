//! The order of delivery.
//!
//! What is read at once is one snapshot of the outbox: rows of transactions that are committed.
//! Transactions are told one after the other, by the last place that each has in the outbox (or
//! by the time of their commit, where the database keeps it: `track_commit_timestamp`), and the
//! rows of one transaction by their places.
//!
//! This respects whatever depends on something else. Let B depend on A: B changed a row that A
//! had changed, or read what A wrote before it wrote itself. The first means that B waited for
//! A's row lock, the second that B's snapshot saw A: either way A was committed before B wrote.
//! A place is given away when a row is written, and places only rise. So every place of A is
//! lower than that of B's write, hence A's last place is lower than B's last, and A's commit is
//! earlier than B's: A comes first, by either order. And no snapshot sees B without A. (Times of
//! commits tell this as long as nobody sets the clock back; where they contradict the places of one
//! record, places are gone by.)
//!
//! It holds as well when only the lower places of the outbox are read (the first two thousand):
//! whatever of A is not read has a higher place than all that is read, B's write included; but it
//! has a lower one. And rows are taken out one by one: a transaction that commits late, with
//! places lower than those already delivered, is simply found by the next reading. Nothing that
//! was delivered before depends on it, since it was not committed then.

use std::collections::HashMap;
use std::hash::Hash;

use serde_json::{Map, Value};

/// One row of the outbox, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// Its place.
    pub(super) id: i64,
    /// The transaction.
    pub(super) xid: i64,
    /// When that was committed, in microseconds, where the database tells.
    pub(super) committed: i64,
    /// The number of the captured table.
    pub(super) tab: i32,
    /// The table or partition that the row was in.
    pub(super) relid: i64,
    /// When it was done, in microseconds since 1970.
    pub(super) at: i64,
    /// Who did it, and where they come from.
    pub(super) who: Who,
    /// The row before; none for an insert.
    pub(super) before: Option<Side>,
    /// The row after; none for a delete.
    pub(super) after: Option<Side>,
}

/// A row as it was at one side of a change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Side {
    /// The text of the primary key.
    pub(super) key: String,
    /// The values, as the database wrote them.
    pub(super) values: Map<String, Value>,
}

/// What the host said of who acts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) login: String,
    pub(super) name: Option<String>,
    pub(super) groups: Option<String>,
    pub(super) on_behalf_of: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) ip: Option<String>,
}

/// Puts changes, which come by their places, in the order of delivery.
pub(super) fn arrange(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let mut transactions: Vec<Vec<Change>> = group(changes, |change| change.xid);
    transactions.sort_by_key(|changes| {
        let last = changes.last();
        last.map_or((0, 0), |last| (last.committed, last.id))
    });
    if !fits(&transactions) {
        transactions.sort_by_key(|changes| changes.last().map_or(0, |last| last.id));
    }
    for changes in &mut transactions {
        straighten(changes);
    }
    transactions
}

/// Whether each record's changes come by their places. Times of commits are those of a clock, and
/// when somebody set it back they tell what followed before what it followed; places never do.
fn fits(transactions: &[Vec<Change>]) -> bool {
    let mut highest: HashMap<(i32, &str), i64> = HashMap::new();
    transactions.iter().all(|changes| {
        let sides = changes.iter().flat_map(|change| {
            let sides = change.before.iter().chain(&change.after);
            sides.map(|side| ((change.tab, side.key.as_str()), change.id))
        });
        let sides: Vec<_> = sides.collect();
        let fits = sides
            .iter()
            .all(|(record, id)| highest.get(record).is_none_or(|before| before < id));
        for (record, id) in sides {
            let place = highest.entry(record).or_insert(id);
            *place = id.max(*place);
        }
        fits
    })
}

/// Puts the changes of one record in the order in which they follow from each other.
///
/// A trigger of the host that changes a row again, while the statement that changed it first is
/// not over, is told before that statement: PostgreSQL runs what belongs to a statement at its
/// end. The states tell the order: each begins where the one before it ended.
fn straighten(changes: &mut [Change]) {
    let mut places: HashMap<(i32, String), Vec<usize>> = HashMap::new();
    for (place, change) in changes.iter().enumerate() {
        let side = change.before.as_ref().or(change.after.as_ref());
        if let Some(side) = side {
            places
                .entry((change.tab, side.key.clone()))
                .or_default()
                .push(place);
        }
    }
    for places in places.into_values() {
        let few = (2..=MOST).contains(&places.len());
        let follow = |a: usize, b: usize| {
            values(changes[a].after.as_ref()) == values(changes[b].before.as_ref())
        };
        if !few || places.windows(2).all(|pair| follow(pair[0], pair[1])) {
            continue;
        }
        let mut chain = Vec::new();
        let mut effort = EFFORT;
        if search(&places, &mut chain, &follow, &mut effort) {
            let sorted: Vec<Change> = chain.iter().map(|place| changes[*place].clone()).collect();
            for (place, change) in places.iter().zip(sorted) {
                changes[*place] = change;
            }
        }
    }
}

/// Of more changes of one record in one transaction, the order of their places is kept.
const MOST: usize = 64;
/// How many steps a search may take.
const EFFORT: usize = 20_000;

/// Completes a chain in which each state follows from the one before; the earliest place first.
fn search(
    places: &[usize],
    chain: &mut Vec<usize>,
    follow: &impl Fn(usize, usize) -> bool,
    effort: &mut usize,
) -> bool {
    if chain.len() == places.len() {
        return true;
    }
    for place in places {
        *effort = effort.saturating_sub(1);
        if *effort == 0 {
            return false;
        }
        let fits = chain.last().is_none_or(|last| follow(*last, *place));
        if fits && !chain.contains(place) {
            chain.push(*place);
            if search(places, chain, follow, effort) {
                return true;
            }
            chain.pop();
        }
    }
    false
}

fn values(side: Option<&Side>) -> Option<&Map<String, Value>> {
    side.map(|side| &side.values)
}

/// Items that share a mark, each group in the order in which its items came.
fn group<T, K: Eq + Hash>(items: Vec<T>, mark: impl Fn(&T) -> K) -> Vec<Vec<T>> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut groups: Vec<Vec<T>> = Vec::new();
    for item in items {
        let place = *places.entry(mark(&item)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(item);
    }
    groups
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a side of a change is one that may be missing"
    )]
    pub(in crate::capture) fn side(key: &str, value: i32) -> Option<Side> {
        let values = json!({"id": key, "n": value});
        Some(Side {
            key: key.to_owned(),
            values: values.as_object().unwrap().clone(),
        })
    }

    pub(in crate::capture) fn change(
        id: i64,
        xid: i64,
        before: Option<Side>,
        after: Option<Side>,
    ) -> Change {
        Change {
            id,
            xid,
            committed: 0,
            tab: 1,
            relid: 10,
            at: 0,
            who: Who::default(),
            before,
            after,
        }
    }

    fn ids(transactions: &[Vec<Change>]) -> Vec<i64> {
        transactions
            .iter()
            .flatten()
            .map(|change| change.id)
            .collect()
    }

    #[test]
    fn transactions_are_whole_and_come_by_their_last_places() {
        let create = |id, xid| change(id, xid, None, side(&id.to_string(), 0));
        let changes = vec![create(1, 7), create(2, 8), create(3, 7), create(4, 9)];
        assert_eq!(ids(&arrange(changes.clone())), [2, 1, 3, 4]);
        let mut timed = changes;
        for change in &mut timed {
            change.committed = match change.xid {
                7 => 30,
                8 => 20,
                _ => 10,
            };
        }
        assert_eq!(ids(&arrange(timed)), [4, 2, 1, 3]);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_turn_round_what_followed() {
        let mut first = change(1, 7, side("a", 0), side("a", 1));
        let mut second = change(2, 8, side("a", 1), side("a", 2));
        (first.committed, second.committed) = (50, 40);
        assert_eq!(ids(&arrange(vec![first, second])), [1, 2]);
    }

    #[test]
    fn what_a_trigger_changed_again_comes_after_what_it_followed() {
        let changes = vec![
            change(1, 7, side("a", 1), side("a", 2)),
            change(2, 7, side("b", 0), side("b", 9)),
            change(3, 7, side("a", 0), side("a", 1)),
        ];
        assert_eq!(ids(&arrange(changes)), [3, 2, 1]);
    }

    proptest! {
        /// However the changes of a record are mixed up, what is told is a chain; its end is the
        /// record as it is, whatever is repeated on the way.
        #[test]
        fn the_changes_of_a_record_form_a_chain(states in prop::collection::vec(0..4, 2..7), swaps in prop::collection::vec(any::<prop::sample::Index>(), 8)) {
            let mut changes: Vec<Change> = states.windows(2).zip(0..)
                .filter(|(pair, _)| pair[0] != pair[1])
                .map(|(pair, at)| change(at, 7, side("a", pair[0]), side("a", pair[1])))
                .collect();
            prop_assume!(!changes.is_empty());
            let length = changes.len();
            for (at, swap) in swaps.iter().take(length).enumerate() {
                changes.swap(at, swap.index(length));
            }
            let told = arrange(changes).concat();
            for pair in told.windows(2) {
                prop_assert_eq!(&pair[0].after, &pair[1].before);
            }
        }
    }
}
