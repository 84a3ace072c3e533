//! Pages of lists that are short enough to be had whole: hosts, keys, models.
//!
//! Rows are ordered by a key of their own that never changes, and a cursor is the last key given,
//! so that a row which comes or goes meanwhile neither repeats nor hides another.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use types::{Code, Faults, Page, Parameters};

use super::ApiError;

/// Bytes of the digest that bind a cursor to its list.
const TAG: usize = 8;

/// Where a page begins and how long it is.
#[derive(Debug)]
pub(super) struct Window {
    cursor: Option<String>,
    limit: usize,
}

impl Window {
    /// Takes `cursor` and `limit` out of `parameters`.
    pub(super) fn read(parameters: &mut Parameters, faults: &mut Faults) -> Self {
        Self {
            cursor: parameters.one("cursor", faults),
            limit: parameters.limit(faults) as usize,
        }
    }

    /// The page of `rows`, ordered by `key`, which tells every two rows apart. `list` names the
    /// list and its filters.
    pub(super) fn page<T>(
        &self,
        list: &str,
        rows: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> Result<Page<T>, ApiError> {
        let after = match &self.cursor {
            Some(cursor) => Some(decode(list, cursor).ok_or_else(|| {
                let detail = "the cursor is garbage, or was given for another list";
                ApiError::new(Code::InvalidCursor, detail)
            })?),
            None => None,
        };
        let mut rows: Vec<(String, T)> = rows.into_iter().map(|row| (key(&row), row)).collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        if let Some(after) = after {
            rows.retain(|(key, _)| *key > after);
        }
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|(key, _)| encode(list, key));
        Ok(Page {
            items: rows.into_iter().map(|(_, row)| row).collect(),
            next_cursor,
        })
    }
}

fn encode(list: &str, key: &str) -> String {
    let mut bytes = tag(list, key.as_bytes()).to_vec();
    bytes.extend_from_slice(key.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(list: &str, cursor: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (found, key) = bytes.split_at_checked(TAG)?;
    (found == tag(list, key)).then(|| String::from_utf8(key.to_vec()).ok())?
}

/// Against mistakes, not against forgers: a forged cursor only begins the list elsewhere.
fn tag(list: &str, key: &[u8]) -> [u8; TAG] {
    let mut digest = Sha256::new();
    digest.update(list.as_bytes());
    digest.update([0]);
    digest.update(key);
    let digest = digest.finalize();
    let mut tag = [0; TAG];
    tag.copy_from_slice(&digest[..TAG]);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(cursor: Option<String>, limit: usize) -> Window {
        Window { cursor, limit }
    }

    #[test]
    fn walking_a_list_gives_each_row_once() {
        let rows: Vec<String> = (0..7).map(|n| format!("h{n}")).collect();
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = window(cursor, 3)
                .page("hosts", rows.clone(), Clone::clone)
                .unwrap();
            found.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, rows);
    }

    #[test]
    fn a_cursor_of_another_list_or_garbage_is_refused() {
        let rows = vec!["a".to_owned(), "b".to_owned()];
        let page = window(None, 1)
            .page("hosts", rows.clone(), Clone::clone)
            .unwrap();
        for (list, cursor) in [
            ("models", page.next_cursor.unwrap()),
            ("hosts", "garbage".to_owned()),
            ("hosts", "é".to_owned()),
        ] {
            let refused = window(Some(cursor), 1).page(list, rows.clone(), Clone::clone);
            assert_eq!(refused.unwrap_err().code(), Code::InvalidCursor);
        }
    }
}
