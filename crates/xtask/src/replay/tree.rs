//! What `git ls-tree -r -l -z` says, as data.

use std::collections::BTreeMap;

use anyhow::Context;

use super::history::Entry;

/// The files of a commit: path to what it is and its size, which a submodule has not.
pub(super) type Tree = BTreeMap<Vec<u8>, (Entry, Option<u64>)>;

/// Reads `<mode> <kind> <object> <size, padded>` TAB `<path>` NUL, for each file.
pub(super) fn parse(listing: &[u8]) -> anyhow::Result<Tree> {
    let mut tree = Tree::new();
    for line in listing.split(|byte| *byte == 0) {
        if line.is_empty() {
            continue;
        }
        let tab = line
            .iter()
            .position(|byte| *byte == b'\t')
            .context("a file without a path")?;
        let head = std::str::from_utf8(&line[..tab]).context("a file's line is not text")?;
        let mut words = head.split_ascii_whitespace();
        let mut word = || words.next().context("a file's line is too short");
        let mode = word()?.to_owned();
        word()?;
        let blob = word()?.to_owned();
        let size = word()?;
        let size = match size {
            "-" => None,
            size => Some(size.parse().with_context(|| format!("the size `{size}`"))?),
        };
        tree.insert(line[tab + 1..].to_vec(), (Entry { mode, blob }, size));
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_submodules_are_read() {
        let tree = parse(
            b"100755 blob d00491       2\ta b\0\
              160000 commit 0cfbf0       -\tmodule\tx\0",
        )
        .unwrap();
        assert_eq!(tree.len(), 2);
        let (entry, size) = &tree[&b"a b"[..]];
        assert_eq!((entry.mode.as_str(), *size), ("100755", Some(2)));
        let (entry, size) = &tree[&b"module\tx"[..]];
        assert_eq!((entry.is_submodule(), *size), (true, None));
    }
}
