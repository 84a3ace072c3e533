//! Attempts to sign in, counted so that nobody guesses a password by trying.
//!
//! Who fails has to wait longer the more often they do, by the network address and by the account.
//! So that nobody is locked out of their account by the failures of others, a browser that signed
//! in before is known by a token (OWASP's device cookies) and counted on its own. An attempt counts
//! before its password is looked at, so that many at once are no way around, and is forgiven when
//! it was right. Counts are kept in memory, by each server for itself, and forgotten at its end.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::sync::{Semaphore, SemaphorePermit};
use types::Timestamp;

use crate::Error;
use crate::engine::redact::Secret;

/// Who tries, as far as it is known.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The network address.
    pub address: Option<IpAddr>,
    /// The token of a browser that signed in before.
    pub device: Option<String>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counter {
    /// A network address; of version 6 the network of 64 bits, which one customer has.
    Address(IpAddr),
    /// An account, tried from browsers that never signed in to it.
    Account(String),
    /// An account, tried from a browser that did.
    Device(String),
    /// An account, tried by somebody who is signed in to it.
    Within(String),
}

impl Counter {
    /// How many failures are free, and in how many seconds one more becomes free.
    const fn allowance(&self) -> (i64, i64) {
        match self {
            // Many people may share an address.
            Self::Address(_) => (30, 10),
            Self::Account(_) | Self::Device(_) | Self::Within(_) => (10, 40),
        }
    }
}

/// An attempt that was let through.
pub(crate) struct Attempt(Vec<Counter>);

/// Most counters that are kept.
const MOST: usize = 100_000;
const SECOND: i64 = 1_000_000;
/// How many attempts are looked at together; less than what is free.
const TOGETHER: usize = 4;

/// The attempts that failed.
pub(crate) struct Attempts {
    devices: Secret,
    /// For each counter the time, in microseconds, at which all its failures are forgotten.
    spent: Mutex<HashMap<Counter, i64>>,
    turns: Semaphore,
}

impl Attempts {
    pub(crate) fn new(devices: Secret) -> Self {
        Self {
            devices,
            spent: Mutex::default(),
            turns: Semaphore::new(TOGETHER),
        }
    }

    /// Waits until there is room for another attempt.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        let turn = self.turns.acquire().await;
        turn.map_err(|error| Error::Broken(error.to_string()))
    }

    /// Counts an attempt to sign in as `login`, or refuses it.
    pub(crate) fn begin(
        &self,
        now: Timestamp,
        origin: &Origin,
        login: &str,
    ) -> Result<Attempt, Error> {
        // Longer than any login is; kept short, whatever comes.
        let login: String = login.chars().take(257).collect();
        let device = origin.device.as_deref();
        let known = device.filter(|token| self.knows(&login, token));
        let account = match known {
            Some(token) => Counter::Device(format!("{login}\n{token}")),
            None => Counter::Account(login),
        };
        let address = origin.address.map(network).map(Counter::Address);
        self.count(now, address.into_iter().chain([account]).collect())
    }

    /// Counts an attempt of one who is signed in, as the person of this id, to prove it again.
    pub(crate) fn within(&self, now: Timestamp, id: &str) -> Result<Attempt, Error> {
        self.count(now, vec![Counter::Within(id.to_owned())])
    }

    fn count(&self, now: Timestamp, counters: Vec<Counter>) -> Result<Attempt, Error> {
        let now = now.micros();
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = counters
            .iter()
            .map(|counter| {
                let (free, each) = counter.allowance();
                let until = spent.get(counter).copied().unwrap_or(now).max(now);
                until - now - (free - 1) * each * SECOND
            })
            .max()
            .unwrap_or(0);
        if wait > 0 {
            let seconds = (wait + SECOND - 1) / SECOND;
            return Err(Error::TooMany {
                retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
            });
        }
        if spent.len() + counters.len() > MOST {
            tidy(&mut spent, now);
        }
        for counter in &counters {
            let (_, each) = counter.allowance();
            let until = spent.entry(counter.clone()).or_insert(now);
            *until = (*until).max(now) + each * SECOND;
        }
        Ok(Attempt(counters))
    }

    /// Takes an attempt back that was right. Those before it from the same address stay counted:
    /// one account of one's own is no way to more guesses at others.
    pub(crate) fn forgive(&self, attempt: &Attempt) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        for counter in &attempt.0 {
            if let Counter::Address(_) = counter {
                let (_, each) = counter.allowance();
                if let Some(until) = spent.get_mut(counter) {
                    *until -= each * SECOND;
                }
            } else {
                spent.remove(counter);
            }
        }
    }

    /// The token of a browser that signed in as `login`.
    pub(crate) fn device(&self, login: &str, nonce: [u8; 16]) -> String {
        let nonce = URL_SAFE_NO_PAD.encode(nonce);
        let proof = self.devices.commit(&["device", login, &nonce]);
        format!("{nonce}.{}", URL_SAFE_NO_PAD.encode(proof))
    }

    fn knows(&self, login: &str, token: &str) -> bool {
        let Some((nonce, proof)) = token.split_once('.') else {
            return false;
        };
        let expected = self.devices.commit(&["device", login, nonce]);
        let Ok(proof) = URL_SAFE_NO_PAD.decode(proof) else {
            return false;
        };
        // Of equal length and compared whole, so that the time tells nothing.
        proof.len() == expected.len()
            && proof
                .iter()
                .zip(expected)
                .fold(0, |differs, (a, b)| differs | (a ^ b))
                == 0
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Forgets what is over; if that is not enough, the half that would be over first.
fn tidy(spent: &mut HashMap<Counter, i64>, now: i64) {
    spent.retain(|_, until| *until > now);
    if spent.len() > MOST / 2 {
        let mut ends: Vec<i64> = spent.values().copied().collect();
        ends.sort_unstable();
        let middle = ends[ends.len() / 2];
        spent.retain(|_, until| *until > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000 * SECOND;

    fn attempts() -> Attempts {
        Attempts::new(Secret::new(vec![7; 32]))
    }

    fn from(address: &str) -> Origin {
        Origin {
            address: Some(address.parse().unwrap()),
            device: None,
        }
    }

    /// How many of many attempts at once are let through.
    fn free(attempts: &Attempts, at: i64, origin: impl Fn(u8) -> Origin, login: &str) -> usize {
        (0..200)
            .filter(|n| {
                attempts
                    .begin(Timestamp::from_micros(at), &origin(*n), login)
                    .is_ok()
            })
            .count()
    }

    #[test]
    fn an_account_is_guessed_at_slowly_from_however_many_addresses() {
        let attempts = attempts();
        let anywhere = |n: u8| from(&format!("192.0.2.{n}"));
        assert_eq!(free(&attempts, NOW, anywhere, "ada"), 10);
        let hour = NOW + 3_600 * SECOND;
        assert!(free(&attempts, hour, anywhere, "ada") <= 90, "in an hour");
        assert_eq!(free(&attempts, NOW, |_| from("198.51.100.1"), "sam"), 10);
    }

    #[test]
    fn an_address_guesses_slowly_at_however_many_accounts() {
        let attempts = attempts();
        let now = Timestamp::from_micros(NOW);
        let tried = (0..200).filter(|n: &u8| {
            let origin = from(&format!("2001:db8:0:1::{n}"));
            attempts.begin(now, &origin, &format!("login{n}")).is_ok()
        });
        assert_eq!(tried.count(), 30, "of one network");
        assert!(attempts.begin(now, &from("2001:db8:0:2::1"), "x").is_ok());
    }

    #[test]
    fn the_owner_gets_in_from_a_browser_that_is_known_whatever_others_do() {
        let attempts = attempts();
        free(&attempts, NOW, |n| from(&format!("192.0.2.{n}")), "ada");
        let now = Timestamp::from_micros(NOW);
        assert!(attempts.begin(now, &from("203.0.113.9"), "ada").is_err());
        let known = Origin {
            device: Some(attempts.device("ada", [1; 16])),
            ..from("203.0.113.9")
        };
        assert!(attempts.begin(now, &known, "ada").is_ok());
        // The token is of one account, and nobody makes one up.
        let other = Origin {
            device: Some(attempts.device("eve", [1; 16])),
            ..from("203.0.113.9")
        };
        assert!(attempts.begin(now, &other, "ada").is_err());
        let made_up = Origin {
            device: Some("AAAA.AAAA".to_owned()),
            ..from("203.0.113.9")
        };
        assert!(attempts.begin(now, &made_up, "ada").is_err());
    }

    #[test]
    fn what_was_right_is_forgiven_and_time_forgives_the_rest() {
        let attempts = attempts();
        let origin = from("192.0.2.1");
        for n in 0..100 {
            let now = Timestamp::from_micros(NOW + n);
            let attempt = attempts.begin(now, &origin, "ada").unwrap();
            attempts.forgive(&attempt);
        }
        assert_eq!(free(&attempts, NOW, |_| origin.clone(), "ada"), 10);
        let Err(Error::TooMany { retry_after }) =
            attempts.begin(Timestamp::from_micros(NOW), &origin, "ada")
        else {
            panic!("refused");
        };
        assert_eq!(retry_after, 40);
        let later = Timestamp::from_micros(NOW + 41 * SECOND);
        assert!(attempts.begin(later, &origin, "ada").is_ok());
    }

    #[test]
    fn however_many_try_the_counters_are_bounded() {
        let mut spent: HashMap<Counter, i64> = (0..MOST)
            .map(|n| {
                (
                    Counter::Account(n.to_string()),
                    NOW + i64::try_from(n).unwrap(),
                )
            })
            .collect();
        tidy(&mut spent, NOW);
        assert!(spent.len() <= MOST / 2);
    }
}
