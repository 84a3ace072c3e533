//! Leaves of logs that were just recorded here, so that the sealer need not read those logs again.
//!
//! Only hashes are kept, of committed logs, and few of them: what is missing here is read from the
//! database. A hash is made from what the recorder wrote, so a log that is altered before it is
//! sealed does not fit its leaf.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use proof::{Hash, leaf_hash};
use serde_json::Value;
use tokio::sync::Semaphore;
use types::Timestamp;

use crate::engine::leaf::{self, Head};
use crate::recorder::Recorded;

/// How many hashes are kept at most.
const MOST: usize = 50_000;
/// How many groups of logs are hashed at the same time; those of more groups are read again.
const AT_ONCE: usize = 4;

/// The hashes, by the places of the logs.
pub(crate) struct Fresh {
    hashes: Arc<Mutex<BTreeMap<i64, Hash>>>,
    room: Arc<Semaphore>,
}

impl Default for Fresh {
    fn default() -> Self {
        Self {
            hashes: Arc::default(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Fresh {
    /// Takes logs whose commit has succeeded. Their leaves are made beside the recorder.
    pub(crate) fn offer(&self, logs: Vec<Recorded>) {
        let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() else {
            return;
        };
        let hashes = Arc::clone(&self.hashes);
        tokio::task::spawn_blocking(move || {
            let new: Vec<_> = logs
                .iter()
                .filter_map(|log| Some((log.seq, leaf_hash(&leaf_of(log).ok()?))))
                .collect();
            if let Ok(mut hashes) = hashes.lock()
                && hashes.len() + new.len() <= MOST
            {
                hashes.extend(new);
            }
            drop(permit);
        });
    }

    /// The hashes up to `last` that are here; they are gone afterwards.
    pub(crate) fn take(&self, last: i64) -> BTreeMap<i64, Hash> {
        let Ok(mut hashes) = self.hashes.lock() else {
            return BTreeMap::new();
        };
        let later = hashes.split_off(&last.saturating_add(1));
        std::mem::replace(&mut hashes, later)
    }
}

/// The leaf of a log as it was recorded: the same bytes as of its row.
fn leaf_of(recorded: &Recorded) -> Result<Vec<u8>, serde_json::Error> {
    let log = &recorded.log;
    let model = &log.model.model;
    let head = Head {
        id: log.id.to_string(),
        seq: recorded.seq,
        host: &model.host,
        model: &model.model,
        model_label: &model.label,
        record_id: &log.record_id,
        record_name: log.record_name.as_deref(),
        revision: log.revision,
        user_login: &log.user.login,
        user_name: log.user.name.as_deref(),
        on_behalf_of: log.user.on_behalf_of.as_deref(),
        occurred_at: log
            .occurred_at
            .unwrap_or(Timestamp::from_micros(recorded.time)),
        recorded_at: Timestamp::from_micros(recorded.time),
        rule_ids: serde_json::to_value(&log.rule_ids)?,
        context: if log.context.is_empty() {
            Value::Null
        } else {
            serde_json::to_value(&log.context)?
        },
    };
    leaf::leaf(&head, &log.entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::catalog::ModelEntry;
    use crate::engine::known::{Form, Known};
    use crate::engine::state::{Changed, Entry, Gap};
    use crate::recorder::{NewLog, append, discover};
    use crate::sealer;
    use proptest::prelude::*;
    use types::{Actor, Context, FieldType, OperationKind};

    fn value() -> impl Strategy<Value = Value> {
        let number = "-?(0|[1-9][0-9]{0,25})([.][0-9]{1,20})?(e[+-]?[0-9]{1,3})?";
        let number = number.prop_map(|text| serde_json::from_str(&text).unwrap_or(Value::Null));
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            number,
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..3)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    prop_compose! {
        fn known()(value in value(), label in any::<Option<String>>(), form in proptest::sample::select(vec![Form::Plain, Form::Masked, Form::Binary, Form::Sealed])) -> Known {
            Known { value, label, form }
        }
    }

    prop_compose! {
        fn entry()(
            operation in proptest::sample::select(OperationKind::ALL.to_vec()),
            changes in proptest::collection::vec((any::<String>(), any::<Option<String>>(), proptest::option::of(known()), known()), 0..4),
            gaps in proptest::collection::vec((any::<String>(), known(), known()), 0..2),
            observed in proptest::collection::btree_map(any::<String>(), known(), 0..3),
        ) -> Entry {
            let changed = |(field, label, old, new)| Changed { field, label, kind: FieldType::Json, old, new };
            let gap = |(field, last_known, found)| Gap { field, last_known, found };
            Entry {
                operation,
                changes: changes.into_iter().map(changed).collect(),
                unrecorded: gaps.into_iter().map(gap).collect(),
                observed,
            }
        }
    }

    prop_compose! {
        fn recorded()(
            entry in entry(),
            texts in proptest::collection::vec(any::<String>(), 5),
            maybe in proptest::collection::vec(any::<Option<String>>(), 6),
            (seq, time, occurred_at) in (1..i64::MAX, 0..4_000_000_000_000_000_i64, proptest::option::of(0..4_000_000_000_000_000_i64)),
            rule_ids in proptest::collection::vec("[a-f0-9]{8}", 0..3),
        ) -> Recorded {
            let [host, model, record_id, login, reason] = <[String; 5]>::try_from(texts).unwrap();
            let [record_name, name, on_behalf_of, request_id, transaction_id, ip] = <[Option<String>; 6]>::try_from(maybe).unwrap();
            let log = NewLog {
                id: uuid::Uuid::from_u128(u128::try_from(seq).unwrap()),
                host_id: 1,
                model: Arc::new(ModelEntry::new(1, 1, discover::undeclared(host, &model))),
                record_name,
                revision: seq / 2,
                rule_ids,
                entry,
                record_id,
                user: Actor { login, name, on_behalf_of, ..Actor::default() },
                occurred_at: occurred_at.map(Timestamp::from_micros),
                context: Context { ip, request_id, transaction_id, reason: Some(reason).filter(|reason| reason.len() > 3), ..Context::default() },
                snapshot: None,
            };
            Recorded { seq, time, log }
        }
    }

    proptest! {
        #[test]
        fn a_leaf_made_at_once_is_the_one_of_the_stored_row(recorded in recorded()) {
            let row = append::row(&recorded).unwrap();
            let model = &recorded.log.model.model;
            let stored = sealer::of(&model.host, &model.model, &row);
            let (stored, fresh) = (stored.ok(), leaf_of(&recorded).ok());
            prop_assert_eq!(
                fresh.map(|leaf| String::from_utf8(leaf).unwrap()),
                stored.map(|leaf| String::from_utf8(leaf).unwrap())
            );
        }
    }

    #[tokio::test]
    async fn what_is_taken_is_gone_and_what_comes_later_stays() {
        let fresh = Fresh::default();
        let hash = leaf_hash(b"a log");
        fresh
            .hashes
            .lock()
            .unwrap()
            .extend((3..=8).map(|seq| (seq, hash)));
        assert_eq!(fresh.take(5).into_keys().collect::<Vec<_>>(), [3, 4, 5]);
        assert!(fresh.take(5).is_empty());
        assert_eq!(
            fresh.take(i64::MAX).into_keys().collect::<Vec<_>>(),
            [6, 7, 8]
        );
    }
}
