//! Calls to other servers: none to a private address unless that is allowed, none that follows a
//! redirect, none that waits or reads for ever.
//!
//! Who can make the server call an address of their choice shall not reach what is inside its
//! network (SSRF). The addresses that a name has are looked at when it is connected to, so that a
//! name that changes its addresses in between gets nowhere, either.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures::StreamExt;
use reqwest::{
    Client, Request, Response, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};

/// Largest answer that is read, in bytes.
const MOST: usize = 1024 * 1024;

/// Why a call came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutgoingError {
    /// The address is private.
    #[error("{0} is a private address; calls to those are not allowed")]
    Private(String),
    /// The call failed.
    #[error("the call failed: {0}")]
    Failed(#[source] reqwest::Error),
    /// The answer is too large.
    #[error("the answer has more than {MOST} bytes")]
    TooLarge,
}

/// A client for calls to other servers. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    client: Client,
    allow_private: bool,
}

impl Outgoing {
    pub(crate) fn new(allow_private: bool) -> Result<Self, reqwest::Error> {
        revisor_host::secure_by_ring();
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(15));
        if !allow_private {
            // A proxy would look names up by itself.
            builder = builder.no_proxy().dns_resolver(Arc::new(Public));
        }
        Ok(Self {
            client: builder.build()?,
            allow_private,
        })
    }

    /// Sends a request; the answer's body is still to be read, by [`read`].
    pub(crate) async fn send(&self, request: Request) -> Result<Response, OutgoingError> {
        if !self.allow_private && !may_be_public(request.url()) {
            let host = request.url().host_str().unwrap_or_default();
            return Err(OutgoingError::Private(host.to_owned()));
        }
        let sent = self.client.execute(request).await;
        // Its address may hold what is secret.
        sent.map_err(|error| OutgoingError::Failed(error.without_url()))
    }
}

/// Reads an answer, up to a limit.
pub(crate) async fn read(response: Response) -> Result<Vec<u8>, OutgoingError> {
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| OutgoingError::Failed(error.without_url()))?;
        if body.len() + chunk.len() > MOST {
            return Err(OutgoingError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Whether the host is a name, whose addresses are looked at later, or a public address.
fn may_be_public(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().map_or(!host.is_empty(), is_public)
}

/// Finds the public addresses of a name.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                let name = name.as_str();
                let told =
                    format!("{name} has no public address; calls to private ones are not allowed");
                return Err(io::Error::other(told).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the internet (IANA's registries of special addresses).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let special = v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_documentation()
        || v4.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, ..] = v6.segments();
    let bits = v6.to_bits();
    // Addresses of version 4 in those of version 6.
    let embedded =
        |shift: u32| Ipv4Addr::from_bits(u32::try_from((bits >> shift) & 0xffff_ffff).unwrap_or(0));
    match (a, b) {
        (0x64, 0xff9b) => is_public_v4(embedded(0)),
        (0x2002, _) => is_public_v4(embedded(80)),
        (0x2001, 0 | 0xdb8) => false,
        // What is given out today.
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_a_network_is_told_from_the_internet() {
        for (address, public) in [
            ("1.1.1.1", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.31.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("::1", false),
            ("::", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:1.1.1.1", true),
            ("::127.0.0.1", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("ff02::1", false),
            ("64:ff9b::a00:1", false),
            ("2002:7f00:1::", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[tokio::test]
    async fn no_way_of_writing_a_private_address_gets_there() {
        let outgoing = Outgoing::new(false).unwrap();
        for url in [
            "http://127.0.0.1:1/",
            "http://2130706433:1/",
            "http://0x7f.1:1/",
            "http://[::1]:1/",
            "http://[::ffff:7f00:1]:1/",
            "http://localhost:1/",
        ] {
            let request = Request::new(reqwest::Method::GET, url.parse().unwrap());
            let error = outgoing.send(request).await.unwrap_err();
            let told = crate::api::problem::chain(&error);
            assert!(told.contains("private"), "{url}: {told}");
        }
    }
}
