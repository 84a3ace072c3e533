//! Addresses of pages: written in one place, read in one place.
//!
//! Segments are read from the raw path rather than from the router's parameters, which are
//! unescaped twice on the way and would confuse `%2541` with `A`.

use types::LogQuery;

/// The path of a log.
pub fn log(id: &str) -> String {
    format!("/logs/{}", encode_segment(id))
}

/// The path of a log, with the query of the list one comes from.
pub fn log_within(id: &str, within: &str) -> String {
    with_query(&log(id), &query_text([("within", within)]))
}

/// The path of the logs that `query` asks for.
pub fn logs(query: &LogQuery) -> String {
    with_query("/logs", &query.to_query())
}

/// The path of the logs of some records of one model.
pub fn logs_of(host: &str, model: &str, record_ids: Vec<String>) -> String {
    logs(&LogQuery {
        host: Some(host.to_owned()),
        model: Some(model.to_owned()),
        record_id: record_ids,
        ..LogQuery::default()
    })
}

/// The path of a record's history, as last known or at a revision.
pub fn history(host: &str, model: &str, record_id: &str, revision: Option<i64>) -> String {
    let path = format!(
        "/records/{}/{}?host={}",
        encode_segment(model),
        encode_segment(record_id),
        encode_segment(host)
    );
    match revision {
        Some(revision) => format!("{path}&revision={revision}"),
        None => path,
    }
}

/// The path of the records of a model.
pub fn records(host: &str, model: &str) -> String {
    format!(
        "/models/{}/records?host={}",
        encode_segment(model),
        encode_segment(host)
    )
}

/// The path of erasing what is kept about a record.
pub fn erasure(host: &str, model: &str, record_id: &str) -> String {
    let parts = [("host", host), ("model", model), ("record", record_id)];
    with_query("/integrity/erasure", &query_text(parts))
}

/// The path of a rule.
pub fn rule(id: &str) -> String {
    format!("/rules/{}", encode_segment(id))
}

/// The path of a model's settings.
pub fn model(host: &str, model: &str) -> String {
    format!(
        "/models/{}?host={}",
        encode_segment(model),
        encode_segment(host)
    )
}

/// The path of a host.
pub fn host(name: &str) -> String {
    format!("/hosts/{}", encode_segment(name))
}

/// The path of signing in, coming back to `next` afterwards.
pub fn sign_in(next: &str) -> String {
    if next.is_empty() || next == "/" {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?next={}", encode_segment(next))
    }
}

/// A path with a query text, if there is any.
pub fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// The unescaped `n`-th segment of a raw path, counted from 0.
pub fn segment(path: &str, n: usize) -> Option<String> {
    path.trim_start_matches('/')
        .split('/')
        .nth(n)
        .filter(|segment| !segment.is_empty())
        .map(|segment| undotted(unescape(segment)))
}

/// The first value of `name` in a query text.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

/// Writes a query text of the pairs that have a value.
pub fn query_text<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        if !value.is_empty() {
            out.append_pair(name, value);
        }
    }
    out.finish()
}

/// The same query text without the parameters of `names`, and without empty ones.
pub fn without(query: &str, names: &[&str]) -> String {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    query_text(
        pairs
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .filter(|(name, _)| !names.contains(name)),
    )
}

/// Escapes one segment of a path. Browsers fold `.` and `..` however they are escaped, so those
/// two are written with a `~` before them, and what would read like that with one more.
pub fn encode_segment(segment: &str) -> String {
    let escaped = types::encode_segment(segment);
    if is_dots(segment) {
        format!("~{escaped}")
    } else {
        escaped
    }
}

/// Takes the `~` of [`encode_segment`] away again.
fn undotted(segment: String) -> String {
    match segment.strip_prefix('~') {
        Some(rest) if is_dots(rest) => rest.to_owned(),
        _ => segment,
    }
}

fn is_dots(segment: &str) -> bool {
    matches!(segment.trim_start_matches('~'), "." | "..")
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = escaped {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_written_and_read_again_is_the_same() {
        for id in [
            "13", ".", "..", "~..", "~~.", "~a", "a/b", "100%", "%2E", "é ~",
        ] {
            let path = format!("/records/m/{}", encode_segment(id));
            assert!(!path.ends_with("/.") && !path.ends_with("/.."), "{path}");
            assert_eq!(segment(&path, 2).as_deref(), Some(id), "{path}");
        }
    }

    #[test]
    fn a_segment_is_unescaped_once() {
        let path = history("crm", "git.file", "src/é %41.rs", Some(3));
        let (path, query) = path.split_once('?').unwrap();
        assert_eq!(segment(path, 0).as_deref(), Some("records"));
        assert_eq!(segment(path, 1).as_deref(), Some("git.file"));
        assert_eq!(segment(path, 2).as_deref(), Some("src/é %41.rs"));
        assert_eq!(segment(path, 3), None);
        assert_eq!(parameter(query, "revision").as_deref(), Some("3"));
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(segment("/logs/100%", 1).as_deref(), Some("100%"));
        assert_eq!(segment("/logs/%zz", 1).as_deref(), Some("%zz"));
        assert_eq!(segment("/logs/", 1), None);
    }

    #[test]
    fn parameters_are_taken_out_of_a_query() {
        assert_eq!(
            without("q=a+b&cursor=x&user=&q=c", &["cursor"]),
            "q=a+b&q=c"
        );
        assert_eq!(sign_in("/logs?q=a b"), "/sign-in?next=%2Flogs%3Fq%3Da%20b");
    }
}
