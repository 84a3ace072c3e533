//! Laws of delivery: once, in order, whatever is refused, away or lost.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Mutex;

use proptest::prelude::*;
use types::{Actor, ModelInput, OperationKind};

use super::*;

fn operation(number: usize) -> Operation {
    Operation {
        id: Some(format!("o-{number}")),
        operation: OperationKind::Unlink,
        model: "crm.lead".to_owned(),
        record_id: number.to_string(),
        record_name: None,
        user: Actor {
            login: "marc".to_owned(),
            ..Actor::default()
        },
        occurred_at: None,
        old: None,
        new: None,
        context: types::Context::default(),
    }
}

/// An outbox in memory; `lossy` forgets that something was delivered, as a crash between the
/// answer and the deletion does.
#[derive(Default)]
struct Memory {
    waiting: BTreeMap<usize, Operation>,
    aside: BTreeMap<usize, String>,
    lossy: BTreeSet<usize>,
    deletions: usize,
}

impl Memory {
    fn of(count: usize) -> Self {
        Self {
            waiting: (0..count)
                .map(|number| (number, operation(number)))
                .collect(),
            ..Self::default()
        }
    }
}

impl Outbox for Memory {
    type Key = usize;
    type Error = Infallible;

    async fn next(&mut self, limit: usize) -> Result<Vec<Waiting<usize>>, Infallible> {
        let first = self.waiting.iter().take(limit);
        Ok(first
            .map(|(key, operation)| Waiting {
                key: *key,
                operation: operation.clone(),
            })
            .collect())
    }

    async fn delivered(&mut self, keys: &[usize]) -> Result<(), Infallible> {
        self.deletions += 1;
        if !self.lossy.remove(&self.deletions) {
            self.waiting.retain(|key, _| !keys.contains(key));
        }
        Ok(())
    }

    async fn set_aside(&mut self, key: &usize, why: &str) -> Result<(), Infallible> {
        self.waiting.remove(key);
        self.aside.insert(*key, why.to_owned());
        Ok(())
    }
}

/// How a server tells that an operation cannot be recorded.
#[derive(Debug, Clone, Copy)]
enum Manner {
    /// With the place of each.
    Told,
    /// For the batch as a whole.
    Whole,
}

/// A server in memory that keeps what it recorded, in order.
struct Recorder {
    kept: Mutex<Vec<String>>,
    poison: BTreeSet<usize>,
    manner: Manner,
    /// The calls, counted from 0, that find it away.
    away: Mutex<(usize, BTreeSet<usize>)>,
    /// The most it takes at once.
    most: usize,
}

impl Recorder {
    fn new() -> Self {
        Self {
            kept: Mutex::default(),
            poison: BTreeSet::new(),
            manner: Manner::Told,
            away: Mutex::default(),
            most: usize::MAX,
        }
    }

    fn kept(&self) -> Vec<String> {
        self.kept.lock().unwrap().clone()
    }
}

impl Server for Recorder {
    async fn record(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Refusal> {
        {
            let mut away = self.away.lock().unwrap();
            let call = away.0;
            away.0 += 1;
            if away.1.contains(&call) {
                return Err(Refusal::Later {
                    why: "away".to_owned(),
                    after: None,
                });
            }
        }
        if batch.len() > self.most {
            return Err(Refusal::Batch("too large".to_owned()));
        }
        let refused: Vec<Refused> = batch
            .iter()
            .enumerate()
            .filter(|(_, one)| self.poison.contains(&one.record_id.parse().unwrap()))
            .map(|(index, _)| Refused {
                index,
                why: "refused".to_owned(),
            })
            .collect();
        match self.manner {
            _ if refused.is_empty() => {}
            Manner::Told => return Err(Refusal::Faults(refused)),
            Manner::Whole => return Err(Refusal::Batch("refused".to_owned())),
        }
        let mut kept = self.kept.lock().unwrap();
        let outcomes = batch.iter().map(|one| {
            let id = one.id.clone().unwrap();
            if kept.contains(&id) {
                return Outcome::Duplicate { log_id: None };
            }
            kept.push(id);
            Outcome::Recorded {
                log_id: "l".to_owned(),
                revision: 1,
            }
        });
        Ok(outcomes.collect())
    }

    async fn declare(&self, _: &str, _: &ModelInput) -> Result<(), Refusal> {
        Ok(())
    }
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

proptest! {
    /// Whatever is refused, whenever the server is away and wherever a deletion is lost: each
    /// operation arrives once, in order, or is set aside because it was refused.
    #[test]
    fn every_operation_arrives_once_in_order_or_is_set_aside(
        count in 0_usize..60,
        batch in 1_usize..20,
        most in 1_usize..20,
        whole: bool,
        poison in prop::collection::btree_set(0_usize..60, 0..8),
        away in prop::collection::btree_set(0_usize..40, 0..10),
        lossy in prop::collection::btree_set(1_usize..20, 0..6),
    ) {
        let poison: BTreeSet<usize> = poison.into_iter().filter(|number| *number < count).collect();
        let mut server = Recorder::new();
        server.poison.clone_from(&poison);
        server.manner = if whole { Manner::Whole } else { Manner::Told };
        server.away = Mutex::new((0, away));
        server.most = most;
        let mut outbox = Memory::of(count);
        outbox.lossy = lossy;
        let pace = Pace { batch, ..Pace::default() };
        let (progress, _) = watch::channel(Progress::default());
        run(async {
            while drain(&mut outbox, &server, &pace, &progress).await.is_err() {}
        });
        let expected: Vec<String> = (0..count)
            .filter(|number| !poison.contains(number))
            .map(|number| format!("o-{number}"))
            .collect();
        prop_assert_eq!(server.kept(), expected.clone());
        prop_assert!(outbox.waiting.is_empty());
        prop_assert_eq!(outbox.aside.keys().copied().collect::<BTreeSet<_>>(), poison.clone());
        let told = progress.borrow().clone();
        prop_assert_eq!(told.recorded, expected.len() as u64);
        prop_assert_eq!(told.set_aside, poison.len() as u64);
    }
}

#[test]
fn a_server_that_is_away_is_waited_for_and_told() {
    let server = Recorder::new();
    server.away.lock().unwrap().1 = (0..4).collect();
    let mut outbox = Memory::of(3);
    let (progress, mut told) = watch::channel(Progress::default());
    let (stop, stopped) = watch::channel(false);
    run(async {
        let pace = Pace {
            idle: Duration::from_millis(1),
            first_wait: Duration::from_millis(1),
            ..Pace::default()
        };
        let delivery = deliver(&mut outbox, &server, &pace, &progress, stopped);
        let watching = async {
            told.wait_for(|now| now.trouble.as_deref() == Some("away"))
                .await
                .unwrap();
            told.wait_for(|now| now.delivered == 3 && now.trouble.is_none())
                .await
                .unwrap();
            stop.send(true).unwrap();
        };
        tokio::join!(delivery, watching)
    });
    assert_eq!(server.kept(), ["o-0", "o-1", "o-2"]);
}

#[test]
fn waits_grow_to_the_longest_and_are_never_all_the_same() {
    let pace = Pace {
        first_wait: Duration::from_millis(100),
        longest_wait: Duration::from_secs(2),
        ..Pace::default()
    };
    for (failures, full) in [
        (0, 100),
        (1, 200),
        (4, 1_600),
        (5, 2_000),
        (4_000_000, 2_000),
    ] {
        for _ in 0..50 {
            let wait = backoff(&pace, failures);
            assert!(wait <= Duration::from_millis(full), "{failures}: {wait:?}");
            assert!(
                wait >= Duration::from_millis(full / 2),
                "{failures}: {wait:?}"
            );
        }
    }
    let some: BTreeSet<Duration> = (0..20).map(|_| backoff(&pace, 9)).collect();
    assert!(some.len() > 1);
}
