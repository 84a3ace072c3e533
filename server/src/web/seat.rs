//! Where a request comes from: the browser and its network address, for a person's list of
//! sessions.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, header},
};
use serde::{Deserialize, Serialize};

/// A browser at an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seat {
    /// The browser, as it names itself.
    pub(super) user_agent: Option<String>,
    /// The address.
    pub(super) address: Option<String>,
}

/// Longest text of a browser that is kept, in bytes.
const AGENT: usize = 512;

impl Seat {
    /// Where `request` comes from. Behind a proxy that ends TLS, its last `X-Forwarded-For` says
    /// so; what stands before that anybody may have written.
    pub(super) fn of(request: &Request, behind_proxy: bool) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(address)| address.ip().to_string());
        let forwarded = behind_proxy.then(|| forwarded(request.headers())).flatten();
        let agent = request.headers().get(header::USER_AGENT);
        Self {
            user_agent: agent
                .and_then(|agent| agent.to_str().ok())
                .map(|agent| agent.chars().take(AGENT).collect()),
            address: forwarded.or(peer),
        }
    }
}

fn forwarded(headers: &HeaderMap) -> Option<String> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    let address = last.to_str().ok()?.rsplit(',').next()?.trim();
    let address: std::net::IpAddr = address.parse().ok()?;
    Some(address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(forwarded: &[&str]) -> Request {
        let mut request = Request::builder().header("user-agent", "curl/8");
        for line in forwarded {
            request = request.header("x-forwarded-for", *line);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer = SocketAddr::from(([192, 0, 2, 1], 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }

    #[test]
    fn only_the_proxy_next_to_us_is_believed_and_only_behind_one() {
        let told = |lines: &[&str], behind| Seat::of(&request(lines), behind).address.unwrap();
        let lines = ["10.9.9.9", "10.9.9.8, 203.0.113.7"];
        assert_eq!(told(&lines, true), "203.0.113.7");
        assert_eq!(told(&lines, false), "192.0.2.1");
        assert_eq!(told(&["<script>"], true), "192.0.2.1");
        assert_eq!(told(&[], true), "192.0.2.1");
        let seat = Seat::of(&request(&[]), false);
        assert_eq!(seat.user_agent.as_deref(), Some("curl/8"));
    }
}
