//! What clients note: each operation that they sent, and what they were answered.

use serde_json::{Value, json};

use crate::random::Random;

/// The host that operations come from.
pub(super) const HOST: &str = "torture";
/// The model of its records.
pub(super) const MODEL: &str = "crm.lead";
/// How many records there are. Few, so that clients get in each other's way.
const RECORDS: u64 = 24;

/// What became of an operation, as far as its client knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// The log that the server said it made. The revision is missing where the answer said that it
    /// had made it before.
    Answered { log: String, revision: Option<i64> },
    /// The server said that nothing was recorded.
    Refused,
    /// No answer, or one that does not say.
    Unknown,
}

/// An operation that was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    /// What no other operation has; it stands in the log.
    pub(super) token: String,
    /// Whether it has an idempotency key.
    pub(super) keyed: bool,
    /// The request that it was part of, where that is recorded whole or not at all.
    pub(super) batch: Option<String>,
    /// The operation as JSON.
    pub(super) body: Value,
    pub(super) fate: Fate,
}

/// Makes operations, each with a token of its own.
#[derive(Debug)]
pub(super) struct Maker {
    client: String,
    random: Random,
    made: u64,
}

impl Maker {
    pub(super) fn new(client: String, seed: u64) -> Self {
        Self {
            client,
            random: Random::new(seed),
            made: 0,
        }
    }

    /// Chance, for what the client does besides.
    pub(super) const fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// The next operation.
    pub(super) fn operation(&mut self, keyed: bool) -> Sent {
        self.made += 1;
        let token = format!("{}-{}", self.client, self.made);
        let long = self.random.below(50) == 0;
        let length = self.random.below(if long { 20_000 } else { 400 });
        let text: String = (0..length)
            .map(|at| char::from(b'a' + u8::try_from((at + self.made) % 26).unwrap_or_default()))
            .collect();
        let kind = if self.random.below(16) == 0 {
            "create"
        } else {
            "write"
        };
        let mut body = json!({
            "operation": kind, "model": MODEL,
            "record_id": format!("r{}", self.random.skewed(RECORDS)),
            "user": {"login": format!("user-{}", self.random.below(9))},
            "new": {"token": token, "text": text, "amount": self.random.below(1_000)},
        });
        if keyed {
            body["id"] = token.clone().into();
        }
        Sent {
            token,
            keyed,
            batch: None,
            body,
            fate: Fate::Unknown,
        }
    }

    /// A few of them, that are one request.
    pub(super) fn batch(&mut self, most: u64, keyed: bool) -> Vec<Sent> {
        let count = 1 + self.random.below(most);
        let name = format!("{}-{}", self.client, self.made + 1);
        let one = |_| Sent {
            batch: Some(name.clone()),
            ..self.operation(keyed)
        };
        (0..count).map(one).collect()
    }

    /// Lines of a stream, each recorded by itself; some have a key.
    pub(super) fn lines(&mut self, most: u64) -> Vec<Sent> {
        let count = 1 + self.random.below(most);
        (0..count)
            .map(|_| {
                let keyed = self.random.below(4) != 0;
                self.operation(keyed)
            })
            .collect()
    }
}
