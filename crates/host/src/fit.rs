//! What is sent fits what the server takes.
//!
//! An operation that the server refuses is set aside, and there is no log of it. So nobody may bring
//! that about by a long name, a long reason or a strange key: what is too long is cut, and what is
//! empty and may not be is left out.

use sha2::{Digest as _, Sha256};

/// Most characters of a record's id.
const RECORD_ID: usize = 512;

/// The id of a record. A single key is its own text; several are joined by commas, with commas
/// and backslashes inside them escaped, so that different keys never give one id. What is too
/// long is cut and told apart by a digest.
pub(crate) fn record_id(parts: &[String]) -> String {
    let id = match parts {
        [one] if one.is_empty() => "\\e".to_owned(),
        [one] if one.starts_with('\\') => format!("\\{one}"),
        [one] => one.clone(),
        parts => {
            let escaped = parts
                .iter()
                .map(|part| part.replace('\\', "\\\\").replace(',', "\\,"));
            escaped.collect::<Vec<_>>().join(",")
        }
    };
    if id.chars().count() <= RECORD_ID {
        return id;
    }
    let digest = Sha256::digest(id.as_bytes());
    let head: String = id.chars().take(RECORD_ID - 65).collect();
    format!("{head}#{}", hex(&digest))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

#[cfg(feature = "seaorm")]
pub(crate) use said::{actor, context};

/// What a host says of who acts.
#[cfg(feature = "seaorm")]
mod said {
    use types::{Actor, Context};

    /// Most characters of a login, a name, an id of a request.
    const LOGIN: usize = 256;
    /// Most characters of a group, and most groups.
    const GROUP: usize = 128;
    const GROUPS: usize = 1_000;
    /// Most characters of a reason, an address, a user agent.
    const CONTEXT: usize = 2_000;
    /// Who acts where the host does not say.
    const NOBODY: &str = "unknown";

    /// The user as it is sent.
    pub(crate) fn actor(said: &Actor) -> Actor {
        let groups = said.groups.iter();
        Actor {
            login: fitting(Some(&said.login), LOGIN).unwrap_or_else(|| NOBODY.to_owned()),
            name: fitting(said.name.as_deref(), LOGIN),
            groups: groups
                .filter_map(|group| fitting(Some(group), GROUP))
                .take(GROUPS)
                .collect(),
            on_behalf_of: fitting(said.on_behalf_of.as_deref(), LOGIN),
        }
    }

    /// The context as it is sent.
    pub(crate) fn context(said: &Context) -> Context {
        Context {
            ip: fitting(said.ip.as_deref(), CONTEXT),
            user_agent: fitting(said.user_agent.as_deref(), CONTEXT),
            request_id: fitting(said.request_id.as_deref(), LOGIN),
            transaction_id: fitting(said.transaction_id.as_deref(), LOGIN),
            reason: fitting(said.reason.as_deref(), CONTEXT),
            traceparent: fitting(said.traceparent.as_deref(), LOGIN),
        }
    }

    fn fitting(text: Option<&str>, most: usize) -> Option<String> {
        let text = text?.chars().filter(|letter| *letter != '\0');
        let text: String = text.take(most).collect();
        (!text.is_empty()).then_some(text)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn whatever_is_said_is_taken_by_the_server() {
            let long = "é\0".repeat(5_000);
            let user = Actor {
                login: String::new(),
                name: Some(long.clone()),
                groups: vec![long.clone(), String::new(), "Sales".to_owned()],
                on_behalf_of: Some(String::new()),
            };
            let around = Context {
                reason: Some(long.clone()),
                request_id: Some(long.clone()),
                traceparent: Some(String::new()),
                ip: Some(long.clone()),
                user_agent: Some(long),
                transaction_id: None,
            };
            let body = serde_json::json!({"operations": [{
                "operation": "unlink", "model": "m", "user": actor(&user), "context": context(&around),
                "record_id": super::super::record_id(&["k".repeat(2_000)]),
            }]});
            let read = types::Operation::read_batch(body).map_err(types::Faults::into_vec);
            let read = read.unwrap();
            assert_eq!(read[0].user.login, "unknown");
            assert_eq!(read[0].user.groups.len(), 2);
            assert_eq!(read[0].user.on_behalf_of, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn different_keys_never_give_one_id(
            a in prop::collection::vec("[a,\\\\e]{0,4}", 2), b in prop::collection::vec("[a,\\\\e]{0,4}", 2)
        ) {
            prop_assert_eq!(a == b, record_id(&a) == record_id(&b));
        }

        #[test]
        fn a_long_key_stays_itself(a in "[ab]{600}", b in "[ab]{600}") {
            let (one, two) = (record_id(std::slice::from_ref(&a)), record_id(std::slice::from_ref(&b)));
            prop_assert_eq!(one.chars().count(), 512);
            prop_assert_eq!(a == b, one == two);
        }
    }
}
