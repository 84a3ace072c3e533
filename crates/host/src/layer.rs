//! A layer for axum: who asks, from where, in which request.
//!
//! It puts an [`Audited`] connection into each request, with the user that the host names, the
//! address, the user agent, the request's id and its trace. Handlers take it as an argument:
//!
//! ```no_run
//! use axum::{Router, routing::post};
//! use revisor_host::{Actor, AuditLayer, Audited, Error, Trail};
//!
//! async fn create(db: Audited) -> Result<(), axum::http::StatusCode> {
//!     // db.insert(…).await
//!     # let _ = db; Ok(())
//! }
//!
//! fn app(trail: &Trail) -> Router {
//!     let audit = AuditLayer::new(trail, |request| Actor {
//!         // Who was signed in, as a layer outside of this one found out.
//!         login: request.extensions.get::<String>().cloned().unwrap_or("anonymous".to_owned()),
//!         ..Actor::default()
//!     });
//!     Router::new().route("/contacts", post(create)).layer(audit)
//! }
//! ```

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use tower::{Layer, Service};
use types::{Actor, Context};

use crate::{Audited, Trail};

/// Longest texts of a context that are passed on, in characters.
const TEXT: usize = 1_000;
/// Longest id of a request that is taken over from it, in characters.
const REQUEST_ID: usize = 128;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

type Who = Arc<dyn Fn(&Parts) -> Actor + Send + Sync>;

/// Gives each request its [`Audited`] connection.
#[derive(Clone)]
pub struct AuditLayer {
    trail: Trail,
    who: Who,
    proxies: Proxies,
}

impl std::fmt::Debug for AuditLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditLayer")
            .field("proxies", &self.proxies)
            .finish_non_exhaustive()
    }
}

impl AuditLayer {
    /// `who` names the user of a request, from what layers outside of this one put into it.
    pub fn new(trail: &Trail, who: impl Fn(&Parts) -> Actor + Send + Sync + 'static) -> Self {
        Self {
            trail: trail.clone(),
            who: Arc::new(who),
            proxies: Proxies::default(),
        }
    }

    /// Believes `X-Forwarded-For` when it comes from one of these. Without them, the address is
    /// the peer's (axum's `into_make_service_with_connect_info::<SocketAddr>()` tells it).
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    fn context(&self, parts: &Parts) -> Context {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_canonical());
        let request_id = text(&parts.headers, &X_REQUEST_ID)
            .filter(|id| {
                id.chars().count() <= REQUEST_ID && id.chars().all(|c| c.is_ascii_graphic())
            })
            .unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        Context {
            ip: peer.map(|peer| self.proxies.client(peer, &parts.headers).to_string()),
            user_agent: text(&parts.headers, &header::USER_AGENT)
                .map(|agent| agent.chars().take(TEXT).collect()),
            request_id: Some(request_id),
            transaction_id: None,
            reason: None,
            traceparent: text(&parts.headers, &TRACEPARENT).filter(|text| is_traceparent(text)),
        }
    }
}

impl<S> Layer<S> for AuditLayer {
    type Service = AuditService<S>;

    fn layer(&self, inner: S) -> AuditService<S> {
        AuditService {
            layer: self.clone(),
            inner,
        }
    }
}

/// What [`AuditLayer`] makes of a service.
#[derive(Debug, Clone)]
pub struct AuditService<S> {
    layer: AuditLayer,
    inner: S,
}

impl<S> Service<Request> for AuditService<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, poller: &mut Poller<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(poller)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let context = self.layer.context(&parts);
        let id = context.request_id.as_deref().unwrap_or_default();
        let id = HeaderValue::from_str(id).ok();
        let actor = (self.layer.who)(&parts);
        parts
            .extensions
            .insert(self.layer.trail.act(actor, context));
        let answering = self.inner.call(Request::from_parts(parts, body));
        Box::pin(async move {
            let mut response = answering.await?;
            if let Some(id) = id {
                response.headers_mut().entry(X_REQUEST_ID).or_insert(id);
            }
            Ok(response)
        })
    }
}

/// A handler asked for an [`Audited`] connection on a route that [`AuditLayer`] does not cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this route has no audited connection: AuditLayer does not cover it")]
pub struct NoAudit;

impl IntoResponse for NoAudit {
    fn into_response(self) -> Response {
        tracing::error!("{self}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Audited {
    type Rejection = NoAudit;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NoAudit> {
        parts.extensions.get::<Self>().cloned().ok_or(NoAudit)
    }
}

/// The networks of the reverse proxies in front of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<(IpAddr, u8)>);

/// What is no list of networks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address or network: they read like 10.0.0.7 or 10.0.0.0/8")]
pub struct NoNetwork(String);

impl FromStr for Proxies {
    type Err = NoNetwork;

    /// Reads `10.0.0.0/8, 192.0.2.7, fd00::/8`.
    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let networks = parts.map(|part| {
            let wrong = || NoNetwork(part.to_owned());
            let (address, bits) = part.split_once('/').unwrap_or((part, ""));
            let address: IpAddr = address.parse().map_err(|_| wrong())?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = match bits {
                "" if !part.contains('/') => most,
                bits => bits.parse().map_err(|_| wrong())?,
            };
            if bits > most {
                return Err(wrong());
            }
            Ok((address, bits))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }
}

impl Proxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0
            .iter()
            .any(|&(network, bits)| match (network, address) {
                (IpAddr::V4(network), IpAddr::V4(address)) => {
                    let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                    u32::from(network) & mask == u32::from(address) & mask
                }
                (IpAddr::V6(network), IpAddr::V6(address)) => {
                    let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                    u128::from(network) & mask == u128::from(address) & mask
                }
                _ => false,
            })
    }

    /// The nearest address that no trusted proxy has: what each of them was told by the one before
    /// it, read from the end.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        if !self.trusts(client) {
            return client;
        }
        let told: Vec<&str> = headers
            .get_all(X_FORWARDED_FOR)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        for hop in told.into_iter().rev() {
            let Ok(hop) = hop.trim().parse::<IpAddr>() else {
                break;
            };
            client = hop.to_canonical();
            if !self.trusts(client) {
                break;
            }
        }
        client
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether this is a `traceparent` of W3C Trace Context, version 00.
fn is_traceparent(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |part: &str, length| {
        part.len() == length
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let not_zero = |part: &str| part.bytes().any(|byte| byte != b'0');
    matches!(parts.as_slice(), ["00", trace, parent, flags]
        if hex(trace, 32) && not_zero(trace) && hex(parent, 16) && not_zero(parent) && hex(flags, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(X_FORWARDED_FOR, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_what_a_trusted_proxy_was_told_is_believed() {
        let proxies: Proxies = "10.0.0.0/8, 192.0.2.7, fd00::/8".parse().unwrap();
        let client = |peer: &str, told: &[&str]| {
            let client = proxies.client(peer.parse().unwrap(), &forwarded(told));
            client.to_string()
        };
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            client("10.1.2.3", &["1.1.1.1, 198.51.100.1, 192.0.2.7"]),
            "198.51.100.1"
        );
        assert_eq!(
            client("fd00::1", &["1.1.1.1", "198.51.100.1, 10.9.9.9"]),
            "198.51.100.1"
        );
        assert_eq!(client("10.1.2.3", &["nonsense"]), "10.1.2.3");
        assert_eq!(client("10.1.2.3", &[]), "10.1.2.3");
        assert_eq!(client("11.1.2.3", &["198.51.100.1"]), "11.1.2.3");
    }

    #[test]
    fn networks_are_read_and_nonsense_is_refused() {
        for text in ["10.0.0.0/33", "::/129", "10.0.0", "x", "10.0.0.0/"] {
            assert!(text.parse::<Proxies>().is_err(), "{text}");
        }
        let everybody: Proxies = "0.0.0.0/0,::/0".parse().unwrap();
        assert!(everybody.trusts("203.0.113.9".parse().unwrap()));
        assert!(everybody.trusts("2001:db8::1".parse().unwrap()));
        assert_eq!("".parse(), Ok(Proxies::default()));
    }

    #[test]
    fn a_trace_is_one_of_the_standard() {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert!(is_traceparent(trace));
        for wrong in [
            "",
            &trace.replace("00-", "ff-"),
            &trace.to_uppercase(),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            &format!("{trace}-x"),
        ] {
            assert!(!is_traceparent(wrong), "{wrong}");
        }
    }
}
