//! The HTTP API as a host uses it.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;

use super::MODEL;
use crate::interrupt;

/// How often a request that cannot be answered now is sent again.
const TRIES: u32 = 30;

/// An answer: its status and its body, `null` where that is not JSON.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    /// Whether the request had to be sent again, and may have been done already.
    pub(super) repeated: bool,
}

impl Answer {
    /// The body of an answer that has this status; anything else is an error.
    pub(super) fn expect(self, status: u16, what: &str) -> anyhow::Result<Value> {
        if self.status == status {
            Ok(self.body)
        } else {
            bail!("{what}: {}", self.told())
        }
    }

    /// Status and problem in a line.
    pub(super) fn told(&self) -> String {
        let mut body = self.body.to_string();
        if body.len() > 600 {
            body = body.chars().take(600).collect::<String>() + " …";
        }
        format!("status {}: {body}", self.status)
    }
}

/// A connection pool and a key. Cheap to share between threads.
pub(super) struct Client {
    agent: ureq::Agent,
    base: String,
    authorization: String,
}

impl Client {
    /// A client of the Revisor at `url`.
    pub(super) fn new(url: &str, key: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections_per_host(8)
            .timeout_global(Some(Duration::from_mins(2)))
            .build()
            .new_agent();
        Self {
            agent,
            base: format!("{}/api/v1", url.trim_end_matches('/')),
            authorization: format!("Bearer {key}"),
        }
    }

    /// `GET`; `path` begins with `/` and is encoded already.
    pub(super) fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send("GET", path, None)
    }

    /// `POST` with a JSON body.
    pub(super) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send("POST", path, Some(&body.to_string()))
    }

    /// `POST` with a body that is JSON already.
    pub(super) fn post_text(&self, path: &str, body: &str) -> anyhow::Result<Answer> {
        self.send("POST", path, Some(body))
    }

    /// `PUT` with a JSON body.
    pub(super) fn put(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.send("PUT", path, Some(&body.to_string()))
    }

    /// Walks a list, calling `each` for every row, page by page. `query` is without `limit`.
    pub(super) fn walk(
        &self,
        path: &str,
        query: &str,
        mut each: impl FnMut(&Value) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut cursor = None::<String>;
        loop {
            let mut address = format!("{path}?limit=200");
            if !query.is_empty() {
                let _ = write!(address, "&{query}");
            }
            if let Some(cursor) = &cursor {
                let _ = write!(address, "&cursor={}", encode(cursor));
            }
            let page = self.get(&address)?.expect(200, path)?;
            for item in page["items"].as_array().context("a list without `items`")? {
                each(item)?;
            }
            match page["next_cursor"].as_str() {
                Some(next) if Some(next) == cursor.as_deref() => {
                    bail!("{path}: the next page is this page")
                }
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok(()),
            }
        }
    }

    /// The newest log of the files of `host`.
    pub(super) fn newest_log(&self, host: &str) -> anyhow::Result<Option<Value>> {
        let path = format!("/logs?host={}&model={MODEL}&limit=1", encode(host));
        let page = self.get(&path)?.expect(200, "the newest log")?;
        Ok(page["items"].get(0).cloned())
    }

    /// Nought when there is no log of the files of `host` yet; else one, or more.
    pub(super) fn count_logs(&self, host: &str) -> anyhow::Result<usize> {
        Ok(usize::from(self.newest_log(host)?.is_some()))
    }

    fn send(&self, method: &str, path: &str, body: Option<&str>) -> anyhow::Result<Answer> {
        let address = format!("{}{path}", self.base);
        let mut lost = 0;
        for _ in 0..TRIES {
            interrupt::check()?;
            match self.once(method, &address, body) {
                // Nothing was done: the API promises so.
                Ok((429 | 503, after, _)) => std::thread::sleep(after),
                Ok((status, _, body)) => {
                    return Ok(Answer {
                        status,
                        body,
                        repeated: lost > 0,
                    });
                }
                Err(error) if lost == 3 => {
                    return Err(error).with_context(|| format!("{method} {address}"));
                }
                Err(_) => {
                    lost += 1;
                    std::thread::sleep(Duration::from_millis(200));
                }
            }
        }
        bail!("{method} {address}: still too busy after {TRIES} tries")
    }

    fn once(
        &self,
        method: &str,
        address: &str,
        body: Option<&str>,
    ) -> anyhow::Result<(u16, Duration, Value)> {
        let authorization = self.authorization.as_str();
        let mut response = if let Some(body) = body {
            let request = if method == "PUT" {
                self.agent.put(address)
            } else {
                self.agent.post(address)
            };
            request
                .header("authorization", authorization)
                .header("content-type", "application/json")
                .send(body)?
        } else {
            self.agent
                .get(address)
                .header("authorization", authorization)
                .call()?
        };
        let after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map_or(Duration::from_millis(500), Duration::from_secs);
        let text = response
            .body_mut()
            .with_config()
            .limit(256 * 1024 * 1024)
            .read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok((response.status().as_u16(), after, body))
    }
}

/// A text as a part of a path or of a query: everything but letters, digits and `-._~` encoded.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_segment() {
        assert_eq!(encode("a/b c?é\n"), "a%2Fb%20c%3F%C3%A9%0A");
    }
}
