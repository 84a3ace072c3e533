//! How much a key may ask: so many requests a minute, so many at once.
//!
//! Told by the headers of draft-ietf-httpapi-ratelimit-headers-06 (`RateLimit-Limit`,
//! `RateLimit-Remaining`, `RateLimit-Reset`, `RateLimit-Policy`) where there is a rate, and by
//! `Retry-After` with 429. Each server counts for itself. A request that has come to an end, its
//! body sent, makes place for another.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use types::Code;

use super::ApiError;

/// The window of a rate.
const WINDOW: Duration = Duration::from_mins(1);

/// What keys may ask.
#[derive(Debug)]
pub(crate) struct Quotas {
    /// Requests a minute; 0 for as many as come.
    rate: u32,
    /// Requests at once.
    at_once: usize,
    keys: Mutex<HashMap<String, Used>>,
}

#[derive(Debug)]
struct Used {
    /// When all of the rate is free again.
    until: Instant,
    running: usize,
}

impl Quotas {
    pub(crate) fn new(rate: u32, at_once: usize) -> Self {
        Self {
            rate,
            at_once,
            keys: Mutex::default(),
        }
    }

    /// Counts a request of the key `id`; `slot` learns what is left, and holds the place.
    pub(super) fn take(self: &Arc<Self>, id: &str, slot: &Slot) -> Result<(), ApiError> {
        let now = Instant::now();
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let used = keys.entry(id.to_owned()).or_insert(Used {
            until: now,
            running: 0,
        });
        let mut told = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.running >= self.at_once {
            let detail = format!("this key has {} requests running already", self.at_once);
            return Err(ApiError::new(Code::RateLimited, detail).retry_after(1));
        }
        if self.rate > 0 {
            let each = WINDOW / self.rate;
            let spent = used.until.saturating_duration_since(now);
            let Some(free) = WINDOW.checked_sub(spent + each) else {
                let wait = ceil((spent + each).saturating_sub(WINDOW));
                told.left = Some(Left {
                    limit: self.rate,
                    remaining: 0,
                    reset: ceil(spent),
                });
                let detail = format!("this key may ask {} times a minute", self.rate);
                return Err(ApiError::new(Code::RateLimited, detail).retry_after(wait));
            };
            used.until = now.max(used.until) + each;
            let more = free.as_nanos() / each.as_nanos().max(1);
            told.left = Some(Left {
                limit: self.rate,
                remaining: u32::try_from(more).unwrap_or(u32::MAX),
                reset: ceil(spent + each),
            });
        }
        used.running += 1;
        told.place = Some(Place {
            quotas: Arc::clone(self),
            id: id.to_owned(),
        });
        Ok(())
    }
}

fn ceil(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX)
}

/// A request that runs; another may when it is dropped.
#[derive(Debug)]
struct Place {
    quotas: Arc<Quotas>,
    id: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut keys = self
            .quotas
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = keys.get_mut(&self.id) {
            used.running = used.running.saturating_sub(1);
            if used.running == 0 && used.until <= Instant::now() {
                keys.remove(&self.id);
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Left {
    limit: u32,
    remaining: u32,
    reset: u32,
}

#[derive(Debug, Default)]
struct Told {
    left: Option<Left>,
    place: Option<Place>,
}

/// Where the key's reader leaves what it counted, for [`tell`].
#[derive(Debug, Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Told>>);

/// Tells what is left, and keeps the place of the request until its answer is sent.
pub(super) async fn tell(mut request: Request, next: Next) -> Response {
    let slot = Slot::default();
    request.extensions_mut().insert(slot.clone());
    let mut response = next.run(request).await;
    let told = std::mem::take(&mut *slot.0.lock().unwrap_or_else(PoisonError::into_inner));
    if let Some(left) = told.left {
        let headers = response.headers_mut();
        for (name, value) in [
            ("ratelimit-limit", left.limit.to_string()),
            ("ratelimit-remaining", left.remaining.to_string()),
            ("ratelimit-reset", left.reset.to_string()),
            (
                "ratelimit-policy",
                format!("{};w={}", left.limit, WINDOW.as_secs()),
            ),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
    match told.place {
        Some(place) => response.map(|body| {
            Body::new(Held {
                body,
                _place: place,
            })
        }),
        None => response,
    }
}

/// A body that holds a place until it is sent.
struct Held {
    body: Body,
    _place: Place,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_asks_so_often_a_minute_and_others_are_not_concerned() {
        let quotas = Arc::new(Quotas::new(3, 10));
        let slots: Vec<Slot> = (0..3).map(|_| Slot::default()).collect();
        for (n, slot) in slots.iter().enumerate() {
            quotas.take("a", slot).unwrap();
            let left = slot.0.lock().unwrap().left.unwrap();
            assert_eq!(left.limit, 3);
            assert_eq!(usize::try_from(left.remaining).unwrap(), 2 - n);
            assert!(left.reset <= 60);
        }
        let refused = quotas.take("a", &Slot::default()).unwrap_err();
        assert_eq!(refused.code(), Code::RateLimited);
        quotas.take("b", &Slot::default()).unwrap();
    }

    #[test]
    fn a_key_has_so_many_requests_at_once() {
        let quotas = Arc::new(Quotas::new(0, 2));
        let (first, second) = (Slot::default(), Slot::default());
        quotas.take("a", &first).unwrap();
        quotas.take("a", &second).unwrap();
        assert!(quotas.take("a", &Slot::default()).is_err());
        drop(first);
        quotas.take("a", &Slot::default()).unwrap();
        drop(second);
        assert!(
            quotas.keys.lock().unwrap().is_empty(),
            "nothing is kept of a key that does not ask"
        );
    }
}
